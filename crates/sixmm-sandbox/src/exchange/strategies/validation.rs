//! Validation of the orders of a strategy.

use std::collections::HashSet;

use super::super::Exchange;
use super::super::command::{PlaceStrategyOrder, StrategyLink, SubOrder};
use super::super::enums::{DrivenOn, StrategyTrigger, StrategyType};
use super::super::reject::{ConditionReason, Reject};
use super::super::{conditions, orders};
use super::{SubOrderRecord, SubOrderState, reachable};

fn invalid_strategy(message: impl std::fmt::Display) -> Reject {
    Reject::condition(ConditionReason::Strategy, message)
}

impl Exchange {
    /// Validates the orders of a strategy. If the request contains no links, adds the default links of the strategy's type.
    pub(super) fn check_strategy(&self, account: usize, strategy: PlaceStrategyOrder) -> Result<Vec<SubOrderRecord>, Reject> {
        let PlaceStrategyOrder { strategy_type, sub_orders } = strategy;
        let expected = if strategy_type == StrategyType::Otoco { 3 } else { 2 };
        if sub_orders.len() != expected {
            return Err(invalid_strategy(format_args!(
                "subOrderList of an {strategy_type} must have {expected} orders, but has {}",
                sub_orders.len()
            )));
        }
        let is_linked = sub_orders.iter().any(|order| !order.links.is_empty());
        let mut subs = Vec::new();
        for (sub, place) in sub_orders.into_iter().zip(1..) {
            subs.push(SubOrderRecord {
                number: sub.strategy_sub_id.unwrap_or(place),
                request: sub.order,
                links: sub.links,
                state: SubOrderState::Due,
                filled: false,
                done: false,
            });
        }
        let numbers: Vec<i64> = subs.iter().map(|sub| sub.number).collect();
        if !is_linked {
            for (sub, links) in subs.iter_mut().zip(default_links(strategy_type, &numbers)) {
                sub.links = links;
            }
        }
        for sub in &mut subs {
            if sub.placed_by().next().is_some() {
                sub.state = SubOrderState::Waiting;
            }
        }
        self.check_links(&subs, &numbers)?;
        let mut client_order_ids = HashSet::new();
        let symbol = subs[0].request.symbol();
        let market = self.market(symbol)?;
        for sub in &subs {
            if sub.request.symbol() != symbol {
                return Err(invalid_strategy("all orders of a strategy must have the same symbol"));
            }
            match &sub.request {
                SubOrder::Normal(order) => _ = orders::check(order, &self.markets[market])?,
                SubOrder::Condition(order) => _ = conditions::check(order, &self.markets[market])?,
            }
            let id = sub.request.client_order_id();
            self.check_client_order_id(account, id)?;
            if id.is_some_and(|id| !client_order_ids.insert(id)) {
                return Err(invalid_strategy("two orders of the strategy have the same clientOrderId"));
            }
        }
        Ok(subs)
    }

    fn check_links(&self, subs: &[SubOrderRecord], numbers: &[i64]) -> Result<(), Reject> {
        for (at, sub) in subs.iter().enumerate() {
            let number = sub.number;
            if numbers[..at].contains(&number) {
                return Err(invalid_strategy(format_args!("strategySubId {number} is used twice")));
            }
            for link in &sub.links {
                if link.driven_id == number || !numbers.contains(&link.driven_id) {
                    let driven = link.driven_id;
                    return Err(invalid_strategy(format_args!(
                        "order {number} is driven by {driven}, which is not another order of the strategy"
                    )));
                }
            }
        }
        if let Some(at) = reachable(subs).iter().position(|reachable| !reachable) {
            let number = numbers[at];
            return Err(invalid_strategy(format_args!(
                "order {number} would never be placed, because the orders that it waits for wait for each other"
            )));
        }
        Ok(())
    }
}

/// Default links between the orders of a strategy. They implement the usual meaning of the strategy's type (OTO, OCO or OTOCO).
fn default_links(strategy_type: StrategyType, numbers: &[i64]) -> Vec<Vec<StrategyLink>> {
    let placed_by = |at: usize| StrategyLink { driven_id: numbers[at], driven_on: DrivenOn::Filled, trigger: StrategyTrigger::PlaceOrder };
    let cancelled_by = |at: usize| StrategyLink {
        driven_id: numbers[at],
        driven_on: DrivenOn::PartiallyFilledOrFilled,
        trigger: StrategyTrigger::CancelOrder,
    };
    match strategy_type {
        StrategyType::Oto => vec![Vec::new(), vec![placed_by(0)]],
        StrategyType::Oco => vec![vec![cancelled_by(1)], vec![cancelled_by(0)]],
        StrategyType::Otoco => vec![Vec::new(), vec![placed_by(0), cancelled_by(2)], vec![placed_by(0), cancelled_by(1)]],
    }
}
