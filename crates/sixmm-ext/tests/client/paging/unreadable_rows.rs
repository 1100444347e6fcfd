//! Lists with unreadable rows.

use serde_json::json;

use super::lists::trade;
use crate::support::{Harness, MockResponse, RecordedRequest};

/// A list of trades whose second page has an unreadable row.
async fn trades_with_an_unreadable_row() -> Harness {
    Harness::new(|request: &RecordedRequest| {
        let mut broken = trade(4);
        broken["price"] = json!("");
        match request.earlier {
            0 => MockResponse::ok(&json!({ "list": [trade(1), trade(2)] })),
            1 => MockResponse::ok(&json!({ "list": [trade(3), broken, trade(5)] })),
            2 => MockResponse::ok(&json!({ "list": [trade(6)] })),
            _ => MockResponse::ok(&json!({ "list": [] })),
        }
    })
    .await
}

#[tokio::test]
async fn an_unreadable_row_is_an_error_after_its_page_and_does_not_end_the_list() {
    let harness = trades_with_an_unreadable_row().await;
    let (mut items, mut read, mut errors) = (harness.client.orders().trades().items(), Vec::new(), Vec::new());
    while let Some(item) = items.next().await {
        match item {
            Ok(trade) => read.push(trade.fill_id.to_string()),
            Err(error) => errors.push((read.len(), error)),
        }
    }
    assert_eq!(read, ["1", "2", "3", "5", "6"]);
    let [(4, error)] = &errors[..] else { panic!("{errors:?}") };
    assert_eq!(error.unreadable_rows().iter().map(|row| row.path()).collect::<Vec<_>>(), ["data.list[1].price"]);
    insta::assert_snapshot!(error);
}

#[tokio::test]
async fn into_vec_returns_the_readable_rows_with_the_error_of_the_unreadable_row() {
    let harness = trades_with_an_unreadable_row().await;
    let partial = harness.client.orders().trades().items().into_vec().await.expect_err("a row is missing");
    assert_eq!((partial.items.len(), partial.error.unreadable_rows().len()), (4, 1));
}

#[tokio::test]
async fn a_page_of_unreadable_rows_is_not_an_empty_list() {
    let harness = Harness::new(|_: &RecordedRequest| MockResponse::ok(&json!({ "list": [7, null] }))).await;
    let partial = harness.client.orders().trades().items().into_vec().await.expect_err("both rows are missing");
    assert_eq!((partial.items.len(), partial.error.unreadable_rows().len()), (0, 2));
    let partial = harness.client.positions().history().items().into_vec().await.expect_err("both rows are missing");
    assert_eq!(partial.error.unreadable_rows().len(), 2);
}
