//! Buys with a take profit and a stop loss in one call.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example bracket
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::types::{KlineInterval, TriggerPriceType};
use sixmm_ext::{Client, Decimal, Order, Outcome, Rounding, Strategy};

pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let rules = client.market().rules(symbol).await?;
    let candles = client.market().klines(symbol, KlineInterval::OneMinute).limit(1).send().await?.list;
    let last = candles.last().ok_or("no price yet")?.close;
    let percent = |percent: i64| rules.round_price(last * Decimal::new(percent, 2), Rounding::Nearest);
    let quantity = rules.round_quantity(Decimal::ONE, Rounding::Down)?;

    let bracket = Strategy::bracket(
        Order::buy(symbol, quantity).limit(percent(98)?),
        Order::sell(symbol, quantity).take_profit(percent(105)?).reduce_only().working_type(TriggerPriceType::MarkPrice),
        Order::sell(symbol, quantity).stop(percent(93)?).reduce_only().working_type(TriggerPriceType::MarkPrice),
    );
    match client.orders().place_strategy(bracket).send().await {
        Outcome::Accepted(placed) => writeln!(out, "placed a strategy of {} orders", placed.client_order_ids.len())?,
        Outcome::Rejected(error) => return Err(error.into()),
        Outcome::Unknown(unresolved) => return Err(unresolved.to_string().into()),
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", &mut std::io::stdout()).await
}
