//! Calls of the generated code against mocks.

use second_exchange::mocks::MockServerExt as _;
use second_exchange::types::{Book, CancelResult, Candle, Level, OrderId, Outcome, Side, State, Trade, TradeId};
use second_exchange::{Client, UnixMillis, operations, requests};
use serde_json::{Value, json};
use venue_core::{Delivery, ExpectedValue, PlainRequest, RateLimit, RateLimitScope, Request, UnixSeconds};

use httpmock::MockServer;

fn client(server: &MockServer) -> Client {
    Client::builder().base_url(server.base_url()).build().expect("a client of a server on this machine")
}

fn level() -> Level {
    Level::builder()
        .price("65000.50".parse::<second_exchange::ExactDecimal>().expect("a decimal"))
        .quantity(1)
        .orders(3)
        .build()
        .expect("a level")
}

fn candle() -> Candle {
    Candle::builder()
        .open_time(1_767_225_600)
        .side(Side::Buy)
        .trade_id("7")
        .rest(venue_core::Undocumented::from(Value::from("x")))
        .build()
        .expect("a candle")
}

fn outcome(code: i32, failed: &[&str]) -> Outcome {
    let result = CancelResult::builder().code(code).build().expect("a result");
    let failed: Vec<OrderId> = failed.iter().map(|id| OrderId::from(*id)).collect();
    Outcome::builder().result(result).done(true).state(State::Done).fail_ids(failed).build().expect("an outcome")
}

#[tokio::test]
async fn a_response_without_an_envelope_is_the_data() {
    let server = MockServer::start_async().await;
    let book = Book::builder().ts(1_767_225_600_000).bids(vec![level(), level()]).asks(Vec::new()).build().expect("a book");
    let mock = server.order_book(|when, then| {
        when.symbol("BTC");
        then.ok(&book);
    });
    let response = client(&server).send(requests::OrderBook::new("BTC")).await.expect("a book");
    mock.assert();
    assert_eq!(
        serde_json::from_slice::<Value>(response.body()).expect("JSON"),
        json!({
            "ts": "1767225600000", "bids": [["65000.50", "1", 3], ["65000.50", "1", 3]], "asks": []
        })
    );
    assert_eq!(response.into_data().expect("the data"), book);
}

#[tokio::test]
async fn an_error_of_an_operation_without_an_envelope_has_its_code() {
    let server = MockServer::start_async().await;
    server.order_book(|_, then| {
        then.refusal(30_013, "too many requests");
    });
    let error = client(&server).send(requests::OrderBook::new("BTC")).await.expect_err("rejected");
    assert_eq!((error.code(), error.message(), error.delivery()), (Some(30_013), Some("too many requests"), Delivery::Rejected));
}

#[tokio::test]
async fn lists_of_rows_are_read_with_and_without_an_envelope() {
    let server = MockServer::start_async().await;
    server.candles(|_, then| {
        then.ok(&vec![candle(), candle()]);
    });
    let response = client(&server).send(requests::Candles::new()).await.expect("candles");
    assert_eq!(response.body(), br#"[["1767225600",null,"BUY",7,"x"],["1767225600",null,"BUY",7,"x"]]"#);
    let candles = response.into_data().expect("a list");
    assert!(candles.is_complete());
    assert_eq!(candles.into_vec(), [candle(), candle()]);
    server.last_trades(|when, then| {
        when.since(&UnixMillis::new(5)).order_id(&OrderId::from("23"));
        then.ok(&vec![candle()]);
    });
    #[expect(deprecated, reason = "the operation has a successor")]
    let request = requests::LastTrades::new(5).order_id("23");
    assert_eq!(client(&server).send(request).await.expect("rows").into_data().expect("a list").len(), 1);
}

#[tokio::test]
async fn a_list_in_the_envelope_keeps_the_readable_rows() {
    let server = MockServer::start_async().await;
    let trade = Trade::builder().trade_id("17").order_id("23").time(1_767_225_600).build().expect("a trade");
    server.mock(|when, then| {
        when.path("/v1/trades");
        then.json_body(json!({ "code": "1000", "message": "OK", "data": [trade, { "tradeId": "x" }, trade] }));
    });
    let response = client(&server).send(requests::Trades::new()).await.expect("trades");
    assert_eq!(response.unreadable_rows()[0].path(), "data[1].tradeId");
    let trades = response.into_data().expect("a list");
    assert_eq!((trades.is_complete(), trades.as_slice()), (false, [trade.clone(), trade].as_slice()));
    assert_eq!((trades[0].trade_id.as_str(), trades[0].time), ("17", UnixSeconds::new(1_767_225_600)));
}

#[tokio::test]
async fn a_failure_inside_of_the_data_is_an_error() {
    let server = MockServer::start_async().await;
    let request = || requests::CancelOrders::new().order_id("23");
    let mut mock = server.cancel_orders(|_, then| {
        then.ok(&outcome(0, &[]));
    });
    client(&server).send(request()).await.expect("a success");
    mock.delete();
    for (outcome, field) in [(outcome(51, &[]), "result.code"), (outcome(0, &["23"]), "failIds")] {
        let mut mock = server.cancel_orders(|_, then| {
            then.ok(&outcome);
        });
        let error = client(&server).send(request()).await.expect_err("no success");
        assert!(error.is_unmet_condition(), "{error}");
        assert_eq!(error.unmet_condition().map(|condition| condition.field), Some(field));
        assert_eq!(error.delivery(), Delivery::Unknown);
        mock.delete();
    }
}

#[tokio::test]
async fn ids_times_and_patterns_are_sent_as_documented() {
    let server = MockServer::start_async().await;
    let request = requests::CancelOrders::new()
        .order_id(23)
        .time(UnixMillis::new(1_767_225_600_000))
        .times(vec![UnixSeconds::new(1)])
        .note("on_exit");
    let body = json!({ "orderId": 23, "time": "1767225600000", "times": ["1"], "note": "on_exit" });
    assert_eq!(serde_json::to_value(&request).expect("written"), body);
    assert_eq!(serde_json::from_value::<requests::CancelOrders>(body.clone()).expect("read"), request);
    let mock = server.mock(|when, then| {
        when.path("/v2/cancel").json_body(body.clone());
        then.json_body_obj(&second_exchange::types::Envelope::success(outcome(0, &[])));
    });
    client(&server).send(request).await.expect("a success");
    mock.assert();
}

#[tokio::test]
async fn invalid_ids_patterns_and_combinations_are_rejected_before_sending() {
    let client = Client::builder().base_url("http://127.0.0.1:9").build().expect("a client");
    for (request, error) in [
        (requests::CancelOrders::new(), "`orderId` or `clientOrderId` or `clientOrderIds` is required"),
        (requests::CancelOrders::new().client_order_ids(Vec::new()), "`orderId` or `clientOrderId` or `clientOrderIds` is required"),
        (requests::CancelOrders::new().order_id("1").client_order_id("a"), "`orderId` cannot be combined with `clientOrderId`"),
        (
            requests::CancelOrders::new().order_id("x7"),
            "`orderId` is not an integer id: digits of at most 64 bits, without zeros at the beginning",
        ),
        (
            requests::CancelOrders::new().client_order_id("a-b").note("X"),
            "`clientOrderId` has a character at position 2 that the pattern `^[A-Za-z0-9]{1,32}$` does not allow; \
             `note` has 1 characters, at least 3 allowed; \
             `note` has a character at position 1 that the pattern `^[a-z_-]*$` does not allow",
        ),
    ] {
        let rejected = client.send(request).await.expect_err("invalid");
        assert!(rejected.is_invalid_request());
        let errors: Vec<String> = rejected.field_errors().iter().map(ToString::to_string).collect();
        assert_eq!(errors.join("; "), error);
    }
}

#[test]
fn the_table_of_operations_has_the_documented_properties() {
    assert_eq!(operations::ORDER_BOOK.server, Some("https://futures.example.com"));
    assert_eq!((operations::CANDLES.server, operations::CANDLES.rate_limit), (None, None));
    assert_eq!(operations::TRADES.rate_limit, Some(RateLimit::new(40, 2, RateLimitScope::User)));
    let conditions: Vec<_> = operations::CANCEL_ORDERS.success.iter().map(|condition| (condition.field, condition.expected)).collect();
    assert_eq!(
        conditions,
        [
            ("result.code", ExpectedValue::Integer(0)),
            ("done", ExpectedValue::Boolean(true)),
            ("state", ExpectedValue::Text("DONE")),
            ("failIds", ExpectedValue::EmptyList),
        ]
    );
    assert_eq!((operations::CANCEL_ORDER.is_removed, operations::CANCEL_ORDER.successor), (true, Some("cancel_orders")));
    assert_eq!(operations::CANCEL_ORDERS.parameters[1].pattern, Some("^[A-Za-z0-9]{1,32}$"));
    assert_eq!(operations::ALL.len(), 6);
}

#[test]
fn each_operation_has_its_server_and_one_server_can_be_replaced() {
    assert_eq!(Client::SERVERS, ["https://spot.example.com", "https://futures.example.com"]);
    let builder = Client::builder().base_url("http://127.0.0.1:1");
    let client = builder.server(Client::SERVERS[1], "http://127.0.0.1:2/futures").build().expect("a client");
    let server = |operation| client.core().server_of(operation).as_str();
    assert_eq!([server(&operations::CANDLES), server(&operations::ORDER_BOOK)], ["http://127.0.0.1:1/", "http://127.0.0.1:2/futures"]);
    assert_eq!(second_exchange::streams::SPOT, "wss://stream.example.com/spot?protocol=1.1&compress=0");
}

#[test]
fn the_request_of_a_removed_operation_is_only_data() {
    #[expect(deprecated, reason = "the operation was removed")]
    let request = requests::CancelOrder::new(TradeId::from("7"));
    assert_eq!(serde_json::to_string(&request).expect("written"), r#"{"id":7}"#);
}

#[tokio::test]
async fn a_call_of_a_removed_operation_is_not_sent() {
    let client = Client::builder().base_url("http://127.0.0.1:9").build().expect("a client");
    let error =
        client.core().call(&operations::CANCEL_ORDER).send::<second_exchange::types::Envelope<Outcome>>().await.expect_err("removed");
    assert_eq!(error.veto().map(venue_core::Veto::kind), Some(venue_core::VetoKind::OperationRemoved));
    assert_eq!(error.to_string(), "cancel_order (POST /v1/cancel): not sent: the exchange has removed the operation: use `cancel_orders`");
}

#[test]
fn only_an_order_write_is_no_plain_request() {
    fn is_plain<R: PlainRequest>() -> &'static str {
        R::OPERATION.id
    }
    assert_eq!([is_plain::<requests::OrderBook>(), is_plain::<requests::Trades>()], ["order_book", "trades"]);
    assert!(requests::CancelOrders::OPERATION.is_order_write);
}

fn check_schema<T: schemars::JsonSchema>(json: &Value, is_valid: bool) {
    let schema = serde_json::to_value(schemars::schema_for!(T)).expect("a schema");
    assert_eq!(jsonschema::is_valid(&schema, json), is_valid, "{json} by {schema}");
}

#[test]
fn the_json_schemas_describe_the_wire() {
    check_schema::<Book>(&json!({ "ts": "1767225600000", "bids": [["1", "2", 3]], "asks": [] }), true);
    check_schema::<Book>(&json!({ "ts": 1_767_225_600_000_i64, "bids": [], "asks": [] }), false);
    check_schema::<Book>(&json!({ "ts": "1", "bids": [["1", "2"]], "asks": [] }), false);
    check_schema::<Candle>(&json!(["1767225600", null, "BUY", 7, { "a": 1 }, "further"]), true);
    check_schema::<Candle>(&json!(["1767225600", null, "BUY", "7", null]), false);
    check_schema::<requests::CancelOrders>(&json!({ "orderId": 23, "note": "on_exit", "time": "1", "times": ["2"] }), true);
    check_schema::<requests::CancelOrders>(&json!({ "orderId": 23, "clientOrderId": "a" }), false);
    check_schema::<requests::CancelOrders>(&json!({ "orderId": 23, "clientOrderIds": [] }), true);
    check_schema::<requests::CancelOrders>(&json!({ "clientOrderIds": ["a"] }), true);
    check_schema::<requests::CancelOrders>(&json!({ "clientOrderIds": [] }), false);
    check_schema::<requests::CancelOrders>(&json!({ "orderId": 23, "clientOrderIds": ["a"] }), false);
    check_schema::<requests::CancelOrders>(&json!({ "orderId": "23" }), false);
    check_schema::<requests::CancelOrders>(&json!({ "clientOrderId": "a-b" }), false);
    check_schema::<requests::CancelOrders>(&json!({ "orderId": 23, "time": 1 }), false);
}
