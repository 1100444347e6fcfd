//! Orders that depend on each other: one triggers another (OTO), one cancels the other (OCO), one triggers two of which one cancels the
//! other (OTOCO, a bracket).

use sixmm_api::types::builder::StrategySubOrder as LegBuilder;
use sixmm_api::types::{ClientOrderId, ConditionTimeInForce, OrderSide, StrategySubOrder, StrategySubOrderType, StrategyType};
use venue_core::{Validate as _, ValidationErrors};

use super::checks;
use super::condition::ConditionOrder;
use super::order::Order;
use crate::SymbolRules;

/// Orders that depend on each other, yet to be placed: [`Orders::place_strategy`](super::Orders::place_strategy).
///
/// ```
/// use sixmm_ext::{Order, Strategy};
///
/// // Buy; once that is filled, a take profit and a stop loss, of which one cancels the other.
/// let bracket = Strategy::bracket(
///     Order::buy("BTCUSDT", "0.1").limit("85000"),
///     Order::sell("BTCUSDT", "0.1").take_profit("90000").reduce_only(),
///     Order::sell("BTCUSDT", "0.1").stop("80000").reduce_only(),
/// );
/// ```
///
/// **Provisional.** The documentation names the fields that link the orders, and neither their values nor an example. What is sent here
/// (`firstDrivenOn: "PARTIALLY_FILLED_OR_FILLED"`, `firstTrigger: "PLACE_ORDER"`, `secondTrigger: "CANCEL_ORDER"`) is what other exchanges
/// with fields of the same names take. Try it with little; [`Orders::strategy`](super::Orders::strategy) shows what the exchange made of it.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
#[derive(Clone, Debug)]
#[must_use = "a strategy does nothing until it is placed"]
pub struct Strategy {
    type_: StrategyType,
    legs: Vec<Leg>,
    driven_on: DrivenOn,
}

#[derive(Clone, Debug)]
struct Leg {
    order: LegOrder,
    /// Placed once this leg is filled; 0 for at once.
    placed_by: i64,
    /// Cancelled once this leg is filled; 0 for never.
    cancelled_by: i64,
}

/// A normal or a condition order, as a leg of a strategy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum LegOrder {
    /// Limit, market, or at the best price.
    Normal(Box<Order>),
    /// Stop loss, take profit, trailing stop.
    Condition(Box<ConditionOrder>),
}

impl From<Order> for LegOrder {
    fn from(order: Order) -> Self {
        Self::Normal(Box::new(order))
    }
}

impl From<ConditionOrder> for LegOrder {
    fn from(order: ConditionOrder) -> Self {
        Self::Condition(Box::new(order))
    }
}

/// What must have happened to a leg for the next one to be placed or cancelled. Provisional: see [`Strategy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DrivenOn {
    /// It is filled, at least in part.
    #[default]
    PartiallyFilledOrFilled,
    /// It is filled completely.
    Filled,
}

impl DrivenOn {
    fn as_str(self) -> &'static str {
        match self {
            Self::PartiallyFilledOrFilled => "PARTIALLY_FILLED_OR_FILLED",
            Self::Filled => "FILLED",
        }
    }
}

impl Strategy {
    /// OTOCO: `entry` is placed at once; once it is filled, `take_profit` and `stop_loss`, of which one cancels the other.
    pub fn bracket(entry: Order, take_profit: ConditionOrder, stop_loss: ConditionOrder) -> Self {
        Self::new(StrategyType::Otoco, [(entry.into(), 0, 0), (take_profit.into(), 1, 3), (stop_loss.into(), 1, 2)])
    }

    /// OTO: `first` is placed at once, `then` once that is filled.
    pub fn one_triggers_other(first: Order, then: impl Into<LegOrder>) -> Self {
        Self::new(StrategyType::Oto, [(first.into(), 0, 0), (then.into(), 1, 0)])
    }

    /// OCO: both are placed at once; one cancels the other.
    pub fn one_cancels_other(one: impl Into<LegOrder>, other: impl Into<LegOrder>) -> Self {
        Self::new(StrategyType::Oco, [(one.into(), 0, 2), (other.into(), 0, 1)])
    }

    /// What must have happened to a leg. Without it, [`DrivenOn::PartiallyFilledOrFilled`].
    pub fn driven_on(mut self, driven_on: DrivenOn) -> Self {
        self.driven_on = driven_on;
        self
    }

    fn new(type_: StrategyType, legs: impl IntoIterator<Item = (LegOrder, i64, i64)>) -> Self {
        let legs = legs.into_iter().map(|(order, placed_by, cancelled_by)| Leg { order, placed_by, cancelled_by }).collect();
        Self { type_, legs, driven_on: DrivenOn::default() }
    }

    pub(super) fn type_(&self) -> StrategyType {
        self.type_.clone()
    }

    pub(super) fn symbol(&self) -> &str {
        self.legs.first().map_or("", |leg| leg.order.symbol())
    }

    /// The ids of the legs, given or made.
    pub(super) fn ids(&self, mut make: impl FnMut() -> ClientOrderId) -> Vec<ClientOrderId> {
        self.legs.iter().map(|leg| leg.order.own_id().cloned().unwrap_or_else(&mut make)).collect()
    }

    /// The ids that the caller gave; `None` for a leg whose id is made.
    pub(super) fn own_ids(&self) -> impl Iterator<Item = Option<&ClientOrderId>> {
        self.legs.iter().map(|leg| leg.order.own_id())
    }

    /// The legs as they are sent, or everything that is wrong with them.
    pub(super) fn request(
        &self,
        ids: &[ClientOrderId],
        rules: Option<&SymbolRules>,
        faults: &mut ValidationErrors,
    ) -> Vec<StrategySubOrder> {
        let symbol = self.symbol();
        let mut sent = Vec::with_capacity(self.legs.len());
        for ((leg, id), number) in self.legs.iter().zip(ids).zip(1..) {
            let field = format!("subOrderList[{}]", number - 1);
            if leg.order.symbol() != symbol {
                faults.push(&format!("{field}.symbol"), format!("is not `{symbol}`: the orders of a strategy are of one contract"));
            }
            let mut own = ValidationErrors::new();
            if let Some(mut order) = leg.order.request(id, rules, &mut own) {
                self.link(&mut order, leg, number);
                // What is wrong with the order by itself has been reported.
                if own.is_empty() {
                    order.validate(&mut own);
                }
                sent.push(order);
            }
            for fault in own.as_slice() {
                faults.add(&format!("{field}.{}", fault.field()), fault.kind().clone());
            }
        }
        checks::distinct(|index| format!("subOrderList[{index}].clientOrderId"), ids.iter().map(ClientOrderId::as_str), faults);
        if self.type_ == StrategyType::Otoco {
            exits(&sent, faults);
        }
        sent
    }

    fn link(&self, order: &mut StrategySubOrder, leg: &Leg, number: i64) {
        order.strategy_sub_id = Some(number);
        order.first_driven_id = Some(leg.placed_by);
        order.second_driven_id = Some(leg.cancelled_by);
        if leg.placed_by > 0 {
            order.first_driven_on = Some(self.driven_on.as_str().to_owned());
            order.first_trigger = Some(String::from("PLACE_ORDER"));
        }
        if leg.cancelled_by > 0 {
            order.second_driven_on = Some(self.driven_on.as_str().to_owned());
            order.second_trigger = Some(String::from("CANCEL_ORDER"));
        }
    }
}

impl LegOrder {
    fn symbol(&self) -> &str {
        match self {
            Self::Normal(order) => order.symbol(),
            Self::Condition(order) => order.symbol(),
        }
    }

    fn own_id(&self) -> Option<&ClientOrderId> {
        match self {
            Self::Normal(order) => order.own_id(),
            Self::Condition(order) => order.own_id(),
        }
    }

    fn request(&self, id: &ClientOrderId, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) -> Option<StrategySubOrder> {
        let mut leg = LegBuilder::default().client_order_id(id).build().ok()?;
        match self {
            Self::Normal(order) => {
                let request = order.request(id, rules, faults)?;
                leg.type_ = Some(StrategySubOrderType::from(request.type_.to_string()));
                leg.symbol = Some(request.symbol);
                leg.side = Some(request.side);
                leg.position_side = request.position_side;
                leg.price = request.price;
                leg.price_type = request.price_type;
                leg.quantity = request.quantity;
                leg.time_in_force = request.time_in_force.map(|time| ConditionTimeInForce::from(time.to_string()));
                leg.reduce_only = request.reduce_only;
                leg.maker_only = request.maker_only;
                leg.close_position = request.close_position;
            }
            Self::Condition(order) => {
                let request = order.request(id, rules, faults)?;
                leg.type_ = Some(StrategySubOrderType::from(request.type_.to_string()));
                leg.symbol = Some(request.symbol);
                leg.side = Some(request.side);
                leg.position_side = request.position_side;
                leg.price = request.price;
                leg.quantity = request.quantity;
                leg.time_in_force = request.time_in_force;
                leg.reduce_only = request.reduce_only;
                leg.close_position = request.close_position;
                leg.stop_price = request.stop_price;
                leg.working_type = request.working_type;
                leg.price_protect = request.price_protect;
                leg.activate_price = request.activate_price;
                leg.callback_rate = request.callback_rate;
            }
        }
        Some(leg)
    }
}

/// The exits of a bracket lead out of the position, one on each side of the price.
fn exits(legs: &[StrategySubOrder], faults: &mut ValidationErrors) {
    let [entry, take_profit, stop_loss] = legs else { return };
    for (number, exit) in [(1, take_profit), (2, stop_loss)] {
        if exit.side == entry.side {
            faults.push(&format!("subOrderList[{number}].side"), "is that of the entry: it would make the position larger");
        }
    }
    let (Some(profit), Some(loss)) = (take_profit.stop_price, stop_loss.stop_price) else { return };
    let is_turned_round = if entry.side == Some(OrderSide::Sell) { profit >= loss } else { profit <= loss };
    if is_turned_round {
        faults.push("subOrderList[1].stopPrice", "is on the wrong side of the stop loss for this entry");
    }
}
