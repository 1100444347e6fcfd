//! An amount as the caller gave it.

use sixmm_api::{Decimal, ExactDecimal};
use venue_core::{ParseDecimalError, ValidationErrors};

/// An amount as the caller gave it: what is no exact decimal is kept as such, and reported when the order is placed, with all other faults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount(Option<ExactDecimal>);

impl Amount {
    pub(super) fn new(given: impl TryInto<ExactDecimal>) -> Self {
        Self(given.try_into().ok())
    }

    /// The amount, if one was given that can be read.
    pub(super) fn readable(given: Option<Self>) -> Option<Decimal> {
        given?.0.map(|exact| exact.0)
    }

    /// The amount of a field, or its fault.
    pub(super) fn read(field: &str, given: Option<Self>, faults: &mut ValidationErrors) -> Option<Decimal> {
        if given.is_some_and(|amount| amount.0.is_none()) {
            faults.push(field, "is not a decimal of at most 28 digits");
        }
        Self::readable(given)
    }
}

impl TryFrom<Amount> for ExactDecimal {
    type Error = ParseDecimalError;

    fn try_from(amount: Amount) -> Result<Self, ParseDecimalError> {
        amount.0.ok_or(ParseDecimalError)
    }
}
