//! Funding rates, and the payment of funding.

use rust_decimal::{Decimal, dec};

use super::super::Exchange;
use super::super::enums::{ChangeType, PositionSide};
use super::super::ids::PositionId;
use super::super::view::{FundingRate, FundingRateConfig, Reference};
use super::Market;
use crate::UnixMillis;

/// Time between two fundings: eight hours.
const FUNDING_INTERVAL_MS: i64 = 8 * 3_600_000;

/// Funding rate when mark price and index price are equal.
const INTEREST_RATE: Decimal = dec!(0.0001);
const MAX_RATE: Decimal = dec!(0.0075);
/// Number of decimal places of a funding rate. With more decimal places, funding payments could not be computed exactly.
const RATE_PLACES: u32 = 8;

/// Time of the first funding after `now`. Funding is paid at 00:00, 08:00 and 16:00 UTC.
pub(in crate::exchange) const fn next_funding(now: UnixMillis) -> UnixMillis {
    UnixMillis::new((now.as_millis().div_euclid(FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS)
}

impl Market {
    /// The current funding rate, for the funding at `funding_time`.
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

/// The funding payment of a position.
struct FundingPayment {
    account: usize,
    position_side: PositionSide,
    /// Negative for a payment by the position's owner.
    amount: Decimal,
}

impl Exchange {
    /// Executes the funding of all contracts. With a positive rate, long positions pay short positions, and the sum of all payments of a
    /// contract is 0. If the payments could bring a wallet over the money limit, no position of this contract pays or receives funding.
    pub(in crate::exchange) fn pay_funding(&mut self) {
        let due = self.next_funding;
        for market in 0..self.markets.len() {
            let rate = self.markets[market].funding_rate(due);
            if let Some(payments) = self.funding_payments(market, rate.funding_rate) {
                payments.into_iter().for_each(|payment| self.apply_funding(market, payment));
            } else {
                let symbol = &self.markets[market].rules.symbol;
                tracing::warn!(symbol, max = %self.max_money, "funding was skipped, because a wallet would exceed its limit");
            }
            self.markets[market].funding_history.push(rate);
        }
    }

    /// The funding payments of all positions in a contract, or `None` if the payments could bring a wallet over the money limit.
    fn funding_payments(&self, market: usize, rate: Decimal) -> Option<Vec<FundingPayment>> {
        let of = &self.markets[market];
        let mut payments = Vec::new();
        for (account, holder) in self.accounts.iter().enumerate() {
            let mut wallet = holder.wallet.abs();
            for (position_side, position) in holder.holdings[market].positions() {
                let value = of.value(of.mark(), position.size()) * rate;
                wallet += value.abs();
                let amount = if position.is_long() { -value } else { value };
                payments.push(FundingPayment { account, position_side, amount });
            }
            if wallet > self.max_money {
                return None;
            }
        }
        Some(payments)
    }

    /// Applies a funding payment to a position and its wallet.
    fn apply_funding(&mut self, market: usize, FundingPayment { account, position_side, amount }: FundingPayment) {
        let Some(position) = self.accounts[account].holdings[market].position_mut(position_side) else { return };
        position.funding += amount;
        let of = Reference::Position(PositionId(position.id));
        if !amount.is_zero() {
            self.change_wallet(account, amount, ChangeType::FundingFee, Some(of));
        }
    }
}
