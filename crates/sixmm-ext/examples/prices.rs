//! Prints the last candles of a contract and its tick size and step size. Needs no credentials.
//!
//! ```text
//! cargo run -p sixmm-ext --example prices
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::{Client, Decimal, rules::Rounding, types::KlineInterval};

pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let candles = client.market().klines(symbol, KlineInterval::OneHour).limit(24).send().await?.list;
    for candle in candles.iter().rev().take(3).rev() {
        writeln!(out, "{}  open {}  high {}  low {}  close {}", candle.open_time, candle.open, candle.high, candle.low, candle.close)?;
    }

    let rules = client.market().rules(symbol).await?;
    writeln!(out, "tick size {}, step size {}", rules.tick_size(), rules.step_size())?;
    if let Some(last) = candles.last() {
        // One percent below the last price, rounded down to a multiple of the tick size.
        let price = rules.round_price(last.close * Decimal::new(99, 2), Rounding::Down)?;
        writeln!(out, "one percent below the last price: {price}")?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", &mut std::io::stdout()).await
}
