//! Text from the network, made fit for a log.

use std::fmt;

/// Text from the network in a log: on one line, with control characters and invisible ones escaped, and not longer than a limit.
///
/// It takes no secrets out of the text: [`Interceptor::conceal`](crate::Interceptor::conceal) does.
///
/// ```
/// use sixmm_core::Printable;
///
/// assert_eq!(Printable::new("two\nlines").to_string(), r"two\nlines");
/// assert_eq!(Printable::new("BTCUSDT").with_limit(3).to_string(), "BTC…");
/// ```
#[derive(Clone, Copy)]
pub struct Printable<'a> {
    text: &'a str,
    limit: usize,
}

impl<'a> Printable<'a> {
    /// At most 200 characters of the text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, limit: 200 }
    }

    /// At most so many characters of the text.
    #[must_use]
    pub fn with_limit(self, characters: usize) -> Self {
        Self { limit: characters, ..self }
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.text.chars().take(self.limit) {
            if matches!(character, '"' | '\'' | '\\') {
                write!(f, "{character}")?;
            } else {
                // Also what changes the direction of writing, or has no width.
                write!(f, "{}", character.escape_debug())?;
            }
        }
        if self.text.chars().nth(self.limit).is_some() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Serde's message without the value that it quotes: ``invalid type: string "hunter2", expected i64`` → `invalid type: string, expected i64`.
pub(crate) fn without_values(message: &str) -> String {
    let Some(expected) = message.rfind(", expected ") else {
        return message.to_owned();
    };
    let start = ["invalid type: ", "invalid value: ", "invalid length "]
        .iter()
        .filter_map(|intro| message.find(intro).map(|at| at + intro.len()))
        .min()
        .unwrap_or(expected);
    let kind = message.get(start..expected).unwrap_or_default();
    let named = kind.find(['"', '`']).map_or(kind, |quote| kind[..quote].trim_end());
    format!("{}{named}{}", &message[..start], &message[expected..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        let check = |text: &str, printed: &str| assert_eq!(Printable::new(text).to_string(), printed);
        check("X\n\u{1b}[31m", r"X\n\u{1b}[31m");
        check("\u{202e}DESREVER\u{200b}", r"\u{202e}DESREVER\u{200b}");
        check(r#"it's "quoted" \ Ünïcode 币"#, r#"it's "quoted" \ Ünïcode 币"#);
    }

    #[test]
    fn a_long_text_is_shortened() {
        let printed = Printable::new(&"é".repeat(100_000)).to_string();
        assert_eq!(printed, format!("{}…", "é".repeat(200)));
        assert_eq!(Printable::new(&"é".repeat(200)).to_string(), "é".repeat(200));
    }

    #[test]
    fn decode_messages_do_not_repeat_values() {
        let check = |from: &str, to: &str| assert_eq!(without_values(from), to);
        check(
            r#"in `data`: in `accessExpire`: invalid type: string "hunter2", expected i64 at line 1 column 5"#,
            "in `data`: in `accessExpire`: invalid type: string, expected i64 at line 1 column 5",
        );
        check("invalid type: integer `12`, expected a list", "invalid type: integer, expected a list");
        check(r#"invalid value: string "a, expected b", expected c"#, "invalid value: string, expected c");
        check("invalid type: map, expected a string", "invalid type: map, expected a string");
        check("missing field `symbol`", "missing field `symbol`");
    }
}
