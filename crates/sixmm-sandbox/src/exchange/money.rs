//! Rounding and exact division of amounts of money.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::engine::Lots;

/// Decimal places of transfers, margins and funding rates, and of prices and ratios that are computed by a division. Charged and paid
/// amounts are never rounded.
pub(super) const PLACES: u32 = 8;

/// Rounds a margin up to [`PLACES`].
pub(super) fn round_margin_up(margin: Decimal) -> Decimal {
    margin.round_dp_with_strategy(PLACES, RoundingStrategy::AwayFromZero)
}

/// The part of an amount that belongs to `lots` of a position of `of` lots, rounded to [`PLACES`] toward zero.
///
/// The product of amount and lots can exceed the range of a decimal and of an `i128`. The division is therefore done first, and its
/// remainder is added separately. Example: 100 × 2 / 3 is computed as 33 × 2 + 1 × 2 / 3 = 66.
pub(super) fn pro_rata(amount: Decimal, lots: Lots, of: Lots) -> Decimal {
    let mut amount = amount;
    if amount.scale() < PLACES {
        amount.rescale(PLACES);
    }
    let (mantissa, lots, of) = (amount.mantissa(), i128::from(lots.0), i128::from(of.0));
    let part = mantissa / of * lots + mantissa % of * lots / of;
    Decimal::from_i128_with_scale(part, amount.scale()).round_dp_with_strategy(PLACES, RoundingStrategy::ToZero)
}
