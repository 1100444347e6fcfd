//! The settings of the state machine.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use venue_core::UnixMillis;

/// How often the state is read over REST.
///
/// A part is read when a message announces a change, but at most once per [`min_interval`](Self::min_interval). Single orders are queried at
/// most once per [`query_interval`](Self::query_interval) in total. With the defaults, the four parts are read 8 times per second at most, and
/// 5 single orders are queried per second. A list of several pages needs a request for each page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserStateSettings {
    /// The interval of complete readings without a loss of trust: 30 seconds by default.
    pub slow_interval: Duration,
    /// The shortest interval between the starts of two readings of the same part: 500 ms by default.
    pub min_interval: Duration,
    /// The shortest interval between the starts of two queries of single orders: 200 ms by default.
    pub query_interval: Duration,
    /// Fills that were made before this time are not reported. While the time is not known (`None`), no fills are read:
    /// [`Input::FillsSince`](super::Input::FillsSince) sets the time.
    pub fills_since: Option<UnixMillis>,
    /// How much earlier than the last known fill each reading of fills begins, so that rows that appear late are found: 60 seconds by
    /// default.
    pub fills_overlap: Duration,
}

impl UserStateSettings {
    /// The default intervals. Reports fills that were made at this time or later.
    #[must_use]
    pub fn new(fills_since: UnixMillis) -> Self {
        Self {
            slow_interval: Duration::from_secs(30),
            min_interval: Duration::from_millis(500),
            query_interval: Duration::from_millis(200),
            fills_since: Some(fills_since),
            fills_overlap: Duration::from_secs(60),
        }
    }
}
