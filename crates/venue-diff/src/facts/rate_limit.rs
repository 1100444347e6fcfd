//! The documented rate limit of an operation.

use std::fmt;

use venue_spec::tree::Node;

/// The documented maximum of requests in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests.
    pub requests: i64,
    /// The period in seconds.
    pub seconds: i64,
    /// The requests that the exchange counts together: `ip`, `key` or `user`.
    pub scope: String,
}

impl RateLimit {
    /// Reads an `x-venue-rate-limit`; `None` if it has an unknown form.
    pub(super) fn read(node: &Node) -> Option<Self> {
        let is_known = node.entries().iter().all(|entry| ["requests", "seconds", "scope"].contains(&entry.key.text.as_str()));
        let number = |key: &str| node.get(key)?.as_integer();
        let scope = node.get("scope").filter(|_| is_known)?.as_str()?.to_owned();
        Some(Self { requests: number("requests")?, seconds: number("seconds")?, scope })
    }

    /// Whether every program that respects the older limit also respects this limit. This is the case if this limit allows at least as many
    /// requests as the older limit allows in all of its periods that are needed to cover the period of this limit.
    ///
    /// For example, a program that sends at most 12 requests in 2 seconds also respects a limit of 24 requests in 4 seconds, because two
    /// periods of 2 seconds cover 4 seconds. The reverse is false, because a program that respects the limit of 24 requests in 4 seconds
    /// can send all 24 requests at once.
    pub(crate) fn is_implied_by(&self, old: &Self) -> bool {
        let (own, before) = (self.seconds.max(1), old.seconds.max(1));
        let periods = own.saturating_sub(1) / before + 1;
        self.scope == old.scope && self.requests >= old.requests.saturating_mul(periods)
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match self.scope.as_str() {
            "ip" => "IP address",
            "key" => "API key",
            other => other,
        };
        write!(f, "{} in {} s for each {scope}", self.requests, self.seconds)
    }
}
