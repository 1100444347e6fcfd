//! Places a limit order below the market, follows it, moves it, and cancels it.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example place_and_follow
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::{Client, Decimal, Order, Outcome, Rounding, types::KlineInterval};

pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let rules = client.market().rules(symbol).await?;
    let candles = client.market().klines(symbol, KlineInterval::OneMinute).limit(1).send().await?.list;
    let last = candles.last().ok_or("no price yet")?.close;
    let price = rules.round_price(last * Decimal::new(95, 2), Rounding::PASSIVE_BUY)?;
    let quantity = rules.round_quantity(Decimal::ONE, Rounding::Down)?;

    let order = Order::buy(symbol, quantity).limit(price).maker_only();
    let placed = match client.orders().place(order).send().await {
        Outcome::Accepted(placed) => placed,
        Outcome::Rejected(error) => return Err(error.into()),
        // It may stand: do not place it again. Note `unresolved.subject()`, ask again later, tell a human.
        Outcome::Unknown(unresolved) => return Err(unresolved.to_string().into()),
    };
    writeln!(out, "placed at {price}")?;

    let order = client.orders().get(symbol, &placed).send().await?;
    writeln!(out, "it is {}", order.status.map_or_else(|| "of unknown status".into(), |status| status.to_string()))?;

    let higher = rules.round_price(last * Decimal::new(96, 2), Rounding::PASSIVE_BUY)?;
    client.orders().amend(symbol, &placed.order_id).price(higher).send().await.into_result()?;
    writeln!(out, "moved to {higher}")?;

    match client.orders().cancel(symbol, &placed).send().await {
        Outcome::Accepted(_) => writeln!(out, "cancelled")?,
        Outcome::Rejected(error) if error.is_too_late() => writeln!(out, "filled before it could be cancelled")?,
        Outcome::Rejected(error) => return Err(error.into()),
        Outcome::Unknown(unresolved) => return Err(unresolved.to_string().into()),
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Orders are checked by the contract's rules before they are sent.
    run(&Client::builder().env()?.check_orders(true).build()?, "BTCUSDT", &mut std::io::stdout()).await
}
