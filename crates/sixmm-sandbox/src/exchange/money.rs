//! Rounding and exact division of amounts of money.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::engine::Lots;

/// Number of decimal places to which deposits and withdrawals, margins, funding rates, and prices and ratios that result from a division are
/// rounded. Fees and profits are exact, and are never rounded to this number of places.
pub(super) const PLACES: u32 = 8;

/// Rounds a margin up to [`PLACES`].
pub(super) fn round_margin_up(margin: Decimal) -> Decimal {
    margin.round_dp_with_strategy(PLACES, RoundingStrategy::AwayFromZero)
}

/// The share of `amount` for `lots` lots of a position that has `of` lots, which is `amount × lots / of`, rounded to [`PLACES`] toward
/// zero.
///
/// The product of amount and lots can exceed the range of a decimal and of an `i128`. The division is therefore done first, and the
/// remainder is multiplied and divided separately. Example: 100 × 2 / 3 is computed as 33 × 2 + 1 × 2 / 3 = 66.
pub(super) fn pro_rata(amount: Decimal, lots: Lots, of: Lots) -> Decimal {
    let mut amount = amount;
    if amount.scale() < PLACES {
        amount.rescale(PLACES);
    }
    let (mantissa, lots, of) = (amount.mantissa(), i128::from(lots.0), i128::from(of.0));
    let part = mantissa / of * lots + mantissa % of * lots / of;
    Decimal::from_i128_with_scale(part, amount.scale()).round_dp_with_strategy(PLACES, RoundingStrategy::ToZero)
}
