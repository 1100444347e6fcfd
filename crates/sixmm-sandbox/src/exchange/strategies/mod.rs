//! Strategies: orders that place or cancel each other.

mod events;
mod place;
mod queries;
mod validation;

use super::command::{StrategyLink, SubOrder};
use super::enums::{StrategyStatus, StrategyTrigger, StrategyType};
use super::store::Store;
use crate::UnixMillis;

/// A strategy, active or past.
#[derive(Debug, Clone)]
pub(super) struct StrategyRecord {
    id: u64,
    account: usize,
    strategy_type: StrategyType,
    status: StrategyStatus,
    sub_orders: Vec<SubOrderRecord>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

/// An order of a strategy.
#[derive(Debug, Clone)]
struct SubOrderRecord {
    number: i64,
    request: SubOrder,
    links: Vec<StrategyLink>,
    state: SubOrderState,
    /// Whether at least a part of the order was filled.
    filled: bool,
    /// Whether the order is final.
    done: bool,
}

/// Progress of an order of a strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubOrderState {
    /// Waits for an event of another order.
    Waiting,
    /// Is to be placed next.
    Due,
    /// Placed as a normal order with this id.
    Order(u64),
    /// Placed as a condition order with this id.
    Condition(u64),
    /// Cancelled before it was placed.
    Canceled,
    /// Rejected when it was placed.
    Rejected,
}

impl SubOrderRecord {
    /// The links that place this order.
    fn placed_by(&self) -> impl Iterator<Item = &StrategyLink> {
        self.links.iter().filter(|link| link.trigger == StrategyTrigger::PlaceOrder)
    }
}

impl SubOrder {
    /// Contract.
    pub(super) fn symbol(&self) -> &str {
        match self {
            Self::Normal(order) => &order.symbol,
            Self::Condition(order) => &order.symbol,
        }
    }

    /// Client order id.
    pub(super) fn client_order_id(&self) -> Option<&str> {
        match self {
            Self::Normal(order) => order.client_order_id.as_deref(),
            Self::Condition(order) => order.client_order_id.as_deref(),
        }
    }
}

/// Determines which orders of a strategy are reachable, which means that they can still be placed or filled. The result contains one value
/// for each order. An order that is final is not reachable. Any other order is reachable if it has already been placed, if it waits for no
/// other order, or if a reachable order triggers its placement.
///
/// Example: order 1 waits for nothing, order 2 waits for order 1, and orders 3 and 4 wait for each other. Orders 1 and 2 are reachable, and
/// orders 3 and 4 are not.
fn reachable(subs: &[SubOrderRecord]) -> Vec<bool> {
    let mut reachable: Vec<bool> = subs.iter().map(|sub| sub.state != SubOrderState::Waiting && !sub.done).collect();
    loop {
        let places = |number: i64| subs.iter().zip(&reachable).any(|(sub, reachable)| *reachable && sub.number == number);
        let is_next = |(sub, reachable): (&SubOrderRecord, &bool)| {
            !reachable && sub.state == SubOrderState::Waiting && sub.placed_by().any(|link| places(link.driven_id))
        };
        match subs.iter().zip(&reachable).position(is_next) {
            Some(next) => reachable[next] = true,
            None => return reachable,
        }
    }
}

/// All strategies of all users.
pub(super) type Strategies = Store<StrategyRecord>;
