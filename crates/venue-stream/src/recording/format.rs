//! The parts of a line.

use std::borrow::Cow;
use std::time::Duration;

use crate::MonotonicTime;

pub(super) const HEADER: &str = "venue-stream recording 1";

/// Writes a text on one line.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if text.contains(['\n', '\r', '\\']) {
        Cow::Owned(text.replace('\\', r"\\").replace('\n', r"\n").replace('\r', r"\r"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Reads a text that [`escape`] wrote. `None` if a backslash is followed by another character.
pub(super) fn unescape(text: &str) -> Option<Cow<'_, str>> {
    if memchr::memchr(b'\\', text.as_bytes()).is_none() {
        return Some(Cow::Borrowed(text));
    }
    let mut unescaped = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        unescaped.push(match character {
            '\\' => match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(unescaped))
}

pub(super) fn print_time(time: MonotonicTime) -> String {
    let duration = time.as_duration();
    format!("{}.{:09}", duration.as_secs(), duration.subsec_nanos())
}

pub(super) fn parse_time(text: &str) -> Option<MonotonicTime> {
    let (secs, nanos) = text.split_once('.')?;
    let nanos = (nanos.len() == 9).then(|| nanos.parse().ok())??;
    Some(MonotonicTime::from_start(Duration::new(secs.parse().ok()?, nanos)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_written_on_one_line() {
        assert_eq!(escape("{\n\t\"a\": \"\\u00e9\"\r}"), r#"{\n	"a": "\\u00e9"\r}"#);
        assert_eq!(unescape(r"a\x"), None);
        assert_eq!(unescape(r"a\"), None);
    }

    #[test]
    fn a_time_has_nine_decimals() {
        let time = MonotonicTime::from_start(Duration::new(12, 345));
        assert_eq!(print_time(time), "12.000000345");
        assert_eq!(parse_time("12.000000345"), Some(time));
        assert_eq!(parse_time("12.5"), None);
        assert_eq!(parse_time("12"), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_text_is_read_as_it_was_written(text in r"([a-z\n\r\\é]|\PC){0,50}") {
            let line = escape(&text);
            prop_assert!(!line.contains('\n'));
            let unescaped = unescape(&line);
            prop_assert_eq!(unescaped.as_deref(), Some(text.as_str()));
        }
    }
}
