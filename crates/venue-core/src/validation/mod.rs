//! Checks of a request before it is sent, and their errors.
//!
//! A [`FieldError`] names one field of a request and the limit that the field violates. [`ValidationErrors`] collects all errors of the
//! request, so that the caller sees them at once. An error can contain the value of an enum, a number, or the length of a text, but never
//! the text itself, which may be a password.

mod field_error;
mod text_pattern;

use std::error::Error;
use std::fmt;

pub use field_error::{FieldError, FieldErrorKind};
pub use text_pattern::TextPattern;

use crate::wire::parse_canonical_integer;

/// A request, or a part of one, that can be checked before it is sent.
pub trait Validate {
    /// Adds an error for every violated documented limit. If [`ValidationErrors::with_inferred`] is set, adds an error for every violated
    /// inferred limit too.
    fn validate(&self, errors: &mut ValidationErrors);
}

/// All errors of a request, in the order of its fields. Empty if the request is valid.
///
/// The methods that check a value add an error if the value is not allowed. The parameter `field` is always the name of the field in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationErrors {
    errors: Vec<FieldError>,
    /// The path of the list item that is checked at present, such as `orders[2].`.
    prefix: String,
    checks_inferred: bool,
    skips_items: bool,
    /// Whether the limit that is checked at present is an inferred one.
    is_inferred: bool,
}

impl ValidationErrors {
    /// Creates an empty list. Only documented limits are checked with it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also checks the inferred limits, which the documentation does not state. For example, a field that every example request of the
    /// documentation contains is inferred to be required.
    #[must_use]
    pub fn with_inferred(mut self) -> Self {
        self.checks_inferred = true;
        self
    }

    /// Turns off the checks of list items: [`each`](Self::each) then does nothing. Use this for a request whose items were checked one by
    /// one, so that no item is checked twice.
    #[must_use]
    pub fn without_items(mut self) -> Self {
        self.skips_items = true;
        self
    }

    /// Runs the closure `check` if inferred limits are to be checked. Errors that the closure adds are marked as
    /// [inferred](FieldError::is_inferred).
    pub fn inferred(&mut self, check: impl FnOnce(&mut Self)) {
        if self.checks_inferred {
            let outer = std::mem::replace(&mut self.is_inferred, true);
            check(self);
            self.is_inferred = outer;
        }
    }

    /// Whether the request has no error.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The errors.
    #[must_use]
    pub fn as_slice(&self) -> &[FieldError] {
        &self.errors
    }

    /// Returns `Ok` if there is no error.
    ///
    /// # Errors
    ///
    /// Returns all errors.
    pub fn into_result(self) -> Result<(), Self> {
        if self.errors.is_empty() { Ok(()) } else { Err(self) }
    }

    /// Adds an error with this kind.
    pub fn add(&mut self, field: &str, kind: FieldErrorKind) {
        let field = format!("{}{field}", self.prefix);
        self.errors.push(FieldError { field, kind, is_inferred: self.is_inferred });
    }

    /// Adds an error of the kind [`FieldErrorKind::Other`].
    pub fn push(&mut self, field: &str, reason: impl Into<String>) {
        self.add(field, FieldErrorKind::Other { reason: reason.into() });
    }

    /// Adds all errors of another list.
    pub fn append(&mut self, other: Self) {
        for error in other.errors {
            self.add(&error.field, error.kind);
        }
    }

    /// Checks each item of a list. The errors of an item begin with `field[index].`.
    pub fn each<T: Validate>(&mut self, field: &str, items: &[T]) {
        if self.skips_items {
            return;
        }
        let outer = self.prefix.len();
        for (index, item) in items.iter().enumerate() {
            self.prefix.push_str(&format!("{field}[{index}]."));
            item.validate(self);
            self.prefix.truncate(outer);
        }
    }

    /// Checks the number of characters of a text. Both limits are inclusive.
    pub fn length(&mut self, field: &str, text: &str, minimum: Option<u64>, maximum: Option<u64>) {
        let characters = text.chars().count() as u64;
        if is_outside(characters, minimum, maximum) {
            self.add(field, FieldErrorKind::Length { characters, minimum, maximum });
        }
    }

    /// Checks the number of items of a list. Both limits are inclusive.
    pub fn count(&mut self, field: &str, items: usize, minimum: Option<u64>, maximum: Option<u64>) {
        let items = items as u64;
        if is_outside(items, minimum, maximum) {
            self.add(field, FieldErrorKind::Count { items, minimum, maximum });
        }
    }

    /// Checks an integer. Both limits are inclusive.
    pub fn range(&mut self, field: &str, value: impl Into<i64>, minimum: Option<i64>, maximum: Option<i64>) {
        let value = value.into();
        if is_outside(value, minimum, maximum) {
            self.add(field, FieldErrorKind::Range { value, minimum, maximum });
        }
    }

    /// Checks that a text, such as an id, is not empty.
    pub fn not_empty(&mut self, field: &str, text: &str) {
        if text.is_empty() {
            self.add(field, FieldErrorKind::Empty);
        }
    }

    /// Checks that a text matches a documented pattern: the number of its characters, and each character.
    pub fn pattern(&mut self, field: &str, text: &str, pattern: &TextPattern) {
        self.length(field, text, pattern.minimum, pattern.maximum);
        if let Some(position) = pattern.first_mismatch(text) {
            self.add(field, FieldErrorKind::Pattern { position, pattern: pattern.text });
        }
    }

    /// Checks that an id consists of digits and is an integer of 64 bits.
    pub fn integer_id(&mut self, field: &str, id: &str) {
        if id.is_empty() {
            self.add(field, FieldErrorKind::Empty);
        } else if id.starts_with('-') || parse_canonical_integer(id).is_none() {
            self.push(field, "is not an integer id: digits of at most 64 bits, without zeros at the beginning");
        }
    }

    /// Checks that the value of an enum is documented.
    pub fn documented(&mut self, field: &str, value: &impl fmt::Display, is_documented: bool, documented: &'static [&'static str]) {
        if !is_documented {
            self.add(field, FieldErrorKind::Undocumented { value: value.to_string(), documented });
        }
    }

    /// Checks that at least one of several fields is present. If none is present, the error names the first field.
    pub fn any_of(&mut self, fields: &[&str], present: &[bool]) {
        let is_reported = fields.iter().any(|field| self.has_error(field));
        if !present.contains(&true) && !is_reported {
            let (first, others) = fields.split_first().unwrap_or((&"", &[]));
            let others = others.iter().map(|other| format!("{}{other}", self.prefix)).collect();
            self.add(first, FieldErrorKind::MissingAlternative { others });
        }
    }

    /// Checks that exactly one of several fields is present. If none is present, the error names the first field. If several are present,
    /// the error names the first field of those that are present.
    pub fn one_of(&mut self, fields: &[&str], present: &[bool]) {
        self.any_of(fields, present);
        let mut set = fields.iter().zip(present).filter(|(_, is_present)| **is_present).map(|(field, _)| *field);
        let (first, others) = (set.next(), set.map(|other| format!("{}{other}", self.prefix)).collect::<Vec<_>>());
        if let Some(first) = first
            && !others.is_empty()
        {
            self.add(first, FieldErrorKind::Conflict { others });
        }
    }

    /// Adds an error if a required field is missing. `condition` is the part of the error's message that states when the field is required.
    /// The caller must check this condition before the call.
    pub fn required(&mut self, field: &str, is_present: bool, condition: &'static str) {
        // A value that could not be converted is absent, but is already reported with another error.
        if !is_present && !self.has_error(field) {
            self.add(field, FieldErrorKind::Missing { condition });
        }
    }

    /// Checks that a field is present that is always required.
    pub fn present(&mut self, field: &str, is_present: bool) {
        self.required(field, is_present, "");
    }

    fn has_error(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field.strip_prefix(&self.prefix) == Some(field))
    }
}

/// `` `limit` is 5000, at most 1000 allowed; `symbol` is required ``
impl fmt::Display for ValidationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl Error for ValidationErrors {}

fn is_outside<T: PartialOrd>(value: T, minimum: Option<T>, maximum: Option<T>) -> bool {
    minimum.is_some_and(|minimum| value < minimum) || maximum.is_some_and(|maximum| value > maximum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_contains_the_field_and_the_limit() {
        let mut errors = ValidationErrors::new();
        errors.length("username", "al", Some(3), Some(32));
        errors.range("limit", 5000, None, Some(1000));
        errors.count("ipWhitelist", 21, None, Some(20));
        errors.any_of(&["orderId", "clientOrderId"], &[false, false]);
        errors.documented("side", &"buy", false, &["BUY", "SELL"]);
        errors.required("price", false, "if `type` is LIMIT");
        errors.present("symbol", false);
        errors.not_empty("listenKey", "");
        errors.push("makerOnly", "is not for a market order");
        assert_eq!(
            errors.to_string(),
            "`username` has 2 characters, 3 to 32 allowed; `limit` is 5000, at most 1000 allowed; \
             `ipWhitelist` has 21 items, at most 20 allowed; `orderId` or `clientOrderId` is required; \
             `side` is `buy`, which is not documented; allowed: `BUY`, `SELL`; `price` is required if `type` is LIMIT; \
             `symbol` is required; `listenKey` is empty; `makerOnly` is not for a market order"
        );
        assert_eq!(*errors.as_slice()[1].kind(), FieldErrorKind::Range { value: 5000, minimum: None, maximum: Some(1000) });
    }

    #[test]
    fn an_inferred_limit_is_checked_only_on_request_and_marked() {
        let check = |mut errors: ValidationErrors| {
            errors.length("label", "", Some(1), None);
            errors.inferred(|errors| errors.present("symbol", false));
            errors.range("limit", 0, Some(1), None);
            errors
        };
        let documented = check(ValidationErrors::new());
        assert_eq!(documented.to_string(), "`label` has 0 characters, at least 1 allowed; `limit` is 0, at least 1 allowed");
        let all = check(ValidationErrors::new().with_inferred());
        assert_eq!(
            all.to_string(),
            "`label` has 0 characters, at least 1 allowed; `symbol` is required (inferred, not documented); `limit` is 0, at least 1 allowed"
        );
        assert_eq!(all.as_slice().iter().map(FieldError::is_inferred).collect::<Vec<_>>(), [false, true, false]);
    }

    const CLIENT_ORDER_ID: TextPattern =
        TextPattern::new("^[A-Za-z0-9_-]{1,5}$", &[('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_'), ('-', '-')])
            .with_length(Some(1), Some(5));

    #[test]
    fn a_text_must_match_its_pattern_in_each_character_and_in_its_length() {
        let check = |text: &str, error: &str| {
            let mut errors = ValidationErrors::new();
            errors.pattern("clientOrderId", text, &CLIENT_ORDER_ID);
            assert_eq!(errors.to_string(), error, "{text}");
        };
        check("aZ9_-", "");
        check("", "`clientOrderId` has 0 characters, 1 to 5 allowed");
        check("aé", "`clientOrderId` has a character at position 2 that the pattern `^[A-Za-z0-9_-]{1,5}$` does not allow");
        check(
            "a b cd",
            "`clientOrderId` has 6 characters, 1 to 5 allowed; `clientOrderId` has a character at position 2 that the pattern \
             `^[A-Za-z0-9_-]{1,5}$` does not allow",
        );
    }

    #[test]
    fn exactly_one_of_several_fields_may_be_present() {
        let check = |present: [bool; 3], error: &str| {
            let mut errors = ValidationErrors::new();
            errors.one_of(&["orderId", "clientOrderId", "symbol"], &present);
            assert_eq!(errors.to_string(), error, "{present:?}");
        };
        check([false, true, false], "");
        check([false; 3], "`orderId` or `clientOrderId` or `symbol` is required");
        check([true, true, false], "`orderId` cannot be combined with `clientOrderId`");
        check([false, true, true], "`clientOrderId` cannot be combined with `symbol`");
    }

    #[test]
    fn an_integer_id_consists_of_digits_and_fits_into_64_bits() {
        for (id, is_valid) in [
            ("230602138716", true),
            ("0", true),
            ("9223372036854775807", true),
            ("9223372036854775808", false),
            ("-1", false),
            ("007", false),
            ("1.0", false),
            ("x7", false),
            ("", false),
        ] {
            let mut errors = ValidationErrors::new();
            errors.integer_id("order_id", id);
            assert_eq!(errors.is_empty(), is_valid, "{id}: {errors}");
            assert!(id.is_empty() || !errors.to_string().contains(id), "the id is not printed: {errors}");
        }
    }

    #[test]
    fn items_that_were_checked_are_skipped() {
        struct Invalid;
        impl Validate for Invalid {
            fn validate(&self, errors: &mut ValidationErrors) {
                errors.present("orderId", false);
            }
        }
        let check = |mut errors: ValidationErrors| {
            errors.each("orders", &[Invalid]);
            errors.count("orders", 1, Some(2), None);
            errors.to_string()
        };
        assert_eq!(check(ValidationErrors::new()), "`orders[0].orderId` is required; `orders` has 1 items, at least 2 allowed");
        assert_eq!(check(ValidationErrors::new().without_items()), "`orders` has 1 items, at least 2 allowed");
    }

    #[test]
    fn limits_are_inclusive_and_count_characters() {
        let mut errors = ValidationErrors::new();
        errors.length("label", "漢字é", Some(3), Some(3));
        errors.range("permissions", 1, Some(1), Some(7));
        errors.range("permissions", 7, Some(1), Some(7));
        errors.count("ipWhitelist", 20, None, Some(20));
        assert_eq!(errors, ValidationErrors::new());
        assert_eq!(errors.into_result(), Ok(()));
    }
}
