//! Rounding to the tick and to the step.

use std::error::Error as StdError;
use std::fmt;

use rust_decimal::Decimal;

use super::SymbolRules;
use super::multiple::Steps;

/// Which way to go if a value lies between two that are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the lower one.
    Down,
    /// To the higher one.
    Up,
    /// To the nearer one; from the middle to the higher one.
    Nearest,
}

impl Rounding {
    /// Away from the other side of the book: a buy's price is never rounded up, a sell's never down. The price is never worse than the one
    /// that was given.
    #[must_use]
    pub const fn passive(side: Side) -> Self {
        match side {
            Side::Buy => Self::Down,
            Side::Sell => Self::Up,
        }
    }

    /// Towards the other side of the book: a buy's price is never rounded down, a sell's never up. The price may be worse by less than a
    /// tick, for an order that is to be filled.
    #[must_use]
    pub const fn aggressive(side: Side) -> Self {
        match side {
            Side::Buy => Self::Up,
            Side::Sell => Self::Down,
        }
    }
}

/// The side of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// It buys.
    Buy,
    /// It sells.
    Sell,
}

impl SymbolRules {
    /// The price as a multiple of the tick size. One that is already stays what it is, without zeros at the end.
    ///
    /// # Errors
    ///
    /// If the price is negative, or has more digits than can be counted exactly.
    pub fn round_price(&self, price: Decimal, rounding: Rounding) -> Result<Decimal, RoundingError> {
        round("price", price, self.tick_size, rounding)
    }

    /// The quantity as a multiple of the step size; zero, if it is less than a step and rounded down.
    ///
    /// # Errors
    ///
    /// If the quantity is negative, or has more digits than can be counted exactly.
    pub fn round_quantity(&self, quantity: Decimal, rounding: Rounding) -> Result<Decimal, RoundingError> {
        round("quantity", quantity, self.step_size, rounding)
    }
}

fn round(field: &'static str, value: Decimal, step: Decimal, rounding: Rounding) -> Result<Decimal, RoundingError> {
    let refused = |problem| RoundingError { field, value, step, problem };
    if value < Decimal::ZERO {
        return Err(refused(Problem::Negative));
    }
    let rounded = Steps::of(value, step).and_then(|steps| {
        let goes_up = match rounding {
            Rounding::Down => false,
            Rounding::Up => steps.rest > 0,
            // Not `rest * 2`, which may overflow.
            Rounding::Nearest => steps.rest >= steps.step - steps.rest,
        };
        steps.times(steps.whole + i128::from(goes_up))
    });
    rounded.ok_or(refused(Problem::TooManyDigits))
}

/// Why a value cannot be rounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundingError {
    field: &'static str,
    value: Decimal,
    step: Decimal,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Negative,
    TooManyDigits,
}

impl RoundingError {
    /// What was to be rounded: `price` or `quantity`.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        self.field
    }
}

/// `the price -1 is negative`
impl fmt::Display for RoundingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value, step, problem } = self;
        match problem {
            Problem::Negative => write!(f, "the {field} {value} is negative"),
            Problem::TooManyDigits => write!(f, "the {field} {value} cannot be rounded to a multiple of {step}: it has too many digits"),
        }
    }
}

impl StdError for RoundingError {}
