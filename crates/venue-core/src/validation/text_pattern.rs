//! `TextPattern`: a documented pattern of a text, checked without a library for regular expressions.

/// A pattern that each character of a text must match, such as `^[A-Za-z0-9]{1,32}$`.
///
/// ```
/// use venue_core::{TextPattern, ValidationErrors};
///
/// const LABEL: TextPattern =
///     TextPattern::new("^[a-z]{1,8}$", &[('a', 'z')]).with_length(Some(1), Some(8));
/// let mut errors = ValidationErrors::new();
/// errors.pattern("label", "main 1", &LABEL);
/// assert_eq!(
///     errors.to_string(),
///     "`label` has a character at position 5 that the pattern \
///      `^[a-z]{1,8}$` does not allow"
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextPattern {
    pub(super) text: &'static str,
    ranges: &'static [(char, char)],
    pub(super) minimum: Option<u64>,
    pub(super) maximum: Option<u64>,
}

impl TextPattern {
    /// Creates a pattern from the documented regular expression and the ranges of its character class. Both ends of a range are inclusive.
    #[must_use]
    pub const fn new(text: &'static str, ranges: &'static [(char, char)]) -> Self {
        Self { text, ranges, minimum: None, maximum: None }
    }

    /// Sets the smallest and the largest number of characters. Both are inclusive.
    #[must_use]
    pub const fn with_length(mut self, minimum: Option<u64>, maximum: Option<u64>) -> Self {
        (self.minimum, self.maximum) = (minimum, maximum);
        self
    }

    /// The documented regular expression.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.text
    }

    /// The position of the first character that is not in the class, counted from 1.
    pub(super) fn first_mismatch(&self, text: &str) -> Option<u64> {
        let is_allowed = |character: char| self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&character));
        (1..).zip(text.chars()).find(|(_, character)| !is_allowed(*character)).map(|(position, _)| position)
    }
}
