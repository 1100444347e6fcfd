//! Answers that are not the API's envelope, or whose data is not what the operation answers.

use sixmm_api::Delivery;
use sixmm_tests::{client_of, server_with_data};
use venue_test_support::{MockResponse, MockServer};

use super::{order_answered_with, place_order};

/// Checks an order whose response has this body, which is neither a success nor a rejection by the exchange.
async fn check(status: u16, media_type: &str, body: &str) {
    let error = order_answered_with(MockResponse::of_type(status, media_type, body)).await;
    assert!(error.is_unexpected_response(), "{body}: {error}");
    assert_eq!((error.code(), error.is_exchange_error(), error.is_decode_error()), (None, false, false));
    assert_eq!(error.delivery(), Delivery::Unknown, "an order may stand after {body}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
    assert_eq!(error.body(), Some(body.as_bytes()));
}

#[tokio::test]
async fn the_error_for_a_proxys_page_has_the_status() {
    check(502, "text/html", "<html><body><h1>502 Bad Gateway</h1></body></html>").await;
}

#[tokio::test]
async fn an_empty_answer_is_no_success() {
    check(500, "text/plain", "").await;
    check(200, "application/json", "").await;
}

#[tokio::test]
async fn plain_text_is_no_success() {
    check(200, "text/plain", "OK").await;
}

#[tokio::test]
async fn half_a_document_is_no_success() {
    check(200, "application/json", r#"{"code":0,"message":"success","data":{"orderId":"2022543809547"#).await;
}

#[tokio::test]
async fn two_documents_are_no_success() {
    check(200, "application/json", r#"{"code":0,"data":{"orderId":"1"}}{"code":3001}"#).await;
}

#[tokio::test]
async fn json_that_is_no_object_is_no_success() {
    for body in ["null", "0", "[]", r#""success""#, "[0,null,null,null]", r#"[{"code":0,"data":{"orderId":"1"}}]"#] {
        check(200, "application/json", body).await;
    }
}

#[tokio::test]
async fn an_object_without_a_code_is_no_success() {
    for body in ["{}", r#"{"message":"success","data":{"orderId":"1"}}"#, r#"{"Code":0,"data":{"orderId":"1"}}"#, r#"{"data":{"code":0}}"#]
    {
        check(200, "application/json", body).await;
    }
}

#[tokio::test]
async fn a_code_that_is_no_whole_number_is_no_success() {
    for code in [
        "null",
        "false",
        "true",
        "0.5",
        "0e0",
        r#""""#,
        r#""zero""#,
        r#""0x0""#,
        r#""+0""#,
        r#""0e0""#,
        "[]",
        "[0]",
        "{}",
        "18446744073709551616",
    ] {
        check(200, "application/json", &format!(r#"{{"code":{code},"data":{{"orderId":"1"}}}}"#)).await;
    }
}

#[tokio::test]
async fn a_response_with_two_codes_is_not_a_success() {
    for (first, second) in [("code", "code"), (r"\u0063ode", "code")] {
        for (one, other) in [(0, 3001), (3001, 0), (0, 0)] {
            check(200, "application/json", &format!(r#"{{"{first}":{one},"{second}":{other},"data":{{"orderId":"1"}}}}"#)).await;
        }
    }
}

#[tokio::test]
async fn a_success_code_under_a_failure_status_is_not_a_success() {
    for status in [400, 401, 404, 429, 500, 502, 503, 599] {
        check(status, "application/json", r#"{"code":0,"message":"success","data":{"orderId":"1"},"requestId":"req-12345678"}"#).await;
    }
}

#[tokio::test]
async fn a_contradiction_between_code_and_status_keeps_the_request_id() {
    let error = order_answered_with(MockResponse::json(500, r#"{"code":0,"data":{"orderId":"1"},"requestId":"req-12345678"}"#)).await;
    assert_eq!(error.request_id(), Some("req-12345678"));
}

#[tokio::test]
async fn a_redirect_is_an_error_and_is_not_followed() {
    let elsewhere = server_with_data(r#"{"orderId":"1"}"#).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/v1/private/order/place\r\nContent-Length: 0\r\n", elsewhere.url());
        let error = order_answered_with(MockResponse::head(status, &location, b"")).await;
        assert!(error.is_unexpected_response() && error.delivery() == Delivery::Unknown, "{error}");
    }
    assert_eq!(elsewhere.connections(), 0);
}

#[tokio::test]
async fn an_answer_without_a_body_is_no_success() {
    for status in [204, 205, 304] {
        let error = order_answered_with(MockResponse::head(status, "Content-Length: 0\r\n", b"")).await;
        assert!(error.is_unexpected_response(), "{error}");
    }
}

#[tokio::test]
async fn success_with_data_of_another_shape_was_carried_out() {
    for data in ["{}", "[]", "7", r#""1""#, r#"{"orderId":{}}"#] {
        let error = order_answered_with(MockResponse::json(200, format!(r#"{{"code":0,"data":{data},"requestId":"req-12345678"}}"#))).await;
        assert!(error.is_decode_error() && !error.is_exchange_error(), "{error}");
        assert_eq!((error.delivery(), error.request_id()), (Delivery::Executed, Some("req-12345678")));
    }
}

#[tokio::test]
async fn success_without_data_is_a_success_whose_data_is_missing() {
    for data in ["", r#","data":null"#] {
        let server = MockServer::responding(MockResponse::json(200, format!(r#"{{"code":0,"requestId":"req-12345678"{data}}}"#))).await;
        let response = place_order(&client_of(&server)).await.expect("a success");
        assert!(response.data().is_none());
        let error = response.into_data().expect_err("no data");
        assert!(error.is_missing_data() && !error.is_decode_error(), "{error}");
        assert_eq!((error.delivery(), error.request_id()), (Delivery::Executed, Some("req-12345678")));
    }
}
