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

fn trade(number: usize) -> Value {
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
    let error = world.drive(world.client.orders().trades().items().into_vec()).await.expect_err("the second page fails");
    assert!(error.is_retryable());
}

#[tokio::test]
async fn a_page_can_be_asked_for_by_itself() {
    let list = &LISTS[0];
    let fake = Fake { rows: 25, maximum: 1000, total: 3, ..Fake::default() };
    let world = World::new(move |seen| fake.answer(list, seen)).await;
    let page = world.client.orders().trades().page(2).page_size(10).send().await.expect("a page");
    assert_eq!((page.list.len(), page.total, world.server.seen_at(list.path).len()), (10, Some(3), 1));
}
