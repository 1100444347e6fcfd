//! `EscapedText`: text from the network, escaped for a log or a terminal.

use std::fmt;

/// Prints a text from the network on one line. Control characters and invisible characters are escaped, and a long text is cut off at a
/// limit.
///
/// `EscapedText` does not remove secrets. [`Interceptor::redact`](crate::Interceptor::redact) removes them.
///
/// ```
/// use venue_core::EscapedText;
///
/// assert_eq!(EscapedText::new("two\nlines").to_string(), r"two\nlines");
/// assert_eq!(EscapedText::new("BTCUSDT").with_limit(3).to_string(), "BTC…");
/// ```
#[derive(Clone, Copy)]
pub struct EscapedText<'a> {
    text: &'a str,
    limit: usize,
}

impl<'a> EscapedText<'a> {
    /// Prints at most 200 characters of the text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, limit: 200 }
    }

    /// Sets the number of characters that are printed.
    #[must_use]
    pub fn with_limit(self, characters: usize) -> Self {
        Self { limit: characters, ..self }
    }
}

impl fmt::Display for EscapedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.text.chars().take(self.limit) {
            if matches!(character, '"' | '\'' | '\\') {
                write!(f, "{character}")?;
            } else {
                // Includes characters without a width and those that change the writing direction.
                write!(f, "{}", character.escape_debug())?;
            }
        }
        if self.text.chars().nth(self.limit).is_some() {
            f.write_str("…")?;
        }
        Ok(())
    }
}

impl fmt::Debug for EscapedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_invisible_characters_are_escaped() {
        let check = |text: &str, printed: &str| assert_eq!(EscapedText::new(text).to_string(), printed);
        check("X\n\u{1b}[31m", r"X\n\u{1b}[31m");
        check("\u{202e}DESREVER\u{200b}", r"\u{202e}DESREVER\u{200b}");
        check(r#"it's "quoted" \ Ünïcode 币"#, r#"it's "quoted" \ Ünïcode 币"#);
    }

    #[test]
    fn a_long_text_is_cut_off_at_the_limit() {
        let printed = EscapedText::new(&"é".repeat(100_000)).to_string();
        assert_eq!(printed, format!("{}…", "é".repeat(200)));
        assert_eq!(EscapedText::new(&"é".repeat(200)).to_string(), "é".repeat(200));
    }
}
