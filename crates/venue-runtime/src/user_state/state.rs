//! The user's state as a program reads it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use venue_core::UnixMillis;

use super::types::{AccountTypes, Lifecycle, OrderNotice, Part};

/// The orders, positions and balance of an account, and how far each part can be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct UserState<A: AccountTypes> {
    pub(super) orders: BTreeMap<String, Arc<TrackedOrder<A>>>,
    pub(super) positions: BTreeMap<String, A::Position>,
    pub(super) balance: Option<A::Balance>,
    pub(super) fills: u64,
    pub(super) parts: BTreeMap<Part, PartState>,
    pub(super) is_subscribed: bool,
}

impl<A: AccountTypes> UserState<A> {
    /// The orders that are not confirmed as final.
    pub fn open_orders(&self) -> impl Iterator<Item = &TrackedOrder<A>> {
        self.orders.values().map(Arc::as_ref).filter(|order| order.confirmed_lifecycle() != Lifecycle::Final)
    }

    /// An order by the exchange's id. The last 1,000 final orders are included, and final orders whose fills are missing.
    #[must_use]
    pub fn order(&self, id: &str) -> Option<&TrackedOrder<A>> {
        self.orders.get(id).map(Arc::as_ref)
    }

    /// The open positions, from REST.
    pub fn positions(&self) -> impl Iterator<Item = &A::Position> {
        self.positions.values()
    }

    /// The balance, from REST. `None` before it was read.
    #[must_use]
    pub fn balance(&self) -> Option<&A::Balance> {
        self.balance.as_ref()
    }

    /// The number of fills that were reported.
    #[must_use]
    pub fn fill_count(&self) -> u64 {
        self.fills
    }

    /// How far a part can be trusted.
    #[must_use]
    pub fn part(&self, part: Part) -> PartState {
        self.parts.get(&part).copied().unwrap_or_default()
    }

    /// Whether the private stream is subscribed.
    #[must_use]
    pub fn is_subscribed(&self) -> bool {
        self.is_subscribed
    }

    /// Marks the state as no longer kept current, from this time by the exchange's clock: it is not subscribed, and no part is confirmed.
    pub fn end(&mut self, at: UnixMillis) {
        self.is_subscribed = false;
        for part in self.parts.values_mut().filter(|part| matches!(part.trust, Trust::Confirmed | Trust::Undecided)) {
            (part.trust, part.since) = (Trust::Provisional, at);
        }
    }

    /// Whether all parts are confirmed.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        Part::ALL.into_iter().all(|part| self.part(part).trust == Trust::Confirmed)
    }
}

/// How far a part of the state can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartState {
    /// The trust.
    pub trust: Trust,
    /// Since when `trust` is unchanged, by the exchange's clock.
    pub since: UnixMillis,
    /// When the last complete reading of the part began, by the exchange's clock.
    pub read_at: Option<UnixMillis>,
}

impl Default for PartState {
    fn default() -> Self {
        Self { trust: Trust::Unread, since: UnixMillis::new(0), read_at: None }
    }
}

/// The trust in a part of the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trust {
    /// The part was not read completely yet.
    Unread,
    /// The part was read, but a message, a loss of trust or a reading that failed has been newer than the reading, or the private stream is
    /// not subscribed.
    Provisional,
    /// The part was read completely after the last message and after the last loss of trust, and no later reading failed.
    Confirmed,
    /// The part was read completely, but an order could not be settled. For example, the exchange does not find an order that was open in six
    /// queries, or the fills of an order do not add up to its executed quantity. Such an order is queried again every 30 seconds. An order
    /// whose messages contain no contract cannot be queried until a row or a message contains it.
    Undecided,
    /// The credentials lack the permission to read the part.
    NotPermitted,
}

/// An order, with the last REST row and newer messages.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TrackedOrder<A: AccountTypes> {
    /// The exchange's id.
    pub id: String,
    /// The last REST row. `None` if only messages have reported the order.
    pub row: Option<A::Order>,
    /// The newest message that REST has not confirmed. If the message lacks the executed quantity, that of the earlier messages is kept.
    pub notice: Option<OrderNotice>,
    /// The contract according to the messages.
    pub(super) symbol: Option<String>,
    /// The newest message, confirmed or not, by which a repetition is recognised.
    pub(super) last_notice: Option<OrderNotice>,
    /// When the last message arrived, by the monotonic clock.
    pub(super) noticed_at: Duration,
    /// Whether a message arrived that no REST row covers yet.
    pub(super) is_announced: bool,
}

impl<A: AccountTypes> TrackedOrder<A> {
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            row: None,
            notice: None,
            symbol: None,
            last_notice: None,
            noticed_at: Duration::ZERO,
            is_announced: false,
        }
    }

    /// The contract, from the row or the messages. `None` if none of them contains it.
    #[must_use]
    pub fn symbol(&self) -> Option<String> {
        let of_row = self.row.as_ref().and_then(A::order).and_then(|facts| facts.symbol);
        of_row.or_else(|| self.symbol.clone())
    }

    /// Whether REST has reported the order, and no newer message contradicts the row.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.row.is_some() && self.notice.is_none()
    }

    /// Whether the order is open or final according to REST. A final order never becomes open again.
    #[must_use]
    pub fn confirmed_lifecycle(&self) -> Lifecycle {
        self.row.as_ref().and_then(A::order).map_or(Lifecycle::Unknown, |facts| facts.lifecycle)
    }

    /// Whether the order is open or final according to the newest message or row, which may be provisional.
    #[must_use]
    pub fn lifecycle(&self) -> Lifecycle {
        let notice = self.notice.as_ref().and_then(|notice| notice.lifecycle).filter(|lifecycle| *lifecycle != Lifecycle::Unknown);
        notice.unwrap_or_else(|| self.confirmed_lifecycle())
    }
}
