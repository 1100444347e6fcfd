//! The documented error codes.

use std::path::Path;

use bitmart_api::types::{self, ErrorCode};
use bitmart_api::{Client, Delivery, Error, requests};
use serde_json::{Value, json};
use venue_test_support::{MockResponse, MockServer};

/// The codes after which a write may have been executed, as `x-venue-envelope` of the specification lists them.
const UNCERTAIN: [i64; 11] = [30014, 40012, 50022, 59002, 59003, 59004, 59006, 59008, 59009, 60051, 60052];

/// The text of a file, by its path relative to the folder of this crate.
fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// The documented codes and their HTTP statuses, without the code of a success.
fn documented_codes() -> Vec<(i64, u16)> {
    let facts: Value = file("../../tests/fixtures/bitmart_facts.json").parse().expect("JSON");
    let number = |code: &Value, name: &str| code[name].as_i64().expect("an integer");
    let codes = facts["errorCodes"].as_array().expect("a list");
    let codes = codes.iter().map(|code| (number(code, "code"), u16::try_from(number(code, "http")).expect("a status")));
    codes.filter(|(code, _)| *code != 1000).collect()
}

/// Sends a read, a read of a list, an order, a batch with a success condition, and a withdrawal. Returns their errors.
async fn errors(client: &Client) -> [Error; 5] {
    let order = requests::SubmitOrder::new("BTC_USDT", types::SpotSide::Sell, types::SpotOrderType::Market).size(1);
    let item = types::BatchOrderParameters::builder().side(types::SpotSide::Sell).type_(types::SpotOrderType::Market).size(1);
    [
        client.send(requests::Wallet::new()).await.map(drop).expect_err("an error code"),
        client.send(requests::Trades::new()).await.map(drop).expect_err("an error code"),
        client.send(order).await.map(drop).expect_err("an error code"),
        client
            .send(requests::SubmitBatchOrders::new("BTC_USDT", vec![item.build().expect("an item")]))
            .await
            .map(drop)
            .expect_err("an error code"),
        client.send(requests::Withdraw::new("USDT-TRC20", 100).address("0x1EE6")).await.map(drop).expect_err("an error code"),
    ]
}

/// Responds with each documented code, under its documented HTTP status or under `status`.
async fn check(status: Option<u16>) {
    let server = MockServer::responding(MockResponse::closed()).await;
    let client = Client::builder().base_url(server.url()).build().expect("a client");
    for (code, documented_status) in documented_codes() {
        let status = status.unwrap_or(documented_status);
        server.set_response(MockResponse::json(
            status,
            &json!({ "code": code, "message": "Rejected", "trace": "1e17720f-27c9-4b91-b0b7-3b1e4b7d9fd5", "data": {} }),
        ));
        let is_uncertain = status >= 500 || UNCERTAIN.contains(&code);
        for error in errors(&client).await {
            assert!(error.is_exchange_error(), "{error}");
            assert_eq!((error.code(), error.message()), (Some(code), Some("Rejected")), "{error}");
            assert_eq!(error.request_id(), Some("1e17720f-27c9-4b91-b0b7-3b1e4b7d9fd5"), "{error}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{error}");
            assert_eq!(error.delivery(), if is_uncertain { Delivery::Unknown } else { Delivery::Rejected }, "{error}");
        }
    }
}

#[tokio::test]
async fn every_documented_code_is_an_error_under_its_documented_status() {
    check(None).await;
}

#[tokio::test]
async fn every_documented_code_is_an_error_under_http_200() {
    check(Some(200)).await;
}

#[test]
fn every_documented_code_has_a_variant_with_a_description_and_no_other_code_has() {
    let page = file("snapshots/schemas/ErrorCode.txt");
    let codes = documented_codes();
    assert_eq!(codes.len(), 221);
    for (code, _) in &codes {
        let row = page.lines().find_map(|line| line.trim_start().strip_prefix(&format!("{code} "))).expect("a row of the snapshot");
        let variant = format!("{:?}", ErrorCode::from(*code));
        let description = row.trim_start().strip_prefix(&variant).expect("the variant of the code");
        assert!(description.trim().ends_with('.'), "{code} has no description");
    }
    let known: Vec<i64> = ErrorCode::DOCUMENTED.iter().filter_map(|code| code.parse().ok()).filter(|code| *code != 1000).collect();
    assert_eq!(known, codes.iter().map(|(code, _)| *code).collect::<Vec<_>>());
    assert!(!ErrorCode::from(30009).is_documented());
}
