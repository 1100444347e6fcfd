//! Validation errors: missing (2001), malformed (2002) and out-of-range parameters (2003).

use serde_json::{Value, json};
use sixmm_sandbox::Sandbox;

use crate::support::{Answer, Call, get, login, post, start, token};

const PLACE: &str = "/v1/private/order/place";

async fn sent(sandbox: &Sandbox, call: Call) -> Answer {
    let token = token(&login(sandbox).await);
    call.token(&token).send(sandbox).await
}

async fn check(call: Call, expected: (i64, &str)) {
    let (status, code, message) = sent(&start().await, call).await.summary();
    assert_eq!((status, code, message.as_str()), (200, expected.0, expected.1));
}

/// A valid order with changed fields.
fn order(change: Value) -> Call {
    let mut order = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "0.1" });
    let fields = order.as_object_mut().expect("an object");
    for (name, value) in change.as_object().expect("an object") {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    post(PLACE, order)
}

#[tokio::test]
async fn a_missing_required_field_is_rejected() {
    check(order(json!({ "symbol": null })), (2001, "Missing required parameter: symbol")).await;
    check(get("/v1/private/order/strategy"), (2001, "Missing required parameter: strategyId (inferred, not documented)")).await;
}

#[tokio::test]
async fn a_missing_conditionally_required_field_is_rejected() {
    check(order(json!({ "price": null })), (2001, "Missing required parameter: price (needed when type is LIMIT)")).await;
    check(order(json!({ "quantity": null })), (2001, "Missing required parameter: quantity")).await;
    let neither = post("/v1/private/order/cancel", json!({ "symbol": "BTCUSDT" }));
    check(neither, (2001, "Missing required parameter: orderId or clientOrderId")).await;
}

#[tokio::test]
async fn an_error_in_a_list_contains_the_index() {
    let good = json!({ "symbol": "BTCUSDT", "type": "MARKET", "side": "BUY", "quantity": "0.1" });
    let mut bad = good.clone();
    bad["side"] = "buy".into();
    let batch = post("/v1/private/order/batch-place", json!({ "orders": [good, bad] }));
    check(batch, (2002, "Invalid parameter value: orders[1].side must be one of BUY, SELL")).await;
}

#[tokio::test]
async fn an_undocumented_enum_value_is_rejected() {
    check(order(json!({ "side": "buy" })), (2002, "Invalid parameter value: side must be one of BUY, SELL")).await;
    check(order(json!({ "priceType": 5 })), (2002, "Invalid parameter value: priceType must be one of 0, 1, 2, 3, 4")).await;
}

#[tokio::test]
async fn a_decimal_must_be_a_string() {
    check(order(json!({ "price": 85000 })), (2002, "Invalid parameter value: price must be a decimal number in a string")).await;
    for price in ["8.5e4", "", ".", "1.", ".5", "+1", " 1", "0x1", "1,000", "NaN"] {
        let message = "Invalid parameter value: price must be a decimal number in a string, such as \"0.001\"";
        check(order(json!({ "price": price })), (2002, message)).await;
    }
    let long = "1234567890123456789012345678901";
    check(order(json!({ "price": long })), (2003, "Parameter out of range: price must be a number of at most 28 digits")).await;
}

#[tokio::test]
async fn an_id_must_be_a_string_that_is_not_empty() {
    for id in [json!(2_022_543_809_547_603_968_i64), json!("")] {
        let cancel = post("/v1/private/order/cancel", json!({ "symbol": "BTCUSDT", "orderId": id }));
        check(cancel, (2002, "Invalid parameter value: orderId must be a string that is not empty")).await;
    }
}

#[tokio::test]
async fn a_boolean_must_be_true_or_false() {
    check(order(json!({ "makerOnly": "true" })), (2002, "Invalid parameter value: makerOnly must be true or false")).await;
}

#[tokio::test]
async fn a_query_parameter_must_be_a_number_within_its_limits() {
    let klines = |rest: &str| get(&format!("/v1/public/market/klines?symbol=BTCUSDT&interval=1m&{rest}"));
    check(klines("limit=1001"), (2003, "Parameter out of range: limit must be at most 1000")).await;
    for limit in ["many", "", "1.5", "%31x", "+5"] {
        check(klines(&format!("limit={limit}")), (2002, "Invalid parameter value: limit must be an integer")).await;
    }
    check(klines("limit=99999999999"), (2003, "Parameter out of range: limit must be a 32-bit integer")).await;
    check(klines("startTime=99999999999999999999"), (2003, "Parameter out of range: startTime must be a 64-bit integer")).await;
}

#[tokio::test]
async fn a_number_in_a_body_must_be_an_integer() {
    let leverage = |leverage: Value| post("/v1/private/position/leverage", json!({ "symbol": "BTCUSDT", "leverage": leverage }));
    for number in [json!(5.0), json!(-1e3), json!(0.5)] {
        check(leverage(number), (2002, "Invalid parameter value: leverage must be an integer, without a point or an exponent")).await;
    }
    for other in [json!("5"), json!({ "$serde_json::private::Number": "5" }), json!([5])] {
        check(leverage(other), (2002, "Invalid parameter value: leverage must be an integer")).await;
    }
    for number in [json!(u64::MAX), json!(1e300), json!(-1e300)] {
        check(leverage(number), (2003, "Parameter out of range: leverage must be a 64-bit integer")).await;
    }
}

#[tokio::test]
async fn the_error_of_a_batch_item_without_an_id_has_no_id() {
    let bad = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "1000000" });
    let answer = sent(&start().await, post("/v1/private/order/batch-place", json!({ "orders": [bad] }))).await.data();
    assert_eq!(answer["failedCount"], 1);
    assert_eq!(answer["results"][0].get("clientOrderId"), None);
}

#[tokio::test]
async fn a_duplicate_parameter_is_rejected() {
    check(get("/v1/public/leaderboard/pnl?period=7d&period=30d"), (2002, "Invalid parameter value: period must be given once")).await;
    let twice = r#"{"symbol":"BTCUSDT","type":"LIMIT","side":"BUY","price":"85000","price":"8500","quantity":"0.1"}"#;
    let call = Call { body: twice.to_owned(), ..post(PLACE, Value::Null) };
    check(call, (2002, "Invalid parameter value: price must be given once")).await;
}

#[tokio::test]
async fn the_length_of_a_string_is_counted_in_characters() {
    let create = |label: String| post("/v1/private/user/api-key/create", json!({ "label": label }));
    check(create("é".repeat(65)), (2003, "Parameter out of range: label must be 1 to 64 characters")).await;
    check(create(String::new()), (2003, "Parameter out of range: label must be 1 to 64 characters")).await;
    assert_eq!(sent(&start().await, create("é".repeat(64))).await.code(), 0);
}

#[tokio::test]
async fn the_length_of_a_list_is_counted_in_items() {
    let addresses = vec!["127.0.0.1"; 21];
    let create = post("/v1/private/user/api-key/create", json!({ "label": "x", "ipWhitelist": addresses }));
    check(create, (2003, "Parameter out of range: ipWhitelist must be at most 20 items")).await;
}

#[tokio::test]
async fn a_body_must_be_a_json_object() {
    let raw = |body: &str| Call { body: body.to_owned(), ..post(PLACE, Value::Null) };
    check(raw(""), (2001, "Missing required parameter: body")).await;
    check(raw("{"), (2002, "Invalid parameter value: body must be valid JSON")).await;
    check(raw("[]"), (2002, "Invalid parameter value: body must be a JSON object")).await;
}

#[tokio::test]
async fn null_is_rejected() {
    let body = r#"{"symbol":"BTCUSDT","type":"MARKET","side":"BUY","quantity":"0.1","clientOrderId":null}"#;
    let call = Call { body: body.to_owned(), ..post(PLACE, Value::Null) };
    check(call, (2002, "Invalid parameter value: clientOrderId must be a string that is not empty")).await;
}

#[tokio::test]
async fn undocumented_names_are_ignored() {
    let answer = get("/v1/public/leaderboard/pnl?period=7d&cache=no&cache=no").send(&start().await).await;
    assert_eq!(answer.code(), 0);
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_rejected() {
    let body = Call { body: " ".repeat((1 << 20) + 1), ..post(PLACE, Value::Null) };
    let actual = body.send(&start().await).await.summary();
    assert_eq!(actual, (413, 2003, "Parameter out of range: body must be at most 1048576 bytes".to_owned()));
}
