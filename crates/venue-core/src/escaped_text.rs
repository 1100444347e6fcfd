//! `EscapedText`: text from the network, escaped for a log or a terminal.

use std::borrow::Cow;
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

    /// The escaped text. Borrowed if nothing has to be escaped or cut off, as for most ids.
    #[must_use]
    pub fn into_cow(self) -> Cow<'a, str> {
        if self.text.len() <= self.limit && self.text.chars().all(is_printed_unchanged) {
            Cow::Borrowed(self.text)
        } else {
            Cow::Owned(self.to_string())
        }
    }
}

impl fmt::Display for EscapedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.text.char_indices().nth(self.limit).map(|(end, _)| end);
        let mut rest = &self.text[..end.unwrap_or(self.text.len())];
        while let Some(start) = rest.find(|character| !is_printed_unchanged(character)) {
            let (unchanged, escaped) = rest.split_at(start);
            f.write_str(unchanged)?;
            let mut characters = escaped.chars();
            if let Some(character) = characters.next() {
                // Includes characters without a width and those that change the writing direction.
                write!(f, "{}", character.escape_debug())?;
            }
            rest = characters.as_str();
        }
        f.write_str(rest)?;
        f.write_str(if end.is_some() { "…" } else { "" })
    }
}

/// Printable ASCII, with the quotes and the backslash that `escape_debug` escapes.
fn is_printed_unchanged(character: char) -> bool {
    matches!(character, ' '..='~')
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
        let check = |text: &str, printed: &str| {
            assert_eq!(EscapedText::new(text).to_string(), printed);
            assert_eq!(EscapedText::new(text).into_cow(), printed);
        };
        check("req-7cad3113", "req-7cad3113");
        check("", "");
        check("X\n\u{1b}[31m", r"X\n\u{1b}[31m");
        check("\u{202e}DESREVER\u{200b}", r"\u{202e}DESREVER\u{200b}");
        check(r#"it's "quoted" \ Ünïcode 币"#, r#"it's "quoted" \ Ünïcode 币"#);
    }

    #[test]
    fn a_long_text_is_cut_off_at_the_limit() {
        let printed = EscapedText::new(&"é".repeat(100_000)).to_string();
        assert_eq!(printed, format!("{}…", "é".repeat(200)));
        assert_eq!(EscapedText::new("BTCUSDT").with_limit(3).into_cow(), "BTC…");
        assert_eq!(EscapedText::new("BTCUSDT").with_limit(7).into_cow(), "BTCUSDT");
        assert_eq!(EscapedText::new(&"é".repeat(200)).to_string(), "é".repeat(200));
    }
}
