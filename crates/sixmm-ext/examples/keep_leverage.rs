//! Sets the leverage of a contract, unless the contract already has that leverage.
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
        writeln!(out, "{symbol} already has a leverage of {leverage}")?;
        return Ok(());
    }
    // Setting the leverage is idempotent, so the client repeats the request if the response is lost.
    let set = client.positions().set_leverage(symbol, leverage).send().await?;
    writeln!(out, "{symbol}: leverage changed from {} to {}", settings.leverage, set.leverage)?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, "BTCUSDT", 10, &mut std::io::stdout()).await
}
