//! The ids and terms of an order that was sent, for the comparison with an order that the exchange reports.

use serde_json::{Map, Value, json};
use sixmm_api::Decimal;
use sixmm_api::requests;
use sixmm_api::types::{
    ClientOrderId, ConditionId, ConditionOrderType, OrderId, OrderSide, PositionSide, StrategySubOrder, StrategySubOrderType, StrategyType,
};
use venue_runtime::reconcile::json_fields::{FieldValue, JsonFields};
use venue_runtime::reconcile::{ExpectedOrder, ExpectedValue, Term};

use super::order_fields::STATUS;
use super::validate;

/// The documented default of the position side, for an order that does not set it.
const DEFAULT_POSITION_SIDE: &str = "BOTH";

/// The known ids of an order, and the terms that the order was sent with. A term that is `None` is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderTerms {
    pub(super) order_id: Option<String>,
    pub(super) condition_id: Option<String>,
    pub(super) client_order_id: Option<String>,
    /// Whether the client generated the `clientOrderId`. A generated id is new, so that no older order can have the same id.
    pub(super) has_generated_id: bool,
    pub(super) symbol: Option<String>,
    side: Option<String>,
    order_type: Option<String>,
    position_side: Option<String>,
    reduce_only: Option<bool>,
    pub(super) price: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
    /// Whether the quantity is only a maximum, because the order can only reduce a position, and the exchange may reduce the quantity to
    /// the size of the position.
    is_maximum: bool,
    trigger_price: Option<Decimal>,
    activate_price: Option<Decimal>,
    callback_rate: Option<Decimal>,
    is_condition: bool,
    strategy_type: Option<String>,
}

impl ExpectedOrder for OrderTerms {
    const CLIENT_ORDER_ID: &'static str = "clientOrderId";
    const CREATED_AT: &'static str = "createdAt";
    const STATUS: &'static [&'static str] = &STATUS;

    fn terms(&self) -> impl Iterator<Item = Term<'_>> {
        let id = |id| Some(ExpectedValue::Id(Option::as_deref(id)?));
        let text = |text| Some(ExpectedValue::Text(Option::as_deref(text)?));
        let amount = |amount| Some(ExpectedValue::Amount(amount?));
        let order_type = self.order_type.as_deref().map(|sent| match self.is_condition {
            // The `orderType` of a reported condition order may be the type of the order that the trigger places. Therefore it is compared
            // only if it is the type of a condition order.
            true => ExpectedValue::TextIf(sent, is_condition_type),
            false => ExpectedValue::Text(sent),
        });
        let quantity = |sent| if self.is_maximum { ExpectedValue::AmountUpTo(sent) } else { ExpectedValue::Amount(sent) };
        [
            ("orderId", id(&self.order_id)),
            ("conditionId", id(&self.condition_id)),
            ("clientOrderId", id(&self.client_order_id)),
            ("symbol", text(&self.symbol)),
            ("side", text(&self.side)),
            ("type", text(&self.order_type)),
            ("orderType", order_type),
            ("strategyType", text(&self.strategy_type)),
            ("positionSide", text(&self.position_side)),
            ("reduceOnly", self.reduce_only.map(ExpectedValue::Flag)),
            ("price", amount(self.price)),
            ("quantity", self.quantity.map(quantity)),
            ("stopPrice", amount(self.trigger_price)),
            ("triggerPrice", amount(self.trigger_price)),
            ("activatePrice", amount(self.activate_price)),
            ("callbackRate", amount(self.callback_rate)),
        ]
        .into_iter()
        .filter_map(|(field, value)| Some(Term { field, value: value? }))
    }

    fn has_generated_id(&self) -> bool {
        self.has_generated_id
    }
}

impl OrderTerms {
    /// The terms of any order of one contract. If `symbol` is `None`, the terms of any order of any contract.
    pub(super) fn of_contract(symbol: Option<&str>) -> Self {
        Self { symbol: symbol.map(str::to_owned), ..Self::default() }
    }

    /// A strategy.
    pub(super) fn of_strategy(symbol: &str, type_: &StrategyType) -> Self {
        Self { strategy_type: Some(type_.to_string()), ..Self::of_contract(Some(symbol)) }
    }

    /// An order with this id of the exchange.
    pub(super) fn by_order_id(symbol: &str, id: &OrderId) -> Self {
        Self { symbol: Some(symbol.to_owned()), order_id: Some(id.as_str().to_owned()), ..Self::default() }
    }

    /// An order with this id of the caller.
    pub(super) fn by_client_order_id(symbol: &str, id: &ClientOrderId) -> Self {
        Self { symbol: Some(symbol.to_owned()), client_order_id: Some(id.as_str().to_owned()), ..Self::default() }
    }

    /// A condition order with this id of the exchange.
    pub(super) fn by_condition_id(symbol: &str, id: &ConditionId) -> Self {
        Self { symbol: Some(symbol.to_owned()), condition_id: Some(id.as_str().to_owned()), ..Self::default() }
    }

    pub(super) fn with_generated_id(mut self, has_generated_id: bool) -> Self {
        self.has_generated_id = has_generated_id;
        self
    }

    pub(super) fn with_amounts(mut self, price: Option<Decimal>, quantity: Option<Decimal>) -> Self {
        (self.price, self.quantity) = (price, quantity);
        self
    }

    /// Whether these are the terms of a strategy. The response to the placement of a strategy may list the orders of the strategy, whose
    /// ids are not known.
    pub(super) fn is_strategy(&self) -> bool {
        self.strategy_type.is_some()
    }

    /// The terms as JSON, for an order write that is saved. The terms contain no secret.
    pub(super) fn to_json(&self) -> Value {
        let Self { order_id, condition_id, client_order_id, has_generated_id, symbol, side, order_type, position_side, .. } = self;
        let mut terms = Map::new();
        let texts = [
            ("orderId", order_id),
            ("conditionId", condition_id),
            ("clientOrderId", client_order_id),
            ("symbol", symbol),
            ("side", side),
            ("type", order_type),
            ("positionSide", position_side),
        ];
        terms.extend(texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))));
        let amounts = [
            ("price", self.price),
            ("quantity", self.quantity),
            ("triggerPrice", self.trigger_price),
            ("activatePrice", self.activate_price),
            ("callbackRate", self.callback_rate),
        ];
        terms.extend(amounts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?.to_string())))));
        terms.extend(self.reduce_only.map(|value| (String::from("reduceOnly"), json!(value))));
        terms.insert(String::from("isOwnId"), json!(has_generated_id));
        terms.insert(String::from("isMost"), json!(self.is_maximum));
        terms.insert(String::from("isCondition"), json!(self.is_condition));
        Value::Object(terms)
    }

    /// Restores the terms from the JSON that [`to_json`](Self::to_json) returned. `None` if a term cannot be read.
    pub(super) fn from_json(saved: &JsonFields<'_>) -> Option<Self> {
        fn read<T>(field: FieldValue<T>) -> Option<Option<T>> {
            match field {
                FieldValue::Absent => Some(None),
                FieldValue::Value(value) => Some(Some(value)),
                FieldValue::Unreadable => None,
            }
        }
        Some(Self {
            order_id: read(saved.id("orderId").into_owned())?,
            condition_id: read(saved.id("conditionId").into_owned())?,
            client_order_id: read(saved.text("clientOrderId").into_owned())?,
            has_generated_id: read(saved.boolean("isOwnId"))?.unwrap_or_default(),
            symbol: read(saved.text("symbol").into_owned())?,
            side: read(saved.text("side").into_owned())?,
            order_type: read(saved.text("type").into_owned())?,
            position_side: read(saved.text("positionSide").into_owned())?,
            reduce_only: read(saved.boolean("reduceOnly"))?,
            price: read(saved.decimal("price"))?,
            quantity: read(saved.decimal("quantity"))?,
            is_maximum: read(saved.boolean("isMost"))?.unwrap_or_default(),
            trigger_price: read(saved.decimal("triggerPrice"))?,
            activate_price: read(saved.decimal("activatePrice"))?,
            callback_rate: read(saved.decimal("callbackRate"))?,
            is_condition: read(saved.boolean("isCondition"))?.unwrap_or_default(),
            // The strategy type is not saved, because only the response to a placement reports the type, and no lookup does.
            strategy_type: None,
        })
    }
}

impl From<&requests::PlaceOrder> for OrderTerms {
    fn from(order: &requests::PlaceOrder) -> Self {
        let only_reduces = validate::only_reduces(&order.side, order.position_side.as_ref(), order.reduce_only);
        Self {
            client_order_id: order.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
            symbol: Some(order.symbol.clone()),
            side: Some(order.side.to_string()),
            order_type: Some(order.type_.to_string()),
            position_side: Some(order.position_side.as_ref().map_or_else(|| DEFAULT_POSITION_SIDE.to_owned(), PositionSide::to_string)),
            reduce_only: reduce_only(&order.side, order.position_side.as_ref(), Some(order.reduce_only.unwrap_or_default())),
            // The documentation does not say what the exchange does with a maker-only order that would be filled at once. The exchange may
            // change the price, so the price of a maker-only order is not compared.
            price: order.price.filter(|_| order.maker_only != Some(true)),
            quantity: order.quantity,
            is_maximum: only_reduces,
            ..Self::default()
        }
    }
}

impl From<&requests::PlaceConditionOrder> for OrderTerms {
    fn from(order: &requests::PlaceConditionOrder) -> Self {
        Self {
            client_order_id: order.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
            symbol: Some(order.symbol.clone()),
            side: Some(order.side.to_string()),
            order_type: Some(order.type_.to_string()),
            position_side: order.position_side.as_ref().map(PositionSide::to_string),
            reduce_only: reduce_only(&order.side, order.position_side.as_ref(), order.reduce_only),
            price: order.price,
            quantity: order.quantity,
            is_maximum: validate::only_reduces(&order.side, order.position_side.as_ref(), order.reduce_only),
            trigger_price: order.stop_price,
            activate_price: order.activate_price,
            callback_rate: order.callback_rate,
            is_condition: true,
            ..Self::default()
        }
    }
}

impl From<&StrategySubOrder> for OrderTerms {
    fn from(leg: &StrategySubOrder) -> Self {
        let side = leg.side.as_ref();
        let only_reduces = |side| validate::only_reduces(side, leg.position_side.as_ref(), leg.reduce_only);
        Self {
            client_order_id: leg.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
            symbol: leg.symbol.clone(),
            side: side.map(OrderSide::to_string),
            order_type: leg.type_.as_ref().map(StrategySubOrderType::to_string),
            position_side: leg.position_side.as_ref().map(PositionSide::to_string),
            reduce_only: side.and_then(|side| reduce_only(side, leg.position_side.as_ref(), leg.reduce_only)),
            price: leg.price.filter(|_| leg.maker_only != Some(true)),
            quantity: leg.quantity,
            is_maximum: side.is_some_and(only_reduces),
            trigger_price: leg.stop_price,
            activate_price: leg.activate_price,
            callback_rate: leg.callback_rate,
            is_condition: leg.stop_price.is_some() || leg.callback_rate.is_some(),
            ..Self::default()
        }
    }
}

fn is_condition_type(order_type: &str) -> bool {
    !matches!(ConditionOrderType::from(order_type), ConditionOrderType::Unknown(_))
}

/// The `reduceOnly` that a reported order must have. `None` for an order that reduces a long or a short position in hedge mode, because
/// such an order reduces the position without the flag, and the documentation does not say which `reduceOnly` the exchange reports for it.
fn reduce_only(side: &OrderSide, position_side: Option<&PositionSide>, reduce_only: Option<bool>) -> Option<bool> {
    let closes_a_side = validate::only_reduces(side, position_side, None);
    reduce_only.filter(|_| !closes_a_side)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    fn sent() -> OrderTerms {
        OrderTerms {
            client_order_id: Some("my-1".into()),
            symbol: Some("BTCUSDT".into()),
            side: Some("BUY".into()),
            order_type: Some("LIMIT".into()),
            position_side: Some("BOTH".into()),
            reduce_only: Some(false),
            price: Some(Decimal::new(85_000, 0)),
            quantity: Some(Decimal::new(1, 1)),
            ..OrderTerms::default()
        }
    }

    fn compare(json: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let differences = sent().compare(&JsonFields::parse(json).expect("an object"));
        let name = |difference: &venue_runtime::reconcile::Difference| match difference.field {
            Cow::Borrowed(name) => name,
            Cow::Owned(_) => panic!("a comparison does not create names"),
        };
        let fields = |found: &[venue_runtime::reconcile::Difference]| found.iter().map(name).collect();
        (fields(&differences.identity), fields(&differences.amounts))
    }

    #[test]
    fn only_fields_that_are_present_are_compared() {
        assert_eq!(compare("{}"), (vec![], vec![]));
        assert_eq!(
            compare(r#"{"price":"85000.00","quantity":0.10,"side":"BUY","orderType":"LIMIT","positionSide":"BOTH"}"#),
            (vec![], vec![])
        );
    }

    #[test]
    fn every_field_that_differs_is_reported() {
        let other = r#"{"clientOrderId":"my-2","symbol":"ETHUSDT","side":"SELL","type":"MARKET","positionSide":"LONG","reduceOnly":true,
            "price":"1","quantity":"2"}"#;
        let identity = vec!["clientOrderId", "symbol", "side", "type", "positionSide", "reduceOnly"];
        assert_eq!(compare(other), (identity, vec!["price", "quantity"]));
    }

    #[test]
    fn an_unreadable_field_differs() {
        assert_eq!(
            compare(r#"{"clientOrderId":["my-1"],"price":"1e4","side":1,"quantity":""}"#),
            (vec!["clientOrderId", "side"], vec!["price", "quantity"])
        );
    }

    #[test]
    fn saved_terms_are_loaded_unchanged() {
        for terms in [
            sent(),
            OrderTerms::default(),
            OrderTerms { is_maximum: true, trigger_price: Some(Decimal::ONE), has_generated_id: true, ..sent() },
        ] {
            let json = terms.to_json().to_string();
            let saved = JsonFields::parse(&json).expect("an object");
            assert_eq!(OrderTerms::from_json(&saved), Some(terms));
        }
    }
}
