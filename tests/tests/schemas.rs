//! Every public type has a JSON Schema (feature `schemars`), and what the documentation shows is valid by it.

use std::collections::BTreeSet;

use jsonschema::Validator;
use proptest::test_runner::{Config, TestRunner};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};
use sixmm_api::types::{self, Envelope};
use sixmm_tests::{Fixture, fixture, specification, valid};
use venue_spec::model::{Api, Shape};

macro_rules! schemas {
    ($($name:ident)+) => {
        /// The schema of every type in the specification, by its name there; of a received type, within the envelope, too.
        const SCHEMAS: &[(&str, fn() -> Schema, fn() -> Schema)] =
            &[$((stringify!($name), || schema_for!(types::$name), || schema_for!(Envelope<types::$name>))),+];
    };
}

schemas! {
    AccountChangeLog AccountChangeLogPage AmendOrderRequest ApiKeyId ApiKeyInfo ApiKeyList ApiKeyStatus AssetBalance AssetOverviewSummary
    AssetOverviewTrend AssetTrendPoint BalanceHistory BalancePeriod BalancePoint BatchAmendOrder BatchAmendOrdersRequest BatchCancelOrder
    BatchCancelOrdersRequest BatchPlaceOrdersRequest BatchPlaceResult BboPriceType CancelAllOrdersRequest CancelConditionOrderRequest
    CancelOrderRequest CancelType ClientOrderId CloseTriggerMode ClosedPosition ConditionId ConditionOrder ConditionOrderHistoryPage
    ConditionOrderList ConditionOrderStatus ConditionOrderType ConditionTimeInForce CreateApiKeyRequest CreatedApiKey DeleteApiKeyRequest
    DeletedApiKeys ErrorCode ExchangeEmbedTokenRequest ExchangeTicketRequest FavoriteSymbols FillId Kline KlineInterval KlinePriceType
    Klines Leaderboard LeaderboardEntry LeaderboardPeriod LeverageSetting ListenKey ListenKeyRequest LoginRequest MarginMode
    MarginModeCode Order OrderHistoryPage OrderId OrderList OrderSide OrderStatus OrderType OrderTypeFilter PlaceConditionOrderRequest
    PlaceOrderRequest PlaceStrategyOrderRequest PlacedConditionOrder PlacedOrder PlacedStrategyOrder Position PositionHistoryPage
    PositionHistorySide PositionId PositionList PositionSettings PositionSide SaveFavoriteSymbolsRequest ServerTime Session
    SetLeverageRequest SetMarginModeRequest SideFilter StrategyId StrategyOrder StrategyStatus StrategySubOrder StrategySubOrderType
    StrategyType SymbolInfo SymbolList TicketSession TimeInForce Trade TradeId TradeOverview TradeOverviewPoint TradePage TradeRole
    TrendRange TriggerPriceType Undocumented UpdateApiKeyRequest UserAsset UserId UserInfo UserProfile VolumeStats
}

fn schema(name: &str) -> Value {
    let (_, schema, _) = SCHEMAS.iter().find(|(candidate, ..)| *candidate == name).unwrap_or_else(|| panic!("no schema of {name}"));
    schema().to_value()
}

fn envelope_schema(name: &str) -> Value {
    let (_, _, schema) = SCHEMAS.iter().find(|(candidate, ..)| *candidate == name).unwrap_or_else(|| panic!("no schema of {name}"));
    schema().to_value()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).unwrap_or_else(|error| panic!("{error}: {schema}"))
}

/// The JSON is valid by the schema.
fn check(schema: &Value, json: &Value) {
    let errors: Vec<_> = validator(schema).iter_errors(json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}\n{json}\n{schema}");
}

fn check_invalid(schema: &Value, json: &Value) {
    assert!(!validator(schema).is_valid(json), "{json}\n{schema}");
}

fn names_of(list: &Value) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// The objects of the specification: name, whether it is sent, names of all fields, names of the required ones.
fn objects(api: &Api) -> impl Iterator<Item = (&str, bool, BTreeSet<String>, BTreeSet<String>)> {
    api.types.iter().filter_map(|named| {
        let Shape::Object { fields, .. } = &named.shape else { return None };
        let all = fields.iter().map(|field| field.name.clone()).collect();
        let required = fields.iter().filter(|field| field.required).map(|field| field.name.clone()).collect();
        Some((named.name.as_str(), named.sent, all, required))
    })
}

#[test]
fn every_type_of_the_specification_has_a_schema() {
    let api = specification();
    let names: BTreeSet<_> = api.types.iter().map(|named| named.name.as_str()).collect();
    assert_eq!(SCHEMAS.iter().map(|(name, ..)| *name).collect::<BTreeSet<_>>(), names);
}

#[test]
fn every_schema_is_valid_itself() {
    for (name, ..) in SCHEMAS {
        for schema in [schema(name), envelope_schema(name)] {
            jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn a_documented_body_is_valid() {
    let api = specification();
    for operation in &api.operations {
        if let Some(body) = &operation.body {
            let documented = Fixture::request(&operation.id);
            check(&schema(&body.schema), &serde_json::from_str(documented.body()).expect("JSON"));
        }
    }
}

#[test]
fn a_documented_answer_is_valid_within_its_envelope() {
    let api = specification();
    for operation in fixture::answered() {
        let schema = &api.operations.iter().find(|candidate| candidate.id == operation).expect("an operation").response.schema;
        check(&envelope_schema(schema), &serde_json::from_str(&fixture::answer(&operation)).expect("JSON"));
    }
}

#[test]
fn a_documented_refusal_is_valid() {
    for (name, ..) in SCHEMAS {
        check(&envelope_schema(name), &serde_json::from_str(&fixture::refusal()).expect("JSON"));
    }
}

#[test]
fn every_value_that_the_specification_describes_is_valid() {
    let api = specification();
    // Of what is sent, the limits decide, which the test of agreement below is about.
    for named in api.types.iter().filter(|named| !named.sent || !matches!(named.shape, Shape::Object { .. })) {
        let validator = validator(&schema(&named.name));
        let mut runner = TestRunner::new(Config { cases: 8, failure_persistence: None, ..Config::default() });
        let checked = runner.run(&valid::named(&api, &named.name), |value| {
            let errors: Vec<_> = validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            proptest::prop_assert!(errors.is_empty(), "{errors:?}");
            Ok(())
        });
        checked.unwrap_or_else(|failure| panic!("{}: {failure}", named.name));
    }
}

#[test]
fn a_schema_has_the_fields_of_the_specification() {
    let api = specification();
    for (name, _, all, _) in objects(&api) {
        let schema = schema(name);
        let properties = schema["properties"].as_object().expect("an object's schema").keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(properties, all, "{name}");
    }
}

#[test]
fn a_schema_requires_what_the_specification_requires() {
    let api = specification();
    for (name, _, _, required) in objects(&api) {
        assert_eq!(names_of(&schema(name)["required"]), required, "{name}");
    }
}

#[test]
fn the_documented_values_of_an_enum_are_named_and_others_are_valid() {
    let api = specification();
    for named in &api.types {
        if let Shape::Enum { values, .. } = &named.shape {
            let wire: Vec<_> = values.iter().map(|value| value.wire.clone()).collect();
            assert_eq!(schema(&named.name)["examples"], Value::Array(wire), "{}", named.name);
        }
    }
    check(&schema("OrderSide"), &json!("HEDGE"));
    check(&schema("CancelType"), &json!(7));
}

#[test]
fn a_secret_is_described_as_one() {
    let schema = schema("LoginRequest").to_string();
    assert!(schema.contains("A secret: not to be logged."), "{schema}");
}

/// Every keyword of a schema, at any depth. The names of properties and definitions are none.
fn keywords(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                found.insert(key.clone());
                match key.as_str() {
                    "properties" | "$defs" => value.as_object().into_iter().flatten().for_each(|(_, schema)| keywords(schema, found)),
                    "enum" | "examples" | "required" | "default" => {}
                    _ => keywords(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keywords(item, found)),
        _ => {}
    }
}

#[test]
fn a_schema_has_only_keywords_that_a_strict_validator_knows() {
    // Ajv in its defaults refuses a schema with a keyword or a format that it does not know; it knows no format at all.
    const KNOWN: &[&str] = &[
        "$defs",
        "$ref",
        "$schema",
        "additionalProperties",
        "allOf",
        "anyOf",
        "default",
        "description",
        "enum",
        "examples",
        "if",
        "items",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "not",
        "pattern",
        "properties",
        "required",
        "then",
        "title",
        "type",
    ];
    for (name, ..) in SCHEMAS {
        for schema in [schema(name), envelope_schema(name)] {
            let mut found = BTreeSet::new();
            keywords(&schema, &mut found);
            let unknown: Vec<_> = found.iter().filter(|key| !KNOWN.contains(&key.as_str())).collect();
            assert!(unknown.is_empty(), "{name}: {unknown:?}");
        }
    }
}

/// Whether a body is refused before it is sent.
fn is_refused<T: serde::de::DeserializeOwned + venue_core::Validate>(json: &Value) -> bool {
    is_refused_by::<T>(json, venue_core::ValidationErrors::default())
}

/// The same, if rules that are inferred are checked, too.
fn is_refused_on_request<T: serde::de::DeserializeOwned + venue_core::Validate>(json: &Value) -> bool {
    is_refused_by::<T>(json, venue_core::ValidationErrors::default().with_inferred())
}

fn is_refused_by<T: serde::de::DeserializeOwned + venue_core::Validate>(json: &Value, mut faults: venue_core::ValidationErrors) -> bool {
    let Ok(body) = serde_json::from_value::<T>(json.clone()) else { return true };
    body.validate(&mut faults);
    !faults.is_empty()
}

/// What is refused before it is sent is not valid, and what is sent is.
fn check_agreement<T: serde::de::DeserializeOwned + venue_core::Validate>(name: &str, cases: &[(Value, bool)]) {
    let validator = validator(&schema(name));
    for (json, is_sound) in cases {
        assert_eq!(is_refused::<T>(json), !is_sound, "{name}: {json}");
        assert_eq!(validator.is_valid(json), *is_sound, "{name}: {json}");
    }
}

macro_rules! sent {
    ($($name:ident)+) => {
        /// Every type that is sent, with whether a value of it is refused before it is sent: by documented rules, and by inferred ones, too.
        const SENT: &[(&str, [fn(&Value) -> bool; 2])] =
            &[$((stringify!($name), [is_refused::<types::$name>, is_refused_on_request::<types::$name>])),+];
    };
}

sent! {
    AmendOrderRequest BatchAmendOrder BatchAmendOrdersRequest BatchCancelOrder BatchCancelOrdersRequest BatchPlaceOrdersRequest
    CancelAllOrdersRequest CancelConditionOrderRequest CancelOrderRequest CreateApiKeyRequest DeleteApiKeyRequest
    ExchangeEmbedTokenRequest ExchangeTicketRequest ListenKeyRequest LoginRequest PlaceConditionOrderRequest PlaceOrderRequest
    PlaceStrategyOrderRequest SaveFavoriteSymbolsRequest SetLeverageRequest SetMarginModeRequest StrategySubOrder UpdateApiKeyRequest
}

#[test]
fn every_type_that_is_sent_is_compared_with_its_schema() {
    let api = specification();
    let sent: BTreeSet<&str> = objects(&api).filter(|(_, is_sent, ..)| *is_sent).map(|(name, ..)| name).collect();
    assert_eq!(SENT.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), sent);
}

#[test]
fn a_body_that_is_refused_is_not_valid_and_one_that_is_not_valid_is_refused_at_least_on_request() {
    let api = specification();
    for (name, [is_refused, is_refused_on_request]) in SENT {
        let validator = validator(&schema(name));
        let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
        let checked = runner.run(&valid::named(&api, name), |value| {
            let is_valid = validator.is_valid(&value);
            proptest::prop_assert!(!(is_valid && is_refused(&value)), "valid, and refused: {}", value);
            proptest::prop_assert!(is_valid || is_refused_on_request(&value), "not valid, and never refused: {}", value);
            Ok(())
        });
        checked.unwrap_or_else(|failure| panic!("{name}: {failure}"));
    }
}

fn with(base: &Value, name: &str, value: Value) -> Value {
    let mut edited = base.clone();
    edited[name] = value;
    edited
}

#[test]
fn a_closed_enum_of_a_body_has_no_other_values() {
    let order = json!({ "symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1" });
    let cases = [
        (order.clone(), true),
        (with(&order, "side", json!("HEDGE")), false),
        (with(&order, "timeInForce", json!("GTC")), true),
        (with(&order, "timeInForce", Value::Null), true),
        (with(&order, "timeInForce", json!("gtc")), false),
    ];
    check_agreement::<types::PlaceOrderRequest>("PlaceOrderRequest", &cases);
    let margin = |mode: Value| json!({ "symbol": "BTCUSDT", "marginMode": mode });
    check_agreement::<types::SetMarginModeRequest>("SetMarginModeRequest", &[(margin(json!(1)), true), (margin(json!(7)), false)]);
}

#[test]
fn a_limit_of_a_body_is_one_of_its_schema() {
    let login = json!({ "username": "alice", "password": "password" });
    let long = "a".repeat(500);
    let cases = [(with(&login, "username", json!("al")), false), (with(&login, "username", json!(long)), false)];
    check_agreement::<types::LoginRequest>("LoginRequest", &cases);
    let leverage = |leverage: i64| json!({ "symbol": "BTCUSDT", "leverage": leverage });
    check_agreement::<types::SetLeverageRequest>("SetLeverageRequest", &[(leverage(20), true)]);
    // An id is not empty, whatever its length.
    let id = |id: &str| json!({ "id": id });
    check_agreement::<types::DeleteApiKeyRequest>("DeleteApiKeyRequest", &[(id("1"), true), (id(""), false)]);
}

#[test]
fn a_rule_over_several_fields_of_a_body_is_one_of_its_schema() {
    let order = json!({ "symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "quantity": "1" });
    let cases = [
        (order.clone(), false),
        (with(&order, "price", Value::Null), false),
        (with(&order, "price", json!("1")), true),
        (with(&order, "type", json!("MARKET")), true),
        (with(&with(&order, "type", json!("MARKET")), "quantity", Value::Null), false),
        (json!({ "symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "closePosition": true }), true),
        (json!({ "symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "closePosition": false }), false),
    ];
    check_agreement::<types::PlaceOrderRequest>("PlaceOrderRequest", &cases);
    let amend = json!({ "symbol": "BTCUSDT", "orderId": "1" });
    let cases = [(with(&amend, "price", json!("1")), true), (with(&amend, "quantity", json!("1")), true)];
    check_agreement::<types::AmendOrderRequest>("AmendOrderRequest", &cases);
}

#[test]
fn another_type_is_not_valid() {
    check_invalid(&schema("ServerTime"), &json!({ "timestamp": "soon", "timestampMs": 1, "iso": "", "timezone": "" }));
    check_invalid(&schema("OrderId"), &json!(7));
    check_invalid(&schema("LoginRequest"), &json!({ "username": "alice" }));
    check_invalid(&schema("SetLeverageRequest"), &json!({ "symbol": "BTCUSDT", "leverage": "20" }));
}

#[test]
fn a_decimal_is_a_text_of_digits() {
    let request = |price: Value| json!({ "symbol": "BTCUSDT", "orderId": "1", "price": price });
    let schema = schema("AmendOrderRequest");
    check(&schema, &request(json!("85000.10")));
    for price in [json!(85000.1), json!("1e5"), json!(""), json!("85,000")] {
        check_invalid(&schema, &request(price));
    }
}
