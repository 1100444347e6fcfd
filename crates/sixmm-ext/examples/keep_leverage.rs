//! Sets a contract's leverage to what it should be, if it is not.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example keep_leverage
//! ```

use std::error::Error;
use std::io::Write;

use sixmm_ext::{Client, Decimal};

pub(crate) async fn run(client: &Client, symbol: &str, leverage: i32, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    client.market().rules(symbol).await?.check_leverage(Decimal::from(leverage))?;
    let settings = client.positions().settings(symbol).send().await?;
    if settings.leverage == leverage {
        writeln!(out, "{symbol} has a leverage of {leverage} already")?;
        return Ok(());
    }
    // A second time leaves the same state, so a lost answer is simply asked for again.
    let set = client.positions().set_leverage(symbol, leverage).send().await?;
    writeln!(out, "{symbol} had a leverage of {}, and has {} now", settings.leverage, set.leverage)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", 10, &mut std::io::stdout()).await
}
