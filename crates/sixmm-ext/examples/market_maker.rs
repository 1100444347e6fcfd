//! A market maker: quotes both sides around the last price, each time after REST has confirmed the positions, and is flat at its end.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… \
//!     cargo run -p sixmm-ext --features streams --example market_maker
//! ```

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use sixmm_ext::streams::{Event, Lifecycle, Part, StreamTicker, Trust, UserState, UserStream, UserUpdate};
use sixmm_ext::{Client, Decimal, NewOrder, Outcome, rules::Rounding};

/// The quantity of each quote.
const QUANTITY: Decimal = Decimal::from_parts(1, 0, 0, false, 1);
/// The largest position, long or short.
const MAX_POSITION: Decimal = Decimal::from_parts(3, 0, 0, false, 1);
/// The distance of a quote from the last price, as a fraction.
const HALF_SPREAD: Decimal = Decimal::from_parts(5, 0, 0, false, 4);
/// How long a quote rests.
const QUOTE_LIFE: Duration = Duration::from_secs(3);

/// Quotes this number of times, and then closes the position.
pub(crate) async fn run(client: &Client, symbol: &str, rounds: u32, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let rules = client.market().rules(symbol).await?;
    let mut ticker = client.streams().ticker(symbol).subscribe()?;
    let mut user = client.streams().user().subscribe()?;
    let (mut last, mut traded) = (None, Decimal::ZERO);
    for _ in 0..rounds {
        cancel_all(client, symbol).await?;
        let Some(state) = reconciled(&user).await else { continue };
        if let Some(price) = last {
            let position = position(&state, symbol);
            let bid = rules.round_price(price * (Decimal::ONE - HALF_SPREAD), Rounding::PASSIVE_BUY)?;
            let ask = rules.round_price(price * (Decimal::ONE + HALF_SPREAD), Rounding::PASSIVE_SELL)?;
            if position < MAX_POSITION {
                place(client, NewOrder::buy(symbol, QUANTITY).limit(bid).maker_only(), out).await?;
            }
            if position > -MAX_POSITION {
                place(client, NewOrder::sell(symbol, QUANTITY).limit(ask).maker_only(), out).await?;
            }
        }
        let end = tokio::time::sleep(QUOTE_LIFE);
        tokio::pin!(end);
        loop {
            tokio::select! {
                () = &mut end => break,
                event = ticker.next() => last = price_of(event.ok_or("the ticker is closed")?).or(last),
                update = user.next() => match update.ok_or("the private stream is closed")? {
                    UserUpdate::Fill(fill) => traded += fill.quantity,
                    // Quotes that may have been filled unseen are cancelled at once.
                    UserUpdate::TrustLost(_) => break,
                    _ => {}
                }
            }
        }
    }
    flatten(client, symbol, &user, out).await?;
    writeln!(out, "traded at least {traded}, flat")?;
    Ok(())
}

/// Cancels all orders and closes the position, until REST confirms that there is neither. Closing orders only reduce the position, so a
/// repeated one does no harm.
async fn flatten(client: &Client, symbol: &str, user: &UserStream, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    for _ in 0..20 {
        cancel_all(client, symbol).await?;
        let Some(state) = reconciled(user).await else { continue };
        let position = position(&state, symbol);
        // An order whose end REST does not show any more has been cancelled as well.
        if position.is_zero() && state.open_orders().all(|order| order.lifecycle() == Lifecycle::Final) {
            return Ok(());
        }
        let close = if position.is_sign_positive() { NewOrder::sell } else { NewOrder::buy };
        if !position.is_zero() {
            place(client, close(symbol.to_owned(), position.abs()).market().reduce_only(), out).await?;
        }
    }
    Err("the position could not be closed".into())
}

/// The state after a complete reading. `None` if the positions are not confirmed within a minute.
async fn reconciled(user: &UserStream) -> Option<std::sync::Arc<UserState>> {
    let state = tokio::time::timeout(Duration::from_secs(60), user.reconcile()).await.ok()??;
    (state.part(Part::Positions).trust == Trust::Confirmed).then_some(state)
}

/// Places an order. An order whose outcome is unknown is cancelled, so that it cannot arrive later.
async fn place(client: &Client, order: NewOrder, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    match client.orders().place(order).send().await {
        Outcome::Accepted(_) => {}
        Outcome::Rejected(error) => writeln!(out, "rejected: {error}")?,
        Outcome::Unknown(unresolved) => {
            let cancelled = unresolved.cancel().await;
            writeln!(out, "the outcome was unknown, the cancellation is {}", if cancelled.is_accepted() { "accepted" } else { "not" })?;
        }
    }
    Ok(())
}

/// Cancels all orders of the contract, and waits until none is open.
async fn cancel_all(client: &Client, symbol: &str) -> Result<(), Box<dyn Error>> {
    for _ in 0..20 {
        let cancel = client.orders().cancel_all().symbol(symbol);
        if let Outcome::Accepted(()) = cancel.until_none_open(Duration::from_secs(12)).await {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Err("orders are still open".into())
}

/// The position in one-way mode. Assumes that the quantity of a short position is negative, which the documentation does not state.
fn position(state: &UserState, symbol: &str) -> Decimal {
    state.positions().filter(|position| position.symbol == symbol).map(|position| position.quantity).sum()
}

fn price_of(event: Event<StreamTicker>) -> Option<Decimal> {
    match event {
        Event::Snapshot(ticker) | Event::Update(ticker) => ticker.last_price,
        _ => None,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder().env()?.check_orders(true).build()?;
    run(&client, "BTCUSDT", 100, &mut std::io::stdout()).await
}
