//! When the attempts of a write were handed to the network, and with which timestamps they were signed.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sixmm_api::UnixMillis;
use venue_core::{SendObserver, reqwest::Request};

use crate::Client;

/// How far a timestamp may be from the server's clock: the server refuses a request whose timestamp is further off.
///
/// Documentation: <https://docs.6mm.com/developer-api/request-signing>
const SIGNATURE_WINDOW: Duration = Duration::from_secs(10);

/// No attempt yet.
const NONE: i64 = i64::MIN;

/// The attempts of one write, and of the cancellations that repeat it. The pipeline of the call reports each request to it immediately before
/// the request is sent, so the log is complete even if the future of the write is dropped.
#[derive(Debug)]
pub(crate) struct SendLog {
    sent_at: AtomicI64,
    timestamp: AtomicI64,
    client: Client,
}

impl SendLog {
    pub(crate) fn new(client: &Client) -> Self {
        Self { sent_at: AtomicI64::new(NONE), timestamp: AtomicI64::new(NONE), client: client.clone() }
    }

    /// A log that continues a saved one.
    pub(super) fn resumed(client: &Client, sent_at: Option<UnixMillis>, timestamp: Option<UnixMillis>) -> Self {
        let log = Self::new(client);
        log.sent_at.store(sent_at.map_or(NONE, UnixMillis::as_millis), Ordering::Relaxed);
        log.timestamp.store(timestamp.map_or(NONE, UnixMillis::as_millis), Ordering::Relaxed);
        log
    }

    /// When the last attempt was sent, by the server's clock as far as it was known then.
    pub(super) fn sent_at(&self) -> Option<UnixMillis> {
        some(self.sent_at.load(Ordering::Relaxed))
    }

    /// The largest timestamp that was signed.
    pub(super) fn last_timestamp(&self) -> Option<UnixMillis> {
        some(self.timestamp.load(Ordering::Relaxed))
    }

    /// From when on, by the server's clock, the exchange refuses every request that was sent, because its signature is too old: the largest
    /// timestamp, plus the window of 10 seconds, plus the error of the clock's estimate. `None` without a signature, and as long as the
    /// server's clock was never read.
    pub(super) fn expires_at(&self) -> Option<UnixMillis> {
        let error = self.client.clock().uncertainty()?;
        let margin = SIGNATURE_WINDOW.saturating_add(error).as_millis();
        Some(UnixMillis::new(self.last_timestamp()?.as_millis().saturating_add(i64::try_from(margin).unwrap_or(i64::MAX))))
    }

    /// How long it is until then; zero if it is past.
    pub(super) fn until_expiry(&self) -> Option<Duration> {
        let left = self.expires_at()?.as_millis().saturating_sub(self.client.server_now().as_millis());
        // The request is refused once the clock is past that millisecond.
        Some(u64::try_from(left).map_or(Duration::ZERO, |left| Duration::from_millis(left.saturating_add(1))))
    }

    fn note(&self, request: &Request) {
        self.sent_at.store(self.client.server_now().as_millis(), Ordering::Relaxed);
        if !request.headers().contains_key("x-api-key") {
            return;
        }
        let timestamp = request.url().query_pairs().find(|(name, _)| name == "timestamp").and_then(|(_, value)| value.parse().ok());
        if let Some(timestamp) = timestamp {
            self.timestamp.fetch_max(timestamp, Ordering::Relaxed);
        }
    }
}

impl SendObserver for SendLog {
    fn on_send(&self, request: &Request) {
        self.note(request);
    }
}

fn some(millis: i64) -> Option<UnixMillis> {
    (millis != NONE).then(|| UnixMillis::new(millis))
}
