//! What an order breaks, all of it.

use std::error::Error as StdError;
use std::fmt;

use rust_decimal::Decimal;
use venue_core::Faults;

/// A rule that an order breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The field: `price`, `quantity`, `notional`, `open orders` or `leverage`.
    pub field: &'static str,
    /// Its value.
    pub value: Decimal,
    /// The rule.
    pub limit: Limit,
}

/// What is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// More than zero.
    Positive,
    /// A multiple of the tick size.
    TickSize(Decimal),
    /// A multiple of the step size.
    StepSize(Decimal),
    /// This much at least.
    AtLeast(Decimal),
    /// This much at most.
    AtMost(Decimal),
}

impl Violation {
    /// What is wrong and what is allowed, without the field's name.
    #[must_use]
    pub fn problem(&self) -> String {
        let value = self.value.normalize();
        match self.limit {
            Limit::Positive => format!("is {value}, more than 0 allowed"),
            Limit::TickSize(tick) => format!("is {value}, which is not a multiple of the tick size {}", tick.normalize()),
            Limit::StepSize(step) => format!("is {value}, which is not a multiple of the step size {}", step.normalize()),
            Limit::AtLeast(minimum) => format!("is {value}, at least {} allowed", minimum.normalize()),
            Limit::AtMost(maximum) => format!("is {value}, at most {} allowed", maximum.normalize()),
        }
    }
}

/// `` `quantity` is 0.0005, at least 0.001 allowed ``
impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.field, self.problem())
    }
}

/// Every rule that an order breaks; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    pub(super) fn push(&mut self, field: &'static str, value: Decimal, limit: Limit) {
        self.0.push(Violation { field, value, limit });
    }

    pub(super) fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }

    /// The violations: of the price first, then of the quantity, then of the rest.
    #[must_use]
    pub fn as_slice(&self) -> &[Violation] {
        &self.0
    }

    /// Adds them to the faults of a request.
    pub fn report(&self, faults: &mut Faults) {
        for violation in &self.0 {
            faults.push(violation.field, violation.problem());
        }
    }
}

/// `` `price` is 85000.05, which is not a multiple of the tick size 0.1; `notional` is 4, at least 5 allowed ``
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            violation.fmt(f)?;
        }
        Ok(())
    }
}

impl StdError for Violations {}

impl From<&Violations> for Faults {
    fn from(violations: &Violations) -> Self {
        let mut faults = Self::new();
        violations.report(&mut faults);
        faults
    }
}
