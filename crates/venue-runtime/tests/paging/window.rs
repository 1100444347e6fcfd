//! By window of time.

use std::sync::Mutex;
use std::time::Duration;

use proptest::prelude::*;
use venue_core::UnixMillis;
use venue_runtime::paging::by_window;

use crate::{all, now};

const MINUTE: Duration = Duration::from_secs(60);

/// What a documentation leaves open.
#[derive(Clone, Copy, Debug)]
struct Server {
    start_is_inclusive: bool,
    end_is_inclusive: bool,
    /// Cuts the bounds to its own steps, of this many milliseconds.
    cuts_bounds_to: i64,
    is_descending: bool,
    /// If there are more rows than it gives: the newest ones, or the oldest.
    prefers_newest: bool,
    most: usize,
    cuts_spans: Cut,
}

/// What becomes of a span that is longer than so many milliseconds.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Never,
    /// Only so much at its beginning is looked at.
    ToItsBeginning(i64),
    /// Only so much at its end is looked at.
    ToItsEnd(i64),
}

impl Server {
    const HONEST: Self = Self {
        start_is_inclusive: true,
        end_is_inclusive: true,
        cuts_bounds_to: 1,
        is_descending: false,
        prefers_newest: false,
        most: usize::MAX,
        cuts_spans: Cut::Never,
    };

    /// From the rows' times in order.
    fn answer(self, rows: &[i64], first: UnixMillis, last: UnixMillis, limit: u32) -> Vec<i64> {
        let cut = |bound: UnixMillis| bound.as_millis().div_euclid(self.cuts_bounds_to) * self.cuts_bounds_to;
        let (first, last) = (cut(first), cut(last));
        let (first, last) = match self.cuts_spans {
            Cut::Never => (first, last),
            Cut::ToItsBeginning(length) => (first, last.min(first + length)),
            Cut::ToItsEnd(length) => (first.max(last - length), last),
        };
        let is_in = |row: &&i64| {
            let after = if self.start_is_inclusive { **row >= first } else { **row > first };
            let before = if self.end_is_inclusive { **row <= last } else { **row < last };
            after && before
        };
        let mut found: Vec<i64> = rows.iter().filter(is_in).copied().collect();
        let most = self.most.min(limit as usize);
        if self.prefers_newest {
            found.drain(..found.len().saturating_sub(most));
        }
        found.truncate(most);
        if self.is_descending {
            found.reverse();
        }
        found
    }
}

/// What is read of the span, and how many requests that took.
fn read(server: Server, rows: &[i64], span: std::ops::Range<i64>, step: Duration, limit: u32) -> (Vec<i64>, usize) {
    let requests = Mutex::new(0);
    let fetch = |first, last, limit| {
        *requests.lock().expect("no panic") += 1;
        let answer = server.answer(rows, first, last, limit);
        async move { Ok(answer) }
    };
    let span = UnixMillis::new(span.start)..UnixMillis::new(span.end);
    let read = all(by_window(span, step, limit, fetch, |row| UnixMillis::new(*row)));
    (read, requests.into_inner().expect("no panic"))
}

#[test]
fn a_month_of_minutes_takes_one_request_for_998_rows() {
    let rows: Vec<i64> = (0..31 * 24 * 60).map(|minute| 1_767_225_600_000 + minute * 60_000).collect();
    let span = rows[0]..rows[0] + 31 * 24 * 60 * 60_000;
    let (read, requests) = read(Server::HONEST, &rows, span, MINUTE, 1000);
    assert_eq!((read.len(), read == rows, requests), (44_640, true, 45));
}

#[test]
fn the_span_is_half_open() {
    let rows = [0, 60_000, 120_000, 180_000];
    assert_eq!(read(Server::HONEST, &rows, 60_000..180_000, MINUTE, 100).0, [60_000, 120_000]);
    assert_eq!(read(Server::HONEST, &rows, 60_000..60_000, MINUTE, 100), (vec![], 0));
    let (later, earlier) = (60_001, 60_000);
    assert_eq!(read(Server::HONEST, &rows, later..earlier, MINUTE, 100), (vec![], 0));
}

#[test]
fn times_before_1970_are_not_asked_for() {
    let fetch = |first: UnixMillis, _, _| async move {
        assert!(first.as_millis() >= 0);
        Ok::<_, String>(vec![0_i64])
    };
    let span = UnixMillis::new(0)..UnixMillis::new(60_000);
    assert_eq!(all(by_window(span, MINUTE, 100, fetch, |row| UnixMillis::new(*row))), [0]);
}

#[test]
fn a_failure_within_a_window_loses_nothing_of_it() {
    let rows: Vec<i64> = (0..40).map(|minute| minute * 60_000).collect();
    let server = Server { most: 7, prefers_newest: true, ..Server::HONEST };
    let requests = Mutex::new(0);
    let fetch = |first, last, limit| {
        let mut requests = requests.lock().expect("no panic");
        *requests += 1;
        let answer = if *requests % 2 == 0 { Err(*requests) } else { Ok(server.answer(&rows, first, last, limit)) };
        async move { answer }
    };
    let span = UnixMillis::new(0)..UnixMillis::new(40 * 60_000);
    let mut items = by_window(span, MINUTE, 20, fetch, |row| UnixMillis::new(*row)).items();
    let (mut read, mut failures) = (Vec::new(), 0);
    while let Some(item) = now(items.next()) {
        match item {
            Ok(row) => read.push(row),
            Err(_) => failures += 1,
        }
    }
    assert!(failures > 5);
    assert_eq!(read, rows);
}

fn servers() -> impl Strategy<Value = Server> {
    let bounds = (any::<bool>(), any::<bool>(), prop_oneof![Just(1_i64), Just(1000), Just(60_000)]);
    (bounds, any::<bool>(), any::<bool>(), prop_oneof![Just(usize::MAX), 3_usize..12]).prop_map(
        |((start_is_inclusive, end_is_inclusive, cuts_bounds_to), is_descending, prefers_newest, most)| Server {
            start_is_inclusive,
            end_is_inclusive,
            cuts_bounds_to,
            is_descending,
            prefers_newest,
            most,
            cuts_spans: Cut::Never,
        },
    )
}

/// Minutes of the last day before this time.
const NOW: i64 = 1_772_710_380_000;

fn last_day() -> Vec<i64> {
    (0..1440).map(|minute| NOW - 86_400_000 + minute * 60_000).collect()
}

#[test]
fn the_last_day_is_found_from_1970_on_with_few_requests_whatever_a_server_does_with_long_spans() {
    let thousand = 1000 * 60_000;
    for prefers_newest in [false, true] {
        for (cuts_spans, most_requests) in [(Cut::Never, 30), (Cut::ToItsEnd(thousand), 30)] {
            let server = Server { prefers_newest, cuts_spans, most: 1000, ..Server::HONEST };
            let (read, requests) = read(server, &last_day(), 0..NOW, MINUTE, 1000);
            println!("newest rows first: {prefers_newest}, {cuts_spans:?}: {requests} requests");
            assert_eq!((read.len(), read == last_day(), requests <= most_requests), (1440, true, true), "{server:?}: {requests}");
        }
    }
}

#[test]
fn a_server_that_cuts_long_spans_at_their_end_is_asked_for_each_window() {
    let server = Server { cuts_spans: Cut::ToItsBeginning(1000 * 60_000), ..Server::HONEST };
    let start = NOW - 30 * 1000 * 60_000;
    let (read, requests) = read(server, &last_day(), start..NOW, MINUTE, 1000);
    assert_eq!(
        (read == last_day(), requests),
        (true, 34),
        "31 windows, one again before its first row, and two of a search that is given up"
    );
}

#[test]
fn a_span_without_any_rows_takes_three_requests() {
    assert_eq!(read(Server::HONEST, &[], 0..NOW, MINUTE, 1000), (vec![], 3));
    assert_eq!(read(Server::HONEST, &[NOW + 3_600_000], 0..NOW, MINUTE, 1000), (vec![], 3));
}

#[test]
fn a_gap_of_years_is_passed_over_like_the_time_before_the_first_row() {
    let before: Vec<i64> = (0..2000).map(|minute| 1_400_000_000_000 / 60_000 * 60_000 + minute * 60_000).collect();
    for prefers_newest in [false, true] {
        let server = Server { prefers_newest, most: 1000, ..Server::HONEST };
        let rows = [before.clone(), last_day()].concat();
        let (read, requests) = read(server, &rows, 0..NOW, MINUTE, 1000);
        println!("newest rows first: {prefers_newest}: {requests} requests for two spans");
        assert_eq!((read == rows, requests <= 60), (true, true), "{requests}");
    }
}

#[test]
fn a_search_that_fails_is_no_item_and_loses_no_row() {
    let rows = last_day();
    let start = NOW - 60 * 1000 * 60_000;
    let requests = Mutex::new(0);
    let fetch = |first: UnixMillis, last: UnixMillis, limit| {
        *requests.lock().expect("no panic") += 1;
        let is_long = last.as_millis() - first.as_millis() > 1000 * 60_000;
        let answer = if is_long { Err(String::from("the span is too long")) } else { Ok(Server::HONEST.answer(&rows, first, last, limit)) };
        async move { answer }
    };
    let span = UnixMillis::new(start)..UnixMillis::new(NOW);
    assert_eq!(all(by_window(span, MINUTE, 1000, fetch, |row| UnixMillis::new(*row))), rows);
    assert_eq!(*requests.lock().expect("no panic"), 61 + 1 + 3, "each window, one again before its first row, and three searches");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_row_of_the_span_comes_once_and_in_order_whatever_the_server_does(
        server in servers(),
        // Rows are a minute apart, or some minutes, from anywhere.
        gaps in prop::collection::vec(prop_oneof![8 => Just(1_i64), 1 => 1_i64..4, 1 => 1_i64..50], 0..80),
        begin in prop_oneof![Just(0_i64), 0_i64..200_000],
        (before, length) in (-100_000_i64..3_000_000, 0_i64..6_000_000),
        limit in 0_u32..30,
    ) {
        let mut time = begin + 1_000_000_000;
        let rows: Vec<i64> = gaps.iter().map(|gap| { time += gap * 60_000; time }).collect();
        let start = begin + 1_000_000_000 + before;
        let span = start..start + length;
        let expected: Vec<i64> = rows.iter().copied().filter(|row| span.contains(row)).collect();
        prop_assert_eq!(read(server, &rows, span, MINUTE, limit).0, expected);
    }

    #[test]
    fn every_row_comes_once_and_in_order_however_long_the_time_before_the_first_one_is(
        server in servers(),
        gaps in prop::collection::vec(prop_oneof![8 => Just(1_i64), 1 => 1_i64..4, 1 => 1_i64..5000], 1..40),
        minutes_before in 0_i64..20_000_000,
        limit in 0_u32..30,
    ) {
        let mut time = 1_000_000_000_020_000 / 60_000 * 60_000;
        let rows: Vec<i64> = gaps.iter().map(|gap| { time += gap * 60_000; time }).collect();
        let span = rows[0] - minutes_before * 60_000..rows[rows.len() - 1] + 1;
        let (read, requests) = read(server, &rows, span, MINUTE, limit);
        prop_assert_eq!(&read, &rows);
        // A search for each gap, and no more than a few requests for each row.
        prop_assert!(requests <= 60 * (gaps.len() + 1), "{} requests for {} rows", requests, rows.len());
    }
}
