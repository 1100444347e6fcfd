//! Lists with rows that cannot be read.

use serde_json::json;

use super::lists::trade;
use crate::support::{Answer, Seen, World};

/// A list of trades, the second page of which has a row that cannot be read.
async fn trades_with_an_unreadable_row() -> World {
    World::new(|seen: &Seen| {
        let mut broken = trade(4);
        broken["price"] = json!("");
        match seen.earlier {
            0 => Answer::ok(&json!({ "list": [trade(1), trade(2)] })),
            1 => Answer::ok(&json!({ "list": [trade(3), broken, trade(5)] })),
            2 => Answer::ok(&json!({ "list": [trade(6)] })),
            _ => Answer::ok(&json!({ "list": [] })),
        }
    })
    .await
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_an_error_after_its_page_and_not_the_end() {
    let world = trades_with_an_unreadable_row().await;
    let (mut items, mut read, mut errors) = (world.client.orders().trades().items(), Vec::new(), Vec::new());
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
async fn into_vec_returns_the_rows_that_were_read_together_with_the_error_of_the_row_that_was_not() {
    let world = trades_with_an_unreadable_row().await;
    let partial = world.client.orders().trades().items().into_vec().await.expect_err("a row is missing");
    assert_eq!((partial.items.len(), partial.error.unreadable_rows().len()), (4, 1));
}

#[tokio::test]
async fn a_page_of_unreadable_rows_is_not_taken_for_an_empty_list() {
    let world = World::new(|_: &Seen| Answer::ok(&json!({ "list": [7, null] }))).await;
    let partial = world.client.orders().trades().items().into_vec().await.expect_err("both rows are missing");
    assert_eq!((partial.items.len(), partial.error.unreadable_rows().len()), (0, 2));
    let partial = world.client.positions().history().items().into_vec().await.expect_err("both rows are missing");
    assert_eq!(partial.error.unreadable_rows().len(), 2);
}
