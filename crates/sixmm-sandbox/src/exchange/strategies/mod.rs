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

/// Which orders can still come to something: those that wait for no other one and are not done, and what one of them places, be it by way
/// of others. Orders that wait for each other in a ring are none of them.
fn reachable(subs: &[SubRecord]) -> Vec<bool> {
    let mut reachable: Vec<bool> = subs.iter().map(|sub| sub.state != SubState::Waiting && !sub.done).collect();
    loop {
        let places = |number: i64| subs.iter().zip(&reachable).any(|(sub, reachable)| *reachable && sub.number == number);
        let is_next = |(sub, reachable): (&SubRecord, &bool)| {
            !reachable && sub.state == SubState::Waiting && sub.placed_by().any(|link| places(link.driven_id))
        };
        match subs.iter().zip(&reachable).position(is_next) {
            Some(next) => reachable[next] = true,
            None => return reachable,
        }
    }
}

/// Every strategy of every user.
pub(super) type Strategies = Store<StrategyRecord>;
