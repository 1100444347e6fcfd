//! Writes the fills of the last 30 days to the standard output, as CSV.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example export_trades > trades.csv
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::{Client, UnixMillis};

const THIRTY_DAYS: i64 = 30 * 24 * 3600 * 1000;

pub(crate) async fn run(client: &Client, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let now = client.market().server_time().send().await?.timestamp_ms.as_millis();
    let trades = client.orders().trades().start_time(UnixMillis::new(now - THIRTY_DAYS)).end_time(UnixMillis::new(now));

    writeln!(out, "time,symbol,side,price,quantity,value,fee")?;
    let mut trades = trades.page_size(100).items();
    while let Some(trade) = trades.next().await {
        let trade = trade?;
        let (price, quantity) = (trade.price, trade.quantity);
        writeln!(
            out,
            "{},{},{},{price},{quantity},{},{}",
            trade.created_at, trade.symbol, trade.side, trade.trade_value, trade.handling_fee
        )?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, &mut std::io::stdout()).await
}
