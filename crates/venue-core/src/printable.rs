//! Text from the network, made fit for a log.

use std::fmt;

/// Text from the network in a log: on one line, with control characters and invisible ones escaped, and not longer than a limit.
///
/// It takes no secrets out of the text: [`Interceptor::redact`](crate::Interceptor::redact) does.
///
/// ```
/// use venue_core::Printable;
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
}
