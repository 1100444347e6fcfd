//! Cancels all normal orders, and waits until none is open. The exchange accepts the request at once, and cancels the orders a little
//! later.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --example cancel_all
//! ```

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use sixmm_ext::{Client, Outcome};

pub(crate) async fn run(client: &Client, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let open = client.orders().open_orders().items().into_vec().await?.len();
    writeln!(out, "{open} orders are open")?;
    let mut outcome = client.orders().cancel_all().until_none_open(Duration::from_secs(12)).await;
    for _ in 0..3 {
        match outcome {
            Outcome::Accepted(()) => {
                writeln!(out, "no order is open any more")?;
                return Ok(());
            }
            Outcome::Rejected(error) => return Err(error.into()),
            Outcome::Unknown(unresolved) => {
                writeln!(out, "not finished yet: {}", unresolved.last_lookup())?;
                outcome = unresolved.reconcile().await;
            }
        }
    }
    Err("some orders are still open".into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&Client::from_env()?, &mut std::io::stdout()).await
}
