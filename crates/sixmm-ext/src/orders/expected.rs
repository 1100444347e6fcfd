//! What is known of an order, and whether what an answer reports is that order.

use serde_json::{Map, Value, json};
use sixmm_api::types::{
    ClientOrderId, ConditionId, ConditionOrderType, OrderId, OrderSide, PositionSide, StrategySubOrder, StrategySubOrderType, StrategyType,
};
use sixmm_api::{Decimal, requests};

use super::checks;
use super::reported::{Field, Reported};

/// The documented position side of an order that names none.
const DEFAULT_POSITION_SIDE: &str = "BOTH";

/// What is known of an order: its ids, and the terms that it was sent with. A term that is `None` is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) order_id: Option<String>,
    pub(super) condition_id: Option<String>,
    pub(super) client_order_id: Option<String>,
    /// The client made the `clientOrderId`, so no older order can have had it.
    pub(super) is_own_id: bool,
    pub(super) symbol: Option<String>,
    side: Option<String>,
    type_: Option<String>,
    position_side: Option<String>,
    reduce_only: Option<bool>,
    pub(super) price: Option<Decimal>,
    pub(super) quantity: Option<Decimal>,
    /// The exchange may lower the quantity to that of the position.
    is_most: bool,
    trigger_price: Option<Decimal>,
    activate_price: Option<Decimal>,
    callback_rate: Option<Decimal>,
    is_condition: bool,
    strategy_type: Option<String>,
}

/// A term in which the order that the exchange reports differs from the order that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The field, by its name on the wire.
    pub field: &'static str,
    /// The value that was sent.
    pub sent: String,
    /// The amount that the exchange reports. `None` if the field is no amount, or cannot be read.
    pub reported: Option<Decimal>,
    /// The reported amount is the sent one, rounded to fewer decimals.
    pub is_rounding: bool,
}

/// Where an order that is reported differs from the one that is expected.
#[derive(Debug, Default)]
pub(super) struct Differences {
    /// In what makes it this order: its ids, contract, side, type.
    pub(super) identity: Vec<Difference>,
    /// In prices and quantities.
    pub(super) amounts: Vec<Difference>,
    /// The object names a field twice.
    pub(super) has_duplicates: bool,
}

impl Differences {
    /// Whether the order is the expected one, except for amounts that the exchange has rounded.
    pub(super) fn are_roundings(&self) -> bool {
        self.identity.is_empty() && !self.has_duplicates && self.amounts.iter().all(|difference| difference.is_rounding)
    }

    pub(super) fn is_none(&self) -> bool {
        self.identity.is_empty() && self.amounts.is_empty() && !self.has_duplicates
    }

    /// The first field that differs, for a message.
    pub(super) fn field(&self) -> Option<&'static str> {
        self.identity.iter().chain(&self.amounts).next().map(|difference| difference.field).or(self.has_duplicates.then_some("a field"))
    }
}

impl Expected {
    /// Any order of a contract, or of every contract.
    pub(super) fn of_contract(symbol: Option<&str>) -> Self {
        Self { symbol: symbol.map(str::to_owned), ..Self::default() }
    }

    /// A strategy.
    pub(super) fn of_strategy(symbol: &str, type_: &StrategyType) -> Self {
        Self { strategy_type: Some(type_.to_string()), ..Self::of_contract(Some(symbol)) }
    }

    /// An order that is known by the exchange's id.
    pub(super) fn by_order_id(symbol: &str, id: &OrderId) -> Self {
        Self { symbol: Some(symbol.to_owned()), order_id: Some(id.as_str().to_owned()), ..Self::default() }
    }

    /// An order that is known by the caller's id.
    pub(super) fn by_client_order_id(symbol: &str, id: &ClientOrderId) -> Self {
        Self { symbol: Some(symbol.to_owned()), client_order_id: Some(id.as_str().to_owned()), ..Self::default() }
    }

    /// A condition order that is known by the exchange's id.
    pub(super) fn by_condition_id(symbol: &str, id: &ConditionId) -> Self {
        Self { symbol: Some(symbol.to_owned()), condition_id: Some(id.as_str().to_owned()), ..Self::default() }
    }

    pub(super) fn with_own_id(mut self, is_own_id: bool) -> Self {
        self.is_own_id = is_own_id;
        self
    }

    pub(super) fn with_amounts(mut self, price: Option<Decimal>, quantity: Option<Decimal>) -> Self {
        (self.price, self.quantity) = (price, quantity);
        self
    }

    /// Whether it is a strategy, whose answer lists orders of other ids.
    pub(super) fn is_strategy(&self) -> bool {
        self.strategy_type.is_some()
    }

    /// Compares every field that is expected and present. A field that is present but unreadable differs.
    pub(super) fn compare(&self, reported: &Reported) -> Differences {
        let mut found = Differences { has_duplicates: reported.has_duplicates(), ..Differences::default() };
        let mut id = |field, sent: &Option<String>| {
            let Some(sent) = sent else { return };
            match reported.id(field) {
                Field::Absent => {}
                Field::Value(value) if value == *sent => {}
                _ => found.identity.push(Difference { field, sent: sent.clone(), reported: None, is_rounding: false }),
            }
        };
        id("orderId", &self.order_id);
        id("conditionId", &self.condition_id);
        id("clientOrderId", &self.client_order_id);
        for (field, sent) in [
            ("symbol", &self.symbol),
            ("side", &self.side),
            ("type", &self.type_),
            ("orderType", &self.type_),
            ("strategyType", &self.strategy_type),
            ("positionSide", &self.position_side),
        ] {
            let Some(sent) = sent else { continue };
            match reported.text(field) {
                Field::Absent => {}
                Field::Value(value) if value == *sent => {}
                // The `orderType` of a condition order is provisional: it may be the type of the order that the trigger makes.
                Field::Value(value) if field == "orderType" && self.is_condition && !is_condition_type(&value) => {}
                _ => found.identity.push(Difference { field, sent: sent.clone(), reported: None, is_rounding: false }),
            }
        }
        if let Some(sent) = self.reduce_only {
            match reported.boolean("reduceOnly") {
                Field::Absent => {}
                Field::Value(value) if value == sent => {}
                _ => found.identity.push(Difference { field: "reduceOnly", sent: sent.to_string(), reported: None, is_rounding: false }),
            }
        }
        for (field, sent) in [
            ("price", self.price),
            ("quantity", self.quantity),
            ("stopPrice", self.trigger_price),
            ("triggerPrice", self.trigger_price),
            ("activatePrice", self.activate_price),
            ("callbackRate", self.callback_rate),
        ] {
            let Some(sent) = sent else { continue };
            let is_lowered = |value: Decimal| self.is_most && value > Decimal::ZERO && value <= sent;
            let is_same = |value: Decimal| value == sent || field == "quantity" && is_lowered(value);
            match reported.decimal(field) {
                Field::Absent => {}
                Field::Value(value) if is_same(value) => {}
                other => {
                    let reported = other.value();
                    let is_rounding = reported.is_some_and(|reported| is_rounded(sent, reported));
                    found.amounts.push(Difference { field, sent: sent.to_string(), reported, is_rounding });
                }
            }
        }
        found
    }

    /// The terms as JSON, to be saved. They contain no secret.
    pub(super) fn to_json(&self) -> Value {
        let Self { order_id, condition_id, client_order_id, is_own_id, symbol, side, type_, position_side, .. } = self;
        let mut terms = Map::new();
        let texts = [
            ("orderId", order_id),
            ("conditionId", condition_id),
            ("clientOrderId", client_order_id),
            ("symbol", symbol),
            ("side", side),
            ("type", type_),
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
        terms.insert(String::from("isOwnId"), json!(is_own_id));
        terms.insert(String::from("isMost"), json!(self.is_most));
        terms.insert(String::from("isCondition"), json!(self.is_condition));
        Value::Object(terms)
    }

    /// The terms that [`to_json`](Self::to_json) wrote. `None` if one of them cannot be read.
    pub(super) fn from_json(saved: &Reported) -> Option<Self> {
        fn read<T>(field: Field<T>) -> Option<Option<T>> {
            match field {
                Field::Absent => Some(None),
                Field::Value(value) => Some(Some(value)),
                Field::Unreadable => None,
            }
        }
        Some(Self {
            order_id: read(saved.id("orderId"))?,
            condition_id: read(saved.id("conditionId"))?,
            client_order_id: read(saved.text("clientOrderId"))?,
            is_own_id: read(saved.boolean("isOwnId"))?.unwrap_or_default(),
            symbol: read(saved.text("symbol"))?,
            side: read(saved.text("side"))?,
            type_: read(saved.text("type"))?,
            position_side: read(saved.text("positionSide"))?,
            reduce_only: read(saved.boolean("reduceOnly"))?,
            price: read(saved.decimal("price"))?,
            quantity: read(saved.decimal("quantity"))?,
            is_most: read(saved.boolean("isMost"))?.unwrap_or_default(),
            trigger_price: read(saved.decimal("triggerPrice"))?,
            activate_price: read(saved.decimal("activatePrice"))?,
            callback_rate: read(saved.decimal("callbackRate"))?,
            is_condition: read(saved.boolean("isCondition"))?.unwrap_or_default(),
            // Only an answer reports it; what is saved is looked up.
            strategy_type: None,
        })
    }
}

impl From<&requests::PlaceOrder> for Expected {
    fn from(order: &requests::PlaceOrder) -> Self {
        let only_reduces = checks::only_reduces(&order.side, order.position_side.as_ref(), order.reduce_only);
        Self {
            client_order_id: order.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
            symbol: Some(order.symbol.clone()),
            side: Some(order.side.to_string()),
            type_: Some(order.type_.to_string()),
            position_side: Some(order.position_side.as_ref().map_or_else(|| DEFAULT_POSITION_SIDE.to_owned(), PositionSide::to_string)),
            reduce_only: reduce_only(&order.side, order.position_side.as_ref(), Some(order.reduce_only.unwrap_or_default())),
            // What the exchange does with a price at which a maker-only order would take is not documented: it may change it.
            price: order.price.filter(|_| order.maker_only != Some(true)),
            quantity: order.quantity,
            is_most: only_reduces,
            ..Self::default()
        }
    }
}

impl From<&requests::PlaceConditionOrder> for Expected {
    fn from(order: &requests::PlaceConditionOrder) -> Self {
        Self {
            client_order_id: order.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
            symbol: Some(order.symbol.clone()),
            side: Some(order.side.to_string()),
            type_: Some(order.type_.to_string()),
            position_side: order.position_side.as_ref().map(PositionSide::to_string),
            reduce_only: reduce_only(&order.side, order.position_side.as_ref(), order.reduce_only),
            price: order.price,
            quantity: order.quantity,
            is_most: checks::only_reduces(&order.side, order.position_side.as_ref(), order.reduce_only),
            trigger_price: order.stop_price,
            activate_price: order.activate_price,
            callback_rate: order.callback_rate,
            is_condition: true,
            ..Self::default()
        }
    }
}

impl From<&StrategySubOrder> for Expected {
    fn from(leg: &StrategySubOrder) -> Self {
        let side = leg.side.as_ref();
        let only_reduces = |side| checks::only_reduces(side, leg.position_side.as_ref(), leg.reduce_only);
        Self {
            client_order_id: leg.client_order_id.as_ref().map(|id| id.as_str().to_owned()),
            symbol: leg.symbol.clone(),
            side: side.map(OrderSide::to_string),
            type_: leg.type_.as_ref().map(StrategySubOrderType::to_string),
            position_side: leg.position_side.as_ref().map(PositionSide::to_string),
            reduce_only: side.and_then(|side| reduce_only(side, leg.position_side.as_ref(), leg.reduce_only)),
            price: leg.price.filter(|_| leg.maker_only != Some(true)),
            quantity: leg.quantity,
            is_most: side.is_some_and(only_reduces),
            trigger_price: leg.stop_price,
            activate_price: leg.activate_price,
            callback_rate: leg.callback_rate,
            is_condition: leg.stop_price.is_some() || leg.callback_rate.is_some(),
            ..Self::default()
        }
    }
}

fn is_condition_type(type_: &str) -> bool {
    !matches!(ConditionOrderType::from(type_), ConditionOrderType::Unknown(_))
}

/// Whether the reported amount is the sent one, rounded to fewer decimals: 0.242 for 0.2421454, 85000.1 for 85000.12.
fn is_rounded(sent: Decimal, reported: Decimal) -> bool {
    let unit = Decimal::new(1, reported.scale());
    let difference = sent.checked_sub(reported).map(|difference| difference.abs());
    !reported.is_zero() && reported.scale() < sent.scale() && difference.is_some_and(|difference| difference < unit)
}

/// Whether the order has to be reported as reduce-only. An order that closes one side of a hedged position reduces without the flag, and
/// how the exchange reports it is not documented.
fn reduce_only(side: &OrderSide, position_side: Option<&PositionSide>, reduce_only: Option<bool>) -> Option<bool> {
    let closes_a_side = checks::only_reduces(side, position_side, None);
    reduce_only.filter(|_| !closes_a_side)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> Expected {
        Expected {
            client_order_id: Some("my-1".into()),
            symbol: Some("BTCUSDT".into()),
            side: Some("BUY".into()),
            type_: Some("LIMIT".into()),
            position_side: Some("BOTH".into()),
            reduce_only: Some(false),
            price: Some(Decimal::new(85_000, 0)),
            quantity: Some(Decimal::new(1, 1)),
            ..Expected::default()
        }
    }

    fn compare(json: &str) -> (Vec<&'static str>, Vec<&'static str>) {
        let differences = sent().compare(&Reported::parse(json).expect("an object"));
        let fields = |found: &[Difference]| found.iter().map(|difference| difference.field).collect();
        (fields(&differences.identity), fields(&differences.amounts))
    }

    #[test]
    fn only_what_is_present_is_compared() {
        assert_eq!(compare("{}"), (vec![], vec![]));
        assert_eq!(
            compare(r#"{"price":"85000.00","quantity":0.10,"side":"BUY","orderType":"LIMIT","positionSide":"BOTH"}"#),
            (vec![], vec![])
        );
    }

    #[test]
    fn every_field_that_differs_is_named() {
        let other = r#"{"clientOrderId":"my-2","symbol":"ETHUSDT","side":"SELL","type":"MARKET","positionSide":"LONG","reduceOnly":true,
            "price":"1","quantity":"2"}"#;
        let identity = vec!["clientOrderId", "symbol", "side", "type", "positionSide", "reduceOnly"];
        assert_eq!(compare(other), (identity, vec!["price", "quantity"]));
    }

    #[test]
    fn a_field_that_cannot_be_read_differs() {
        assert_eq!(
            compare(r#"{"clientOrderId":["my-1"],"price":"1e4","side":1,"quantity":""}"#),
            (vec!["clientOrderId", "side"], vec!["price", "quantity"])
        );
    }

    #[test]
    fn a_rounded_amount_is_told_from_another_one() {
        let decimal = |text: &str| text.parse::<Decimal>().expect("a decimal");
        for (sent, reported, expected) in [
            ("0.2421454", "0.242", true),
            ("0.2421454", "0.243", true),
            ("85000.12", "85000.1", true),
            ("0.2421454", "0.244", false),
            ("85000.1", "85000.2", false),
            ("0.2", "0.1000", false),
            ("0.1", "0", false),
            ("1.5", "-79228162514264337593543950335", false),
        ] {
            assert_eq!(is_rounded(decimal(sent), decimal(reported)), expected, "{sent}, {reported}");
        }
    }

    #[test]
    fn saved_terms_are_read_back_as_they_were() {
        for expected in
            [sent(), Expected::default(), Expected { is_most: true, trigger_price: Some(Decimal::ONE), is_own_id: true, ..sent() }]
        {
            let saved = Reported::parse(&expected.to_json().to_string()).expect("an object");
            assert_eq!(Expected::from_json(&saved), Some(expected));
        }
    }
}
