//! Lists that take a page's number.

use serde_json::{Value, json};
use sixmm_api::BoxFuture;
use sixmm_ext::{Client, Error};

use crate::support::{Answer, Seen, World};

/// What came: the names of a page's rows or of one item, and where a request failed.
type Came = Vec<Result<Vec<String>, Error>>;

struct List {
    path: &'static str,
    row: fn(usize) -> Value,
    pages: fn(Client) -> BoxFuture<'static, Came>,
    items: fn(Client) -> BoxFuture<'static, Came>,
}

macro_rules! list {
    ($path:literal, $row:expr, |$client:ident| $call:expr, |$item:ident| $name:expr) => {
        List {
            path: $path,
            row: $row,
            pages: |$client| {
                Box::pin(async move {
                    let (mut pages, mut came) = ($call.pages(), Vec::new());
                    while let Some(page) = pages.next().await {
                        came.push(page.map(|page| page.iter().map(|$item| $name).collect()));
                    }
                    came
                })
            },
            items: |$client| {
                Box::pin(async move {
                    let (mut items, mut came) = ($call.items(), Vec::new());
                    while let Some(item) = items.next().await {
                        came.push(item.map(|item| {
                            let $item = &item;
                            vec![$name]
                        }));
                    }
                    came
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

/// Unlike the others in what is frozen alone, as when several orders come in one millisecond.
fn change(number: usize) -> Value {
    json!({
        "assetType": "USDT", "amount": "1", "walletBalanceBefore": "9", "walletBalanceAfter": "9", "frozenBalanceBefore": "0",
        "frozenBalanceAfter": number.to_string(), "changeType": "x", "createdAt": 1,
    })
}

/// What an exchange of `rows` rows, newest first, does.
#[derive(Clone, Copy, Default)]
struct Fake {
    rows: usize,
    /// How many rows a page has at most, however many are asked for.
    maximum: usize,
    total: i64,
    /// How many rows appear before each page but the first is read.
    growth: usize,
    /// The numbers of the requests that fail.
    fails: (usize, usize),
    ignores_the_page: bool,
}

impl Fake {
    fn answer(self, list: &List, seen: &Seen) -> Answer {
        let number = |name| seen.parameter(name).expect("sent").parse::<usize>().expect("a number");
        if (self.fails.0..self.fails.1).contains(&seen.earlier) {
            return Answer::of_type(502, "text/html", "<html>");
        }
        let rows = self.rows + self.growth * seen.earlier;
        let size = number("pageSize").min(self.maximum);
        let page = if self.ignores_the_page { 0 } else { number("page") - 1 };
        let shown: Vec<Value> = (1..=rows).rev().skip(page * size).take(size).map(list.row).collect();
        Answer::ok(&json!({ "list": shown, "total": self.total }))
    }

    /// What came as pages, what came as items, and with how many requests.
    async fn read(self, list: &'static List) -> ((Came, usize), (Came, usize)) {
        (self.came(list, list.pages).await, self.came(list, list.items).await)
    }

    async fn came(self, list: &'static List, read: fn(Client) -> BoxFuture<'static, Came>) -> (Came, usize) {
        let world = World::new(move |seen| self.answer(list, seen)).await;
        let came = world.drive(read(world.client.clone())).await;
        (came, world.server.seen_at(list.path).len())
    }
}

fn names(came: Came) -> Vec<usize> {
    came.into_iter().flat_map(|page| page.expect("no failure")).map(|name| name.parse().expect("a number")).collect()
}

#[tokio::test]
async fn every_list_is_read_whole_though_pages_are_smaller_than_asked_and_the_total_is_wrong() {
    for list in &LISTS {
        for total in [0, 1, 1_000_000] {
            let fake = Fake { rows: 95, maximum: 30, total, ..Fake::default() };
            let ((pages, requests), (items, _)) = fake.read(list).await;
            assert_eq!(pages.iter().map(|page| page.as_ref().map_or(0, Vec::len)).collect::<Vec<_>>(), [30, 30, 30, 5], "{}", list.path);
            assert_eq!(requests, 5, "four pages, and an empty one: {}", list.path);
            assert_eq!(names(pages), (1..=95).rev().collect::<Vec<_>>(), "{}", list.path);
            assert_eq!(names(items), (1..=95).rev().collect::<Vec<_>>(), "{}", list.path);
        }
    }
}

#[tokio::test]
async fn rows_that_appear_while_one_reads_make_none_come_twice_and_none_be_missed() {
    for list in &LISTS {
        for growth in [1, 7, 29] {
            let fake = Fake { rows: 95, maximum: 30, growth, ..Fake::default() };
            let ((pages, _), (items, _)) = fake.read(list).await;
            assert_eq!(names(pages), (1..=95).rev().collect::<Vec<_>>(), "{} growing by {growth}", list.path);
            assert_eq!(names(items), (1..=95).rev().collect::<Vec<_>>(), "{} growing by {growth}", list.path);
        }
    }
}

#[tokio::test]
async fn an_error_in_the_middle_is_passed_on_and_the_list_continued() {
    for list in &LISTS {
        // Four attempts for the second page are too few.
        let fake = Fake { rows: 70, maximum: 30, fails: (1, 5), ..Fake::default() };
        let ((pages, requests), (items, _)) = fake.read(list).await;
        assert_eq!(pages.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true], "{}", list.path);
        assert_eq!(requests, 8, "{}", list.path);
        let only_ok = |came: Came| names(came.into_iter().filter(Result::is_ok).collect());
        assert_eq!(only_ok(pages), (1..=70).rev().collect::<Vec<_>>(), "{}", list.path);
        assert_eq!(items.iter().filter(|item| item.is_err()).count(), 1, "{}", list.path);
        assert_eq!(only_ok(items), (1..=70).rev().collect::<Vec<_>>(), "{}", list.path);
    }
}

#[tokio::test]
async fn an_empty_list_has_no_page() {
    for list in &LISTS {
        let ((pages, requests), (items, _)) = Fake { rows: 0, maximum: 30, total: 12, ..Fake::default() }.read(list).await;
        assert_eq!((pages.len(), items.len(), requests), (0, 0, 1), "{}", list.path);
    }
}

#[tokio::test]
async fn an_exchange_that_ignores_the_page_is_not_asked_for_ever() {
    for list in &LISTS {
        let fake = Fake { rows: 20, maximum: 30, ignores_the_page: true, ..Fake::default() };
        let ((pages, requests), _) = fake.read(list).await;
        assert_eq!(names(pages).len(), 20, "{}", list.path);
        assert!(requests <= 3, "{}: {requests}", list.path);
    }
}

#[tokio::test]
async fn filters_and_page_size_are_those_of_the_call() {
    let list = &LISTS[0];
    let fake = Fake { rows: 25, maximum: 1000, ..Fake::default() };
    let world = World::new(move |seen| fake.answer(list, seen)).await;
    let trades = world.client.orders().trades().symbol("BTCUSDT").order_id("7").page(9).page_size(10);
    assert_eq!(world.drive(trades.items().into_vec()).await.expect("all").len(), 25);
    let queries: Vec<_> =
        world.server.seen_at(list.path).iter().map(|seen| seen.query.split("&timestamp").next().unwrap_or("").to_owned()).collect();
    assert_eq!(queries, [1, 2, 3, 4].map(|page| format!("symbol=BTCUSDT&orderId=7&page={page}&pageSize=10")));
}

#[tokio::test]
async fn collecting_ends_with_the_first_failure() {
    let list = &LISTS[0];
    let fake = Fake { rows: 70, maximum: 30, fails: (1, 5), ..Fake::default() };
    let world = World::new(move |seen| fake.answer(list, seen)).await;
    let part = world.drive(world.client.orders().trades().items().into_vec()).await.expect_err("the second page fails");
    assert_eq!((part.items.len(), part.error.is_retryable()), (30, true));
    assert!(part.to_string().ends_with("; 30 items were read before that"), "{part}");
    assert!(Error::from(part).is_retryable(), "for `?`");
}

/// The rows that are read of a list whose pages are these, and then empty.
async fn read(list: &'static List, pages: Vec<Vec<Value>>) -> usize {
    let world = World::new(move |seen| Answer::ok(&json!({ "list": pages.get(seen.earlier).cloned().unwrap_or_default() }))).await;
    let came = world.drive((list.items)(world.client.clone())).await;
    assert!(came.iter().all(Result::is_ok), "{came:?}");
    came.len()
}

fn with(row: Value, field: &str, value: Value) -> Value {
    let mut row = row;
    row[field] = value;
    row
}

#[tokio::test]
async fn rows_of_one_page_are_never_left_out_whatever_they_have_in_common() {
    for list in &LISTS {
        let row = (list.row)(7);
        assert_eq!(read(list, vec![vec![row.clone(), row.clone(), row]]).await, 3, "{}", list.path);
    }
}

#[tokio::test]
async fn both_sides_of_one_fill_are_rows_on_one_page_and_on_two() {
    let (buy, sell) = (trade(7), with(trade(7), "side", json!("SELL")));
    assert_eq!(read(&LISTS[0], vec![vec![buy.clone(), sell.clone()]]).await, 2);
    assert_eq!(read(&LISTS[0], vec![vec![buy.clone()], vec![sell]]).await, 2);
    assert_eq!(read(&LISTS[0], vec![vec![buy.clone()], vec![buy]]).await, 1, "the same row again is a repetition");
}

#[tokio::test]
async fn an_id_that_is_empty_or_zero_does_not_make_rows_the_same() {
    let ids = ["fillId", "orderId", "conditionId", "positionId"];
    for (list, id) in LISTS.iter().zip(ids) {
        for none in ["", "0"] {
            // Each is unlike the others in what else it contains.
            let row = |symbol: &str| with(with((list.row)(7), id, json!(none)), "symbol", json!(symbol));
            assert_eq!(read(list, vec![vec![row("A")], vec![row("B")], vec![row("C")]]).await, 3, "{}: {none:?}", list.path);
        }
    }
}

#[tokio::test]
async fn rates_that_are_alike_are_as_many_rows_as_came() {
    for list in &LISTS[5..] {
        let rate = || json!({ "fundingRate": "0.0001", "symbol": "7", "fundingTime": "7" });
        assert_eq!(read(list, vec![vec![rate(), rate(), rate()]]).await, 3, "{}", list.path);
        assert_eq!(read(list, vec![vec![rate(), rate(), rate()], vec![rate(), rate()]]).await, 5, "{}", list.path);
    }
}

/// Reads a list of so many rows, of which the exchange counts `total`, and refuses the second page with this code.
async fn refused_at_the_second_page(list: &'static List, rows: usize, total: i64, code: i64) -> Came {
    let world = World::new(move |seen| match seen.parameter("page") {
        Some("1") => Answer::ok(&json!({ "list": (1..=rows).map(list.row).collect::<Vec<_>>(), "total": total })),
        _ => Answer::refusal(code, "Parameter out of range"),
    })
    .await;
    world.drive((list.items)(world.client.clone())).await
}

#[tokio::test]
async fn a_page_that_is_refused_as_out_of_range_is_the_end_once_all_rows_were_read() {
    for list in &LISTS {
        for code in [2002, 2003] {
            let came = refused_at_the_second_page(list, 3, 3, code).await;
            assert_eq!(came.iter().map(Result::is_ok).collect::<Vec<_>>(), [true; 3], "{}", list.path);
        }
    }
}

#[tokio::test]
async fn a_page_that_is_refused_before_all_rows_were_read_is_an_error_after_them() {
    for (total, code) in [(4, 2003), (0, 2003), (3, 3006)] {
        let world = World::new(move |seen| match seen.parameter("page") {
            Some("1") => Answer::ok(&json!({ "list": (1..=3).map(trade).collect::<Vec<_>>(), "total": total })),
            _ => Answer::refusal(code, "no"),
        })
        .await;
        let part = world.client.orders().trades().items().into_vec().await.expect_err("refused");
        assert_eq!((part.items.len(), part.error.code().is_some()), (3, true), "{total}, {code}");
    }
    let rates = World::new(|seen| match seen.parameter("page") {
        Some("1") => Answer::ok(&json!({ "list": [{ "fundingRate": "1" }], "total": 2 })),
        _ => Answer::refusal(2003, "no"),
    })
    .await;
    let part = rates.client.market().current_funding_rates().items().into_vec().await.expect_err("refused");
    assert_eq!(part.items.len(), 1);
}

#[tokio::test]
async fn an_exchange_that_refuses_a_hundred_rows_a_page_is_asked_for_the_documented_twenty() {
    for list in &LISTS {
        let rows: Vec<Value> = (1..=45).map(list.row).collect();
        let world = World::new(move |seen| {
            let number = |name| seen.parameter(name).expect("sent").parse::<usize>().expect("a number");
            let (page, size) = (number("page"), number("pageSize"));
            if size > 50 {
                return Answer::refusal(2003, "Parameter out of range: pageSize");
            }
            Answer::ok(&json!({ "list": rows.iter().skip((page - 1) * size).take(size).collect::<Vec<_>>() }))
        })
        .await;
        let came = world.drive((list.items)(world.client.clone())).await;
        assert_eq!(came.into_iter().filter(Result::is_ok).count(), 45, "{}", list.path);
        assert_eq!(world.server.seen_at(list.path).len(), 5, "one that was refused, three pages, and an empty one: {}", list.path);
    }
}

#[tokio::test]
async fn a_smaller_page_is_tried_once_and_not_in_the_place_of_one_that_the_caller_asked_for() {
    let world = World::new(|_| Answer::refusal(2002, "Invalid parameter")).await;
    let error = world.client.orders().trades().items().into_vec().await.expect_err("refused").error;
    assert_eq!((error.is_invalid_request(), world.server.seen_at(LISTS[0].path).len()), (true, 2));
    let world = World::new(|_| Answer::refusal(2002, "Invalid parameter")).await;
    world.client.orders().trades().page_size(60).items().into_vec().await.expect_err("refused");
    assert_eq!(world.server.seen_at(LISTS[0].path).len(), 1);
}

#[tokio::test]
async fn a_page_can_be_asked_for_by_itself() {
    let list = &LISTS[0];
    let fake = Fake { rows: 25, maximum: 1000, total: 3, ..Fake::default() };
    let world = World::new(move |seen| fake.answer(list, seen)).await;
    let page = world.client.orders().trades().page(2).page_size(10).send().await.expect("a page");
    assert_eq!((page.list.len(), page.total, world.server.seen_at(list.path).len()), (10, Some(3), 1));
}
