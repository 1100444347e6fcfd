//! Exact division of a price or a quantity by its step.

use rust_decimal::Decimal;

/// A non-negative value, divided into a number of steps and a remainder. The step and the remainder are counted in a unit of which both the
/// value and the step are multiples.
///
/// For example, 85000.17 and a tick size of 0.1 have the common unit 0.01. The value is 850001 steps of 10 units each, and a remainder of 7
/// units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// The number of steps that fit into the value.
    pub(super) count: i128,
    /// The rest of the value, in units.
    pub(super) remainder: i128,
    /// The step, in units.
    pub(super) step: i128,
    /// The number of decimal places of a unit.
    scale: u32,
}

impl Steps {
    /// Divides `value` by `step`. Returns `None` if the number of units overflows, which does not happen with realistic prices and
    /// quantities.
    pub(super) fn of(value: Decimal, step: Decimal) -> Option<Self> {
        // `Decimal`'s division rounds, and its remainder fails for values that are far apart.
        let (value, step) = (value.normalize(), step.normalize());
        let scale = value.scale().max(step.scale());
        let units = |number: Decimal| number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?);
        let (value, step) = (units(value)?, units(step)?);
        Some(Self { count: value.checked_div(step)?, remainder: value.checked_rem(step)?, step, scale })
    }

    /// Multiplies the step by a number of steps. Returns `None` if the product has more digits than a `Decimal` can hold.
    pub(super) fn multiple(self, count: i128) -> Option<Decimal> {
        let mut mantissa = count.checked_mul(self.step)?;
        let mut scale = self.scale;
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }
}
