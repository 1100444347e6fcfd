//! `FieldError`: one invalid field of a request.

use std::error::Error;
use std::fmt;

use rust_decimal::Decimal;

/// An invalid field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub(super) field: String,
    pub(super) kind: FieldErrorKind,
    pub(super) is_inferred: bool,
}

/// The limit that a field of a request violates. `Display` prints the value and the limit, without the name of the field.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldErrorKind {
    /// The field is required but missing. `condition` is a text such as ``if `type` is LIMIT``, or empty if the field is always required.
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
    /// The text of the field has a character that its pattern does not allow.
    Pattern {
        /// The position of the first such character, counted from 1.
        position: u64,
        /// The documented regular expression.
        pattern: &'static str,
    },
    /// The field is present together with other fields, although only one of them is allowed.
    Conflict {
        /// The names of the other fields.
        others: Vec<String>,
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

    /// Whether the limit is inferred: the documentation does not state it, and the author of the specification concluded it. Inferred
    /// limits are checked only if [`ValidationErrors::with_inferred`](super::ValidationErrors::with_inferred) is set.
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
            Self::MissingAlternative { others } => write!(f, "or {} is required", quoted(others, " or ")),
            Self::Empty => f.write_str("is empty"),
            Self::Length { characters, minimum, maximum } => write!(f, "has {characters} characters, {} allowed", range(minimum, maximum)),
            Self::Count { items, minimum, maximum } => write!(f, "has {items} items, {} allowed", range(minimum, maximum)),
            Self::Pattern { position, pattern } => {
                write!(f, "has a character at position {position} that the pattern `{pattern}` does not allow")
            }
            Self::Conflict { others } => write!(f, "cannot be combined with {}", quoted(others, ", ")),
            Self::Range { value, minimum, maximum } => write!(f, "is {value}, {} allowed", range(minimum, maximum)),
            Self::Undocumented { value, documented } => {
                write!(f, "is `{value}`, which is not documented; allowed: {}", quoted(documented, ", "))
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

fn quoted(names: &[impl fmt::Display], separator: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
