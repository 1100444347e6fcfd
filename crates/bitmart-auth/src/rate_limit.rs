//! The rate-limit headers of a response.

use std::time::Duration;

use venue_core::reqwest::header::HeaderMap;

/// How many requests of the current window were used, as the headers of a response report it. Stop before `used` exceeds `limit`, because
/// BitMart bans a caller that continues.
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
}

impl RateLimitUsage {
    /// Reads the headers of a response. `None` if one of the three documented headers is missing or is not a number.
    ///
    /// Example: limit 600, remaining 10 and reset 60 mean that 10 of the 600 requests that a minute allows were used.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<u32>().ok();
        Some(Self {
            limit: number("x-bm-ratelimit-limit")?,
            used: number("x-bm-ratelimit-remaining")?,
            window: Duration::from_secs(number("x-bm-ratelimit-reset")?.into()),
        })
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
        assert_eq!(usage, RateLimitUsage { limit: 600, used: 10, window: Duration::from_secs(60) });
    }

    #[test]
    fn incomplete_headers_report_nothing() {
        assert_eq!(read(&[("x-bm-ratelimit-limit", "600"), ("x-bm-ratelimit-reset", "60")]), None);
        assert_eq!(read(&[("x-bm-ratelimit-remaining", "-1"), ("x-bm-ratelimit-limit", "6"), ("x-bm-ratelimit-reset", "1")]), None);
    }
}
