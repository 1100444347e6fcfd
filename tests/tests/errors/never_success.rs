//! No response that means a failure is read as a success.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use sixmm_api::requests;
use sixmm_tests::client_of;
use venue_test_support::{MockResponse, MockServer, runtime};

use super::place_order;

/// Bodies with the fields of an envelope in random order, of which some are missing, repeated or of another type. Some bodies have further
/// bytes around the envelope.
fn bodies() -> impl Strategy<Value = String> {
    let code = select(vec!["0", "0", "0", "1003", "-1", "\"0\"", "\"1003\"", "null", "0.5", "true", "[0]", "{}", "5001"]);
    let data = select(vec![r#"{"orderId":"1"}"#, r#"{"orderId":"1"}"#, "{}", "[]", "null", r#""""#, r#"{"code" :0}"#]);
    let field = prop_oneof![
        4 => code.prop_map(|code| format!(r#""code":{code}"#)),
        2 => data.prop_map(|data| format!(r#""data":{data}"#)),
        1 => select(vec![r#""message":"success""#, r#""message":null"#, r#""message":0"#, r#""requestId":"req-1""#, r#""success":true"#])
            .prop_map(str::to_owned),
    ];
    let around = select(vec![("", ""), ("", ""), ("", ""), ("[", "]"), ("", "{}"), ("<", ">"), ("", " x"), (" ", "\n")]);
    (vec(field, 0..5), around, any::<proptest::sample::Index>(), 0..10_u8).prop_map(|(fields, (before, after), cut, dice)| {
        let body = format!("{before}{{{}}}{after}", fields.join(","));
        if dice == 0 { body[..cut.index(body.len())].to_owned() } else { body }
    })
}

fn statuses() -> impl Strategy<Value = u16> {
    prop_oneof![3 => Just(200_u16), 1 => select(vec![201, 202, 203, 206, 226, 299]), 2 => 300_u16..600]
}

/// An independent definition of success: a 2xx status, one JSON object, and exactly one code, which is 0.
fn means_success(status: u16, body: &str) -> bool {
    let Ok(serde_json::Value::Object(envelope)) = serde_json::from_str(body) else { return false };
    // The field `code` within the data is written with a space, so that it is not counted.
    let has_one_code = body.matches(r#""code":"#).count() == 1;
    let is_zero = envelope.get("code").is_some_and(|code| code == 0 || code == "0");
    (200..300).contains(&status) && has_one_code && is_zero
}

#[test]
fn only_a_success_by_code_and_status_is_a_success() {
    let runtime = runtime();
    let server = runtime.block_on(MockServer::responding(MockResponse::closed()));
    let client = client_of(&server);
    let mut runner = TestRunner::new(Config { cases: 1000, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&(statuses(), bodies()), |(status, body)| {
        server.set_response(MockResponse::json(status, &body).closing());
        let means_success = means_success(status, &body);
        let anything = runtime.block_on(client.send(requests::FundingRateConfig::new()));
        // This call accepts any data, so that only the envelope decides.
        prop_assert!(anything.is_err() || means_success, "{status} {body}");
        let order = runtime.block_on(place_order(&client));
        prop_assert!(order.is_err() || means_success, "{status} {body}");
        let id = order.ok().and_then(|order| order.into_data().ok()).map(|order| order.order_id.into_string());
        prop_assert!(id.is_none() || body.contains(r#""orderId":"1""#), "{status} {body}");
        Ok(())
    });
    checked.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn every_success_is_read_as_a_success() {
    let runtime = runtime();
    let server = runtime.block_on(MockServer::responding(MockResponse::closed()));
    let client = client_of(&server);
    let spaces = select(vec!["", " ", "\n", "\t\r\n  "]);
    let extras = select(vec!["", r#","code2":1"#, r#","error":null"#, r#","message":7"#]);
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&(200_u16..203, spaces, extras), |(status, space, extra)| {
        server.set_response(MockResponse::json(
            status,
            format!(r#"{space}{{"data":{{"orderId":"1"}}{extra},{space}"code":{space}0}}{space}"#),
        ));
        let order = runtime.block_on(place_order(&client));
        prop_assert!(order.is_ok(), "{order:?}");
        Ok(())
    });
    checked.unwrap_or_else(|failure| panic!("{failure}"));
}
