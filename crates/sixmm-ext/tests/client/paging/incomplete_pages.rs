//! Pages that cannot be read completely.

use serde_json::{Value, json};
use sixmm_ext::paging::Items;

use crate::support::{Answer, Seen, World};

/// A trade of this fill id.
fn trade(number: usize) -> Value {
    json!({
        "fillId": number.to_string(), "tradeId": "1", "orderId": "1", "symbol": "BTCUSDT", "side": "BUY", "roleType": "MAKER",
        "price": "1", "quantity": "1", "tradeValue": "1", "handlingFee": "0", "positionSide": "BOTH", "createdAt": 1,
    })
}

/// A world in which every list consists of these pages, and of empty ones after them.
async fn pages(pages: &'static [&'static [Option<usize>]]) -> World {
    World::new(|seen: &Seen| {
        let rows = pages.get(seen.earlier).copied().unwrap_or_default();
        let rows: Vec<Value> = rows.iter().map(|row| row.map_or(Value::from(7), trade)).collect();
        Answer::ok(&json!({ "list": rows }))
    })
    .await
}

/// What came, item by item: a row, `unreadable` with the number of rows, `missing` for a list, or `failed`.
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

async fn trades(world: &World) -> Vec<String> {
    read(world.client.orders().trades().page_size(1).items(), "fillId").await
}

#[tokio::test]
async fn a_page_of_unreadable_rows_does_not_end_the_list() {
    let world = pages(&[&[None], &[Some(2)], &[Some(3)]]).await;
    assert_eq!(trades(&world).await, ["unreadable 1", "2", "3"]);
    let world = pages(&[&[Some(1)], &[None], &[None], &[None], &[Some(5)]]).await;
    assert_eq!(trades(&world).await, ["1", "unreadable 1", "unreadable 1", "unreadable 1", "5"]);
}

#[tokio::test]
async fn the_error_of_a_page_of_unreadable_rows_comes_before_the_next_page_is_fetched() {
    let world = pages(&[&[None, None], &[Some(2)]]).await;
    let mut items = world.client.orders().trades().items();
    let error = items.next().await.expect("an item").expect_err("both rows are unreadable");
    assert_eq!((error.unreadable_rows().len(), world.server.seen_at("/v1/private/order/trades").len()), (2, 1));
}

#[tokio::test]
async fn a_server_that_always_sends_the_same_unreadable_row_is_left_after_ten_pages() {
    let world = World::new(|_: &Seen| Answer::ok(&json!({ "list": [7] }))).await;
    assert_eq!(trades(&world).await, vec!["unreadable 1"; 10]);
}

/// All three rows that the exchange counts, one of which is unreadable, and then refusals.
#[tokio::test]
async fn unreadable_rows_count_among_those_after_which_a_refused_page_is_the_end() {
    let world = World::new(|seen: &Seen| match seen.earlier {
        0 => Answer::ok(&json!({ "list": [trade(1), 7], "total": 3 })),
        1 => Answer::ok(&json!({ "list": [trade(3)], "total": 3 })),
        _ => Answer::refusal(2002, "Invalid parameter"),
    })
    .await;
    assert_eq!(trades(&world).await, ["1", "unreadable 1", "3"]);
}

/// Every list of which the documentation promises the name.
#[tokio::test]
async fn a_missing_list_is_an_error_and_the_end() {
    for body in [json!({}), json!({ "total": 0 })] {
        let world = World::new(move |_: &Seen| Answer::ok(&body)).await;
        let (account, market, orders) = (world.client.account(), world.client.market(), world.client.orders());
        assert_eq!(trades(&world).await, ["missing"]);
        assert_eq!(read(orders.open_orders().items(), "orderId").await, ["missing"]);
        assert_eq!(read(world.client.positions().history().items(), "positionId").await, ["missing"]);
        assert_eq!(read(account.change_logs().items(), "id").await, ["missing"]);
        let klines = market.klines("BTCUSDT", sixmm_ext::types::KlineInterval::OneHour);
        let klines = read(klines.items(), "openTime").await;
        assert!(!klines.is_empty() && klines.iter().all(|item| item == "missing"), "{klines:?}");
    }
}

#[tokio::test]
async fn a_list_that_is_missing_after_some_pages_follows_their_rows() {
    let world = World::new(|seen: &Seen| match seen.earlier {
        0 => Answer::ok(&json!({ "list": [trade(1)] })),
        _ => Answer::ok(&json!({ "total": 1 })),
    })
    .await;
    let partial = world.client.orders().trades().items().into_vec().await.expect_err("the second page has no list");
    assert_eq!((partial.items.len(), partial.error.is_list_missing()), (1, true));
    insta::assert_snapshot!(partial);
}

#[tokio::test]
async fn null_or_an_empty_container_in_the_place_of_a_list_is_an_empty_list() {
    for body in [json!({ "list": null }), json!({ "list": {} }), json!([])] {
        let world = World::new(move |_: &Seen| Answer::ok(&body)).await;
        assert_eq!(trades(&world).await, Vec::<String>::new());
        assert_eq!(read(world.client.orders().open_orders().items(), "orderId").await, Vec::<String>::new());
    }
}
