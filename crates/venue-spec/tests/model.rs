//! The model of a valid file.

use serde_json::{Value, json};
use venue_spec::Document;
use venue_spec::model::{Api, Condition, Field, Kind, Lifecycle, Operation, RateLimit, RateLimitScope, Shape};

fn api() -> Api {
    let document = Document::parse("second.yaml", include_str!("second.yaml")).unwrap_or_else(|report| panic!("{report}"));
    Api::new(&document)
}

fn operation<'a>(api: &'a Api, id: &str) -> &'a Operation {
    api.operations.iter().find(|operation| operation.id == id).expect("an operation of the file")
}

fn fields<'a>(api: &'a Api, name: &str) -> &'a [Field] {
    match &api.type_named(name).expect("a schema of the file").shape {
        Shape::Object { fields, .. } | Shape::Tuple { fields } => fields,
        other => panic!("{name} has no fields: {other:?}"),
    }
}

#[test]
fn only_an_operation_of_another_server_names_its_server() {
    let api = api();
    let urls: Vec<&str> = api.servers.iter().map(|server| server.url.as_str()).collect();
    assert_eq!(urls, ["https://spot.example.com", "https://futures.example.com"]);
    assert_eq!(operation(&api, "order_book").server.as_deref(), Some("https://futures.example.com"));
    assert_eq!(operation(&api, "candles").server, None);
}

#[test]
fn the_lifecycle_has_its_dates() {
    let expected = Lifecycle {
        announced: String::from("2026-02-28"),
        trading_ends: Some(String::from("2026-08-31")),
        closed: Some(String::from("2027-01-31")),
        source: String::from("The notice on the exchange's front page."),
    };
    assert_eq!(api().lifecycle, Some(expected));
}

#[test]
fn a_stream_has_the_query_of_its_address_and_its_login() {
    let api = api();
    assert_eq!(api.streams[0].url, "wss://stream.example.com/spot?protocol=1.1&compress=0");
    assert_eq!(api.streams[0].login.as_deref(), Some("The message with the key, a timestamp and a signature."));
}

#[test]
fn a_stream_has_requests_and_messages() {
    let document = Document::parse("messages.yaml", include_str!("messages.yaml")).unwrap_or_else(|report| panic!("{report}"));
    let api = Api::new(&document);
    let stream = &api.streams[0];
    assert_eq!((stream.preferred.as_deref(), stream.correlation.as_deref()), (Some("key"), Some("id")));
    let ping = stream.requests.iter().find(|request| request.name == "ping").expect("a request of the file");
    assert_eq!(ping.frame, json!({ "id": "{id}", "op": "ping", "args": [] }));
    assert_eq!(ping.acknowledgement.as_deref(), Some("acknowledgement"));
    let market = stream.messages.iter().find(|message| message.name == "market").expect("a message of the file");
    assert_eq!(market.schema, "StreamPush");
    let conditions = [("topic", ["market.*"]), ("event", ["data"])];
    assert_eq!(market.conditions, conditions.map(|(field, values)| (field.to_owned(), values.map(str::to_owned).to_vec())));
    assert!(stream.heartbeat.as_ref().is_some_and(|heartbeat| heartbeat.request == "ping" && heartbeat.seconds.is_none()));
    let [depth, orders] = stream.channels.as_slice() else { panic!("two channels: {:?}", stream.channels) };
    assert_eq!(depth.message.as_deref(), Some("market"));
    assert_eq!(depth.snapshot.as_ref().map(|snapshot| snapshot.version.as_str()), Some("version"));
    assert_eq!(depth.parameters[0].source, Some((String::from("markets"), String::from("list.symbol"))));
    assert!(depth.parameters[1].source.is_none() && depth.parameters[1].undocumented.is_some());
    assert_eq!(orders.subscribed_by_server.as_deref(), Some("acknowledgement"));
}

#[test]
fn the_messages_of_a_stream_are_received() {
    let document = Document::parse("messages.yaml", include_str!("messages.yaml")).unwrap_or_else(|report| panic!("{report}"));
    let push = Api::new(&document).type_named("StreamPush").map(|named| (named.sent, named.received));
    assert_eq!(push, Some((false, true)));
}

#[test]
fn data_is_an_object_or_a_list_with_or_without_an_envelope() {
    let api = api();
    let response = |id: &str| {
        let response = &operation(&api, id).response;
        (response.schema.clone(), response.is_list, response.enveloped)
    };
    assert_eq!(response("order_book"), (String::from("Book"), false, false));
    assert_eq!(response("candles"), (String::from("Candle"), true, false));
    assert_eq!(response("trades"), (String::from("Trade"), true, true));
    assert_eq!(response("cancel_orders"), (String::from("Outcome"), false, true));
}

#[test]
fn rate_limits_and_success_conditions_are_read() {
    let api = api();
    let limit = |id: &str| operation(&api, id).rate_limit;
    assert_eq!(limit("order_book"), Some(RateLimit { requests: 12, seconds: 2, scope: RateLimitScope::Ip }));
    assert_eq!(limit("trades").map(|limit| limit.scope.as_str()), Some("user"));
    assert_eq!(limit("cancel_orders").map(|limit| limit.scope), Some(RateLimitScope::Key));
    assert_eq!(limit("cancel_order"), None);
    let conditions: Vec<(&str, &Value)> =
        operation(&api, "cancel_orders").success.iter().map(|condition| (condition.field.as_str(), &condition.expected)).collect();
    assert_eq!(conditions, [("result.code", &json!(0)), ("done", &json!(true)), ("state", &json!("DONE")), ("failIds", &json!([]))]);
}

#[test]
fn a_removed_operation_has_a_successor() {
    let api = api();
    let operation = operation(&api, "cancel_order");
    assert!(operation.deprecated && operation.removed);
    assert_eq!(operation.successor.as_deref(), Some("cancel_orders"));
}

#[test]
fn a_position_is_required_unless_it_may_be_null() {
    let api = api();
    let positions: Vec<(&str, bool, &Kind)> =
        fields(&api, "Candle").iter().map(|field| (field.name.as_str(), field.required, &field.kind)).collect();
    let (side, trade) = (Kind::Named(String::from("Side")), Kind::Named(String::from("TradeId")));
    let expected = [
        ("open_time", true, &Kind::UnixSecondsText),
        ("open", false, &Kind::Decimal),
        ("side", true, &side),
        ("trade_id", true, &trade),
        ("rest", true, &Kind::Any),
    ];
    assert_eq!(positions, expected);
}

#[test]
fn the_schemas_of_positions_and_of_list_items_are_received() {
    let api = api();
    for (name, sent, received) in [
        ("Level", false, true),
        ("Candle", false, true),
        ("Side", false, true),
        ("Trade", false, true),
        ("TradeId", true, true),
        ("OrderId", true, true),
        ("OldCancelRequest", true, false),
    ] {
        let named = api.type_named(name).expect("a schema");
        assert_eq!((named.sent, named.received), (sent, received), "{name}");
    }
}

#[test]
fn an_id_is_a_string_or_an_integer() {
    let api = api();
    let is_integer = |name: &str| matches!(api.type_named(name).expect("a schema").shape, Shape::Id { integer: true });
    assert!(is_integer("OrderId") && !is_integer("ClientOrderId"));
}

#[test]
fn the_limits_of_an_id_belong_to_the_field_that_sends_the_id() {
    let api = api();
    let request = fields(&api, "CancelRequest");
    let [_, client_order_id, note, time] = request else { panic!("four fields: {request:?}") };
    let pattern = client_order_id.pattern.as_ref().expect("a pattern");
    assert_eq!((pattern.minimum, pattern.maximum), (Some(1), Some(32)));
    assert_eq!(pattern.ranges, [('A', 'Z'), ('a', 'z'), ('0', '9')]);
    assert_eq!(client_order_id.limits.maximum, Some(32));
    assert_eq!(client_order_id.kind, Kind::Named(String::from("ClientOrderId")));
    assert_eq!(note.pattern.as_ref().map(|pattern| pattern.text.as_str()), Some("^[a-z_-]*$"));
    assert_eq!(time.kind, Kind::UnixMillisText);
}

#[test]
fn exactly_one_of_two_fields_is_required() {
    let api = api();
    let Shape::Object { rules, .. } = &api.type_named("CancelRequest").expect("a schema").shape else { panic!("an object") };
    assert!(matches!(&rules[0].condition, Condition::OneOf(fields) if *fields == ["orderId", "clientOrderId"]));
}
