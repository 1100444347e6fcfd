//! A scanner for the usual compact form of depth messages in JSON.

use super::digits::Digits;
use super::{Depth, Level};
use crate::BookSide;
use crate::number::Number;

/// Scans compact JSON without escape sequences, which is the form in which exchanges send depth messages.
///
/// The scanner is several times as fast as a JSON library, because it reads eight characters of a price or a quantity at once. It supports
/// only a part of JSON: one space after the colon of a field but no other whitespace, no escape sequences, and levels of exactly two texts.
/// Each method returns `None` for any other text. A [`DepthDecoder`](crate::DepthDecoder) then [clears](Depth::clear) the depth and decodes
/// the message with a JSON library. The scanner never accepts a text that is not JSON, if the decoder reads the complete message and [`is_at_end`](Self::is_at_end) is `true`.
///
/// ```
/// use venue_book::{BookSide, Depth, Scanner};
///
/// fn scan(message: &str, depth: &mut Depth) -> Option<()> {
///     let mut scanner = Scanner::new(message);
///     let mut key = scanner.first_key()?;
///     loop {
///         match key {
///             "version" => depth.version = Some(scanner.integer()?),
///             "bids" => scanner.levels(BookSide::Bids, depth)?,
///             "asks" => scanner.levels(BookSide::Asks, depth)?,
///             _ => return None,
///         }
///         match scanner.next_key()? {
///             Some(next) => key = next,
///             None => return scanner.is_at_end().then_some(()),
///         }
///     }
/// }
///
/// let mut depth = Depth::new();
/// let message = r#"{"version":17,"bids":[["42000.1","0.5"]],"asks":[]}"#;
/// assert_eq!(scan(message, &mut depth), Some(()));
/// assert_eq!((depth.version, depth.bids().count()), (Some(17), 1));
/// assert_eq!(scan(r#"{ "version": 17 }"#, &mut depth), None);
/// ```
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of a message.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// Whether the complete text has been read.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        self.position == self.text.len()
    }

    /// Reads the beginning of an object with at least one field, and the field's name.
    #[must_use]
    pub fn first_key(&mut self) -> Option<&'a str> {
        self.expect(b'{')?;
        self.key()
    }

    /// Reads the name of the next field, or the end of the object as `Some(None)`.
    #[must_use]
    pub fn next_key(&mut self) -> Option<Option<&'a str>> {
        match self.next()? {
            b',' => self.key().map(Some),
            b'}' => Some(None),
            _ => None,
        }
    }

    fn key(&mut self) -> Option<&'a str> {
        let key = self.string()?;
        self.expect(b':')?;
        if self.bytes().get(self.position) == Some(&b' ') {
            self.position += 1;
        }
        Some(key)
    }

    /// Reads a text.
    #[must_use]
    pub fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let start = self.position;
        loop {
            match self.next()? {
                b'"' => return self.text.get(start..self.position - 1),
                // JSON has no unescaped control characters.
                b'\\' | 0..0x20 => return None,
                _ => {}
            }
        }
    }

    /// Reads a number that is a `u64`.
    #[must_use]
    pub fn integer(&mut self) -> Option<u64> {
        let start = self.position;
        while self.bytes().get(self.position).is_some_and(u8::is_ascii_digit) {
            self.position += 1;
        }
        let digits = self.text.get(start..self.position)?;
        // JSON has no leading zeros.
        if digits.len() > 1 && digits.starts_with('0') { None } else { digits.parse().ok() }
    }

    /// Reads a list of levels such as `[["42000.1","0.5"]]` into one side.
    #[must_use]
    pub fn levels(&mut self, side: BookSide, depth: &mut Depth) -> Option<()> {
        let levels = match side {
            BookSide::Bids => &mut depth.bids,
            BookSide::Asks => &mut depth.asks,
        };
        self.expect(b'[')?;
        if self.bytes().get(self.position) == Some(&b']') {
            self.position += 1;
            return Some(());
        }
        let (text, mut position) = (self.text, self.position);
        loop {
            // Each branch appends its level, because a level that comes from one of several branches would be copied twice.
            if let Some((level, end)) = level(text, position, Digits::short) {
                levels.push(level);
                position = end;
            } else if let Some((level, end)) = level(text, position, Digits::long) {
                levels.push(level);
                position = end;
            } else {
                let (level, end) = any_level(text, position)?;
                levels.push(level);
                position = end;
            }
            let separator = *text.as_bytes().get(position)?;
            position += 1;
            match separator {
                b',' => {}
                b']' => break,
                _ => return None,
            }
        }
        self.position = position;
        Some(())
    }

    #[inline]
    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = *self.bytes().get(self.position)?;
        self.position += 1;
        Some(byte)
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }
}

/// The position after these bytes, if they are the next ones.
#[inline]
fn skip<const N: usize>(text: &str, position: usize, expected: [u8; N]) -> Option<usize> {
    let next: &[u8; N] = text.as_bytes().get(position..)?.first_chunk()?;
    (*next == expected).then_some(position + N)
}

/// Reads a level such as `["42000.1","0.5"]` whose numbers are read by `read`. Returns the position after the level as well.
#[inline]
fn level(text: &str, start: usize, read: impl Fn(&[u8]) -> Option<Digits>) -> Option<(Level, usize)> {
    let bytes = text.as_bytes();
    let start = skip(text, start, *b"[\"")?;
    let price = read(bytes.get(start..)?)?;
    let start = skip(text, start + price.length, *b"\",\"")?;
    let quantity = read(bytes.get(start..)?)?;
    let end = skip(text, start + quantity.length, *b"\"]")?;
    Some((Level { price: price.number()?, quantity: quantity.number()? }, end))
}

/// Reads a level with any numbers.
#[inline(never)]
fn any_level(text: &str, start: usize) -> Option<(Level, usize)> {
    let number = |start: usize| {
        let rest = text.get(start..)?;
        let length = rest.find('"')?;
        Some((Number::parse(rest.get(..length)?)?, start + length))
    };
    let (price, end) = number(skip(text, start, *b"[\"")?)?;
    let (quantity, end) = number(skip(text, end, *b"\",\"")?)?;
    let end = skip(text, end, *b"\"]")?;
    (!quantity.is_negative()).then_some((Level { price, quantity }, end))
}
