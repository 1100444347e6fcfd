//! Prints the best prices of a contract whenever they change, and whether the order book is live. Needs no credentials.
//!
//! The exchange does not document how the versions of two depth messages are related, so the book is not live unless a program names the
//! rule. The rules are `next` (first version = previous version + 1) and `previous` (first version = previous version). The local exchange
//! has the rule `next` by default.
//!
//! ```text
//! cargo run -p sixmm-ext --features streams --example print_book
//! SIXMM_BASE_URL=http://localhost:8080 cargo run -p sixmm-ext --features streams --example print_book -- next
//! ```

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use sixmm_ext::Client;
use sixmm_ext::streams::{BookEvent, VersionRule};

/// Ends after this number of lines with prices.
pub(crate) async fn run(
    client: &Client,
    symbol: &str,
    rule: Option<VersionRule>,
    count: usize,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let mut settings = client.streams().book(symbol).stale_after(Duration::from_secs(60));
    if let Some(rule) = rule {
        settings = settings.continuity(rule);
    }
    let mut book = settings.subscribe()?;
    let (mut printed, mut lines) = (None, 0);
    while lines < count {
        match book.changed().await {
            BookEvent::Lost(reason) => writeln!(out, "not to be trusted: {reason}")?,
            BookEvent::Unverified => writeln!(out, "subscribed again too often: the rule is probably wrong, or messages are lost")?,
            BookEvent::Closed => break,
            _ => {
                let last_known = book.last_known();
                let is_live = last_known.status().trust.is_ok();
                let (Some(bid), Some(ask)) = (last_known.best_bid(), last_known.best_ask()) else { continue };
                if printed != Some((bid, ask, is_live)) {
                    let trust = if is_live { "live" } else { "not verified" };
                    writeln!(out, "{symbol} bid {} × {}  ask {} × {}  {trust}", bid.price, bid.quantity, ask.price, ask.quantity)?;
                    lines += 1;
                }
                printed = Some((bid, ask, is_live));
            }
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let rule = match std::env::args().nth(1).as_deref() {
        None => None,
        Some("next") => Some(VersionRule::FirstFollowsPrevious),
        Some("previous") => Some(VersionRule::FirstEqualsPrevious),
        Some(other) => return Err(format!("`{other}` is neither `next` nor `previous`").into()),
    };
    run(&Client::from_env()?, "BTCUSDT", rule, 100, &mut std::io::stdout()).await
}
