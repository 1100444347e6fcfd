//! Every public type has a JSON Schema (feature `schemars`), and what the documentation shows is valid by it.

use std::collections::BTreeSet;

use jsonschema::Validator;
use proptest::test_runner::{Config, TestRunner};
use schemars::{Schema, schema_for};
use serde_json::{Value, json};
use sixmm_api::types::{self, Envelope};
use sixmm_spec::model::{Api, Shape};
use sixmm_tests::{Fixture, fixture, specification, valid};

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
fn what_the_specification_describes_is_valid() {
    let api = specification();
    for named in &api.types {
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
fn a_secret_is_marked_as_a_password() {
    let schema = schema("LoginRequest").to_string();
    assert!(schema.contains(r#""format":"password""#), "{schema}");
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
