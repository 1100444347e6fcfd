//! The `Retry-After` header.

use std::time::Duration;

use venue_core::UnixMillis;
use venue_core::reqwest::header::{HeaderMap, RETRY_AFTER};

/// The pause for a `Retry-After` that cannot be read. The pause is not zero, because a server that sends the header asks for a pause.
const UNREADABLE: Duration = Duration::from_secs(5);

/// The pause that the server asks for with `Retry-After` (RFC 9110): a number of seconds, rounded up, or the time until a date. A malformed
/// value counts as [`UNREADABLE`]. If there are several headers, the result is the longest pause. `None` if there is no header.
///
/// RFC 9110 allows only whole seconds, but `2.5`, `2s` and `1e9` are also accepted, because servers send them. The result has no upper
/// limit, so the caller must limit it.
pub(crate) fn retry_after(headers: &HeaderMap, now: UnixMillis) -> Option<Duration> {
    headers.get_all(RETRY_AFTER).iter().map(|value| value.to_str().ok().and_then(|text| pause(text, now)).unwrap_or(UNREADABLE)).max()
}

/// The number of seconds in an exchange's own header, such as the length of the window of a rate limit, rounded up to whole seconds. The
/// same numbers as in `Retry-After` are accepted: `120`, `2.5`, `2s` and `1e9`. If there are several headers, the result is the longest
/// time. `None` if no header contains a number greater than zero.
#[must_use]
pub fn seconds_header(headers: &HeaderMap, name: &str) -> Option<Duration> {
    headers.get_all(name).iter().filter_map(|value| seconds(value.to_str().ok()?.trim())).max().filter(|time| !time.is_zero())
}

fn pause(text: &str, now: UnixMillis) -> Option<Duration> {
    let text = text.trim();
    if let Some(seconds) = seconds(text) {
        return Some(seconds);
    }
    let date = UnixMillis::from(httpdate::parse_http_date(text).ok()?);
    let milliseconds = date.as_millis().saturating_sub(now.as_millis());
    Some(Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0)))
}

/// `120`, `2.5`, `2s`, `1e9`: rounded up to whole seconds.
fn seconds(text: &str) -> Option<Duration> {
    let number = text.strip_suffix(['s', 'S']).unwrap_or(text).trim_end();
    // The parser also accepts a sign and the words `inf` and `nan`.
    let is_number = number.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    let seconds: f64 = number.parse().ok().filter(|_| is_number)?;
    Some(Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use venue_core::reqwest::header::HeaderValue;

    use super::*;

    fn check(value: &'static str, expected: Option<u64>) {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().expect("a header's value"));
        // 1994-11-06T08:49:00Z
        let now = UnixMillis::new(784_111_740_000);
        assert_eq!(retry_after(&headers, now), expected.map(Duration::from_millis), "{value}");
    }

    #[test]
    fn seconds_and_every_form_of_a_date_are_read() {
        check("0", Some(0));
        check(" 120 ", Some(120_000));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(37_000));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(37_000));
        check("Sun Nov  6 08:49:37 1994", Some(37_000));
    }

    #[test]
    fn a_date_in_the_past_is_no_pause() {
        check("Sun, 06 Nov 1994 08:00:00 GMT", Some(0));
    }

    #[test]
    fn fractions_units_and_exponents_are_rounded_up_to_seconds() {
        check("2.5", Some(3000));
        check("0.001", Some(1000));
        check(".5", Some(1000));
        check("2.0", Some(2000));
        check("2s", Some(2000));
        check("1.5 s", Some(2000));
        check("1e9", Some(1_000_000_000_000));
        check("1E+1", Some(10_000));
    }

    #[test]
    fn a_number_that_no_duration_can_hold_is_the_longest_pause() {
        for value in ["1e400", "99999999999999999999"] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header's value"));
            assert_eq!(retry_after(&headers, UnixMillis::new(0)), Some(Duration::MAX), "{value}");
        }
    }

    #[test]
    fn a_malformed_value_is_a_pause_of_five_seconds() {
        for value in ["soon", "-1", "", "inf", "NaN", "500ms", "2,5", "Sun, 06 Nov"] {
            check(value, Some(5000));
        }
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(b"\xff").expect("a header's value"));
        assert_eq!(retry_after(&headers, UnixMillis::new(0)), Some(UNREADABLE));
    }

    #[test]
    fn the_longest_number_of_an_exchanges_own_header_counts() {
        let longest = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("x-window", value.parse().expect("a header's value"));
            }
            seconds_header(&headers, "x-window").map(|time| time.as_secs())
        };
        for value in ["10", " 10 ", "10.0", "10s", "1e1", "9.5"] {
            assert_eq!(longest(&[value]), Some(10), "{value}");
        }
        assert_eq!(longest(&["2", "soon", "10", "0"]), Some(10));
        for unusable in [&["0"][..], &["-1"], &["NaN"], &["soon"], &[""], &[]] {
            assert_eq!(longest(unusable), None, "{unusable:?}");
        }
    }

    #[test]
    fn without_the_header_there_is_no_pause_and_the_longest_of_several_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(retry_after(&headers, UnixMillis::new(0)), None);
        for value in ["7", "soon", "30"] {
            headers.append(RETRY_AFTER, value.parse().expect("a header's value"));
        }
        assert_eq!(retry_after(&headers, UnixMillis::new(0)), Some(Duration::from_secs(30)));
    }
}
