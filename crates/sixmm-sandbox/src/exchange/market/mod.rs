//! The market of a contract: its book, its prices, its candlesticks and its funding.

mod candles;
mod funding;
mod klines;
mod movement;
mod queries;
mod waiting;

use std::collections::VecDeque;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use self::candles::Candles;
pub(super) use self::funding::next_funding;
pub(super) use self::movement::{Movement, STEP_MS};
pub(super) use self::waiting::{Awaited, Waiting};
use super::config::SymbolRules;
use super::terms::{OrderSide, TriggerPriceType};
use super::view::{FundingRate, PublicTrade};
use crate::UnixMillis;
use crate::engine::{Book, Lots, Side, Ticks};

/// Public trades that are kept.
const TRADES_KEPT: usize = 1_000;

/// The largest price in ticks and the largest quantity in lots: their product, and all money that follows from it, stays exact.
pub(super) const MOST: u64 = 1_000_000_000_000;

/// Everything of a contract that is not a user's.
#[derive(Debug, Clone)]
pub(super) struct Market {
    pub(super) rules: SymbolRules,
    pub(super) book: Book,
    /// What a lot at a price of one tick is worth.
    unit: Decimal,
    /// What an order can be worth at most.
    pub(super) most_money: Decimal,
    last: Option<Ticks>,
    mark: Ticks,
    index: Ticks,
    /// Whether a price moved since the condition orders were looked at.
    pub(super) moved: bool,
    /// Condition orders that wait for a price.
    pub(super) waiting: Waiting,
    /// Orders in the book that a test had placed by somebody who is no user.
    pub(super) counterparty_orders: Vec<u64>,
    trades: VecDeque<PublicTrade>,
    trade_candles: Candles,
    mark_candles: Candles,
    index_candles: Candles,
    pub(super) funding_history: Vec<FundingRate>,
    /// The process that moves the price, where one does.
    pub(super) movement: Option<Movement>,
}

impl Market {
    pub(super) fn new(rules: SymbolRules, most_money: Decimal, now: UnixMillis) -> Self {
        let start = Ticks((rules.initial_price / rules.tick_size).to_u64().unwrap_or(1));
        let mut market = Self {
            unit: rules.tick_size * rules.step_size,
            rules,
            most_money,
            book: Book::new(),
            last: None,
            mark: start,
            index: start,
            moved: false,
            waiting: Waiting::default(),
            counterparty_orders: Vec::new(),
            trades: VecDeque::new(),
            trade_candles: Candles::default(),
            mark_candles: Candles::default(),
            index_candles: Candles::default(),
            funding_history: Vec::new(),
            movement: None,
        };
        market.set_mark(start, now);
        market.set_index(start, now);
        market
    }

    pub(super) fn price(&self, ticks: Ticks) -> Decimal {
        Decimal::from(ticks.0) * self.rules.tick_size
    }

    pub(super) fn quantity(&self, lots: Lots) -> Decimal {
        Decimal::from(lots.0) * self.rules.step_size
    }

    /// What lots are worth at a price.
    pub(super) fn value(&self, price: Ticks, lots: Lots) -> Decimal {
        self.value_of(u128::from(price.0) * u128::from(lots.0))
    }

    /// What a sum of prices in ticks times lots is worth.
    pub(super) fn value_of(&self, tick_lots: u128) -> Decimal {
        Decimal::from(tick_lots) * self.unit
    }

    /// The price in ticks, if it is one.
    pub(super) fn ticks(&self, price: Decimal) -> Option<Ticks> {
        whole(price, self.rules.tick_size).map(Ticks)
    }

    /// The quantity in lots, if it is one.
    pub(super) fn lots(&self, quantity: Decimal) -> Option<Lots> {
        whole(quantity, self.rules.step_size).map(Lots)
    }

    pub(super) fn mark(&self) -> Ticks {
        self.mark
    }

    pub(super) fn index(&self) -> Ticks {
        self.index
    }

    /// The price of the last trade; before there was any, the index price.
    pub(super) fn last(&self) -> Ticks {
        self.last.unwrap_or(self.index)
    }

    /// The price that a condition order compares.
    pub(super) fn working_price(&self, of: TriggerPriceType) -> Ticks {
        match of {
            TriggerPriceType::MarkPrice => self.mark,
            TriggerPriceType::ContractPrice => self.last(),
        }
    }

    pub(super) fn set_mark(&mut self, mark: Ticks, now: UnixMillis) {
        self.mark = mark;
        self.moved = true;
        self.mark_candles.add(now, mark, Lots::ZERO);
    }

    pub(super) fn set_index(&mut self, index: Ticks, now: UnixMillis) {
        self.index = index;
        // Without a trade, the index price stands for the last one.
        self.moved = true;
        self.index_candles.add(now, index, Lots::ZERO);
    }

    /// Notes a trade for everybody to see.
    pub(super) fn note_trade(&mut self, trade: PublicTrade, price: Ticks, quantity: Lots) {
        self.last = Some(price);
        self.moved = true;
        self.trade_candles.add(trade.time, price, quantity);
        if self.trades.len() == TRADES_KEPT {
            self.trades.pop_front();
        }
        self.trades.push_back(trade);
    }

    /// The first price or a later one of a side: the best is the first.
    pub(super) fn nth_price(&self, side: OrderSide, nth: usize) -> Option<Ticks> {
        self.book.levels(book_side(side)).nth(nth - 1).map(|(price, _)| price)
    }
}

/// The side of the book that an order stands on.
pub(super) const fn book_side(side: OrderSide) -> Side {
    match side {
        OrderSide::Buy => Side::Buy,
        OrderSide::Sell => Side::Sell,
    }
}

fn whole(value: Decimal, step: Decimal) -> Option<u64> {
    if value < step || !value.checked_rem(step)?.is_zero() {
        return None;
    }
    value.checked_div(step)?.to_u64().filter(|steps| *steps <= MOST)
}
