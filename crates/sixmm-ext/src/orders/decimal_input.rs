//! Amounts as the caller gives them: a `Decimal`, an integer or a text, never a binary float.

use std::fmt;

use sixmm_api::{Decimal, ExactDecimal};
use venue_core::{EscapedText, ValidationErrors};

/// A price, a quantity or a rate that a caller can give: a [`Decimal`], an integer, or a text such as `"85000.10"`.
///
/// A binary float is refused at compile time, because `0.1_f64` is not exactly 0.1. A text that is not a decimal is a fault of the order,
/// and is reported together with all other faults when the order is sent.
///
/// Implement the trait for an amount type of your own:
///
/// ```
/// use sixmm_ext::Decimal;
/// use sixmm_ext::orders::{IntoDecimal, InvalidDecimal};
///
/// struct Price(Decimal);
///
/// impl IntoDecimal for Price {
///     fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
///         Ok(self.0)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an exact amount",
    label = "expected a `Decimal`, an integer, or a text such as \"0.1\"",
    note = "a binary float such as 0.1 cannot represent most decimal amounts: write the amount as a text, \"0.1\""
)]
pub trait IntoDecimal {
    /// The exact amount.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a decimal, or has more than 28 digits.
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal>;
}

/// A text that is not a decimal of at most 28 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvalidDecimal {
    text: String,
}

impl InvalidDecimal {
    /// An error about this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// The text as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// `is "85,000", which is not a decimal of at most 28 digits`
impl fmt::Display for InvalidDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "is \"{}\", which is not a decimal of at most 28 digits", EscapedText::new(&self.text).with_limit(40))
    }
}

impl std::error::Error for InvalidDecimal {}

impl IntoDecimal for Decimal {
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
        Ok(self)
    }
}

impl IntoDecimal for &Decimal {
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
        Ok(*self)
    }
}

impl IntoDecimal for ExactDecimal {
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
        Ok(self.0)
    }
}

impl IntoDecimal for &str {
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
        ExactDecimal::try_from(self).map(|exact| exact.0).map_err(|_| InvalidDecimal::new(self))
    }
}

impl IntoDecimal for String {
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
        self.as_str().into_decimal()
    }
}

impl IntoDecimal for &String {
    fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
        self.as_str().into_decimal()
    }
}

macro_rules! from_integers {
    ($($integer:ty),+) => { $(
        impl IntoDecimal for $integer {
            fn into_decimal(self) -> Result<Decimal, InvalidDecimal> {
                Ok(Decimal::from(self))
            }
        }
    )+ };
}

from_integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// An amount as the caller gave it. An amount that cannot be read is stored, so that it can be reported together with all other faults of
/// the order when the order is sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct DecimalInput(Result<Decimal, InvalidDecimal>);

impl From<Result<Decimal, InvalidDecimal>> for DecimalInput {
    fn from(given: Result<Decimal, InvalidDecimal>) -> Self {
        Self(given)
    }
}

impl DecimalInput {
    pub(super) fn new(given: impl IntoDecimal) -> Self {
        Self(given.into_decimal())
    }

    pub(super) fn as_result(&self) -> Result<&Decimal, &InvalidDecimal> {
        self.0.as_ref()
    }

    /// Returns the amount of a field. Returns `None` if the caller gave no amount. If the amount cannot be read, adds an error of the field
    /// to `faults` and returns `None`.
    pub(super) fn read(field: &str, given: Option<&Self>, faults: &mut ValidationErrors) -> Option<Decimal> {
        given?.0.as_ref().map_err(|invalid| faults.push(field, invalid.to_string())).ok().copied()
    }
}
