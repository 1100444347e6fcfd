//! The funding rate: how it follows from the prices.

use rust_decimal::{Decimal, dec};

use super::super::view::{FundingRate, FundingRateConfig};
use super::Market;
use crate::UnixMillis;

/// Eight hours.
const FUNDING_INTERVAL_MS: i64 = 8 * 3_600_000;

/// Rate when mark and index price are equal.
const INTEREST_RATE: Decimal = dec!(0.0001);
const MAX_RATE: Decimal = dec!(0.0075);
/// Places of a rate: with more of them, what one side pays and the other receives would not be exact.
const RATE_PLACES: u32 = 8;

/// The first funding after a time: at 00:00, 08:00 and 16:00 UTC.
pub(in crate::exchange) const fn next_funding(now: UnixMillis) -> UnixMillis {
    UnixMillis::new((now.as_millis().div_euclid(FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS)
}

impl Market {
    /// The rate as it stands, for the funding at a time.
    pub(in crate::exchange) fn funding_rate(&self, funding_time: UnixMillis) -> FundingRate {
        let (mark_price, index_price) = (self.price(self.mark), self.price(self.index));
        let premium = (mark_price - index_price) / index_price;
        FundingRate {
            symbol: self.rules.symbol.clone(),
            funding_rate: (INTEREST_RATE + premium).clamp(-MAX_RATE, MAX_RATE).round_dp(RATE_PLACES),
            funding_time,
            mark_price,
            index_price,
        }
    }

    pub(in crate::exchange) fn funding_config(&self) -> FundingRateConfig {
        FundingRateConfig {
            symbol: self.rules.symbol.clone(),
            funding_interval_hours: FUNDING_INTERVAL_MS / 3_600_000,
            interest_rate: INTEREST_RATE,
            max_funding_rate: MAX_RATE,
        }
    }
}
