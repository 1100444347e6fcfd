//! Lists that are missing, `null`, or empty containers of the wrong kind.

use sixmm_api::types::{ConditionOrderList, Envelope, OrderList, PositionList, TradePage};
use sixmm_api::{Client, Error, Response, requests};

use super::{answered, success};

/// How many rows a list of the response has, if there is one, and whether it is complete.
async fn check<T>(
    data: &str,
    call: impl AsyncFnOnce(&Client) -> Result<Response<T>, Error>,
    rows: impl FnOnce(&T) -> (Option<usize>, bool),
    expected: (Option<usize>, bool),
) where
    Envelope<T>: venue_core::Envelope<Data = T>,
{
    let response = answered(success(data), call).await.unwrap_or_else(|error| panic!("{data}: {error}"));
    let is_complete = response.is_complete();
    let found = rows(response.data().expect("data"));
    assert_eq!(found, expected, "{data}");
    // Of a provisional list, the response does not know that it is missing.
    assert_eq!(is_complete, found.1 || found.0.is_none(), "{data}");
}

async fn positions(data: &str, is_complete: bool) {
    let rows = |list: &PositionList| (Some(list.positions.len()), list.is_complete());
    check(data, async |client| client.send(requests::Positions::new()).await, rows, (Some(0), is_complete)).await;
}

async fn open_orders(data: &str, is_complete: bool) {
    let rows = |list: &OrderList| (Some(list.list.len()), list.is_complete());
    check(data, async |client| client.send(requests::CurrentOrders::new()).await, rows, (Some(0), is_complete)).await;
}

async fn trades(data: &str, is_complete: bool) {
    let rows = |page: &TradePage| (Some(page.list.len()), page.is_complete());
    check(data, async |client| client.send(requests::Trades::new()).await, rows, (Some(0), is_complete)).await;
}

async fn condition_orders(data: &str, expected: (Option<usize>, bool)) {
    let rows = |list: &ConditionOrderList| (list.list.as_ref().map(Vec::len), list.is_complete());
    check(data, async |client| client.send(requests::CurrentConditionOrders::new()).await, rows, expected).await;
}

#[tokio::test]
async fn an_empty_container_of_the_wrong_kind_is_empty() {
    positions("[]", true).await;
    positions("[ ]", true).await;
    positions(r#"{"positions":{}}"#, true).await;
    open_orders("[]", true).await;
    open_orders(r#"{"list":{ },"total":0}"#, true).await;
    trades("[]", true).await;
    condition_orders("[]", (Some(0), true)).await;
    condition_orders(r#"{"list":{}}"#, (Some(0), true)).await;
}

#[tokio::test]
async fn null_for_a_list_is_empty() {
    positions(r#"{"positions":null}"#, true).await;
    open_orders(r#"{"list":null,"total":"0"}"#, true).await;
    trades(r#"{"total":0,"list":null}"#, true).await;
    condition_orders(r#"{"list":null}"#, (Some(0), true)).await;
}

#[tokio::test]
async fn a_documented_list_that_is_missing_is_empty_and_reported() {
    positions("{}", false).await;
    positions(r#"{"position":[{"symbol":"BTCUSDT"}]}"#, false).await;
    open_orders(r#"{"total":0}"#, false).await;
    trades("{}", false).await;
    let response = answered(success("{}"), async |client| client.send(requests::Positions::new()).await).await.expect("a success");
    assert_eq!(response.missing_lists(), ["data.positions"]);
    assert_eq!(response.into_data().expect("data").extra.missing_lists(), ["positions"]);
}

#[tokio::test]
async fn a_provisional_list_that_is_missing_or_something_else_is_none_and_not_complete() {
    condition_orders("{}", (None, false)).await;
    condition_orders(r#"{"list":"none"}"#, (None, false)).await;
    condition_orders(r#""none""#, (None, false)).await;
}

#[tokio::test]
async fn a_container_of_the_wrong_kind_that_is_not_empty_is_an_error() {
    for data in [r#"{"positions":{"a":1}}"#, r#"{"positions":"[]"}"#, r#"{"positions":0}"#, "[{}]", "\"\""] {
        let error = answered(success(data), async |client| client.send(requests::Positions::new()).await).await.expect_err(data);
        assert!(error.is_decode_error(), "{error}");
    }
}

#[tokio::test]
async fn an_empty_list_in_place_of_an_object_with_promised_fields_is_an_error() {
    let error = answered(success("[]"), async |client| client.send(requests::UserAsset::new()).await).await.expect_err("no balance");
    assert!(error.is_decode_error() && error.to_string().contains("data.userAsset: the field is missing"), "{error}");
}

#[tokio::test]
async fn a_row_with_a_list_that_is_missing_is_reported_in_the_row_and_in_the_response() {
    let row = r#"{"id":"1","label":"l","apiKey":"k","permissions":1,"status":1,"createdAt":1}"#;
    let response = answered(success(&format!(r#"{{"list":[{row}]}}"#)), async |client| client.send(requests::ApiKeys::new()).await)
        .await
        .expect("keys");
    assert_eq!((response.is_complete(), response.missing_lists()), (false, &["data.list[0].ipWhitelist".to_owned()][..]));
    let keys = response.into_data().expect("data");
    assert!(keys.is_complete() && !keys.list[0].is_complete(), "the list of keys is complete, the list of addresses is not");
}
