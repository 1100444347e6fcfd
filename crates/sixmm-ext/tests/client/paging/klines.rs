//! The list of candlesticks, which is read by time windows.

use serde_json::json;
use sixmm_ext::types::{Kline, KlineInterval};
use sixmm_ext::{CallOptions, Client, Error, UnixMillis};

use crate::support::{Harness, KLINES, MockResponse, RecordedRequest, START};

const MINUTE: i64 = 60_000;
/// The open time of the first candlestick.
const FIRST: i64 = START - START % MINUTE - 5000 * MINUTE;

/// An exchange with a candlestick for each minute since `FIRST`, except for the missing ones.
#[derive(Clone, Copy)]
struct KlineExchange {
    count: i64,
    /// The range of the numbers of the missing candlesticks.
    hole: (i64, i64),
    maximum: i64,
    start_is_inclusive: bool,
    end_is_inclusive: bool,
    newest_first: bool,
    /// If a range has more candlesticks than the maximum, whether the exchange returns the last candlesticks.
    cuts_the_oldest: bool,
}

impl KlineExchange {
    const USUAL: Self = Self {
        count: 5000,
        hole: (0, 0),
        maximum: 1000,
        start_is_inclusive: true,
        end_is_inclusive: true,
        newest_first: false,
        cuts_the_oldest: false,
    };

    fn times(self) -> impl Iterator<Item = i64> {
        (0..self.count).filter(move |number| !(self.hole.0..self.hole.1).contains(number)).map(|number| FIRST + number * MINUTE)
    }

    fn respond(self, request: &RecordedRequest) -> MockResponse {
        let number = |name| request.parameter(name).expect("sent").parse::<i64>().expect("a number");
        let (start, end, limit) = (number("startTime"), number("endTime"), number("limit").min(self.maximum));
        let is_in = |time: &i64| {
            (*time > start || (*time == start && self.start_is_inclusive)) && (*time < end || (*time == end && self.end_is_inclusive))
        };
        let mut times: Vec<_> = self.times().filter(is_in).collect();
        let limit = usize::try_from(limit).expect("positive");
        if self.cuts_the_oldest {
            times.drain(..times.len().saturating_sub(limit));
        }
        times.truncate(limit);
        if self.newest_first {
            times.reverse();
        }
        let kline = |time| json!({ "openTime": time, "open": "1", "high": "1", "low": "1", "close": "1", "closeTime": time + MINUTE - 1 });
        MockResponse::ok(&json!({ "list": times.into_iter().map(kline).collect::<Vec<_>>() }))
    }

    /// Reads the candlesticks from one minute (inclusive) to another (exclusive). Returns the open times and the number of requests.
    async fn read(self, from: i64, to: i64) -> (Vec<i64>, usize) {
        let harness = Harness::new(move |request| self.respond(request)).await;
        let klines = harness.drive(one_minute(&harness.client, from, to).items().into_vec()).await.expect("all");
        (open_times(&klines), harness.server.seen_at(KLINES).len())
    }
}

fn one_minute(client: &Client, from: i64, to: i64) -> sixmm_ext::call::Call<sixmm_ext::requests::Klines> {
    let klines = client.market().klines("BTCUSDT", KlineInterval::OneMinute);
    klines.start_time(UnixMillis::new(from)).end_time(UnixMillis::new(to))
}

fn open_times(klines: &[Kline]) -> Vec<i64> {
    klines.iter().map(|kline| kline.open_time.as_millis()).collect()
}

#[tokio::test]
async fn any_time_range_is_read_without_gap_or_duplicate_for_every_meaning_of_the_bounds() {
    for bounds in 0..16 {
        let bit = |number: i32| bounds & (1 << number) != 0;
        let exchange = KlineExchange {
            hole: (1700, 3300),
            start_is_inclusive: bit(0),
            end_is_inclusive: bit(1),
            newest_first: bit(2),
            cuts_the_oldest: bit(3),
            ..KlineExchange::USUAL
        };
        let (from, to) = (FIRST + 10 * MINUTE, FIRST + 4321 * MINUTE);
        let (times, requests) = exchange.read(from, to).await;
        assert_eq!(times, exchange.times().filter(|time| (from..to).contains(time)).collect::<Vec<_>>(), "{bounds:04b}");
        assert!(requests <= 10, "{bounds:04b}: {requests} requests for 2711 candlesticks");
    }
}

#[tokio::test]
async fn no_candlestick_is_missed_if_the_maximum_is_smaller_than_documented() {
    for maximum in [2, 100, 999] {
        for cuts_the_oldest in [false, true] {
            let exchange = KlineExchange { count: 1500, maximum, cuts_the_oldest, ..KlineExchange::USUAL };
            let (times, _) = exchange.read(FIRST, FIRST + 1500 * MINUTE).await;
            assert_eq!(times, exchange.times().collect::<Vec<_>>(), "{maximum}");
        }
    }
}

#[tokio::test]
async fn the_start_is_inclusive_and_the_end_is_exclusive() {
    assert_eq!(KlineExchange::USUAL.read(FIRST, FIRST + MINUTE).await.0, [FIRST]);
    assert_eq!(KlineExchange::USUAL.read(FIRST + 1, FIRST + MINUTE + 1).await.0, [FIRST + MINUTE]);
    assert_eq!(KlineExchange::USUAL.read(FIRST + 1, FIRST + MINUTE).await.0, [0_i64; 0]);
    assert_eq!(KlineExchange::USUAL.read(FIRST + MINUTE, FIRST).await, (vec![], 0), "no span, no request");
}

#[tokio::test]
async fn the_default_range_is_the_last_thousand_intervals_by_the_servers_clock() {
    let harness = Harness::new(|request| KlineExchange { count: 6000, ..KlineExchange::USUAL }.respond(request)).await;
    harness.server.be_ahead(500 * MINUTE);
    harness.client.sync_clock().await.expect("well");
    let klines = harness.client.market().klines("BTCUSDT", KlineInterval::OneMinute);
    let times = open_times(&harness.drive(klines.items().into_vec()).await.expect("all"));
    let newest = FIRST + 5500 * MINUTE;
    assert_eq!((times.len(), times.first(), times.last()), (1000, Some(&(newest - 999 * MINUTE)), Some(&newest)));
}

#[tokio::test]
async fn each_page_is_a_window_in_order_and_an_error_between_two_pages_does_not_end_the_list() {
    let script = |request: &RecordedRequest| {
        if request.earlier == 1 {
            MockResponse::closed()
        } else {
            KlineExchange { newest_first: true, ..KlineExchange::USUAL }.respond(request)
        }
    };
    let harness = Harness::new(script).await;
    let klines = one_minute(&harness.client, FIRST, FIRST + 2500 * MINUTE).options(CallOptions::new().no_retry());
    let mut pages = klines.pages();
    let mut items: Vec<Result<Vec<i64>, Error>> = Vec::new();
    while let Some(page) = harness.drive(pages.next()).await {
        items.push(page.map(|page| open_times(&page)));
    }
    assert_eq!(items.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true]);
    let times: Vec<i64> = items.into_iter().flatten().flatten().collect();
    assert_eq!(times, KlineExchange::USUAL.times().take(2500).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_documented_interval_has_windows_of_at_most_a_thousand_candlesticks() {
    use KlineInterval::{FifteenMinutes, FiveMinutes, FourHours, OneDay, OneHour, OneMinute, OneMonth, OneWeek, ThirtyMinutes};
    let minutes = [
        (OneMinute, 1),
        (FiveMinutes, 5),
        (FifteenMinutes, 15),
        (ThirtyMinutes, 30),
        (OneHour, 60),
        (FourHours, 240),
        (OneDay, 1440),
        (OneWeek, 7 * 1440),
        (OneMonth, 28 * 1440),
    ];
    for (interval, minutes) in minutes {
        let harness = Harness::new(|_| MockResponse::ok(&json!({ "list": [] }))).await;
        let name = interval.to_string();
        let klines = harness.client.market().klines("BTCUSDT", interval).start_time(UnixMillis::new(0));
        let klines = klines.end_time(UnixMillis::new(2000 * minutes * MINUTE));
        assert!(harness.drive(klines.items().into_vec()).await.expect("none").is_empty());
        for request in harness.server.seen_at(KLINES) {
            let number = |name| request.parameter(name).expect("sent").parse::<i64>().expect("a number");
            assert!((number("endTime") - number("startTime")) / (minutes * MINUTE) < 1000, "{name}");
            assert_eq!(number("limit"), 1000);
        }
    }
}

#[tokio::test]
async fn candlesticks_of_the_last_days_are_read_from_1970_on_with_few_requests() {
    for cuts_the_oldest in [false, true] {
        let exchange = KlineExchange { cuts_the_oldest, ..KlineExchange::USUAL };
        let (times, requests) = exchange.read(0, START).await;
        println!("5000 candlesticks from 1970 on: {requests} requests");
        assert_eq!((times.len(), times == exchange.times().collect::<Vec<_>>(), requests <= 35), (5000, true, true), "{requests}");
    }
}

#[tokio::test]
async fn a_contract_without_candlesticks_takes_three_requests_from_1970_on() {
    assert_eq!(KlineExchange { count: 0, ..KlineExchange::USUAL }.read(0, START).await, (vec![], 3));
}
