//! The code decides, whatever else of the response is broken.

use rust_decimal::dec;
use sixmm_api::{Delivery, Error, requests};
use sixmm_tests::client_of;
use venue_test_support::{MockResponse, MockServer};

use super::{answered, success};

async fn place(body: impl AsRef<[u8]>) -> Result<sixmm_api::Response<sixmm_api::types::PlacedOrder>, Error> {
    use sixmm_api::types::{OrderSide, OrderType};
    let order = async |client: &sixmm_api::Client| {
        client.send(requests::PlaceOrder::new("BTCUSDT", OrderType::Market, OrderSide::Buy).quantity(dec!(1))).await
    };
    answered(body, order).await
}

/// A refusal with code 3001, however it is spelled.
async fn check_refusal(body: impl AsRef<[u8]>, message: &str) {
    let body = body.as_ref();
    let error = place(body).await.expect_err("a refusal");
    let shown = String::from_utf8_lossy(body);
    assert_eq!((error.code(), error.delivery()), (Some(3001), Delivery::Rejected), "{shown}: {error}");
    assert_eq!(error.message(), Some(message), "{shown}");
}

/// A body in which these bytes replace `?`.
fn with_bytes(template: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, after) = template.split_once('?').expect("a place for the bytes");
    [before.as_bytes(), bytes, after.as_bytes()].concat()
}

const GBK: &[u8] = b"\xD3\xE0";

#[tokio::test]
async fn a_refusal_is_one_although_its_message_is_no_unicode() {
    check_refusal(r#"{"code":3001,"message":"x\ud83d"}"#, "x\u{FFFD}").await;
    check_refusal(with_bytes(r#"{"code":3001,"message":"?"}"#, GBK), "\u{FFFD}\u{FFFD}").await;
    check_refusal(with_bytes(r#"{"message":"?","requestId":"\udc00","code":"3001"}"#, GBK), "\u{FFFD}\u{FFFD}").await;
}

#[tokio::test]
async fn a_refusal_is_one_although_an_unknown_field_is_no_unicode() {
    check_refusal(r#"{"code":3001,"message":"m","hint":"\ud83d"}"#, "m").await;
    check_refusal(with_bytes(r#"{"code":3001,"hint":["?"],"message":"m"}"#, GBK), "m").await;
    check_refusal(with_bytes(r#"{"?":1,"code":3001,"message":"m"}"#, GBK), "m").await;
    check_refusal(r#"{"\ud83d":1e999,"code":3001,"message":"m"}"#, "m").await;
    check_refusal(format!(r#"{{"code":3001,"message":"m","deep":{}{}}}"#, "[".repeat(5000), "]".repeat(5000)), "m").await;
}

#[tokio::test]
async fn a_rejection_with_any_data_is_a_rejection() {
    for data in [r#""\ud83d""#, "[]", "7", r#"{"orderId":{}}"#, r#"{"orderId":"1","orderId":"2"}"#] {
        check_refusal(format!(r#"{{"data":{data},"code":3001,"message":"m"}}"#), "m").await;
    }
}

#[tokio::test]
async fn a_code_in_another_exact_spelling_is_that_code() {
    for code in ["3001.0", r#""3001""#, r#""3001.00""#] {
        check_refusal(format!(r#"{{"code":{code},"message":"m"}}"#), "m").await;
    }
    for code in ["-0", "0.0", "-0.0", r#""0""#, r#""-0""#] {
        let response = place(format!(r#"{{"code":{code},"data":{{"orderId":"5"}}}}"#)).await.expect(code);
        assert_eq!(response.into_data().expect("data").order_id.as_str(), "5");
    }
}

#[tokio::test]
async fn an_order_is_read_although_a_text_beside_it_is_no_unicode() {
    for body in [
        r#"{"code":0,"message":"x\ud83d","data":{"orderId":"5"}}"#,
        r#"{"code":0,"data":{"orderId":"5","note":"\ud83d"},"hint":"\ud83d"}"#,
        r#"{"code":0,"data":{"note":{"\ud83d":["\udc00"]},"orderId":"5"},"requestId":"\ud83d"}"#,
    ] {
        let response = place(body).await.expect(body);
        assert_eq!(response.body(), body.as_bytes());
        let data = response.into_data().expect("data");
        assert_eq!(data.order_id.as_str(), "5");
    }
    let response = place(with_bytes(r#"{"code":0,"message":"?","data":{"orderId":"5"}}"#, GBK)).await.expect("an order");
    assert_eq!((response.message(), response.data().map(|data| data.order_id.as_str())), ("\u{FFFD}\u{FFFD}", Some("5")));
}

#[tokio::test]
async fn an_id_a_cursor_or_a_secret_is_never_read_lossily() {
    for id in [&br"\ud83d"[..], b"5\xE0"] {
        let error = place(with_bytes(r#"{"code":0,"data":{"orderId":"?"}}"#, id)).await.expect_err("no id");
        assert!(error.is_decode_error() && error.delivery() == Delivery::Executed, "{error}");
        let token = with_bytes(r#"{"code":0,"data":{"accessToken":"?","accessExpire":1}}"#, id);
        let error = answered(token, async |client| client.send(requests::Login::new("alice", "x")).await).await.expect_err("no token");
        assert!(error.is_decode_error(), "{error}");
    }
    let response = place(r#"{"code":0,"data":{"orderId":"5","clientOrderId":"\ud83d","status":"N\ud83d"}}"#).await.expect("an order");
    let data = response.into_data().expect("data");
    assert_eq!((&data.client_order_id, &data.status), (&None, &None));
    assert_eq!(data.extra.unreadable_fields(), ["clientOrderId", "status"]);
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let response = place(format!("\u{FEFF}{}", success(r#"{"orderId":"5"}"#))).await.expect("an order");
    assert_eq!(response.into_data().expect("data").order_id.as_str(), "5");
    check_refusal("\u{FEFF}\r\n{\"code\":3001,\"message\":\"m\"}", "m").await;
    let error = place("\u{FEFF}\u{FEFF}{}").await.expect_err("two marks");
    assert_eq!(error.invalid_json_at(), Some(3));
}

#[tokio::test]
async fn the_error_names_the_first_byte_that_is_not_json() {
    for (body, offset) in [
        (r#"{"code":0,"data":{"orderId":"5","liqPrice":NaN}}"#, 43),
        (r#"{"code":0,"data":{"orderId":"5","liqPrice":-Infinity}}"#, 44),
        ("<html>", 0),
        (r#"{"code":3001"#, 12),
    ] {
        let error = place(body).await.expect_err(body);
        assert_eq!((error.invalid_json_at(), error.is_unexpected_response()), (Some(offset), true), "{error}");
        assert_eq!(error.to_string().contains(&format!("invalid JSON at byte {offset}")), offset > 0, "{error}");
    }
}

#[tokio::test]
async fn of_two_codes_or_two_data_neither_counts() {
    for body in [
        r#"{"code":0,"code":3001,"message":"\ud83d"}"#,
        r#"{"code":-0,"data":{"orderId":"5"},"data":{"orderId":"6"}}"#,
        r#"{"code":0,"data":null,"data":{"orderId":"6"}}"#,
        r#"{"code":0,"data":{"orderId":"6"},"data":null}"#,
    ] {
        let error = place(body).await.expect_err(body);
        assert!(error.is_unexpected_response() && error.delivery() == Delivery::Unknown, "{error}");
        assert!(error.to_string().contains("appears twice"), "{error}");
    }
}

#[tokio::test]
async fn a_field_of_an_order_that_is_there_twice_makes_it_unreadable() {
    for data in [r#"{"orderId":"5","orderId":"6"}"#, r#"{"orderId":"5","status":null,"status":"NEW"}"#] {
        let error = place(success(data)).await.expect_err(data);
        assert!(error.is_decode_error() && error.delivery() == Delivery::Executed, "{error}");
    }
}

#[tokio::test]
async fn a_refusal_under_a_status_of_failure_is_read_in_any_spelling() {
    let server = MockServer::responding(MockResponse::json(429, "\u{FEFF}{\"code\":\"2003\",\"message\":\"\\ud83d\"}")).await;
    let error = client_of(&server).send(requests::ServerTime::new()).await.expect_err("a refusal");
    assert_eq!((error.code(), error.message()), (Some(2003), Some("\u{FFFD}")));
}
