//! Places a buy order with a take profit and a stop loss in one request.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example bracket
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::types::{KlineInterval, TriggerPriceType};
use sixmm_ext::{Client, Decimal, NewOrder, NewStrategy, Outcome, rules::Rounding};

pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let rules = client.market().rules(symbol).await?;
    let candles = client.market().klines(symbol, KlineInterval::OneMinute).limit(1).send().await?.list;
    let last = candles.last().ok_or("the contract has no price yet")?.close;
    let percent = |percent: i64| rules.round_price(last * Decimal::new(percent, 2), Rounding::Nearest);
    let quantity = rules.round_quantity(Decimal::ONE, Rounding::Down)?;

    let exit = || NewOrder::sell(symbol, quantity);
    let bracket = NewStrategy::bracket(
        NewOrder::buy(symbol, quantity).limit(percent(98)?),
        exit().take_profit(percent(105)?).reduce_only().trigger_by(TriggerPriceType::MarkPrice),
        exit().stop(percent(93)?).reduce_only().trigger_by(TriggerPriceType::MarkPrice),
    );
    match client.orders().place_strategy(bracket).send().await {
        Outcome::Accepted(placed) => writeln!(out, "placed a strategy of {} orders", placed.client_order_ids.len())?,
        Outcome::Rejected(error) => return Err(error.into()),
        // The strategy may exist, so it must not be placed again. `Unresolved::load` reads this text, and `reconcile` looks the orders up.
        Outcome::Unknown(unresolved) => writeln!(out, "to be reconciled later: {}", unresolved.save())?,
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", &mut std::io::stdout()).await
}
