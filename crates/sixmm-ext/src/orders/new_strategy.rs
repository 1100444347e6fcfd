//! Orders that depend on each other and have not been placed. One order triggers the other (OTO), one cancels the other (OCO), or one
//! triggers two orders that cancel each other (OTOCO, a bracket).

use serde::{Deserialize, Serialize};
use sixmm_api::types::builder::StrategySubOrder as LegBuilder;
use sixmm_api::types::{ClientOrderId, ConditionTimeInForce, OrderSide, StrategySubOrder, StrategySubOrderType, StrategyType};
use venue_core::{Validate as _, ValidationErrors};

use super::new_condition_order::NewConditionOrder;
use super::new_order::NewOrder;
use super::order_request::OrderRequest as _;
use super::order_serde::StrategyForm;
use super::validate;
use crate::rules_cache::SymbolRules;

/// A strategy that has not been placed: two or three orders that depend on each other.
/// [`Orders::place_strategy`](super::Orders::place_strategy) places it.
///
/// ```
/// use sixmm_ext::{NewOrder, NewStrategy};
///
/// // Buys. Once the buy order is filled, places a take profit and a stop
/// // loss, of which one cancels the other.
/// let bracket = NewStrategy::bracket(
///     NewOrder::buy("BTCUSDT", "0.1").limit("85000"),
///     NewOrder::sell("BTCUSDT", "0.1").take_profit("90000").reduce_only(),
///     NewOrder::sell("BTCUSDT", "0.1").stop("80000").reduce_only(),
/// );
/// ```
///
/// **Provisional.** The documentation names the fields that link the legs, but neither the values of these fields nor an example. This
/// client sends `firstDrivenOn: "PARTIALLY_FILLED_OR_FILLED"`, `firstTrigger: "PLACE_ORDER"` and `secondTrigger: "CANCEL_ORDER"`, which
/// other exchanges use for fields of the same names. Test with small quantities first; [`Orders::strategy`](super::Orders::strategy) shows
/// what the exchange created.
///
/// Documentation: <https://docs.6mm.com/developer-api/rest-api/order#place-strategy-order>
///
/// As JSON, a strategy is its `strategyType`, its `legs` in the sequence of the constructor's arguments, each as `normal` or `condition`, and
/// its `legTrigger`:
///
/// ```
/// # use sixmm_ext::{NewOrder, NewStrategy};
/// let json = r#"{
///     "strategyType": "OTO",
///     "legs": [
///         { "normal": { "symbol": "BTCUSDT", "side": "BUY",
///             "type": "LIMIT", "quantity": "0.1", "price": "85000" } },
///         { "condition": { "symbol": "BTCUSDT", "side": "SELL",
///             "type": "STOP_MARKET", "quantity": "0.1",
///             "stopPrice": "80000" } }
///     ]
/// }"#;
/// let entry = NewOrder::buy("BTCUSDT", "0.1").limit("85000");
/// let stop = NewOrder::sell("BTCUSDT", "0.1").stop("80000");
/// assert_eq!(
///     serde_json::from_str::<NewStrategy>(json)?,
///     NewStrategy::one_triggers_other(entry, stop),
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "StrategyForm", try_from = "StrategyForm")]
#[must_use = "a strategy does nothing until it is placed"]
pub struct NewStrategy {
    strategy_type: StrategyType,
    legs: Vec<LinkedLeg>,
    leg_trigger: LegTrigger,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct LinkedLeg {
    order: StrategyLeg,
    /// The number of the leg whose fill places this leg; 0 if this leg is placed at once.
    placed_by: i64,
    /// The number of the leg whose fill cancels this leg; 0 if no leg cancels it.
    cancelled_by: i64,
}

/// One order of a strategy: a normal order or a condition order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum StrategyLeg {
    /// A limit order, a market order, or an order at the best price of the book.
    Normal(Box<NewOrder>),
    /// A stop loss, a take profit or a trailing stop.
    Condition(Box<NewConditionOrder>),
}

impl From<NewOrder> for StrategyLeg {
    fn from(order: NewOrder) -> Self {
        Self::Normal(Box::new(order))
    }
}

impl From<NewConditionOrder> for StrategyLeg {
    fn from(order: NewConditionOrder) -> Self {
        Self::Condition(Box::new(order))
    }
}

/// Whether any fill or only the complete fill of a leg places or cancels the legs that depend on it. Provisional: see [`NewStrategy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LegTrigger {
    /// The first fill of the leg, even a partial one.
    #[default]
    AnyFill,
    /// The fill that completes the leg.
    FullFill,
}

impl LegTrigger {
    fn as_str(self) -> &'static str {
        match self {
            Self::AnyFill => "PARTIALLY_FILLED_OR_FILLED",
            Self::FullFill => "FILLED",
        }
    }
}

impl NewStrategy {
    /// A bracket (OTOCO): `entry` is placed at once. The fill of `entry` places `take_profit` and `stop_loss`. The fill of one of these two
    /// cancels the other.
    pub fn bracket(entry: NewOrder, take_profit: NewConditionOrder, stop_loss: NewConditionOrder) -> Self {
        Self::new(StrategyType::Otoco, [(entry.into(), 0, 0), (take_profit.into(), 1, 3), (stop_loss.into(), 1, 2)])
    }

    /// One triggers the other (OTO): `first` is placed at once. The fill of `first` places `then`.
    pub fn one_triggers_other(first: NewOrder, then: impl Into<StrategyLeg>) -> Self {
        Self::new(StrategyType::Oto, [(first.into(), 0, 0), (then.into(), 1, 0)])
    }

    /// One cancels the other (OCO): both orders are placed at once. The fill of one order cancels the other.
    pub fn one_cancels_other(one: impl Into<StrategyLeg>, other: impl Into<StrategyLeg>) -> Self {
        Self::new(StrategyType::Oco, [(one.into(), 0, 2), (other.into(), 0, 1)])
    }

    /// Sets which fill of a leg places or cancels the other legs. The default is [`LegTrigger::AnyFill`].
    pub fn leg_trigger(mut self, trigger: LegTrigger) -> Self {
        self.leg_trigger = trigger;
        self
    }

    fn new(strategy_type: StrategyType, legs: impl IntoIterator<Item = (StrategyLeg, i64, i64)>) -> Self {
        let legs = legs.into_iter().map(|(order, placed_by, cancelled_by)| LinkedLeg { order, placed_by, cancelled_by }).collect();
        Self { strategy_type, legs, leg_trigger: LegTrigger::default() }
    }

    /// The legs, in the sequence of the constructor's arguments, and the trigger.
    pub(super) fn into_legs(self) -> (Vec<StrategyLeg>, LegTrigger) {
        (self.legs.into_iter().map(|leg| leg.order).collect(), self.leg_trigger)
    }

    pub(super) fn strategy_type(&self) -> StrategyType {
        self.strategy_type.clone()
    }

    pub(super) fn symbol(&self) -> &str {
        self.legs.first().map_or("", |leg| leg.order.symbol())
    }

    /// The client order ids of the legs. The closure `generate` is called for each leg that has no id, and returns a new id.
    pub(super) fn ids(&self, mut generate: impl FnMut() -> ClientOrderId) -> Vec<ClientOrderId> {
        self.legs.iter().map(|leg| leg.order.own_id().cloned().unwrap_or_else(&mut generate)).collect()
    }

    /// For each leg, whether its client order id is generated.
    pub(super) fn has_generated_ids(&self) -> impl Iterator<Item = bool> {
        self.legs.iter().map(|leg| leg.order.own_id().is_none())
    }

    /// Builds the legs of the request, and adds every fault of the legs to `faults`.
    pub(super) fn to_request(
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
                faults
                    .push(&format!("{field}.symbol"), format!("is not `{symbol}`: all orders of a strategy must be for the same contract"));
            }
            let mut own = ValidationErrors::new();
            if let Some(mut order) = leg.order.to_request(id, rules, &mut own) {
                self.link(&mut order, leg, number);
                // If the order of the leg has faults, the checks of the leg would report the same faults again.
                if own.is_empty() {
                    order.validate(&mut own);
                }
                sent.push(order);
            }
            for fault in own.as_slice() {
                faults.add(&format!("{field}.{}", fault.field()), fault.kind().clone());
            }
        }
        validate::distinct(|index| format!("subOrderList[{index}].clientOrderId"), ids.iter().map(ClientOrderId::as_str), faults);
        if self.strategy_type == StrategyType::Otoco {
            check_exits(&sent, faults);
        }
        sent
    }

    /// Sets the fields of a leg that link it to the other legs.
    fn link(&self, order: &mut StrategySubOrder, leg: &LinkedLeg, number: i64) {
        order.strategy_sub_id = Some(number);
        order.first_driven_id = Some(leg.placed_by);
        order.second_driven_id = Some(leg.cancelled_by);
        if leg.placed_by > 0 {
            order.first_driven_on = Some(self.leg_trigger.as_str().to_owned());
            order.first_trigger = Some(String::from("PLACE_ORDER"));
        }
        if leg.cancelled_by > 0 {
            order.second_driven_on = Some(self.leg_trigger.as_str().to_owned());
            order.second_trigger = Some(String::from("CANCEL_ORDER"));
        }
    }
}

impl StrategyLeg {
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

    fn to_request(&self, id: &ClientOrderId, rules: Option<&SymbolRules>, faults: &mut ValidationErrors) -> Option<StrategySubOrder> {
        let built = LegBuilder::default().client_order_id(id).build();
        let mut leg = built.map_err(|error| faults.push("clientOrderId", error.to_string())).ok()?;
        match self {
            Self::Normal(order) => {
                let request = order.to_request(id, rules, faults);
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
                let request = order.to_request(id, rules, faults);
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

/// Checks that both exits of a bracket reduce the position that the entry opens, and that the trigger prices of take profit and stop loss
/// are not swapped.
fn check_exits(legs: &[StrategySubOrder], faults: &mut ValidationErrors) {
    let [entry, take_profit, stop_loss] = legs else { return };
    for (number, exit) in [(1, take_profit), (2, stop_loss)] {
        if exit.side == entry.side {
            faults.push(&format!("subOrderList[{number}].side"), "is the side of the entry, so the order would increase the position");
        }
    }
    let (Some(profit), Some(loss)) = (take_profit.stop_price, stop_loss.stop_price) else { return };
    let is_exchanged = if entry.side == Some(OrderSide::Sell) { profit >= loss } else { profit <= loss };
    if is_exchanged {
        faults.push("subOrderList[1].stopPrice", "is on the wrong side of the stop loss for this entry");
    }
}
