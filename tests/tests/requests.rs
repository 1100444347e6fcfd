//! Requests as values: which of them a client sends as they are, what they read from JSON, and the table of their parameters.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sixmm_api::{Operation, operations, requests};
use sixmm_tests::specification;
use venue_core::{Parameter, ParameterLocation, ParameterType, PlainRequest, Request};
use venue_spec::model::{Api, Aspect, Field, Kind, Shape};

/// Whether a type has a trait: the constant of the inherent implementation, which has a bound, hides the constant of the trait.
struct Probe<T>(PhantomData<T>);

trait Without {
    const IS_PLAIN: bool = false;
    const IS_WRITTEN: bool = false;
}

impl<T> Without for Probe<T> {}

impl<T: PlainRequest> Probe<T> {
    const IS_PLAIN: bool = true;
}

impl<T: Serialize> Probe<T> {
    const IS_WRITTEN: bool = true;
}

struct Row {
    operation: &'static Operation,
    is_plain: bool,
    is_written: bool,
    /// Reads a request from JSON; the text of the error.
    read: fn(&Value) -> Result<(), String>,
}

fn read<R: Request + DeserializeOwned>(json: &Value) -> Result<(), String> {
    serde_json::from_value::<R>(json.clone()).map(drop).map_err(|error| error.to_string())
}

macro_rules! requests {
    ($($name:ident)+) => {
        /// The request of every operation.
        const REQUESTS: &[Row] = &[$(Row {
            operation: requests::$name::OPERATION,
            is_plain: Probe::<requests::$name>::IS_PLAIN,
            is_written: Probe::<requests::$name>::IS_WRITTEN,
            read: read::<requests::$name>,
        }),+];
    };
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

fn operations_where(is: impl Fn(&Row) -> bool) -> BTreeSet<&'static str> {
    REQUESTS.iter().filter(|row| is(row)).map(|row| row.operation.id).collect()
}

fn fields<'a>(api: &'a Api, operation: &'a venue_spec::model::Operation) -> Vec<(ParameterLocation, &'a Field)> {
    let body = operation.body.as_ref().and_then(|body| api.type_named(&body.schema));
    let of_body = match body.map(|named| &named.shape) {
        Some(Shape::Object { fields, .. }) => fields.as_slice(),
        _ => &[],
    };
    let location = |location: &str| match location {
        "path" => ParameterLocation::Path,
        "query" => ParameterLocation::Query,
        "header" => ParameterLocation::Header,
        other => panic!("a parameter in `{other}`"),
    };
    let parameters = operation.parameters.iter().map(|parameter| (location(&parameter.location), &parameter.field));
    parameters.chain(of_body.iter().map(|field| (ParameterLocation::Body, field))).collect()
}

#[test]
fn every_operation_has_a_request() {
    assert_eq!(operations_where(|_| true), operations::ALL.iter().map(|operation| operation.id).collect());
}

#[test]
fn the_ten_order_writes_are_no_plain_requests_and_all_other_requests_are() {
    let order_writes = BTreeSet::from([
        "amend_order",
        "batch_amend_orders",
        "batch_cancel_orders",
        "batch_place_orders",
        "cancel_all_orders",
        "cancel_condition_order",
        "cancel_order",
        "place_condition_order",
        "place_order",
        "place_strategy_order",
    ]);
    assert_eq!(operations_where(|row| !row.is_plain), order_writes);
    assert_eq!(operations_where(|row| row.operation.is_order_write), order_writes);
}

#[test]
fn a_request_with_a_secret_is_not_written_as_json() {
    let with_secret = |row: &Row| row.operation.parameters.iter().any(|parameter| parameter.value_type == ParameterType::Secret);
    let secret = operations_where(with_secret);
    assert_eq!(secret, BTreeSet::from(["close_listen_key", "exchange_embed_token", "exchange_ticket", "login", "renew_listen_key"]));
    assert_eq!(operations_where(|row| !row.is_written), secret);
}

/// A value that a parameter of this type can have.
fn value(of: ParameterType) -> Value {
    match of {
        ParameterType::Decimal => json!("0.1"),
        ParameterType::UnixMillis | ParameterType::UnixSeconds | ParameterType::Int32 | ParameterType::Int64 => json!(1),
        ParameterType::Boolean => json!(true),
        ParameterType::TextEnum(values) => json!(values[0]),
        ParameterType::IntegerEnum(values) => json!(values[0].parse::<i64>().expect("an integer")),
        ParameterType::Object(_) => json!({}),
        ParameterType::List(_) => json!([]),
        _ => json!("text"),
    }
}

#[test]
fn a_request_is_read_from_json_if_it_has_the_required_parameters_and_no_other_name() {
    for row in REQUESTS {
        let parameters = row.operation.parameters.iter().map(|parameter| (parameter.name.to_owned(), value(parameter.value_type)));
        let complete = Value::Object(parameters.collect());
        assert_eq!((row.read)(&complete), Ok(()), "{}", row.operation.id);
        let required: Vec<&Parameter> = row.operation.parameters.iter().filter(|parameter| parameter.is_required).collect();
        for parameter in &required {
            let mut incomplete = complete.clone();
            incomplete.as_object_mut().expect("an object").remove(parameter.name);
            let error = (row.read)(&incomplete).expect_err("a required parameter is missing");
            assert!(error.contains(&format!("missing field `{}`", parameter.name)), "{}: {error}", row.operation.id);
        }
        let only_required = required.iter().map(|parameter| (parameter.name.to_owned(), complete[parameter.name].clone()));
        assert_eq!((row.read)(&Value::Object(only_required.collect())), Ok(()), "{}", row.operation.id);
        let mut misspelt = complete;
        misspelt["misspelt"] = json!(true);
        let error = (row.read)(&misspelt).expect_err("an unknown name");
        assert!(error.contains("unknown field `misspelt`"), "{}: {error}", row.operation.id);
    }
}

#[test]
fn a_text_that_is_no_exact_decimal_is_refused_without_the_text() {
    for text in ["hunter2", "0.12345678901234567890123456789", "", "1e5"] {
        let order = json!({ "symbol": "BTCUSDT", "type": "MARKET", "side": "BUY", "quantity": text });
        let error = serde_json::from_value::<requests::PlaceOrder>(order).expect_err("no exact decimal").to_string();
        assert!(error.contains("a decimal string of at most 28 digits"), "{error}");
        assert!(text.is_empty() || !error.contains(text), "{error}");
    }
}

#[test]
fn a_request_is_written_as_the_json_that_it_is_read_from() {
    let order = json!({
        "X-Request-ID": "r-1", "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "85000.10", "quantity": "0.1", "reduceOnly": true,
    });
    let request: requests::PlaceOrder = serde_json::from_value(order.clone()).expect("read");
    assert_eq!(serde_json::to_value(&request).expect("written"), order);
}

fn value_type(api: &Api, kind: &Kind) -> String {
    let values = |values: &[venue_spec::model::EnumValue]| values.iter().map(|value| value.text()).collect::<Vec<_>>();
    match kind {
        Kind::String => String::from("Text"),
        Kind::List(item) => format!("List({})", value_type(api, item)),
        Kind::Named(name) => match &api.type_named(name).expect("a schema").shape {
            Shape::Object { .. } => format!("Object({name:?})"),
            Shape::Enum { integer: true, values: of, .. } => format!("IntegerEnum({:?})", values(of)),
            Shape::Enum { values: of, .. } => format!("TextEnum({:?})", values(of)),
            Shape::Id { .. } => String::from("Id"),
            Shape::Tuple { .. } | Shape::Undocumented => String::from("Any"),
        },
        other => format!("{other:?}"),
    }
}

#[test]
fn the_table_of_parameters_is_that_of_the_specification() {
    let api = specification();
    for operation in &api.operations {
        let row = operations::ALL.iter().find(|row| row.id == operation.id).expect("a row");
        assert_eq!(row.is_order_write, operation.order_write, "{}", operation.id);
        let documented = fields(&api, operation);
        assert_eq!(row.parameters.len(), documented.len(), "{}", operation.id);
        for (parameter, (location, field)) in row.parameters.iter().zip(documented) {
            let place = format!("{}.{}", operation.id, field.name);
            assert_eq!((parameter.name, parameter.location), (field.name.as_str(), location), "{place}");
            assert_eq!(format!("{:?}", parameter.value_type), value_type(&api, &field.kind), "{place}");
            assert_eq!(parameter.is_required, field.required, "{place}");
            assert_eq!(parameter.default.map(str::to_owned), field.default.as_ref().map(Value::to_string), "{place}");
            let limits =
                if field.inferred.of(Aspect::Limits).is_some() { (None, None) } else { (field.limits.minimum, field.limits.maximum) };
            assert_eq!((parameter.minimum, parameter.maximum), limits, "{place}");
            let first_line = field.description.lines().next().unwrap_or_default();
            assert!(field.description.is_empty() || parameter.summary == first_line, "{place}: {}", parameter.summary);
            assert!(!parameter.summary.is_empty(), "{place}");
        }
    }
}
