//! The market of a contract: order book, prices, candlesticks and funding.

mod candles;
mod funding;
mod klines;
mod price_process;
mod price_triggers;
mod prices;
mod queries;

use std::collections::VecDeque;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use self::candles::Candles;
pub(super) use self::funding::next_funding;
pub(super) use self::price_process::{PriceProcess, STEP_MS};
pub(super) use self::price_triggers::{PriceTrigger, PriceTriggers};
use super::config::SymbolRules;
use super::enums::{OrderSide, TriggerPriceType};
use super::view::{FundingRate, PublicTrade};
use crate::UnixMillis;
use crate::engine::{Book, Lots, MAX_UNITS, Side, Ticks};

/// Maximum number of public trades that are stored.
const MAX_PUBLIC_TRADES: usize = 1_000;

/// The state of a contract that does not belong to an account.
#[derive(Debug, Clone)]
pub(super) struct Market {
    pub(super) rules: SymbolRules,
    pub(super) book: Book,
    /// Value of one lot at a price of one tick.
    unit: Decimal,
    /// Maximum value of an order.
    pub(super) max_money: Decimal,
    last: Option<Ticks>,
    mark: Ticks,
    index: Ticks,
    /// Whether a price changed since condition orders were last checked.
    pub(super) prices_changed: bool,
    /// Trigger prices of the waiting condition orders.
    pub(super) price_triggers: PriceTriggers,
    /// Ids of the counterparty orders in the book.
    pub(super) counterparty_orders: Vec<u64>,
    trades: VecDeque<PublicTrade>,
    trade_candles: Candles,
    mark_candles: Candles,
    index_candles: Candles,
    pub(super) funding_history: Vec<FundingRate>,
    /// The simulated price of a moving market.
    pub(super) price_process: Option<PriceProcess>,
}

impl Market {
    pub(super) fn new(rules: SymbolRules, max_money: Decimal, now: UnixMillis) -> Self {
        let start = Ticks((rules.initial_price / rules.tick_size).to_u64().unwrap_or(1));
        let mut market = Self {
            unit: rules.tick_size * rules.step_size,
            rules,
            max_money,
            book: Book::new(),
            last: None,
            mark: start,
            index: start,
            prices_changed: false,
            price_triggers: PriceTriggers::default(),
            counterparty_orders: Vec::new(),
            trades: VecDeque::new(),
            trade_candles: Candles::default(),
            mark_candles: Candles::default(),
            index_candles: Candles::default(),
            funding_history: Vec::new(),
            price_process: None,
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

    /// Value of a quantity at a price.
    pub(super) fn value(&self, price: Ticks, lots: Lots) -> Decimal {
        self.value_of(u128::from(price.0) * u128::from(lots.0))
    }

    /// Value of a sum of ticks times lots.
    pub(super) fn value_of(&self, tick_lots: u128) -> Decimal {
        Decimal::from(tick_lots) * self.unit
    }

    /// Converts a price to ticks. Returns `None` if the price is not a multiple of the tick size, or is outside of the valid range.
    pub(super) fn ticks(&self, price: Decimal) -> Option<Ticks> {
        exact_multiple(price, self.rules.tick_size).map(Ticks)
    }

    /// Converts a quantity to lots. Returns `None` if the quantity is not a multiple of the step size, or is outside of the valid range.
    pub(super) fn lots(&self, quantity: Decimal) -> Option<Lots> {
        exact_multiple(quantity, self.rules.step_size).map(Lots)
    }

    pub(super) fn mark(&self) -> Ticks {
        self.mark
    }

    pub(super) fn index(&self) -> Ticks {
        self.index
    }

    /// Price of the last trade, or the index price before the first trade.
    pub(super) fn last(&self) -> Ticks {
        self.last.unwrap_or(self.index)
    }

    /// The price that is compared with trigger prices of this type.
    pub(super) fn reference_price(&self, of: TriggerPriceType) -> Ticks {
        match of {
            TriggerPriceType::MarkPrice => self.mark,
            TriggerPriceType::ContractPrice => self.last(),
        }
    }

    pub(super) fn set_mark(&mut self, mark: Ticks, now: UnixMillis) {
        self.mark = mark;
        self.prices_changed = true;
        self.mark_candles.add(now, mark, Lots::ZERO);
    }

    pub(super) fn set_index(&mut self, index: Ticks, now: UnixMillis) {
        self.index = index;
        // Before the first trade, the index price is also the last price, so a change of the index price can trigger condition orders.
        self.prices_changed = true;
        self.index_candles.add(now, index, Lots::ZERO);
    }

    /// Records a public trade.
    pub(super) fn record_trade(&mut self, trade: PublicTrade, price: Ticks, quantity: Lots) {
        self.last = Some(price);
        self.prices_changed = true;
        self.trade_candles.add(trade.time, price, quantity);
        if self.trades.len() == MAX_PUBLIC_TRADES {
            self.trades.pop_front();
        }
        self.trades.push_back(trade);
    }

    /// The `nth` best price of a side, starting at 1.
    pub(super) fn nth_price(&self, side: OrderSide, nth: usize) -> Option<Ticks> {
        self.book.levels(book_side(side)).nth(nth - 1).map(|(price, _)| price)
    }
}

/// The side of the book for an order side.
pub(super) const fn book_side(side: OrderSide) -> Side {
    match side {
        OrderSide::Buy => Side::Buy,
        OrderSide::Sell => Side::Sell,
    }
}

fn exact_multiple(value: Decimal, step: Decimal) -> Option<u64> {
    if value < step || !value.checked_rem(step)?.is_zero() {
        return None;
    }
    value.checked_div(step)?.to_u64().filter(|steps| *steps <= MAX_UNITS)
}
