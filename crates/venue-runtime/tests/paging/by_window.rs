//! Paging by time windows.

use std::sync::Mutex;
use std::time::Duration;

use proptest::prelude::*;
use venue_core::UnixMillis;
use venue_runtime::paging::by_window;

use crate::{all, now};

const MINUTE: Duration = Duration::from_secs(60);

/// The behaviour of a server that a documentation may leave open.
#[derive(Clone, Copy, Debug)]
struct Server {
    start_is_inclusive: bool,
    end_is_inclusive: bool,
    /// The bounds are rounded down to a multiple of this number of milliseconds.
    rounds_bounds_to: i64,
    is_descending: bool,
    /// Whether the newest or the oldest rows are returned if there are more rows than the maximum.
    prefers_newest: bool,
    max_rows: usize,
    cuts_spans: Cut,
}

/// How a server shortens a span that is longer than a number of milliseconds.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Never,
    /// The server considers only the beginning of the span.
    ToItsBeginning(i64),
    /// The server considers only the end of the span.
    ToItsEnd(i64),
}

impl Server {
    const HONEST: Self = Self {
        start_is_inclusive: true,
        end_is_inclusive: true,
        rounds_bounds_to: 1,
        is_descending: false,
        prefers_newest: false,
        max_rows: usize::MAX,
        cuts_spans: Cut::Never,
    };

    /// The response to a request. `rows` are the times of all rows, in ascending order.
    fn respond(self, rows: &[i64], first: UnixMillis, last: UnixMillis, limit: u32) -> Vec<i64> {
        let rounded = |bound: UnixMillis| bound.as_millis().div_euclid(self.rounds_bounds_to) * self.rounds_bounds_to;
        let (first, last) = (rounded(first), rounded(last));
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
        let max_rows = self.max_rows.min(limit as usize);
        if self.prefers_newest {
            found.drain(..found.len().saturating_sub(max_rows));
        }
        found.truncate(max_rows);
        if self.is_descending {
            found.reverse();
        }
        found
    }
}

/// Reads a span. Returns the rows and the number of requests.
fn read(server: Server, rows: &[i64], span: std::ops::Range<i64>, step: Duration, limit: u32) -> (Vec<i64>, usize) {
    let requests = Mutex::new(0);
    let fetch = |first, last, limit| {
        *requests.lock().expect("no panic") += 1;
        let answer = server.respond(rows, first, last, limit);
        async move { Ok(answer) }
    };
    let span = UnixMillis::new(span.start)..UnixMillis::new(span.end);
    let read = all(by_window(span, step, limit, fetch, |row| UnixMillis::new(*row)));
    (read, requests.into_inner().expect("no panic"))
}

#[test]
fn a_month_of_klines_of_one_minute_takes_one_request_for_998_rows() {
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
fn times_before_1970_are_not_requested() {
    let fetch = |first: UnixMillis, _, _| async move {
        assert!(first.as_millis() >= 0);
        Ok::<_, String>(vec![0_i64])
    };
    let span = UnixMillis::new(0)..UnixMillis::new(60_000);
    assert_eq!(all(by_window(span, MINUTE, 100, fetch, |row| UnixMillis::new(*row))), [0]);
}

#[test]
fn a_failed_request_within_a_window_loses_no_row() {
    let rows: Vec<i64> = (0..40).map(|minute| minute * 60_000).collect();
    let server = Server { max_rows: 7, prefers_newest: true, ..Server::HONEST };
    let requests = Mutex::new(0);
    let fetch = |first, last, limit| {
        let mut requests = requests.lock().expect("no panic");
        *requests += 1;
        let answer = if *requests % 2 == 0 { Err(*requests) } else { Ok(server.respond(&rows, first, last, limit)) };
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
        |((start_is_inclusive, end_is_inclusive, rounds_bounds_to), is_descending, prefers_newest, most)| Server {
            start_is_inclusive,
            end_is_inclusive,
            rounds_bounds_to,
            is_descending,
            prefers_newest,
            max_rows: most,
            cuts_spans: Cut::Never,
        },
    )
}

/// The end of the last day of the tests.
const NOW: i64 = 1_772_710_380_000;

fn last_day() -> Vec<i64> {
    (0..1440).map(|minute| NOW - 86_400_000 + minute * 60_000).collect()
}

#[test]
fn the_first_row_of_a_long_span_is_found_with_few_requests() {
    let thousand = 1000 * 60_000;
    for prefers_newest in [false, true] {
        for (cuts_spans, most_requests) in [(Cut::Never, 30), (Cut::ToItsEnd(thousand), 30)] {
            let server = Server { prefers_newest, cuts_spans, max_rows: 1000, ..Server::HONEST };
            let (read, requests) = read(server, &last_day(), 0..NOW, MINUTE, 1000);
            println!("newest rows first: {prefers_newest}, {cuts_spans:?}: {requests} requests");
            assert_eq!((read.len(), read == last_day(), requests <= most_requests), (1440, true, true), "{server:?}: {requests}");
        }
    }
}

#[test]
fn a_server_that_cuts_off_the_end_of_long_spans_is_asked_for_every_window() {
    let server = Server { cuts_spans: Cut::ToItsBeginning(1000 * 60_000), ..Server::HONEST };
    let start = NOW - 30 * 1000 * 60_000;
    let (read, requests) = read(server, &last_day(), start..NOW, MINUTE, 1000);
    assert_eq!(
        (read == last_day(), requests),
        (true, 34),
        "31 windows, one request for the part of a window before its first row, and two requests of the search that is given up"
    );
}

/// The example in the documentation of [`by_window`].
#[test]
fn a_search_takes_15_requests_where_the_windows_would_take_904() {
    let minute = 60_000;
    let rows: Vec<i64> = (900_000..900_500).map(|number| number * minute).collect();
    let bounds = Mutex::new(Vec::new());
    let fetch = |first: UnixMillis, last: UnixMillis, limit| {
        bounds.lock().expect("no panic").push((first.as_millis() / minute, last.as_millis() / minute));
        let response = Server::HONEST.respond(&rows, first, last, limit);
        async move { Ok(response) }
    };
    let span = UnixMillis::new(0)..UnixMillis::new(900_500 * minute);
    assert_eq!(all(by_window(span, MINUTE, 1000, fetch, |row| UnixMillis::new(*row))), rows);
    let bounds = bounds.into_inner().expect("no panic");
    assert_eq!(bounds[..4], [(0, 998), (997, 900_500), (997, 450_500), (450_498, 675_250)]);
    assert_eq!(bounds[11..], [(898_243, 899_123), (899_121, 900_121), (899_121, 900_000), (900_119, 900_500)]);
    assert_eq!(bounds.len(), 15);
}

#[test]
fn a_span_without_any_rows_takes_three_requests() {
    assert_eq!(read(Server::HONEST, &[], 0..NOW, MINUTE, 1000), (vec![], 3));
    assert_eq!(read(Server::HONEST, &[NOW + 3_600_000], 0..NOW, MINUTE, 1000), (vec![], 3));
}

#[test]
fn the_first_row_after_a_gap_of_years_is_found_with_few_requests() {
    let before: Vec<i64> = (0..2000).map(|minute| 1_400_000_000_000 / 60_000 * 60_000 + minute * 60_000).collect();
    for prefers_newest in [false, true] {
        let server = Server { prefers_newest, max_rows: 1000, ..Server::HONEST };
        let rows = [before.clone(), last_day()].concat();
        let (read, requests) = read(server, &rows, 0..NOW, MINUTE, 1000);
        println!("newest rows first: {prefers_newest}: {requests} requests for two spans");
        assert_eq!((read == rows, requests <= 60), (true, true), "{requests}");
    }
}

#[test]
fn a_failed_search_is_not_returned_and_loses_no_row() {
    let rows = last_day();
    let start = NOW - 60 * 1000 * 60_000;
    let requests = Mutex::new(0);
    let fetch = |first: UnixMillis, last: UnixMillis, limit| {
        *requests.lock().expect("no panic") += 1;
        let is_long = last.as_millis() - first.as_millis() > 1000 * 60_000;
        let answer =
            if is_long { Err(String::from("the span is too long")) } else { Ok(Server::HONEST.respond(&rows, first, last, limit)) };
        async move { answer }
    };
    let span = UnixMillis::new(start)..UnixMillis::new(NOW);
    assert_eq!(all(by_window(span, MINUTE, 1000, fetch, |row| UnixMillis::new(*row))), rows);
    assert_eq!(*requests.lock().expect("no panic"), 61 + 1 + 3, "61 windows, one again before its first row, and three searches");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_row_of_the_span_is_returned_once_and_in_order_whatever_the_server_does(
        server in servers(),
        // The distances of the rows in minutes.
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
    fn every_row_is_returned_once_and_in_order_however_long_the_time_before_the_first_row_is(
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
        // Each gap costs at most one search, and each row a few requests.
        prop_assert!(requests <= 60 * (gaps.len() + 1), "{} requests for {} rows", requests, rows.len());
    }
}
