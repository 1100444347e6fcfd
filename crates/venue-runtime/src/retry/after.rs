//! The server's own word on when to come back.

use std::time::Duration;

use venue_core::UnixMillis;
use venue_core::reqwest::header::{HeaderMap, RETRY_AFTER};

/// What a `Retry-After` that cannot be read counts as: a server that sends one wants a pause.
const UNREADABLE: Duration = Duration::from_secs(5);

/// How long the server wants to be left alone, by `Retry-After` (RFC 9110): a date, or a number of seconds, rounded up. `None` if there is none;
/// of several, the longest. [`UNREADABLE`] if it is neither.
///
/// RFC 9110 allows whole seconds only. Servers send `2.5`, `2s` and `1e9` as well. Whoever uses this limits what an absurd value can do.
pub(crate) fn retry_after(headers: &HeaderMap, now: UnixMillis) -> Option<Duration> {
    headers.get_all(RETRY_AFTER).iter().map(|value| value.to_str().ok().and_then(|text| pause(text, now)).unwrap_or(UNREADABLE)).max()
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
    // Neither a sign nor the words `inf` and `nan`, which are numbers to the parser.
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
    fn a_number_beyond_any_time_is_the_longest_pause() {
        for value in ["1e400", "99999999999999999999"] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, value.parse().expect("a header's value"));
            assert_eq!(retry_after(&headers, UnixMillis::new(0)), Some(Duration::MAX), "{value}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_pause_of_five_seconds() {
        for value in ["soon", "-1", "", "inf", "NaN", "500ms", "2,5", "Sun, 06 Nov"] {
            check(value, Some(5000));
        }
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(b"\xff").expect("a header's value"));
        assert_eq!(retry_after(&headers, UnixMillis::new(0)), Some(UNREADABLE));
    }

    #[test]
    fn without_the_header_there_is_none_and_of_several_the_longest_counts() {
        let mut headers = HeaderMap::new();
        assert_eq!(retry_after(&headers, UnixMillis::new(0)), None);
        for value in ["7", "soon", "30"] {
            headers.append(RETRY_AFTER, value.parse().expect("a header's value"));
        }
        assert_eq!(retry_after(&headers, UnixMillis::new(0)), Some(Duration::from_secs(30)));
    }
}
