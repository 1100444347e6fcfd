//! The list of open orders, which is read by cursor.

use serde_json::json;
use sixmm_ext::CallOptions;

use crate::support::{Harness, MockResponse, RecordedRequest};

const PATH: &str = "/v1/private/order/current";

#[derive(Clone, Copy)]
struct OpenOrderExchange {
    orders: u64,
    maximum: u64,
    /// Whether a page begins with the order of the cursor, instead of with the order after it.
    is_inclusive: bool,
    /// The newest order has the largest id.
    newest_first: bool,
}

impl OpenOrderExchange {
    fn respond(self, request: &RecordedRequest) -> MockResponse {
        let ids = (1..=self.orders).map(|id| if self.newest_first { self.orders + 1 - id } else { id });
        let last = request.parameter("lastOrderId").map(|last| last.parse::<u64>().expect("a number"));
        let is_after = |id: u64| match last {
            None => true,
            Some(last) if id == last => self.is_inclusive,
            Some(last) => (id < last) == self.newest_first,
        };
        let limit = request.parameter("limit").map_or(self.maximum, |limit| limit.parse().expect("a number")).min(self.maximum);
        let list: Vec<_> = ids.filter(|id| is_after(*id)).take(usize::try_from(limit).expect("small")).collect();
        let list: Vec<_> = list.into_iter().map(|id| json!({ "orderId": id.to_string() })).collect();
        MockResponse::ok(&json!({ "list": list, "total": 1 }))
    }
}

#[tokio::test]
async fn open_orders_are_read_completely_for_every_meaning_of_the_cursor() {
    for (is_inclusive, newest_first) in [(false, false), (false, true), (true, false), (true, true)] {
        let exchange = OpenOrderExchange { orders: 95, maximum: 30, is_inclusive, newest_first };
        let harness = Harness::new(move |request| exchange.respond(request)).await;
        let orders = harness.drive(harness.client.orders().open_orders().items().into_vec()).await.expect("all");
        let mut ids: Vec<u64> =
            orders.iter().map(|order| order.order_id.as_ref().expect("an id").as_str().parse().expect("a number")).collect();
        assert_eq!(ids.is_sorted(), !newest_first);
        ids.sort_unstable();
        assert_eq!(ids, (1..=95).collect::<Vec<_>>(), "inclusive: {is_inclusive}, newest first: {newest_first}");
    }
}

#[tokio::test]
async fn an_exchange_that_ignores_the_cursor_gets_two_requests() {
    let exchange = OpenOrderExchange { orders: 20, maximum: 30, is_inclusive: true, newest_first: false };
    let harness = Harness::new(move |request| exchange.respond(&RecordedRequest { query: String::new(), ..request.clone() })).await;
    assert_eq!(harness.drive(harness.client.orders().open_orders().items().into_vec()).await.expect("all").len(), 20);
    assert_eq!(harness.server.seen_at(PATH).len(), 2);
}

#[tokio::test]
async fn the_list_continues_after_the_error_of_a_request() {
    let exchange = OpenOrderExchange { orders: 70, maximum: 30, is_inclusive: false, newest_first: true };
    let harness = Harness::new(move |request| if request.earlier == 1 { MockResponse::closed() } else { exchange.respond(request) }).await;
    let mut pages = harness.client.orders().open_orders().options(CallOptions::new().no_retry()).pages();
    let mut items = Vec::new();
    while let Some(page) = harness.drive(pages.next()).await {
        items.push(page.map(|page| page.len()).ok());
    }
    assert_eq!(items, [Some(30), None, Some(30), Some(10)]);
}

#[tokio::test]
async fn orders_without_an_id_are_returned_and_the_list_cannot_continue_after_such_an_order() {
    for id in ["", "0"] {
        let list = [json!({ "orderId": id, "symbol": "A" }), json!({ "orderId": id, "symbol": "B" })];
        let harness = Harness::new(move |_| MockResponse::ok(&json!({ "list": list }))).await;
        let part = harness.client.orders().open_orders().items().into_vec().await.expect_err("nowhere to go on");
        assert_eq!((part.items.len(), harness.server.seen_at(PATH).len()), (2, 1), "{id:?}");
        assert!(part.error.to_string().contains("it is no id, so the list cannot be continued"), "{}", part.error);
    }
}

#[tokio::test]
async fn all_orders_of_one_page_and_all_orders_without_an_id_are_returned() {
    let order = |id: &str| json!({ "orderId": id });
    let pages = [vec![order("9"), order("9"), order("0"), order("8")], vec![order("8"), order("0"), order("7")], Vec::new()];
    let harness = Harness::new(move |request| MockResponse::ok(&json!({ "list": pages[request.earlier.min(2)] }))).await;
    let orders = harness.client.orders().open_orders().items().into_vec().await.expect("all");
    let ids: Vec<&str> = orders.iter().map(|order| order.order_id.as_ref().expect("an id").as_str()).collect();
    assert_eq!(ids, ["9", "9", "0", "8", "0", "7"]);
}

#[tokio::test]
async fn an_id_that_cannot_be_a_cursor_is_an_error_and_not_the_end_of_the_list() {
    for (order, reason) in [(json!({ "orderId": "0198-not-a-number" }), "is not a number"), (json!({}), "is no id")] {
        let harness = Harness::new(move |_| MockResponse::ok(&json!({ "list": [order] }))).await;
        let mut pages = harness.client.orders().open_orders().pages();
        assert_eq!(pages.next().await.expect("a page").expect("well").len(), 1);
        let error = pages.next().await.expect("not the end").expect_err("nowhere to go on");
        assert_eq!(error.field_errors()[0].field(), "lastOrderId");
        assert!(error.to_string().contains(&format!("{reason}, so the list cannot be continued")), "{error}");
    }
}
