//! The documented rate limit of an operation.

use std::fmt;

/// The number of requests that an exchange allows in a period, as its documentation states it for one operation.
///
/// ```
/// use venue_core::{RateLimit, RateLimitScope};
///
/// let limit = RateLimit::new(12, 2, RateLimitScope::Key);
/// assert_eq!(limit.to_string(), "12 requests in 2 seconds for each API key");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number of requests that are allowed in the period.
    pub requests: u32,
    /// The length of the period in seconds.
    pub seconds: u32,
    /// Whose requests are counted.
    pub scope: RateLimitScope,
}

impl RateLimit {
    /// Creates a rate limit of this number of requests in this number of seconds.
    #[must_use]
    pub const fn new(requests: u32, seconds: u32, scope: RateLimitScope) -> Self {
        Self { requests, seconds, scope }
    }
}

/// `12 requests in 2 seconds for each API key`
impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, seconds, scope } = self;
        let (request, second) = (if *requests == 1 { "request" } else { "requests" }, if *seconds == 1 { "second" } else { "seconds" });
        write!(f, "{requests} {request} in {seconds} {second} for each {scope}")
    }
}

/// Whose requests a rate limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RateLimitScope {
    /// All requests from one IP address.
    Ip,
    /// All requests with one API key.
    Key,
    /// All requests of one user, with any of the user's API keys.
    User,
}

impl fmt::Display for RateLimitScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ip => "IP address",
            Self::Key => "API key",
            Self::User => "user",
        })
    }
}
