//! By window of time.

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use venue_core::UnixMillis;

use super::Pages;
use super::pages::Source;

/// A span of time, window by window, oldest first: for rows that are at least `step` apart (klines, funding rates).
///
/// `fetch` gets the first and the last millisecond to ask for, and the number of rows; `time` tells a row's time. A window has room for
/// `limit` rows at most (three at least), two of which lie beyond its ends. Each page is a window, with its rows in order. A window without rows is passed
/// over, at the price of a request.
///
/// No row is missed, and none comes twice, whether the server's bounds are inclusive or not, rounded to its own steps or not; whether it
/// answers in ascending or descending order; and even if it silently gives only the newest or the oldest rows of a window (three at least):
/// what is missing at either end is asked for again, until nothing more comes. Rows that the server leaves out between two others are taken
/// not to exist.
///
/// # Spans without rows
///
/// After a window without rows, if more than 16 are left, the first row is searched for: by the rows that the server returns of all that is
/// left, and then by halves. So a span from 1970 on costs some 20 requests more than its rows do, and one without any rows three requests in all.
/// The search believes that a span of which the server returns no row has none. A server that cuts long spans at their end is noticed, because
/// its newest window has rows; then each window is asked for. A server that cuts them at their beginning is read correctly if the rows
/// before the search's first row have no gap that is longer than a window. A request of the search that fails is no item of the stream: the
/// windows are asked for one by one, and after the third failure there is no further search.
pub fn by_window<'a, T, E, F>(
    span: Range<UnixMillis>,
    step: Duration,
    limit: u32,
    fetch: impl FnMut(UnixMillis, UnixMillis, u32) -> F + Send + 'a,
    time: impl Fn(&T) -> UnixMillis + Send + 'a,
) -> Pages<'a, T, E>
where
    T: Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<Vec<T>, E>> + Send + 'a,
{
    let limit = limit.max(3);
    let step = i64::try_from(step.as_millis()).unwrap_or(i64::MAX).max(1);
    Pages::new(Windows {
        limit,
        fetch,
        time,
        step,
        // Room for this many rows, and for one beyond either end.
        length: step.saturating_mul(i64::from(limit - 2)),
        next: span.start.as_millis(),
        end: span.end.as_millis(),
        missing: Vec::new(),
        rows: Vec::new(),
        is_after_gap: false,
        failed_searches: 0,
    })
}

/// How many windows without rows are asked for one by one rather than searched.
const FEW_WINDOWS: i64 = 16;

/// How many searches may fail before there is none any more.
const MAX_FAILED_SEARCHES: u32 = 3;

struct Windows<T, Fetch, Time> {
    limit: u32,
    fetch: Fetch,
    time: Time,
    step: i64,
    length: i64,
    /// Where the next window begins.
    next: i64,
    /// The end of the span, exclusive.
    end: i64,
    /// What is still to be asked for of the window at hand.
    missing: Vec<Part>,
    /// What was read of the window at hand.
    rows: Vec<T>,
    /// Whether the last window had no rows.
    is_after_gap: bool,
    failed_searches: u32,
}

/// A part of a window, in milliseconds, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    first: i64,
    last: i64,
}

impl<T, E, F, Fetch, Time> Source<T, E> for Windows<T, Fetch, Time>
where
    T: Send,
    E: Send,
    F: Future<Output = Result<Vec<T>, E>> + Send,
    Fetch: FnMut(UnixMillis, UnixMillis, u32) -> F + Send,
    Time: Fn(&T) -> UnixMillis + Send,
{
    async fn next_page(&mut self) -> Option<Result<Vec<T>, E>> {
        loop {
            if let Some(part) = self.missing.last().copied() {
                match self.ask(part).await {
                    Ok(rows) => {
                        self.missing.pop();
                        self.accept(part, rows);
                    }
                    Err(error) => return Some(Err(error)),
                }
            } else if !self.rows.is_empty() {
                self.is_after_gap = false;
                return Some(Ok(self.page()));
            } else if self.is_after_gap && self.is_worth_a_search() {
                self.is_after_gap = false;
                self.search().await;
            } else {
                let window = self.next_window()?;
                self.is_after_gap = true;
                self.missing.push(window);
            }
        }
    }
}

impl<T, E, F, Fetch, Time> Windows<T, Fetch, Time>
where
    F: Future<Output = Result<Vec<T>, E>>,
    Fetch: FnMut(UnixMillis, UnixMillis, u32) -> F,
    Time: Fn(&T) -> UnixMillis,
{
    /// The rows of a part, in any order, or as many of them as the server gives at once.
    async fn ask(&mut self, part: Part) -> Result<Vec<T>, E> {
        // A step beyond either end, so that it does not matter what the server does with its bounds.
        let first = part.first.saturating_sub(self.step).max(part.first.min(0));
        let last = part.last.saturating_add(self.step);
        let mut rows = (self.fetch)(UnixMillis::new(first), UnixMillis::new(last), self.limit).await?;
        rows.retain(|row| (part.first..=part.last).contains(&(self.time)(row).as_millis()));
        Ok(rows)
    }

    /// Moves the next window to the first row that is left, or to the end if there is none.
    async fn search(&mut self) {
        match self.first_row().await {
            Ok(Some(first)) => self.next = first,
            Ok(None) => self.next = self.end,
            Err(()) => self.failed_searches += 1,
        }
    }

    /// A time at most a window before the first row that is left; `Err` if the search fails, or the server does not answer long spans.
    async fn first_row(&mut self) -> Result<Option<i64>, ()> {
        let (mut from, last) = (self.next, self.end - 1);
        let Some(mut to) = self.oldest(from, last).await? else {
            let newest = self.oldest(self.end.saturating_sub(self.length), last).await?;
            return newest.map_or(Ok(None), |_| {
                self.failed_searches = MAX_FAILED_SEARCHES;
                Err(())
            });
        };
        // The rows that came may be the newest ones.
        while to.saturating_sub(from) > self.length {
            let middle = i64::midpoint(from, to);
            match self.oldest(from, middle).await? {
                Some(oldest) => to = oldest,
                None => from = middle + 1,
            }
        }
        Ok(Some(from))
    }

    /// The time of the oldest row that the server returns of these.
    async fn oldest(&mut self, first: i64, last: i64) -> Result<Option<i64>, ()> {
        let rows = self.ask(Part { first, last }).await.map_err(|_| ())?;
        Ok(rows.iter().map(|row| (self.time)(row).as_millis()).min())
    }
}

impl<T, Fetch, Time: Fn(&T) -> UnixMillis> Windows<T, Fetch, Time> {
    fn next_window(&mut self) -> Option<Part> {
        if self.next >= self.end {
            return None;
        }
        let first = self.next;
        let last = first.saturating_add(self.length).min(self.end) - 1;
        self.next = last.saturating_add(1);
        Some(Part { first, last })
    }

    fn is_worth_a_search(&self) -> bool {
        self.failed_searches < MAX_FAILED_SEARCHES && self.end.saturating_sub(self.next) > self.length.saturating_mul(FEW_WINDOWS)
    }

    /// Keeps the rows of the part, and notes what is missing at its ends.
    fn accept(&mut self, part: Part, rows: Vec<T>) {
        let times = || rows.iter().map(|row| (self.time)(row).as_millis());
        let (Some(oldest), Some(newest)) = (times().min(), times().max()) else { return };
        // The next row beyond either end is a step away: is there room for it?
        if oldest.saturating_sub(part.first) >= self.step {
            self.missing.push(Part { first: part.first, last: oldest - 1 });
        }
        if part.last.saturating_sub(newest) >= self.step {
            self.missing.push(Part { first: newest + 1, last: part.last });
        }
        self.rows.extend(rows);
    }

    /// The window's rows, in order.
    fn page(&mut self) -> Vec<T> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by_key(|row| (self.time)(row));
        rows.dedup_by_key(|row| (self.time)(row));
        rows
    }
}
