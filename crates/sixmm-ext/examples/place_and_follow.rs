//! Places a limit order below the market, looks it up, moves it to a higher price, and cancels it.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example place_and_follow
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::{Client, Decimal, NewOrder, Outcome, rules::Rounding, types::KlineInterval};

pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let rules = client.market().rules(symbol).await?;
    let candles = client.market().klines(symbol, KlineInterval::OneMinute).limit(1).send().await?.list;
    let last = candles.last().ok_or("the contract has no price yet")?.close;
    let price = |percent: i64| rules.round_price(last * Decimal::new(percent, 2), Rounding::PASSIVE_BUY);
    let quantity = rules.round_quantity(Decimal::ONE, Rounding::Down)?;

    let order = NewOrder::buy(symbol, quantity).limit(price(95)?).maker_only();
    let mut outcome = client.orders().place(order).send().await;
    // An order whose outcome is unknown may exist. So it is not placed a second time, but looked up again.
    for _ in 0..3 {
        let Outcome::Unknown(unresolved) = outcome else { break };
        writeln!(out, "the outcome is unknown: {}", unresolved.last_lookup())?;
        outcome = unresolved.reconcile().await;
    }
    let placed = match outcome {
        Outcome::Accepted(placed) => placed,
        Outcome::Rejected(error) => return Err(error.into()),
        Outcome::Unknown(unresolved) => {
            // `Unresolved::load` reads this text and continues, after a restart, too.
            writeln!(out, "to be reconciled later: {}", unresolved.save())?;
            return Ok(());
        }
    };
    writeln!(out, "placed at {}", price(95)?)?;

    let order = client.orders().get(symbol, &placed).send().await?;
    writeln!(out, "status: {}", order.status.map_or_else(|| "not reported".into(), |status| status.to_string()))?;

    match client.orders().amend(symbol, &placed.order_id).price(price(96)?).send().await {
        Outcome::Accepted(_) => writeln!(out, "moved to {}", price(96)?)?,
        Outcome::Rejected(error) if error.is_too_late() => writeln!(out, "filled before it was moved")?,
        Outcome::Rejected(error) => return Err(error.into()),
        // The amendment may still arrive. Cancelling the order is safe.
        Outcome::Unknown(unresolved) => writeln!(out, "perhaps moved: {}", unresolved.last_lookup())?,
    }

    match client.orders().cancel(symbol, &placed).send().await {
        Outcome::Accepted(_) => writeln!(out, "cancelled")?,
        Outcome::Rejected(error) if error.is_too_late() => writeln!(out, "filled before it was cancelled")?,
        Outcome::Rejected(error) => return Err(error.into()),
        // The order may still be open.
        Outcome::Unknown(unresolved) => writeln!(out, "to be cancelled later: {}", unresolved.save())?,
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    // Orders are checked by the contract's rules before they are sent.
    run(&Client::builder().env()?.check_orders(true).build()?, "BTCUSDT", &mut std::io::stdout()).await
}
