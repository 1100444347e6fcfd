//! The list that takes a span of time.

use serde_json::json;
use sixmm_ext::types::{Kline, KlineInterval};
use sixmm_ext::{CallOptions, Client, Error, UnixMillis};

use crate::support::{Answer, KLINES, START, Seen, World};

const MINUTE: i64 = 60_000;
/// A candlestick's open time.
const FIRST: i64 = START - START % MINUTE - 5000 * MINUTE;

/// An exchange with a candlestick for each minute from `FIRST` on, but for some.
#[derive(Clone, Copy)]
struct Fake {
    count: i64,
    /// The numbers of the candlesticks that are missing.
    hole: (i64, i64),
    maximum: i64,
    start_is_inclusive: bool,
    end_is_inclusive: bool,
    newest_first: bool,
    /// If there are more than the maximum, it gives the last ones.
    cuts_the_oldest: bool,
}

impl Fake {
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

    fn answer(self, seen: &Seen) -> Answer {
        let number = |name| seen.parameter(name).expect("sent").parse::<i64>().expect("a number");
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
        Answer::ok(&json!({ "list": times.into_iter().map(kline).collect::<Vec<_>>() }))
    }

    /// The open times of all candlesticks from one minute up to, and not including, another, and the number of requests.
    async fn read(self, from: i64, to: i64) -> (Vec<i64>, usize) {
        let world = World::new(move |seen| self.answer(seen)).await;
        let klines = world.drive(one_minute(&world.client, from, to).items().into_vec()).await.expect("all");
        (open_times(&klines), world.server.seen_at(KLINES).len())
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
async fn any_span_is_read_without_gap_or_repetition_whatever_the_bounds_mean() {
    for bounds in 0..16 {
        let bit = |number: i32| bounds & (1 << number) != 0;
        let fake = Fake {
            hole: (1700, 3300),
            start_is_inclusive: bit(0),
            end_is_inclusive: bit(1),
            newest_first: bit(2),
            cuts_the_oldest: bit(3),
            ..Fake::USUAL
        };
        let (from, to) = (FIRST + 10 * MINUTE, FIRST + 4321 * MINUTE);
        let (times, requests) = fake.read(from, to).await;
        assert_eq!(times, fake.times().filter(|time| (from..to).contains(time)).collect::<Vec<_>>(), "{bounds:04b}");
        assert!(requests <= 10, "{bounds:04b}: {requests} requests for 2711 candlesticks");
    }
}

#[tokio::test]
async fn a_maximum_below_the_documented_one_loses_nothing() {
    for maximum in [2, 100, 999] {
        for cuts_the_oldest in [false, true] {
            let fake = Fake { count: 1500, maximum, cuts_the_oldest, ..Fake::USUAL };
            let (times, _) = fake.read(FIRST, FIRST + 1500 * MINUTE).await;
            assert_eq!(times, fake.times().collect::<Vec<_>>(), "{maximum}");
        }
    }
}

#[tokio::test]
async fn the_start_is_part_of_the_span_and_the_end_is_not() {
    assert_eq!(Fake::USUAL.read(FIRST, FIRST + MINUTE).await.0, [FIRST]);
    assert_eq!(Fake::USUAL.read(FIRST + 1, FIRST + MINUTE + 1).await.0, [FIRST + MINUTE]);
    assert_eq!(Fake::USUAL.read(FIRST + 1, FIRST + MINUTE).await.0, [0_i64; 0]);
    assert_eq!(Fake::USUAL.read(FIRST + MINUTE, FIRST).await, (vec![], 0), "no span, no request");
}

#[tokio::test]
async fn without_a_span_it_is_the_last_thousand_up_to_now_by_the_servers_clock() {
    let world = World::new(|seen| Fake { count: 6000, ..Fake::USUAL }.answer(seen)).await;
    world.server.be_ahead(500 * MINUTE);
    world.client.sync_clock().await.expect("well");
    let klines = world.client.market().klines("BTCUSDT", KlineInterval::OneMinute);
    let times = open_times(&world.drive(klines.items().into_vec()).await.expect("all"));
    let newest = FIRST + 5500 * MINUTE;
    assert_eq!((times.len(), times.first(), times.last()), (1000, Some(&(newest - 999 * MINUTE)), Some(&newest)));
}

#[tokio::test]
async fn each_page_is_a_window_in_order_and_an_error_between_two_is_not_the_end() {
    let script = |seen: &Seen| {
        if seen.earlier == 1 { Answer::closed() } else { Fake { newest_first: true, ..Fake::USUAL }.answer(seen) }
    };
    let world = World::new(script).await;
    let klines = one_minute(&world.client, FIRST, FIRST + 2500 * MINUTE).options(CallOptions::new().no_retry());
    let mut pages = klines.pages();
    let mut came: Vec<Result<Vec<i64>, Error>> = Vec::new();
    while let Some(page) = world.drive(pages.next()).await {
        came.push(page.map(|page| open_times(&page)));
    }
    assert_eq!(came.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true, true]);
    let times: Vec<i64> = came.into_iter().flatten().flatten().collect();
    assert_eq!(times, Fake::USUAL.times().take(2500).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_documented_interval_asks_for_windows_of_at_most_a_thousand() {
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
        let world = World::new(|_| Answer::ok(&json!({ "list": [] }))).await;
        let name = interval.to_string();
        let klines = world.client.market().klines("BTCUSDT", interval).start_time(UnixMillis::new(0));
        let klines = klines.end_time(UnixMillis::new(2000 * minutes * MINUTE));
        assert!(world.drive(klines.items().into_vec()).await.expect("none").is_empty());
        for seen in world.server.seen_at(KLINES) {
            let number = |name| seen.parameter(name).expect("sent").parse::<i64>().expect("a number");
            assert!((number("endTime") - number("startTime")) / (minutes * MINUTE) < 1000, "{name}");
            assert_eq!(number("limit"), 1000);
        }
    }
}

#[tokio::test]
async fn candlesticks_of_the_last_days_are_read_from_1970_on_with_few_requests() {
    for cuts_the_oldest in [false, true] {
        let fake = Fake { cuts_the_oldest, ..Fake::USUAL };
        let (times, requests) = fake.read(0, START).await;
        println!("5000 candlesticks from 1970 on: {requests} requests");
        assert_eq!((times.len(), times == fake.times().collect::<Vec<_>>(), requests <= 35), (5000, true, true), "{requests}");
    }
}

#[tokio::test]
async fn a_contract_without_candlesticks_takes_three_requests_from_1970_on() {
    assert_eq!(Fake { count: 0, ..Fake::USUAL }.read(0, START).await, (vec![], 3));
}
