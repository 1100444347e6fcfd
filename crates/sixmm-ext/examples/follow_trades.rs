//! Prints the trades of a contract as they happen, and every moment from which on earlier trades may be missing. Needs no credentials.
//!
//! ```text
//! cargo run -p sixmm-ext --features streams --example follow_trades
//! ```

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use sixmm_ext::Client;
use sixmm_ext::streams::Event;

/// Ends after this number of trades.
pub(crate) async fn run(client: &Client, symbol: &str, count: usize, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    // A contract with many trades a minute. A quiet contract needs a longer limit.
    let mut trades = client.streams().trades(symbol).stale_after(Duration::from_secs(60)).subscribe()?;
    let mut seen = 0;
    while seen < count {
        match trades.next().await {
            Some(Event::Update(trade)) => {
                seen += 1;
                writeln!(out, "{} {} at {}", trade.symbol, trade.quantity, trade.price)?;
            }
            Some(Event::Subscribed) => writeln!(out, "subscribed: trades are complete from here on")?,
            Some(Event::Disconnected { why }) => writeln!(out, "disconnected, trades are missing: {why}")?,
            Some(event) if event.is_loss_of_trust() => writeln!(out, "trades may be missing: {event:?}")?,
            Some(_) => {}
            None => break,
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", 100, &mut std::io::stdout()).await
}
