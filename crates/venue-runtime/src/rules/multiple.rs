//! Multiples of a step, counted exactly.

use rust_decimal::Decimal;

/// A value above or equal to zero, as whole steps and a rest, in the smallest common unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps {
    /// How many whole steps fit into the value.
    pub(super) whole: i128,
    /// What is left, in units.
    pub(super) rest: i128,
    /// The step, in units.
    pub(super) step: i128,
    scale: u32,
}

impl Steps {
    /// `None` if the two are so far apart that no common unit exists: neither is a price or a quantity of this world.
    pub(super) fn of(value: Decimal, step: Decimal) -> Option<Self> {
        // Not by `Decimal`'s own division, which rounds, and not by its remainder, which fails for other sizes.
        let (value, step) = (value.normalize(), step.normalize());
        let scale = value.scale().max(step.scale());
        let units = |number: Decimal| number.mantissa().checked_mul(10_i128.checked_pow(scale - number.scale())?);
        let (value, step) = (units(value)?, units(step)?);
        Some(Self { whole: value.checked_div(step)?, rest: value.checked_rem(step)?, step, scale })
    }

    /// So many steps, as a number. `None` if it has more digits than a `Decimal` holds.
    pub(super) fn times(self, steps: i128) -> Option<Decimal> {
        let mut mantissa = steps.checked_mul(self.step)?;
        let mut scale = self.scale;
        while scale > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            scale -= 1;
        }
        Decimal::try_from_i128_with_scale(mantissa, scale).ok()
    }
}
