//! Strategies: orders that place or cancel each other.

mod check;
mod follow;
mod place;
mod queries;

use super::command::{StrategyLink, SubOrder};
use super::store::Store;
use super::terms::{StrategyStatus, StrategyTrigger, StrategyType};
use crate::UnixMillis;

/// A strategy, at work or past.
#[derive(Debug, Clone)]
pub(super) struct StrategyRecord {
    id: u64,
    account: usize,
    strategy_type: StrategyType,
    status: StrategyStatus,
    sub_orders: Vec<SubRecord>,
    created_at: UnixMillis,
    updated_at: UnixMillis,
}

/// An order of a strategy.
#[derive(Debug, Clone)]
struct SubRecord {
    number: i64,
    request: SubOrder,
    links: Vec<StrategyLink>,
    state: SubState,
    /// Whether something of it was filled.
    filled: bool,
    /// Whether nothing more will happen to it.
    done: bool,
}

/// How far an order of a strategy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubState {
    /// Waits for another one.
    Waiting,
    /// Its turn has come, and it is not placed yet.
    Due,
    /// A normal order, by its id.
    Order(u64),
    /// A condition order, by its id.
    Condition(u64),
    /// Was cancelled before it was placed.
    Canceled,
    /// Was refused when it was to be placed.
    Rejected,
}

impl SubRecord {
    /// The links that place it.
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

    /// The user's own id.
    pub(super) fn client_order_id(&self) -> Option<&str> {
        match self {
            Self::Normal(order) => order.client_order_id.as_deref(),
            Self::Condition(order) => order.client_order_id.as_deref(),
        }
    }
}

/// Every strategy of every user.
pub(super) type Strategies = Store<StrategyRecord>;
