//! Lists whose pages have unreadable rows or lack the list.

use serde_json::{Value, json};
use sixmm_ext::paging::Items;

use crate::support::{Harness, MockResponse, RecordedRequest};

/// A trade with this fill id.
fn trade(number: usize) -> Value {
    json!({
        "fillId": number.to_string(), "tradeId": "1", "orderId": "1", "symbol": "BTCUSDT", "side": "BUY", "roleType": "MAKER",
        "price": "1", "quantity": "1", "tradeValue": "1", "handlingFee": "0", "positionSide": "BOTH", "createdAt": 1,
    })
}

/// A harness in which every list consists of these pages, followed by empty pages.
async fn pages(pages: &'static [&'static [Option<usize>]]) -> Harness {
    Harness::new(|request: &RecordedRequest| {
        let rows = pages.get(request.earlier).copied().unwrap_or_default();
        let rows: Vec<Value> = rows.iter().map(|row| row.map_or(Value::from(7), trade)).collect();
        MockResponse::ok(&json!({ "list": rows }))
    })
    .await
}

/// The items of the stream as texts: a row, `unreadable` with the number of rows, `missing` for a missing list, or `failed`.
async fn read<T: serde::Serialize>(mut items: Items<'static, T, sixmm_ext::Error>, name: &str) -> Vec<String> {
    let mut came = Vec::new();
    while let Some(item) = items.next().await {
        came.push(match item {
            Ok(row) => {
                let row = serde_json::to_value(row).expect("JSON");
                row[name].as_str().unwrap_or_else(|| panic!("{row}")).to_owned()
            }
            Err(error) if error.is_list_missing() => String::from("missing"),
            Err(error) if !error.unreadable_rows().is_empty() => format!("unreadable {}", error.unreadable_rows().len()),
            Err(_) => String::from("failed"),
        });
    }
    came
}

async fn trades(harness: &Harness) -> Vec<String> {
    read(harness.client.orders().trades().page_size(1).items(), "fillId").await
}

#[tokio::test]
async fn a_page_of_unreadable_rows_does_not_end_the_list() {
    let harness = pages(&[&[None], &[Some(2)], &[Some(3)]]).await;
    assert_eq!(trades(&harness).await, ["unreadable 1", "2", "3"]);
    let harness = pages(&[&[Some(1)], &[None], &[None], &[None], &[Some(5)]]).await;
    assert_eq!(trades(&harness).await, ["1", "unreadable 1", "unreadable 1", "unreadable 1", "5"]);
}

#[tokio::test]
async fn the_error_of_a_page_of_unreadable_rows_comes_before_the_next_page_is_fetched() {
    let harness = pages(&[&[None, None], &[Some(2)]]).await;
    let mut items = harness.client.orders().trades().items();
    let error = items.next().await.expect("an item").expect_err("both rows are unreadable");
    assert_eq!((error.unreadable_rows().len(), harness.server.seen_at("/v1/private/order/trades").len()), (2, 1));
}

#[tokio::test]
async fn a_list_that_repeats_an_unreadable_row_ends_after_ten_pages() {
    let harness = Harness::new(|_: &RecordedRequest| MockResponse::ok(&json!({ "list": [7] }))).await;
    assert_eq!(trades(&harness).await, vec!["unreadable 1"; 10]);
}

/// A list with a `total` of three rows, one of which is unreadable. The exchange rejects the requests for further pages.
#[tokio::test]
async fn unreadable_rows_count_as_read_rows_before_a_rejected_last_page() {
    let harness = Harness::new(|request: &RecordedRequest| match request.earlier {
        0 => MockResponse::ok(&json!({ "list": [trade(1), 7], "total": 3 })),
        1 => MockResponse::ok(&json!({ "list": [trade(3)], "total": 3 })),
        _ => MockResponse::refusal(2002, "Invalid parameter"),
    })
    .await;
    assert_eq!(trades(&harness).await, ["1", "unreadable 1", "3"]);
}

/// Every list whose field name is documented.
#[tokio::test]
async fn a_missing_list_is_an_error_and_ends_the_stream() {
    for body in [json!({}), json!({ "total": 0 })] {
        let harness = Harness::new(move |_: &RecordedRequest| MockResponse::ok(&body)).await;
        let (account, market, orders) = (harness.client.account(), harness.client.market(), harness.client.orders());
        assert_eq!(trades(&harness).await, ["missing"]);
        assert_eq!(read(orders.open_orders().items(), "orderId").await, ["missing"]);
        assert_eq!(read(harness.client.positions().history().items(), "positionId").await, ["missing"]);
        assert_eq!(read(account.change_logs().items(), "id").await, ["missing"]);
        let klines = market.klines("BTCUSDT", sixmm_ext::types::KlineInterval::OneHour);
        let klines = read(klines.items(), "openTime").await;
        assert!(!klines.is_empty() && klines.iter().all(|item| item == "missing"), "{klines:?}");
    }
}

#[tokio::test]
async fn the_error_of_a_missing_list_follows_the_rows_of_earlier_pages() {
    let harness = Harness::new(|request: &RecordedRequest| match request.earlier {
        0 => MockResponse::ok(&json!({ "list": [trade(1)] })),
        _ => MockResponse::ok(&json!({ "total": 1 })),
    })
    .await;
    let partial = harness.client.orders().trades().items().into_vec().await.expect_err("the second page has no list");
    assert_eq!((partial.items.len(), partial.error.is_list_missing()), (1, true));
    insta::assert_snapshot!(partial);
}

#[tokio::test]
async fn null_or_an_empty_container_instead_of_a_list_is_an_empty_list() {
    for body in [json!({ "list": null }), json!({ "list": {} }), json!([])] {
        let harness = Harness::new(move |_: &RecordedRequest| MockResponse::ok(&body)).await;
        assert_eq!(trades(&harness).await, Vec::<String>::new());
        assert_eq!(read(harness.client.orders().open_orders().items(), "orderId").await, Vec::<String>::new());
    }
}
