//! Every request and every public type has a JSON Schema (feature `schemars`), and what the documentation shows is valid by it.

use std::collections::BTreeSet;

use jsonschema::Validator;
use proptest::test_runner::{Config, TestRunner};
use schemars::{Schema, schema_for};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sixmm_api::requests;
use sixmm_api::types::{self, Envelope};
use sixmm_tests::{Fixture, fixture, specification, valid};
use venue_core::{Request, Validate, ValidationErrors};
use venue_spec::model::{Api, Field, Operation, Shape};

macro_rules! schemas {
    ($($name:ident)+) => {
        /// The schema of every type in the specification, by its name there; of a received type, within the envelope, too.
        const SCHEMAS: &[(&str, fn() -> Schema, fn() -> Schema)] =
            &[$((stringify!($name), || schema_for!(types::$name), || schema_for!(Envelope<types::$name>))),+];
    };
}

schemas! {
    AccountChangeLog AccountChangeLogPage ApiKeyId ApiKeyInfo ApiKeyList ApiKeyStatus AssetBalance AssetOverviewSummary
    AssetOverviewTrend AssetTrendPoint BalanceHistory BalancePeriod BalancePoint BatchAmendOrder BatchCancelOrder
    BatchPlaceResult BboPriceType CancelType ClientOrderId CloseTriggerMode ClosedPosition ConditionId ConditionOrder
    ConditionOrderHistoryPage ConditionOrderList ConditionOrderStatus ConditionOrderType ConditionTimeInForce CreatedApiKey
    DeletedApiKeys ErrorCode FavoriteSymbols FillId Kline KlineInterval KlinePriceType Klines Leaderboard LeaderboardEntry
    LeaderboardPeriod LeverageSetting ListenKey MarginMode MarginModeCode Order OrderHistoryPage OrderId OrderList OrderSide
    OrderStatus OrderType OrderTypeFilter PlaceOrderRequest PlacedConditionOrder PlacedOrder PlacedStrategyOrder Position
    PositionHistoryPage PositionHistorySide PositionId PositionList PositionSettings PositionSide ServerTime Session SideFilter
    StrategyId StrategyOrder StrategyStatus StrategySubOrder StrategySubOrderType StrategyType StreamAcknowledgement
    StreamAuthentication StreamPush StreamUserData StreamUserEvent StreamUserPush SymbolInfo SymbolList TicketSession
    TimeInForce Trade TradeId TradeOverview TradeOverviewPoint TradePage TradeRole TrendRange TriggerPriceType Undocumented
    UserAsset UserId UserInfo UserProfile VolumeStats
}

macro_rules! requests {
    ($($name:ident)+) => {
        /// The request of every operation.
        const REQUESTS: &[Described] = &[$(Described {
            operation: requests::$name::OPERATION.id,
            schema: || schema_for!(requests::$name),
            is_refused: is_refused::<requests::$name>,
        }),+];
    };
}

/// A request type: its schema, and whether a value of it is refused before it is sent.
struct Described {
    operation: &'static str,
    schema: fn() -> Schema,
    is_refused: fn(&Value, ValidationErrors) -> bool,
}

requests! {
    Version ServerTime Login RefreshToken ExchangeTicket ExchangeEmbedToken Symbols FundingRateConfig CurrentFundingRates
    FundingRateHistory Klines PnlLeaderboard UserInfo UserAsset CreateListenKey RenewListenKey CloseListenKey AccountChangeLogs
    VolumeStats BalanceHistory TradeOverview AssetOverviewSummary AssetOverviewTrend SaveFavoriteSymbols FavoriteSymbols Logout
    CreateApiKey ApiKeys UpdateApiKey DeleteApiKey DeleteAllApiKeys Order PlaceOrder PlaceConditionOrder PlaceStrategyOrder
    BatchPlaceOrders CancelOrder AmendOrder BatchAmendOrders BatchCancelOrders CancelAllOrders CancelConditionOrder CurrentOrders
    CurrentConditionOrders OrderHistory ConditionOrderHistory Trades StrategyOrder SetMarginMode SetLeverage PositionSettings Positions
    PositionHistory
}

/// Whether a request is refused before it is sent, by the rules that are checked.
fn is_refused<R: Request + DeserializeOwned>(json: &Value, mut faults: ValidationErrors) -> bool {
    let Ok(request) = serde_json::from_value::<R>(json.clone()) else { return true };
    request.check(&mut faults);
    !faults.is_empty()
}

/// The same of an object within a body.
fn is_item_refused<T: Validate + DeserializeOwned>(json: &Value, mut faults: ValidationErrors) -> bool {
    let Ok(item) = serde_json::from_value::<T>(json.clone()) else { return true };
    item.validate(&mut faults);
    !faults.is_empty()
}

fn request(operation: &str) -> &'static Described {
    REQUESTS.iter().find(|request| request.operation == operation).unwrap_or_else(|| panic!("no request of {operation}"))
}

fn request_schema(operation: &str) -> Value {
    (request(operation).schema)().to_value()
}

/// The parameters and the fields of the body of an operation.
fn fields_of<'a>(api: &'a Api, operation: &'a Operation) -> Vec<&'a Field> {
    let body = operation.body.as_ref().and_then(|body| api.type_named(&body.schema));
    let of_body = match body.map(|named| &named.shape) {
        Some(Shape::Object { fields, .. }) => fields.as_slice(),
        _ => &[],
    };
    operation.parameters.iter().map(|parameter| &parameter.field).chain(of_body).collect()
}

/// The schemas that are bodies and nothing else: the request type of the operation is what a program reads, writes and describes.
fn bodies(api: &Api) -> BTreeSet<&str> {
    let kinds = |named: &venue_spec::model::Type| match &named.shape {
        Shape::Object { fields, .. } => fields.iter().filter_map(|field| field.kind.named().map(str::to_owned)).collect(),
        _ => Vec::new(),
    };
    let nested: BTreeSet<String> = api.types.iter().flat_map(kinds).collect();
    let bodies = api.operations.iter().filter_map(|operation| Some(operation.body.as_ref()?.schema.as_str()));
    bodies.filter(|body| !nested.contains(*body)).collect()
}

fn schema(name: &str) -> Value {
    let (_, schema, _) = SCHEMAS.iter().find(|(candidate, ..)| *candidate == name).unwrap_or_else(|| panic!("no schema of {name}"));
    schema().to_value()
}

fn envelope_schema(name: &str) -> Value {
    let (_, _, schema) = SCHEMAS.iter().find(|(candidate, ..)| *candidate == name).unwrap_or_else(|| panic!("no schema of {name}"));
    schema().to_value()
}

/// The schemas of the requests and of the types, of these within the envelope, too.
fn every_schema() -> impl Iterator<Item = (&'static str, Value)> {
    let requests = REQUESTS.iter().map(|request| (request.operation, (request.schema)().to_value()));
    requests.chain(SCHEMAS.iter().flat_map(|(name, ..)| [(*name, schema(name)), (*name, envelope_schema(name))]))
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

/// The objects of the specification that are no whole body: name, whether it is sent, names of all fields, names of the required ones.
fn objects(api: &Api) -> impl Iterator<Item = (&str, bool, BTreeSet<String>, BTreeSet<String>)> {
    let bodies = bodies(api);
    api.types.iter().filter(move |named| !bodies.contains(named.name.as_str())).filter_map(|named| {
        let Shape::Object { fields, .. } = &named.shape else { return None };
        let all = fields.iter().map(|field| field.name.clone()).collect();
        let required = fields.iter().filter(|field| field.required).map(|field| field.name.clone()).collect();
        Some((named.name.as_str(), named.sent, all, required))
    })
}

#[test]
fn every_type_and_every_operation_of_the_specification_has_a_schema() {
    let api = specification();
    let bodies = bodies(&api);
    let names: BTreeSet<_> = api.types.iter().map(|named| named.name.as_str()).filter(|name| !bodies.contains(name)).collect();
    assert_eq!(SCHEMAS.iter().map(|(name, ..)| *name).collect::<BTreeSet<_>>(), names);
    let operations: BTreeSet<_> = api.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(REQUESTS.iter().map(|request| request.operation).collect::<BTreeSet<_>>(), operations);
}

#[test]
fn every_schema_is_valid_itself() {
    for (name, schema) in every_schema() {
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_documented_body_is_valid() {
    let api = specification();
    for operation in &api.operations {
        if operation.body.is_some() {
            let documented = Fixture::request(&operation.id);
            check(&request_schema(&operation.id), &serde_json::from_str(documented.body()).expect("JSON"));
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
    let check = |name: &str, schema: Value, all: BTreeSet<String>| {
        let properties = schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone());
        assert_eq!(properties.collect::<BTreeSet<_>>(), all, "{name}");
    };
    for (name, _, all, _) in objects(&api) {
        check(name, schema(name), all);
    }
    for operation in &api.operations {
        let all = fields_of(&api, operation).iter().map(|field| field.name.clone()).collect();
        check(&operation.id, request_schema(&operation.id), all);
    }
}

#[test]
fn a_schema_requires_what_the_specification_requires() {
    let api = specification();
    for (name, _, _, required) in objects(&api) {
        assert_eq!(names_of(&schema(name)["required"]), required, "{name}");
    }
    for operation in &api.operations {
        let fields = fields_of(&api, operation);
        let required = fields.iter().filter(|field| field.required).map(|field| field.name.clone()).collect::<BTreeSet<_>>();
        assert_eq!(names_of(&request_schema(&operation.id)["required"]), required, "{}", operation.id);
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
    let schema = request_schema("login").to_string();
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
    for (name, schema) in every_schema() {
        let mut found = BTreeSet::new();
        keywords(&schema, &mut found);
        let unknown: Vec<_> = found.iter().filter(|key| !KNOWN.contains(&key.as_str())).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
    }
}

/// A request that is refused before it is sent is not valid, and one that is sent is.
fn check_agreement(operation: &str, cases: &[(Value, bool)]) {
    let request = request(operation);
    let validator = validator(&request_schema(operation));
    for (json, is_sound) in cases {
        assert_eq!((request.is_refused)(json, ValidationErrors::default()), !is_sound, "{operation}: {json}");
        assert_eq!(validator.is_valid(json), *is_sound, "{operation}: {json}");
    }
}

macro_rules! items {
    ($($name:ident)+) => {
        /// Every object within a body, with whether a value of it is refused before it is sent.
        const ITEMS: &[(&str, fn(&Value, ValidationErrors) -> bool)] = &[$((stringify!($name), is_item_refused::<types::$name>)),+];
    };
}

items! { BatchAmendOrder BatchCancelOrder PlaceOrderRequest StrategySubOrder }

#[test]
fn every_object_within_a_body_is_compared_with_its_schema() {
    let api = specification();
    let sent: BTreeSet<&str> = objects(&api).filter(|(_, is_sent, ..)| *is_sent).map(|(name, ..)| name).collect();
    assert_eq!(ITEMS.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), sent);
}

#[test]
fn a_request_that_is_refused_is_not_valid_and_one_that_is_not_valid_is_refused_at_least_on_request() {
    let api = specification();
    let requests = api.operations.iter().map(|operation| {
        let values = valid::fields(&api, fields_of(&api, operation).into_iter());
        (operation.id.as_str(), request_schema(&operation.id), values, request(&operation.id).is_refused)
    });
    let items = ITEMS.iter().map(|(name, is_refused)| (*name, schema(name), valid::named(&api, name), *is_refused));
    for (name, schema, values, is_refused) in requests.chain(items) {
        let validator = validator(&schema);
        let mut runner = TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
        let checked = runner.run(&values, |value| {
            let is_valid = validator.is_valid(&value);
            proptest::prop_assert!(!(is_valid && is_refused(&value, ValidationErrors::default())), "valid, and refused: {}", value);
            let is_refused_on_request = is_refused(&value, ValidationErrors::default().with_inferred());
            proptest::prop_assert!(is_valid || is_refused_on_request, "not valid, and never refused: {}", value);
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
    check_agreement("place_order", &cases);
    let margin = |mode: Value| json!({ "symbol": "BTCUSDT", "marginMode": mode });
    check_agreement("set_margin_mode", &[(margin(json!(1)), true), (margin(json!(7)), false)]);
}

#[test]
fn a_limit_of_a_body_is_one_of_its_schema() {
    let login = json!({ "username": "alice", "password": "password" });
    let long = "a".repeat(500);
    let cases = [(with(&login, "username", json!("al")), false), (with(&login, "username", json!(long)), false)];
    check_agreement("login", &cases);
    let leverage = |leverage: i64| json!({ "symbol": "BTCUSDT", "leverage": leverage });
    check_agreement("set_leverage", &[(leverage(20), true)]);
    // An id is not empty, whatever its length.
    let id = |id: &str| json!({ "id": id });
    check_agreement("delete_api_key", &[(id("1"), true), (id(""), false)]);
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
    check_agreement("place_order", &cases);
    let amend = json!({ "symbol": "BTCUSDT", "orderId": "1" });
    let cases = [(with(&amend, "price", json!("1")), true), (with(&amend, "quantity", json!("1")), true)];
    check_agreement("amend_order", &cases);
}

#[test]
fn another_type_is_not_valid() {
    check_invalid(&schema("ServerTime"), &json!({ "timestamp": "soon", "timestampMs": 1, "iso": "", "timezone": "" }));
    check_invalid(&schema("OrderId"), &json!(7));
    check_invalid(&request_schema("login"), &json!({ "username": "alice" }));
    check_invalid(&request_schema("set_leverage"), &json!({ "symbol": "BTCUSDT", "leverage": "20" }));
}

#[test]
fn a_decimal_is_a_text_of_digits() {
    let request = |price: Value| json!({ "symbol": "BTCUSDT", "orderId": "1", "price": price });
    let schema = request_schema("amend_order");
    check(&schema, &request(json!("85000.10")));
    for price in [json!(85000.1), json!("1e5"), json!(""), json!("85,000")] {
        check_invalid(&schema, &request(price));
    }
}
