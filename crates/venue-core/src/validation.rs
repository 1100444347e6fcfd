//! Checks of a request before it is sent, and their errors.
//!
//! A [`FieldError`] names one field of a request and the limit that the field violates. [`ValidationErrors`] collects all of them, so that
//! the caller sees every error at once. No error contains the text of a field, which may be a password; the value of an enum, a number, and
//! the length of a text are included.

use std::error::Error;
use std::fmt;

use rust_decimal::Decimal;

/// An invalid field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    field: String,
    kind: FieldErrorKind,
    is_inferred: bool,
}

/// The limit that a field of a request violates. `Display` prints the value and the limit, without the name of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldErrorKind {
    /// The field is required. `condition` is empty, or says when the field is required, such as ``if `type` is LIMIT``.
    Missing {
        /// The condition under which the field is required.
        condition: &'static str,
    },
    /// The field or at least one of these other fields is required.
    MissingAlternative {
        /// The names of the other fields.
        others: Vec<String>,
    },
    /// The field is an empty text.
    Empty,
    /// The text of the field has too few or too many characters.
    Length {
        /// The number of characters.
        characters: u64,
        /// The smallest allowed number.
        minimum: Option<u64>,
        /// The largest allowed number.
        maximum: Option<u64>,
    },
    /// The list of the field has too few or too many items.
    Count {
        /// The number of items.
        items: u64,
        /// The smallest allowed number.
        minimum: Option<u64>,
        /// The largest allowed number.
        maximum: Option<u64>,
    },
    /// The integer of the field is too small or too large.
    Range {
        /// The value.
        value: i64,
        /// The smallest allowed value.
        minimum: Option<i64>,
        /// The largest allowed value.
        maximum: Option<i64>,
    },
    /// The value of the field is not a documented value of its enum.
    Undocumented {
        /// The value.
        value: String,
        /// All documented values.
        documented: &'static [&'static str],
    },
    /// The decimal of the field is zero or negative.
    NotPositive {
        /// The value.
        value: Decimal,
    },
    /// The price is not a multiple of the tick size.
    NotMultipleOfTick {
        /// The value.
        value: Decimal,
        /// The tick size.
        tick_size: Decimal,
    },
    /// The quantity is not a multiple of the step size.
    NotMultipleOfStep {
        /// The value.
        value: Decimal,
        /// The step size.
        step_size: Decimal,
    },
    /// The decimal of the field is too small.
    BelowMinimum {
        /// The value.
        value: Decimal,
        /// The smallest allowed value.
        minimum: Decimal,
    },
    /// The decimal of the field is too large.
    AboveMaximum {
        /// The value.
        value: Decimal,
        /// The largest allowed value.
        maximum: Decimal,
    },
    /// The field is invalid for another reason.
    Other {
        /// The reason, which completes a sentence that begins with the name of the field.
        reason: String,
    },
}

impl FieldError {
    /// The name of the field in JSON, with a path for a field of a list item: `orders[2].price`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The limit that the field violates.
    #[must_use]
    pub fn kind(&self) -> &FieldErrorKind {
        &self.kind
    }

    /// Whether the limit is only inferred from the documentation, and not stated there. Inferred limits are checked only if
    /// [`ValidationErrors::with_inferred`] is set.
    #[must_use]
    pub fn is_inferred(&self) -> bool {
        self.is_inferred
    }
}

/// `` `limit` is 5000, at most 1000 allowed ``
impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.kind)?;
        if self.is_inferred {
            f.write_str(" (inferred, not documented)")?;
        }
        Ok(())
    }
}

impl Error for FieldError {}

/// `is 5000, at most 1000 allowed`
impl fmt::Display for FieldErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { condition: "" } => f.write_str("is required"),
            Self::Missing { condition } => write!(f, "is required {condition}"),
            Self::MissingAlternative { others } => write!(f, "or {} is required", quoted(others)),
            Self::Empty => f.write_str("is empty"),
            Self::Length { characters, minimum, maximum } => write!(f, "has {characters} characters, {} allowed", range(minimum, maximum)),
            Self::Count { items, minimum, maximum } => write!(f, "has {items} items, {} allowed", range(minimum, maximum)),
            Self::Range { value, minimum, maximum } => write!(f, "is {value}, {} allowed", range(minimum, maximum)),
            Self::Undocumented { value, documented } => {
                write!(f, "is `{value}`, which is not documented; allowed: {}", quoted(documented))
            }
            Self::NotPositive { value } => write!(f, "is {}, more than 0 allowed", value.normalize()),
            Self::NotMultipleOfTick { value, tick_size } => not_multiple(f, *value, "tick size", *tick_size),
            Self::NotMultipleOfStep { value, step_size } => not_multiple(f, *value, "step size", *step_size),
            Self::BelowMinimum { value, minimum } => write!(f, "is {}, at least {} allowed", value.normalize(), minimum.normalize()),
            Self::AboveMaximum { value, maximum } => write!(f, "is {}, at most {} allowed", value.normalize(), maximum.normalize()),
            Self::Other { reason } => f.write_str(reason),
        }
    }
}

fn not_multiple(f: &mut fmt::Formatter<'_>, value: Decimal, rule: &str, size: Decimal) -> fmt::Result {
    write!(f, "is {}, which is not a multiple of the {rule} {}", value.normalize(), size.normalize())
}

fn range<T: fmt::Display>(minimum: &Option<T>, maximum: &Option<T>) -> String {
    match (minimum, maximum) {
        (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum}"),
        (Some(minimum), None) => format!("at least {minimum}"),
        (None, Some(maximum)) => format!("at most {maximum}"),
        (None, None) => String::from("any"),
    }
}

fn quoted(names: &[impl fmt::Display]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A request, or a part of one, that can be checked before it is sent.
pub trait Validate {
    /// Adds an error for every violated limit: for the documented limits and, if [`ValidationErrors::with_inferred`] is set, for the
    /// inferred ones.
    fn validate(&self, errors: &mut ValidationErrors);
}

/// All errors of a request, in the order of its fields. Empty if the request is valid.
///
/// The methods that check a value add an error if the value is not allowed. `field` is always the name of the field in JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValidationErrors {
    errors: Vec<FieldError>,
    /// The path of the list item that is checked at present, such as `orders[2].`.
    prefix: String,
    checks_inferred: bool,
    /// Whether the limit that is checked at present is an inferred one.
    is_inferred: bool,
}

impl ValidationErrors {
    /// Creates an empty list. Only documented limits are checked with it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks inferred limits too: limits that the documentation does not state, and that the specification infers from it. For example, a
    /// field that every example request contains is inferred to be required.
    #[must_use]
    pub fn with_inferred(mut self) -> Self {
        self.checks_inferred = true;
        self
    }

    /// Runs `check` if inferred limits are checked. The errors that `check` adds are marked as [inferred](FieldError::is_inferred).
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
    /// All errors.
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

    /// Checks that the value of an enum is documented.
    pub fn documented(&mut self, field: &str, value: &impl fmt::Display, is_documented: bool, documented: &'static [&'static str]) {
        if !is_documented {
            self.add(field, FieldErrorKind::Undocumented { value: value.to_string(), documented });
        }
    }

    /// Checks that at least one of several fields is present. The error belongs to the first field.
    pub fn any_of(&mut self, fields: &[&str], present: &[bool]) {
        let is_reported = fields.iter().any(|field| self.has_error(field));
        if !present.contains(&true) && !is_reported {
            let (first, others) = fields.split_first().unwrap_or((&"", &[]));
            let others = others.iter().map(|other| format!("{}{other}", self.prefix)).collect();
            self.add(first, FieldErrorKind::MissingAlternative { others });
        }
    }

    /// Checks that a field is present that is required under a condition. The caller has checked that the condition is met.
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
    fn a_decimal_is_printed_without_zeros_at_its_end() {
        let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
        for (kind, text) in [
            (FieldErrorKind::NotPositive { value: decimal("-0.10") }, "is -0.1, more than 0 allowed"),
            (
                FieldErrorKind::NotMultipleOfTick { value: decimal("1.050"), tick_size: decimal("0.10") },
                "is 1.05, which is not a multiple of the tick size 0.1",
            ),
            (
                FieldErrorKind::NotMultipleOfStep { value: decimal("1.050"), step_size: decimal("0.10") },
                "is 1.05, which is not a multiple of the step size 0.1",
            ),
            (FieldErrorKind::BelowMinimum { value: decimal("1.0"), minimum: decimal("5.00") }, "is 1, at least 5 allowed"),
            (FieldErrorKind::AboveMaximum { value: decimal("7.0"), maximum: decimal("5.00") }, "is 7, at most 5 allowed"),
        ] {
            assert_eq!(kind.to_string(), text);
        }
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
