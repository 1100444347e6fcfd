//! Tests of the decision between success and failure of a response.

#![expect(unreachable_pub, dead_code, reason = "`envelope!` declares public items")]

use reqwest::{Method, StatusCode};

use super::*;
use crate::{BareEnvelope, ExpectedValue, Extra, List, Repeatable, SuccessCondition};

crate::envelope! {
    /// An envelope.
    pub struct Example {
        code: "code" is [1000] uncertain [],
        message: "message",
        data: "data",
        request_id: "trace",
    }
}

struct Placed {
    order_id: String,
    extra: Extra,
}

crate::wire_object! { Placed { required order_id "orderId" (String); } }

static PLAIN: Operation = Operation::new("place", Method::POST, "/orders", "", &[], None, Repeatable::Once, "");
static WITH_CONDITION: Operation = Operation::new("place_many", Method::POST, "/orders", "", &[], None, Repeatable::Once, "")
    .with_success(&[SuccessCondition::new("code", ExpectedValue::Integer(0))]);

fn decode<E: Envelope>(operation: &'static Operation, status: u16, body: &str) -> Result<Response<E>, Error> {
    let status = StatusCode::from_u16(status).expect("a status");
    classify(operation, RawResponse { status, headers: Default::default(), body: Bytes::copy_from_slice(body.as_bytes()) })
}

#[test]
fn a_response_that_does_not_meet_a_condition_is_an_error_of_unknown_delivery() {
    let body = r#"{"code":1000,"trace":"t-1","data":{"code":50000,"orderId":"7"}}"#;
    assert!(decode::<Example<Placed>>(&PLAIN, 200, body).is_ok());
    let error = decode::<Example<Placed>>(&WITH_CONDITION, 200, body).map(drop).expect_err("code 50000");
    assert!(error.is_unmet_condition() && !error.is_exchange_error() && !error.is_decode_error());
    assert_eq!(error.unmet_condition().map(|condition| condition.field), Some("code"));
    assert_eq!((error.delivery(), error.request_id(), error.body()), (Delivery::Unknown, Some("t-1"), Some(body.as_bytes())));
    assert_eq!(
        error.to_string(),
        "place_many (POST /orders): the envelope reports success, but the field `code` of the data is 50000, but 0 in a success (HTTP 200, \
         request id t-1); the request may have been executed: query its outcome before sending it again"
    );
}

#[test]
fn the_condition_decides_even_if_the_data_cannot_be_read_or_is_missing() {
    for body in [r#"{"code":1000,"trace":"t-1","data":{"code":1,"orders":[]}}"#, r#"{"code":1000,"trace":"t-1"}"#] {
        let error = decode::<Example<Placed>>(&WITH_CONDITION, 200, body).map(drop).expect_err("no success");
        assert!(error.is_unmet_condition(), "{error}");
        assert_eq!((error.delivery(), error.request_id()), (Delivery::Unknown, Some("t-1")));
    }
    let unreadable = r#"{"code":1000,"data":{"code":0}}"#;
    assert!(decode::<Example<Placed>>(&WITH_CONDITION, 200, unreadable).map(drop).expect_err("no order id").is_decode_error());
}

#[test]
fn a_rejection_by_the_code_of_the_envelope_takes_precedence_over_a_condition() {
    let error = decode::<Example<Placed>>(&WITH_CONDITION, 200, r#"{"code":50020,"message":"Balance not enough"}"#);
    assert_eq!(error.map(drop).expect_err("rejected").code(), Some(50_020));
}

#[test]
fn a_response_that_meets_its_condition_is_a_success() {
    let response = decode::<Example<Placed>>(&WITH_CONDITION, 200, r#"{"code":1000,"data":{"code":"0","orderId":"7"}}"#);
    let data = response.and_then(Response::into_data).expect("a success");
    assert_eq!((data.order_id.as_str(), data.extra.is_empty()), ("7", false));
}

type Bare = BareEnvelope<Placed, Example<Placed>>;

#[test]
fn the_status_decides_about_a_response_without_an_envelope() {
    let response = decode::<Bare>(&PLAIN, 200, r#"{"orderId":7}"#).map(drop).expect_err("an id that is not a text");
    assert!(response.is_decode_error() && response.delivery() == Delivery::Executed);
    let response = decode::<Bare>(&PLAIN, 201, r#"{"orderId":"7"}"#).and_then(Response::into_data).expect("a success");
    assert_eq!(response.order_id, "7");
    let error = decode::<Bare>(&PLAIN, 400, r#"{"code":50020,"message":"Balance not enough","trace":"t-1"}"#).map(drop);
    let error = error.expect_err("rejected");
    assert_eq!((error.code(), error.message(), error.request_id()), (Some(50_020), Some("Balance not enough"), Some("t-1")));
    assert_eq!(error.delivery(), Delivery::Rejected);
    for (status, body) in [(400, r#"{"orderId":"7"}"#), (502, "<html>"), (200, "<html>"), (400, r#"{"code":1000}"#)] {
        let error = decode::<Bare>(&PLAIN, status, body).map(drop).expect_err("unexpected");
        assert!(error.is_unexpected_response(), "{status} {body}: {error}");
        assert_eq!(error.delivery(), Delivery::Unknown);
    }
}

#[test]
fn an_error_with_a_successful_status_is_an_error_of_the_exchange_without_an_envelope_too() {
    let error =
        decode::<BareEnvelope<crate::Undocumented, Example<crate::Undocumented>>>(&PLAIN, 200, r#"{"code":30016,"message":"maintenance"}"#);
    assert_eq!(error.map(drop).expect_err("rejected").code(), Some(30_016));
}

struct Coded {
    code: Option<i64>,
    extra: Extra,
}

crate::wire_object! { Coded { optional code "code" (i64); } }

#[test]
fn an_error_with_a_successful_status_and_further_fields_is_an_error_of_the_exchange() {
    for body in [
        r#"{"code":30013,"message":"too many","trace":"t-1","timestamp":1}"#,
        r#"{"code":30013,"message":"failed","data":{"reason":"x"}}"#,
        r#"{"errno":"OK","message":"INVALID_PARAMETER","code":30013,"trace":"t-1","data":null}"#,
        r#"{"code":30013,"trace":"t-1","orderId":"7"}"#,
    ] {
        let error = decode::<BareEnvelope<crate::Undocumented, Example<crate::Undocumented>>>(&PLAIN, 200, body).map(drop);
        assert_eq!(error.expect_err("rejected").code(), Some(30_013), "{body}");
        assert_eq!(decode::<Bare>(&PLAIN, 200, body).map(drop).expect_err("rejected").code(), Some(30_013), "{body}");
        let data = decode::<BareEnvelope<Coded, Example<Coded>>>(&PLAIN, 200, body);
        assert_eq!(data.and_then(Response::into_data).expect("documented data").code, Some(30_013), "{body}");
    }
}

#[test]
fn a_code_of_failure_in_a_body_that_is_not_the_documented_data_is_an_error_of_unknown_delivery() {
    let error = decode::<Bare>(&PLAIN, 200, r#"{"code":30013,"timestamp":1}"#).map(drop).expect_err("no order id");
    assert!(error.is_unexpected_response(), "{error}");
    assert_eq!(error.delivery(), Delivery::Unknown);
    let error = decode::<Bare>(&PLAIN, 200, r#"{"code":"BTC","timestamp":1}"#).map(drop).expect_err("no order id");
    assert!(error.is_decode_error(), "{error}");
}

#[test]
fn a_condition_is_checked_in_the_body_of_a_response_without_an_envelope() {
    let error = decode::<Bare>(&WITH_CONDITION, 200, r#"{"code":1,"orderId":"7"}"#).map(drop).expect_err("code 1");
    assert!(error.is_unmet_condition(), "{error}");
    assert!(decode::<Bare>(&WITH_CONDITION, 200, r#"{"code":0,"orderId":"7"}"#).is_ok());
}

fn list(body: &str) -> Result<Response<Example<List<Placed>>>, Error> {
    decode(&PLAIN, 200, body)
}

#[test]
fn a_bare_list_loses_only_its_unreadable_rows() {
    let response = list(r#"{"code":1000,"data":[{"orderId":"1"},{"orderId":null},{"orderId":"3"}]}"#).expect("a success");
    assert!(!response.is_complete());
    assert_eq!(response.unreadable_rows()[0].to_string(), "data[1].orderId: null where a text is expected");
    let rows = response.into_data().expect("the list");
    assert_eq!(rows.iter().map(|row| row.order_id.as_str()).collect::<Vec<_>>(), ["1", "3"]);
    assert_eq!((rows.is_complete(), rows.unreadable_row_count()), (false, 1));
    let unreadable = &rows.unreadable_rows()[0];
    assert_eq!((unreadable.list(), unreadable.index()), (Some("data"), Some(1)));
}

#[test]
fn null_and_an_empty_object_are_empty_lists_and_missing_data_is_missing() {
    for body in [r#"{"code":1000,"data":null}"#, r#"{"code":1000,"data":{}}"#, r#"{"code":1000,"data":[]}"#] {
        let response = list(body).expect("a success");
        assert!(response.is_complete());
        assert!(response.into_data().expect("a list").is_empty(), "{body}");
    }
    let missing = list(r#"{"code":1000}"#).and_then(Response::into_data).map(drop).expect_err("no data");
    assert!(missing.is_missing_data());
    assert!(list(r#"{"code":1000,"data":{"orderId":"1"}}"#).map(drop).expect_err("an object").is_decode_error());
}

#[test]
fn a_list_is_the_whole_body_of_a_response_without_an_envelope() {
    let response =
        decode::<BareEnvelope<List<Placed>, Example<crate::Undocumented>>>(&PLAIN, 200, r#"[{"orderId":"1"},7]"#).expect("a success");
    assert_eq!(response.unreadable_rows()[0].path(), "[1]");
    assert_eq!(response.into_data().expect("a list").len(), 1);
}
