//! The JSON forms of orders and strategies that have not been placed. The form of an order has the fields of the documented request.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sixmm_api::ExactDecimal;
use sixmm_api::types::{
    BboPriceType, ClientOrderId, ConditionOrderType, ConditionTimeInForce, OrderSide, OrderType, PositionSide, StrategyType, TimeInForce,
    TriggerPriceType,
};

use super::decimal_input::{DecimalInput, IntoDecimal as _};
use super::new_condition_order::NewConditionOrder;
use super::new_order::NewOrder;
use super::new_strategy::{LegTrigger, NewStrategy, StrategyLeg};
use super::order_request::OrderBase;
use super::unfinished_order::{Size, UnfinishedOrder};

/// The JSON form of a [`NewOrder`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct OrderForm {
    symbol: String,
    side: OrderSide,
    #[serde(rename = "type")]
    order_type: OrderType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quantity: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    close_position: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_type: Option<BboPriceType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position_side: Option<PositionSide>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_in_force: Option<TimeInForce>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reduce_only: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    maker_only: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_order_id: Option<ClientOrderId>,
}

/// The JSON form of a [`NewConditionOrder`].
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ConditionOrderForm {
    symbol: String,
    side: OrderSide,
    #[serde(rename = "type")]
    order_type: ConditionOrderType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quantity: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    close_position: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stop_price: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    activate_price: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    callback_rate: Option<DecimalInput>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_type: Option<TriggerPriceType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    price_protect: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    position_side: Option<PositionSide>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    time_in_force: Option<ConditionTimeInForce>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reduce_only: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_order_id: Option<ClientOrderId>,
}

impl From<NewOrder> for OrderForm {
    fn from(order: NewOrder) -> Self {
        let NewOrder { base, order_type, price, price_type, time_in_force, maker_only } = order;
        Self {
            side: base.start.side.clone(),
            close_position: base.close_position(),
            quantity: base.start.quantity().cloned(),
            symbol: base.start.symbol,
            order_type,
            price,
            price_type,
            position_side: base.position_side,
            time_in_force,
            reduce_only: base.reduce_only,
            maker_only,
            client_order_id: base.client_order_id,
        }
    }
}

impl TryFrom<OrderForm> for NewOrder {
    type Error = &'static str;

    fn try_from(form: OrderForm) -> Result<Self, Self::Error> {
        match (&form.order_type, &form.price, &form.price_type) {
            (OrderType::Limit, Some(_), None) | (OrderType::Limit, None, Some(_)) | (OrderType::Market, None, None) => {}
            (OrderType::Limit, ..) => return Err("an order of the type LIMIT has either a `price` or a `priceType`"),
            (OrderType::Market, ..) => return Err("an order of the type MARKET has neither a `price` nor a `priceType`"),
            _ => return Err("`type` is LIMIT or MARKET"),
        }
        let start = start(form.symbol, form.side, form.quantity, form.close_position)?;
        let base = OrderBase {
            position_side: form.position_side,
            reduce_only: form.reduce_only,
            client_order_id: form.client_order_id,
            ..OrderBase::new(start)
        };
        let OrderForm { order_type, price, price_type, time_in_force, maker_only, .. } = form;
        Ok(Self { base, order_type, price, price_type, time_in_force, maker_only })
    }
}

impl From<NewConditionOrder> for ConditionOrderForm {
    fn from(order: NewConditionOrder) -> Self {
        let base = order.base;
        Self {
            side: base.start.side.clone(),
            close_position: base.close_position(),
            quantity: base.start.quantity().cloned(),
            symbol: base.start.symbol,
            order_type: order.order_type,
            price: order.price,
            stop_price: order.trigger,
            activate_price: order.activation_price,
            callback_rate: order.callback_rate,
            working_type: order.trigger_by,
            price_protect: order.price_protection,
            position_side: base.position_side,
            time_in_force: order.time_in_force,
            reduce_only: base.reduce_only,
            client_order_id: base.client_order_id,
        }
    }
}

impl TryFrom<ConditionOrderForm> for NewConditionOrder {
    type Error = &'static str;

    fn try_from(form: ConditionOrderForm) -> Result<Self, Self::Error> {
        let (is_trailing, is_limit) = match form.order_type {
            ConditionOrderType::StopMarket | ConditionOrderType::TakeProfitMarket => (false, false),
            ConditionOrderType::StopLimit | ConditionOrderType::TakeProfitLimit => (false, true),
            ConditionOrderType::TrailingStop => (true, false),
            _ => return Err("`type` is not the type of a condition order"),
        };
        if form.price.is_some() != is_limit {
            return Err("a `price` belongs to the types STOP_LIMIT and TAKE_PROFIT_LIMIT");
        }
        if form.callback_rate.is_some() != is_trailing || form.stop_price.is_some() == is_trailing {
            return Err("a trailing stop has a `callbackRate`, and every other condition order a `stopPrice`");
        }
        let start = start(form.symbol, form.side, form.quantity, form.close_position)?;
        let base = OrderBase {
            position_side: form.position_side,
            reduce_only: form.reduce_only,
            client_order_id: form.client_order_id,
            ..OrderBase::new(start)
        };
        Ok(Self {
            base,
            order_type: form.order_type,
            price: form.price,
            trigger: form.stop_price,
            activation_price: form.activate_price,
            callback_rate: form.callback_rate,
            trigger_by: form.working_type,
            price_protection: form.price_protect,
            time_in_force: form.time_in_force,
        })
    }
}

/// The JSON form of a [`NewStrategy`]. The type of the strategy determines the links between its legs.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct StrategyForm {
    strategy_type: StrategyType,
    legs: Vec<StrategyLeg>,
    #[serde(default)]
    leg_trigger: LegTrigger,
}

impl From<NewStrategy> for StrategyForm {
    fn from(strategy: NewStrategy) -> Self {
        let strategy_type = strategy.strategy_type();
        let (legs, leg_trigger) = strategy.into_legs();
        Self { strategy_type, legs, leg_trigger }
    }
}

impl TryFrom<StrategyForm> for NewStrategy {
    type Error = &'static str;

    fn try_from(form: StrategyForm) -> Result<Self, Self::Error> {
        use StrategyLeg::{Condition, Normal};
        let StrategyForm { strategy_type, legs, leg_trigger } = form;
        let mut legs = legs.into_iter();
        let strategy = match (strategy_type, legs.next(), legs.next(), legs.next(), legs.next()) {
            (StrategyType::Otoco, Some(Normal(entry)), Some(Condition(take_profit)), Some(Condition(stop_loss)), None) => {
                Self::bracket(*entry, *take_profit, *stop_loss)
            }
            (StrategyType::Otoco, ..) => return Err("`legs` of an OTOCO are a normal order and two condition orders"),
            (StrategyType::Oto, Some(Normal(first)), Some(then), None, None) => Self::one_triggers_other(*first, then),
            (StrategyType::Oto, ..) => return Err("`legs` of an OTO are a normal order and another order"),
            (StrategyType::Oco, Some(one), Some(other), None, None) => Self::one_cancels_other(one, other),
            (StrategyType::Oco, ..) => return Err("`legs` of an OCO are two orders"),
            _ => return Err("`strategyType` is OTO, OCO or OTOCO"),
        };
        Ok(strategy.leg_trigger(leg_trigger))
    }
}

fn start(
    symbol: String,
    side: OrderSide,
    quantity: Option<DecimalInput>,
    close_position: Option<bool>,
) -> Result<UnfinishedOrder, &'static str> {
    if !matches!(side, OrderSide::Buy | OrderSide::Sell) {
        return Err("`side` is BUY or SELL");
    }
    let size = match (quantity, close_position) {
        (Some(quantity), None | Some(false)) => Size::Quantity(quantity),
        (None, Some(true)) => Size::WholePosition,
        _ => return Err("an order has either a `quantity` or `closePosition`"),
    };
    Ok(UnfinishedOrder::new(symbol, side, size))
}

impl Serialize for DecimalInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_result() {
            Ok(decimal) => ExactDecimal(*decimal).serialize(serializer),
            Err(invalid) => serializer.serialize_str(invalid.text()),
        }
    }
}

/// Deserializes an amount from a text or an integer. A text that is not a decimal is accepted here, and is reported when the order is sent.
impl<'de> Deserialize<'de> for DecimalInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Amount {
            Text(String),
            Integer(i64),
        }
        Ok(Self::from(match Amount::deserialize(deserializer)? {
            Amount::Text(text) => text.into_decimal(),
            Amount::Integer(integer) => integer.into_decimal(),
        }))
    }
}
