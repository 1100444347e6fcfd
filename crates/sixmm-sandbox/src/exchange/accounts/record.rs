//! The record of an account: everything that histories and statistics are made of.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::super::calendar::HOUR_MS;
use super::super::terms::ChangeType;
use super::super::view::{AccountChangeLog, ClosedPosition, Trade};
use crate::UnixMillis;

/// What happened to an account, the oldest first.
#[derive(Debug, Clone, Default)]
pub(in crate::exchange) struct Record {
    /// All normal orders by their ids.
    pub(in crate::exchange) orders: Vec<u64>,
    /// All condition orders by their ids.
    pub(in crate::exchange) conditions: Vec<u64>,
    pub(in crate::exchange) trades: Vec<Trade>,
    pub(in crate::exchange) closed_positions: Vec<ClosedPosition>,
    pub(in crate::exchange) changes: Vec<AccountChangeLog>,
    /// The hours in which something happened, by when they began.
    pub(super) hours: BTreeMap<i64, Hour>,
}

/// What happened in an hour, and the balance at its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Hour {
    pub(super) volume: Decimal,
    pub(super) fees: Decimal,
    pub(super) realized: Decimal,
    pub(super) transfer_in: Decimal,
    pub(super) transfer_out: Decimal,
    pub(super) balance: Decimal,
}

impl Record {
    pub(super) fn note_change(&mut self, change: ChangeType, amount: Decimal, balance: Decimal, now: UnixMillis) {
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

    pub(in crate::exchange) fn note_trade(&mut self, trade: Trade) {
        self.hour(trade.created_at).volume += trade.trade_value;
        self.trades.push(trade);
    }

    fn hour(&mut self, now: UnixMillis) -> &mut Hour {
        let start = now.as_millis().div_euclid(HOUR_MS) * HOUR_MS;
        let balance = self.hours.last_key_value().map_or(Decimal::ZERO, |(_, hour)| hour.balance);
        self.hours.entry(start).or_insert_with(|| Hour { balance, ..Hour::default() })
    }
}
