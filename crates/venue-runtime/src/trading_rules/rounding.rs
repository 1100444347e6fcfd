//! Rounding a price to the tick size and a quantity to the step size.

use std::error::Error as StdError;
use std::fmt;

use rust_decimal::Decimal;

use super::SymbolRules;
use super::steps::Steps;

/// The direction in which a price or a quantity between two multiples is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Rounds down to the next multiple.
    Down,
    /// Rounds up to the next multiple.
    Up,
    /// Rounds to the nearest multiple, and up from the middle between two multiples.
    Nearest,
}

impl Rounding {
    /// Rounds the price of a buy order down, away from the ask, for an order that should not pay more than the given price.
    pub const PASSIVE_BUY: Self = Self::Down;

    /// Rounds the price of a sell order up, away from the bid, for an order that should not sell below the given price.
    pub const PASSIVE_SELL: Self = Self::Up;

    /// Rounds the price of a buy order up, towards the ask, for an order that should be filled. The rounded price can be higher than the
    /// given price by less than one tick.
    pub const AGGRESSIVE_BUY: Self = Self::Up;

    /// Rounds the price of a sell order down, towards the bid, for an order that should be filled. The rounded price can be lower than the
    /// given price by less than one tick.
    pub const AGGRESSIVE_SELL: Self = Self::Down;
}

impl SymbolRules {
    /// Rounds a price to a multiple of the tick size, without zeros at its end.
    ///
    /// # Errors
    ///
    /// Returns an error if the price is negative, or the result cannot be computed exactly because there are too many digits.
    pub fn round_price(&self, price: Decimal, rounding: Rounding) -> Result<Decimal, RoundingError> {
        round("price", price, self.tick_size, rounding)
    }

    /// Rounds a quantity to a multiple of the step size, without zeros at its end. If a quantity of less than one step is rounded down, the
    /// result is zero.
    ///
    /// # Errors
    ///
    /// Returns an error if the quantity is negative, or the result cannot be computed exactly because there are too many digits.
    pub fn round_quantity(&self, quantity: Decimal, rounding: Rounding) -> Result<Decimal, RoundingError> {
        round("quantity", quantity, self.step_size, rounding)
    }
}

fn round(field: &'static str, value: Decimal, step: Decimal, rounding: Rounding) -> Result<Decimal, RoundingError> {
    let error = |kind| RoundingError { field, value, step, kind };
    if value < Decimal::ZERO {
        return Err(error(RoundingErrorKind::Negative));
    }
    let rounded = Steps::of(value, step).and_then(|steps| {
        let is_up = match rounding {
            Rounding::Down => false,
            Rounding::Up => steps.remainder > 0,
            // `remainder * 2` could overflow.
            Rounding::Nearest => steps.remainder >= steps.step - steps.remainder,
        };
        steps.multiple(steps.count + i128::from(is_up))
    });
    rounded.ok_or(error(RoundingErrorKind::TooManyDigits))
}

/// The error of rounding a price or a quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundingError {
    field: &'static str,
    value: Decimal,
    step: Decimal,
    kind: RoundingErrorKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RoundingErrorKind {
    Negative,
    TooManyDigits,
}

impl RoundingError {
    /// The name of the value that could not be rounded: `price` or `quantity`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

/// `the price -1 is negative`
impl fmt::Display for RoundingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value, step, kind } = self;
        match kind {
            RoundingErrorKind::Negative => write!(f, "the {field} {value} is negative"),
            RoundingErrorKind::TooManyDigits => {
                write!(f, "the {field} {value} cannot be rounded to a multiple of {step}: it has too many digits")
            }
        }
    }
}

impl StdError for RoundingError {}
