//! The rate-limit headers of a response.

use std::time::Duration;

use bitmart_api::RateLimitScope;
use venue_core::reqwest::header::HeaderMap;

/// How many requests of the current window were used, as the headers of a response report it.
///
/// Documentation: <https://developer-pro.bitmart.com/en/spot/#rate-limit>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitUsage {
    /// `X-BM-RateLimit-Limit`: how many requests the window allows.
    pub limit: u32,
    /// `X-BM-RateLimit-Remaining`: how many requests of the window were already used, despite the header's name.
    pub used: u32,
    /// `X-BM-RateLimit-Reset`: the length of the window. The header contains seconds.
    pub window: Duration,
    /// `X-BM-RateLimit-Mode`: whose requests are counted together (`IP`, `KEY` or `UID`). The official client libraries read this header, but the documentation does not
    /// list it. `None` if the header is missing or has an unknown value.
    pub scope: Option<RateLimitScope>,
}

impl RateLimitUsage {
    /// Reads the headers of a response. `None` if one of the three documented headers is missing or is not a number.
    ///
    /// Example: limit 600, remaining 10 and reset 60 mean that 10 of the 600 requests that a minute allows were used.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let number = |name: &str| text(name)?.parse::<u32>().ok();
        let scope = match text("x-bm-ratelimit-mode") {
            Some("IP") => Some(RateLimitScope::Ip),
            Some("KEY") => Some(RateLimitScope::Key),
            Some("UID") => Some(RateLimitScope::User),
            _ => None,
        };
        Some(Self {
            limit: number("x-bm-ratelimit-limit")?,
            used: number("x-bm-ratelimit-remaining")?,
            window: Duration::from_secs(number("x-bm-ratelimit-reset")?.into()),
            scope,
        })
    }

    /// Whether more requests were used than the window allows. BitMart bans a caller that continues.
    #[must_use]
    pub fn is_exceeded(&self) -> bool {
        self.used > self.limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)]) -> Option<RateLimitUsage> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header's value"));
        }
        RateLimitUsage::from_headers(&map)
    }

    #[test]
    fn the_remaining_requests_of_the_documented_example_are_the_used_ones() {
        let documented = [("x-bm-ratelimit-remaining", "10"), ("x-bm-ratelimit-limit", "600"), ("x-bm-ratelimit-reset", "60")];
        let usage = read(&documented).expect("all headers");
        assert_eq!(usage, RateLimitUsage { limit: 600, used: 10, window: Duration::from_secs(60), scope: None });
        assert!(!usage.is_exceeded() && RateLimitUsage { used: 601, ..usage }.is_exceeded());
        let with_mode = [documented.as_slice(), &[("x-bm-ratelimit-mode", "KEY")]].concat();
        assert_eq!(read(&with_mode).and_then(|usage| usage.scope), Some(RateLimitScope::Key));
    }

    #[test]
    fn incomplete_headers_report_nothing() {
        assert_eq!(read(&[("x-bm-ratelimit-limit", "600"), ("x-bm-ratelimit-reset", "60")]), None);
        assert_eq!(read(&[("x-bm-ratelimit-remaining", "-1"), ("x-bm-ratelimit-limit", "6"), ("x-bm-ratelimit-reset", "1")]), None);
    }
}
