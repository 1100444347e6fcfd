//! Lists that are read by page number.

use serde_json::{Value, json};
use sixmm_api::BoxFuture;
use sixmm_ext::{Client, Error};

use crate::support::{Harness, MockResponse, RecordedRequest};

/// The items of a stream: for each page or item the names of its rows, or the error of a failed request.
type ReadItems = Vec<Result<Vec<String>, Error>>;

struct List {
    path: &'static str,
    row: fn(usize) -> Value,
    pages: fn(Client) -> BoxFuture<'static, ReadItems>,
    items: fn(Client) -> BoxFuture<'static, ReadItems>,
}

macro_rules! list {
    ($path:literal, $row:expr, |$client:ident| $call:expr, |$item:ident| $name:expr) => {
        List {
            path: $path,
            row: $row,
            pages: |$client| {
                Box::pin(async move {
                    let (mut pages, mut read) = ($call.pages(), Vec::new());
                    while let Some(page) = pages.next().await {
                        read.push(page.map(|page| page.iter().map(|$item| $name).collect()));
                    }
                    read
                })
            },
            items: |$client| {
                Box::pin(async move {
                    let (mut items, mut read) = ($call.items(), Vec::new());
                    while let Some(item) = items.next().await {
                        read.push(item.map(|item| {
                            let $item = &item;
                            vec![$name]
                        }));
                    }
                    read
                })
            },
        }
    };
}

static LISTS: [List; 7] = [
    list!("/v1/private/order/trades", trade, |client| client.orders().trades(), |trade| trade.fill_id.to_string()),
    list!("/v1/private/order/history", |number| json!({ "orderId": number.to_string() }), |client| client.orders().history(), |order| {
        order.order_id.as_ref().expect("an id").to_string()
    }),
    list!(
        "/v1/private/order/history-condition",
        |number| json!({ "conditionId": number.to_string() }),
        |client| client.orders().condition_history(),
        |order| order.condition_id.as_ref().expect("an id").to_string()
    ),
    list!("/v1/private/position/history", position, |client| client.positions().history(), |position| position
        .position_id
        .as_ref()
        .expect("an id")
        .to_string()),
    list!("/v1/private/user/account-change-log", change, |client| client.account().change_logs(), |change| change
        .frozen_balance_after
        .to_string()),
    list!(
        "/v1/public/market/funding-rate/current",
        |number| json!({ "symbol": number.to_string() }),
        |client| client.market().current_funding_rates(),
        |rate| rate.as_json()["symbol"].as_str().expect("a text").to_owned()
    ),
    list!(
        "/v1/public/market/funding-rate/history",
        |number| json!({ "fundingTime": number.to_string() }),
        |client| client.market().funding_rate_history("BTCUSDT"),
        |rate| rate.as_json()["fundingTime"].as_str().expect("a text").to_owned()
    ),
];

pub(super) fn trade(number: usize) -> Value {
    json!({
        "fillId": number.to_string(), "tradeId": "1", "orderId": "1", "symbol": "BTCUSDT", "side": "BUY", "roleType": "MAKER",
        "price": "1", "quantity": "1", "tradeValue": "1", "handlingFee": "0", "positionSide": "BOTH", "createdAt": 1,
    })
}

fn position(number: usize) -> Value {
    json!({
        "positionId": number.to_string(), "symbol": "BTCUSDT", "positionSide": "LONG", "leverage": 1, "maxQuantity": "1", "entryPrice": "1",
        "closePrice": "1", "pnl": "0", "roe": "0", "marginMode": 1, "triggerMode": "x", "fundingFeeAccum": "0", "openedAt": 1, "closedAt": 2,
    })
}

/// A movement of funds that differs from other movements only in its frozen balance, as if several orders arrived in one millisecond.
fn change(number: usize) -> Value {
    json!({
        "assetType": "USDT", "amount": "1", "walletBalanceBefore": "9", "walletBalanceAfter": "9", "frozenBalanceBefore": "0",
        "frozenBalanceAfter": number.to_string(), "changeType": "x", "createdAt": 1,
    })
}

/// An exchange with a list of `rows` rows, newest first.
#[derive(Clone, Copy, Default)]
struct ListExchange {
    rows: usize,
    /// The maximum number of rows of a page, regardless of the requested page size.
    maximum: usize,
    total: i64,
    /// The number of rows that are added to the list before each request except for the first.
    growth: usize,
    /// The range of the numbers of the requests that fail.
    fails: (usize, usize),
    ignores_the_page: bool,
}

impl ListExchange {
    fn respond(self, list: &List, request: &RecordedRequest) -> MockResponse {
        let number = |name| request.parameter(name).expect("sent").parse::<usize>().expect("a number");
        if (self.fails.0..self.fails.1).contains(&request.earlier) {
            return MockResponse::of_type(502, "text/html", "<html>");
        }
        let rows = self.rows + self.growth * request.earlier;
        let size = number("pageSize").min(self.maximum);
        let page = if self.ignores_the_page { 0 } else { number("page") - 1 };
        let shown: Vec<Value> = (1..=rows).rev().skip(page * size).take(size).map(list.row).collect();
        MockResponse::ok(&json!({ "list": shown, "total": self.total }))
    }

    /// Reads the list as pages and as items. Returns both results and the number of requests.
    async fn read(self, list: &'static List) -> ((ReadItems, usize), (ReadItems, usize)) {
        (self.read_with(list, list.pages).await, self.read_with(list, list.items).await)
    }

    async fn read_with(self, list: &'static List, read: fn(Client) -> BoxFuture<'static, ReadItems>) -> (ReadItems, usize) {
        let harness = Harness::new(move |request| self.respond(list, request)).await;
        let read = harness.drive(read(harness.client.clone())).await;
        (read, harness.server.seen_at(list.path).len())
    }
}

fn names(read: ReadItems) -> Vec<usize> {
    read.into_iter().flat_map(|page| page.expect("no failure")).map(|name| name.parse().expect("a number")).collect()
}

#[tokio::test]
async fn every_list_is_read_completely_if_pages_are_smaller_than_requested_and_the_total_is_wrong() {
    for list in &LISTS {
        for total in [0, 1, 1_000_000] {
            let exchange = ListExchange { rows: 95, maximum: 30, total, ..ListExchange::default() };
            let ((pages, requests), (items, _)) = exchange.read(list).await;
            assert_eq!(pages.iter().map(|page| page.as_ref().map_or(0, Vec::len)).collect::<Vec<_>>(), [30, 30, 30, 5], "{}", list.path);
            assert_eq!(requests, 5, "four pages and an empty page: {}", list.path);
            assert_eq!(names(pages), (1..=95).rev().collect::<Vec<_>>(), "{}", list.path);
            assert_eq!(names(items), (1..=95).rev().collect::<Vec<_>>(), "{}", list.path);
        }
    }
}

#[tokio::test]
async fn rows_that_are_added_during_the_reading_cause_no_duplicate_and_no_missed_row() {
    for list in &LISTS {
        for growth in [1, 7, 29] {
            let exchange = ListExchange { rows: 95, maximum: 30, growth, ..ListExchange::default() };
            let ((pages, _), (items, _)) = exchange.read(list).await;
            assert_eq!(names(pages), (1..=95).rev().collect::<Vec<_>>(), "{} growing by {growth}", list.path);
            assert_eq!(names(items), (1..=95).rev().collect::<Vec<_>>(), "{} growing by {growth}", list.path);
        }
    }
}

#[tokio::test]
async fn the_list_continues_after_the_error_of_a_request() {
    for list in &LISTS {
        // All four attempts for the second page fail.
        let exchange = ListExchange { rows: 70, maximum: 30, fails: (1, 5), ..ListExchange::default() };
        let ((pages, requests), (items, _)) = exchange.read(list).await;
        assert_eq!(pages.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true], "{}", list.path);
        assert_eq!(requests, 8, "{}", list.path);
        let only_ok = |read: ReadItems| names(read.into_iter().filter(Result::is_ok).collect());
        assert_eq!(only_ok(pages), (1..=70).rev().collect::<Vec<_>>(), "{}", list.path);
        assert_eq!(items.iter().filter(|item| item.is_err()).count(), 1, "{}", list.path);
        assert_eq!(only_ok(items), (1..=70).rev().collect::<Vec<_>>(), "{}", list.path);
    }
}

#[tokio::test]
async fn an_empty_list_has_no_page() {
    for list in &LISTS {
        let ((pages, requests), (items, _)) = ListExchange { rows: 0, maximum: 30, total: 12, ..ListExchange::default() }.read(list).await;
        assert_eq!((pages.len(), items.len(), requests), (0, 0, 1), "{}", list.path);
    }
}

#[tokio::test]
async fn a_list_of_an_exchange_that_ignores_the_page_number_ends() {
    for list in &LISTS {
        let exchange = ListExchange { rows: 20, maximum: 30, ignores_the_page: true, ..ListExchange::default() };
        let ((pages, requests), _) = exchange.read(list).await;
        assert_eq!(names(pages).len(), 20, "{}", list.path);
        assert!(requests <= 3, "{}: {requests}", list.path);
    }
}

#[tokio::test]
async fn every_page_is_requested_with_the_filters_and_the_page_size_of_the_call() {
    let list = &LISTS[0];
    let exchange = ListExchange { rows: 25, maximum: 1000, ..ListExchange::default() };
    let harness = Harness::new(move |request| exchange.respond(list, request)).await;
    let trades = harness.client.orders().trades().symbol("BTCUSDT").order_id("7").page(9).page_size(10);
    assert_eq!(harness.drive(trades.items().into_vec()).await.expect("all").len(), 25);
    let queries: Vec<_> =
        harness.server.seen_at(list.path).iter().map(|request| request.query.split("&timestamp").next().unwrap_or("").to_owned()).collect();
    assert_eq!(queries, [1, 2, 3, 4].map(|page| format!("symbol=BTCUSDT&orderId=7&page={page}&pageSize=10")));
}

#[tokio::test]
async fn collecting_ends_with_the_first_failure() {
    let list = &LISTS[0];
    let exchange = ListExchange { rows: 70, maximum: 30, fails: (1, 5), ..ListExchange::default() };
    let harness = Harness::new(move |request| exchange.respond(list, request)).await;
    let part = harness.drive(harness.client.orders().trades().items().into_vec()).await.expect_err("the second page fails");
    assert_eq!((part.items.len(), part.error.is_retryable()), (30, true));
    assert!(part.to_string().ends_with("; 30 items were read before that"), "{part}");
    assert!(Error::from(part).is_retryable(), "for `?`");
}

/// Reads a list that consists of these pages, followed by empty pages.
async fn read(list: &'static List, pages: Vec<Vec<Value>>) -> usize {
    let harness =
        Harness::new(move |request| MockResponse::ok(&json!({ "list": pages.get(request.earlier).cloned().unwrap_or_default() }))).await;
    let read = harness.drive((list.items)(harness.client.clone())).await;
    assert!(read.iter().all(Result::is_ok), "{read:?}");
    read.len()
}

fn with(row: Value, field: &str, value: Value) -> Value {
    let mut row = row;
    row[field] = value;
    row
}

#[tokio::test]
async fn rows_of_one_page_are_all_returned_even_if_they_have_the_same_key() {
    for list in &LISTS {
        let row = (list.row)(7);
        assert_eq!(read(list, vec![vec![row.clone(), row.clone(), row]]).await, 3, "{}", list.path);
    }
}

#[tokio::test]
async fn both_sides_of_one_fill_are_returned_from_one_page_and_from_two_pages() {
    let (buy, sell) = (trade(7), with(with(trade(7), "orderId", json!("2")), "side", json!("SELL")));
    assert_eq!(read(&LISTS[0], vec![vec![buy.clone(), sell.clone()]]).await, 2);
    assert_eq!(read(&LISTS[0], vec![vec![buy.clone()], vec![sell]]).await, 2);
    assert_eq!(read(&LISTS[0], vec![vec![buy.clone()], vec![buy]]).await, 1, "the same row again is a repetition");
}

#[tokio::test]
async fn a_repeated_fill_whose_side_is_spelled_differently_is_returned_once() {
    let repeated = with(trade(7), "side", json!("Buy"));
    assert_eq!(read(&LISTS[0], vec![vec![trade(7)], vec![repeated]]).await, 1);
}

#[tokio::test]
async fn fills_of_one_id_without_an_order_are_different_rows() {
    let of_no_order = |side: &str| with(with(trade(7), "orderId", json!("0")), "side", json!(side));
    assert_eq!(read(&LISTS[0], vec![vec![of_no_order("BUY")], vec![of_no_order("SELL")]]).await, 2);
}

#[tokio::test]
async fn rows_with_an_empty_or_zero_id_are_different_rows() {
    let ids = ["fillId", "orderId", "conditionId", "positionId"];
    for (list, id) in LISTS.iter().zip(ids) {
        for none in ["", "0"] {
            // The rows differ only in their other fields.
            let row = |symbol: &str| with(with((list.row)(7), id, json!(none)), "symbol", json!(symbol));
            assert_eq!(read(list, vec![vec![row("A")], vec![row("B")], vec![row("C")]]).await, 3, "{}: {none:?}", list.path);
        }
    }
}

#[tokio::test]
async fn equal_funding_rates_are_all_returned() {
    for list in &LISTS[5..] {
        let rate = || json!({ "fundingRate": "0.0001", "symbol": "7", "fundingTime": "7" });
        assert_eq!(read(list, vec![vec![rate(), rate(), rate()]]).await, 3, "{}", list.path);
        assert_eq!(read(list, vec![vec![rate(), rate(), rate()], vec![rate(), rate()]]).await, 5, "{}", list.path);
    }
}

/// Reads a list with this number of rows and this `total`. The exchange rejects the request for the second page with this code.
async fn read_with_rejected_second_page(list: &'static List, rows: usize, total: i64, code: i64) -> ReadItems {
    let harness = Harness::new(move |request| match request.parameter("page") {
        Some("1") => MockResponse::ok(&json!({ "list": (1..=rows).map(list.row).collect::<Vec<_>>(), "total": total })),
        _ => MockResponse::refusal(code, "Parameter out of range"),
    })
    .await;
    harness.drive((list.items)(harness.client.clone())).await
}

#[tokio::test]
async fn a_page_that_is_rejected_as_out_of_range_ends_the_list_after_all_rows_were_read() {
    for list in &LISTS {
        for code in [2002, 2003] {
            let read = read_with_rejected_second_page(list, 3, 3, code).await;
            assert_eq!(read.iter().map(Result::is_ok).collect::<Vec<_>>(), [true; 3], "{}", list.path);
        }
    }
}

#[tokio::test]
async fn a_page_that_is_rejected_before_all_rows_were_read_is_an_error_after_the_read_rows() {
    for (total, code) in [(4, 2003), (0, 2003), (3, 3006)] {
        let harness = Harness::new(move |request| match request.parameter("page") {
            Some("1") => MockResponse::ok(&json!({ "list": (1..=3).map(trade).collect::<Vec<_>>(), "total": total })),
            _ => MockResponse::refusal(code, "no"),
        })
        .await;
        let part = harness.client.orders().trades().items().into_vec().await.expect_err("rejected");
        assert_eq!((part.items.len(), part.error.code().is_some()), (3, true), "{total}, {code}");
    }
    let rates = Harness::new(|request| match request.parameter("page") {
        Some("1") => MockResponse::ok(&json!({ "list": [{ "fundingRate": "1" }], "total": 2 })),
        _ => MockResponse::refusal(2003, "no"),
    })
    .await;
    let part = rates.client.market().current_funding_rates().items().into_vec().await.expect_err("rejected");
    assert_eq!(part.items.len(), 1);
}

#[tokio::test]
async fn a_rejected_page_size_of_100_is_replaced_with_the_documented_20() {
    for list in &LISTS {
        let rows: Vec<Value> = (1..=45).map(list.row).collect();
        let harness = Harness::new(move |request| {
            let number = |name| request.parameter(name).expect("sent").parse::<usize>().expect("a number");
            let (page, size) = (number("page"), number("pageSize"));
            if size > 50 {
                return MockResponse::refusal(2003, "Parameter out of range: pageSize");
            }
            MockResponse::ok(&json!({ "list": rows.iter().skip((page - 1) * size).take(size).collect::<Vec<_>>() }))
        })
        .await;
        let read = harness.drive((list.items)(harness.client.clone())).await;
        assert_eq!(read.into_iter().filter(Result::is_ok).count(), 45, "{}", list.path);
        assert_eq!(harness.server.seen_at(list.path).len(), 5, "one rejected page, three pages, and an empty page: {}", list.path);
    }
}

#[tokio::test]
async fn a_smaller_page_size_is_tried_once_and_does_not_replace_the_page_size_of_the_caller() {
    let harness = Harness::new(|_| MockResponse::refusal(2002, "Invalid parameter")).await;
    let error = harness.client.orders().trades().items().into_vec().await.expect_err("rejected").error;
    assert_eq!((error.is_invalid_request(), harness.server.seen_at(LISTS[0].path).len()), (true, 2));
    let harness = Harness::new(|_| MockResponse::refusal(2002, "Invalid parameter")).await;
    harness.client.orders().trades().page_size(60).items().into_vec().await.expect_err("rejected");
    assert_eq!(harness.server.seen_at(LISTS[0].path).len(), 1);
}

#[tokio::test]
async fn a_single_page_can_be_requested() {
    let list = &LISTS[0];
    let exchange = ListExchange { rows: 25, maximum: 1000, total: 3, ..ListExchange::default() };
    let harness = Harness::new(move |request| exchange.respond(list, request)).await;
    let page = harness.client.orders().trades().page(2).page_size(10).send().await.expect("a page");
    assert_eq!((page.list.len(), page.total, harness.server.seen_at(list.path).len()), (10, Some(3), 1));
}
