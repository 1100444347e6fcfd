//! Trades and changes of the exchange for its streams. Nothing is recorded while no stream needs the feed.

use rust_decimal::Decimal;

use super::Exchange;
use super::ids::TradeId;
use super::market::Market;
use super::reject::Reject;
use super::view::{Depth, DepthLevel, Order, PublicTrade};
use crate::engine::{Lots, Side, Ticks};

/// Maximum number of events between two calls of [`Exchange::take_feed`]. With more events, the feed is incomplete. A moving market that
/// simulates hours in one step reaches this number.
const MAX_EVENTS: usize = 10_000;

/// An event that a stream reports.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FeedEvent {
    /// A public trade.
    Trade { market: usize, trade: PublicTrade },
    /// An order of a user was placed, amended, filled, cancelled or rejected. The order is as it was after this change.
    Order { user: String, order: Box<Order>, fill: Option<OrderFill> },
    /// The balance or a position of a user changed.
    Account { user: String },
}

/// The fill that changed an order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OrderFill {
    pub(crate) trade_id: TradeId,
    pub(crate) price: Decimal,
    pub(crate) quantity: Decimal,
}

/// The events since the feed was last taken.
#[derive(Debug, Default)]
pub(super) struct Feed {
    events: Vec<FeedEvent>,
    is_incomplete: bool,
}

impl Feed {
    pub(super) fn add(&mut self, event: FeedEvent) {
        if self.events.len() < MAX_EVENTS {
            self.events.push(event);
        } else {
            self.is_incomplete = true;
        }
    }
}

impl Exchange {
    /// Starts or stops recording events.
    pub(crate) fn record_feed(&mut self, record: bool) {
        if record != self.feed.is_some() {
            self.feed = record.then(Box::default);
        }
    }

    /// Returns the events since the last call, oldest first, and whether events are missing because there were too many.
    pub(crate) fn take_feed(&mut self) -> (Vec<FeedEvent>, bool) {
        self.feed.as_mut().map(|feed| (std::mem::take(&mut feed.events), std::mem::take(&mut feed.is_incomplete))).unwrap_or_default()
    }

    /// Starts or stops recording the changed levels of a book.
    pub(crate) fn record_depth(&mut self, symbol: &str, record: bool) -> Result<(), Reject> {
        let market = self.market(symbol)?;
        self.markets[market].book.record_changed_levels(record);
        Ok(())
    }

    /// Returns the levels of a book that changed since the last call, with their quantities now, and the version of the book. The quantity
    /// of a removed level is 0.
    pub(crate) fn take_depth_changes(&mut self, symbol: &str) -> Result<Depth, Reject> {
        let market = self.market(symbol)?;
        let changed = self.markets[market].book.take_changed_levels();
        let of = &self.markets[market];
        let side = |selected: Side| {
            let levels = changed.iter().filter(|(side, ..)| *side == selected);
            levels.map(|(_, price, lots)| DepthLevel { price: of.price(*price), quantity: of.quantity(*lots) }).collect()
        };
        Ok(Depth { version: of.book.version(), bids: side(Side::Buy), asks: side(Side::Sell) })
    }

    /// Whether a contract exists.
    pub(crate) fn has_symbol(&self, symbol: &str) -> bool {
        self.market(symbol).is_ok()
    }

    /// The symbol of a market in the feed.
    pub(crate) fn feed_symbol(&self, market: usize) -> &str {
        &self.markets[market].rules.symbol
    }

    /// Records a change of an order, with the fill that caused the change.
    pub(super) fn feed_order(&mut self, id: u64, fill: Option<(TradeId, Ticks, Lots)>) {
        if self.feed.is_none() {
            return;
        }
        let record = &self.orders[id];
        let of: &Market = &self.markets[record.market];
        let user = self.accounts[record.account].user_id.clone();
        let fill = fill.map(|(trade_id, price, lots)| OrderFill { trade_id, price: of.price(price), quantity: of.quantity(lots) });
        let order = Box::new(self.order_view(record));
        if let Some(feed) = &mut self.feed {
            feed.add(FeedEvent::Order { user, order, fill });
        }
    }

    /// Records a change of an account.
    pub(super) fn feed_account(&mut self, account: usize) {
        let of = &self.accounts[account];
        if let Some(feed) = self.feed.as_mut().filter(|_| !of.is_internal) {
            feed.add(FeedEvent::Account { user: of.user_id.clone() });
        }
    }
}
