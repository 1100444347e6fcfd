//! Rounding and exact division of amounts of money.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::engine::Lots;

/// Maximum number of decimal places of transfers, margins, funding rates, and of prices and ratios that result from a division. Fees and
/// profits are exact and can have more decimal places.
pub(super) const PLACES: u32 = 8;

/// Rounds a margin up to [`PLACES`].
pub(super) fn round_margin_up(margin: Decimal) -> Decimal {
    margin.round_dp_with_strategy(PLACES, RoundingStrategy::AwayFromZero)
}

/// Computes the part of `amount` that belongs to `lots` of the `of` lots of a position: `amount × lots / of`, rounded to [`PLACES`] toward
/// zero.
///
/// The product `amount × lots` can exceed the range of a decimal and of an `i128`. Therefore `amount` is first divided by `of`, and then
/// quotient and remainder are multiplied separately. Example with integer division: 100 / 3 is 33 with remainder 1, so 100 × 2 / 3 is
/// computed as 33 × 2 + (1 × 2) / 3 = 66 + 0 = 66.
pub(super) fn pro_rata(amount: Decimal, lots: Lots, of: Lots) -> Decimal {
    let mut amount = amount;
    if amount.scale() < PLACES {
        amount.rescale(PLACES);
    }
    let (mantissa, lots, of) = (amount.mantissa(), i128::from(lots.0), i128::from(of.0));
    let part = mantissa / of * lots + mantissa % of * lots / of;
    Decimal::from_i128_with_scale(part, amount.scale()).round_dp_with_strategy(PLACES, RoundingStrategy::ToZero)
}
