//! The history of an account, from which histories and statistics are reported.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::calendar::HOUR_MS;
use super::super::enums::ChangeType;
use super::super::view::{AccountChangeLog, ClosedPosition, Trade};
use crate::UnixMillis;

/// The history of an account, oldest entries first.
#[derive(Debug, Clone, Default)]
pub(in crate::exchange) struct AccountHistory {
    /// Ids of all normal orders.
    pub(in crate::exchange) orders: Vec<u64>,
    /// Ids of all condition orders.
    pub(in crate::exchange) conditions: Vec<u64>,
    pub(in crate::exchange) trades: Vec<Trade>,
    pub(in crate::exchange) closed_positions: Vec<ClosedPosition>,
    pub(in crate::exchange) changes: Vec<AccountChangeLog>,
    /// Statistics of the hours in which the account changed, by the start of the hour.
    pub(super) hours: BTreeMap<i64, HourlyTotals>,
}

/// Totals of one hour, and the wallet balance at its end.
#[derive(Debug, Clone, Default)]
pub(super) struct HourlyTotals {
    pub(super) volume: Decimal,
    pub(super) fees: Decimal,
    pub(super) realized: Decimal,
    pub(super) transfer_in: Decimal,
    pub(super) transfer_out: Decimal,
    pub(super) balance: Decimal,
}

impl AccountHistory {
    pub(super) fn record_change(&mut self, change: ChangeType, amount: Decimal, balance: Decimal, now: UnixMillis) {
        let hour = self.hour(now);
        hour.balance = balance;
        match change {
            ChangeType::TransferIn => hour.transfer_in += amount,
            ChangeType::TransferOut => hour.transfer_out -= amount,
            ChangeType::RealizedPnl => hour.realized += amount,
            ChangeType::HandlingFee => hour.fees -= amount,
            ChangeType::FundingFee => {}
        }
    }

    pub(in crate::exchange) fn record_trade(&mut self, trade: Trade) {
        self.hour(trade.created_at).volume += trade.trade_value;
        self.trades.push(trade);
    }

    fn hour(&mut self, now: UnixMillis) -> &mut HourlyTotals {
        let start = now.as_millis().div_euclid(HOUR_MS) * HOUR_MS;
        let balance = self.hours.last_key_value().map_or(Decimal::ZERO, |(_, hour)| hour.balance);
        self.hours.entry(start).or_insert_with(|| HourlyTotals { balance, ..HourlyTotals::default() })
    }
}
