//! The server's own word on when to come back.

use std::time::Duration;

use sixmm_core::UnixMillis;
use sixmm_core::reqwest::header::{HeaderMap, RETRY_AFTER};

/// How long the server wants to be left alone, by `Retry-After` (RFC 9110): a number of seconds, or a date. `None` if it does not say, or
/// nothing that can be read.
pub(crate) fn retry_after(headers: &HeaderMap, now: UnixMillis) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = UnixMillis::from(httpdate::parse_http_date(text).ok()?);
    let milliseconds = date.as_millis().saturating_sub(now.as_millis());
    Some(Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &'static str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().expect("a header's value"));
        // 1994-11-06T08:49:00Z
        let now = UnixMillis::new(784_111_740_000);
        assert_eq!(retry_after(&headers, now), expected.map(Duration::from_millis), "{value}");
    }

    #[test]
    fn seconds_and_every_form_of_a_date_are_understood() {
        check("0", Some(0));
        check(" 120 ", Some(120_000));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(37_000));
        check("Sun Nov  6 08:49:37 1994", Some(37_000));
    }

    #[test]
    fn a_date_that_has_passed_means_now() {
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
    }

    #[test]
    fn what_cannot_be_read_is_as_if_it_were_not_there() {
        check("soon", None);
        check("-1", None);
        check("1.5", None);
        check("", None);
        assert_eq!(retry_after(&HeaderMap::new(), UnixMillis::new(0)), None);
    }
}
