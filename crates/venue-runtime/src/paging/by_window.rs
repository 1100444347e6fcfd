//! Paging by time windows.

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use venue_core::UnixMillis;

use super::Pages;
use super::pages::PageSource;

/// Reads the rows of a time range, oldest first, in pages that contain the rows of one time window each. The times of the rows must be at
/// least `step` apart, as the times of klines and funding rates are.
///
/// The closure `fetch` sends one request. It receives the first and the last millisecond of the requested times and the maximum number of
/// rows. The closure `time` returns the time of a row. A window without rows costs a request and results in no page.
///
/// # Windows
///
/// The range is divided into windows with a length of `limit - 2` steps (`limit` is at least 3). The request for a window begins one step
/// earlier and ends one step later than the window, and returned rows outside of the window are dropped. So every row is returned exactly
/// once, whether or not the server includes the bounds of a request, whether or not it rounds them, and whether it sorts its rows in
/// ascending or descending order.
///
/// A server may return only a part of the rows of a window. Then the times before the oldest and after the newest returned row are
/// requested too, until the server returns no more rows. This requires that the server returns at least three rows, which are the newest or
/// the oldest rows of the request. A gap between two returned rows is assumed to be a gap in the data.
///
/// # Search for the first row
///
/// A long range without rows would cost a request for each window. If a window has no rows and more than 16 windows remain, the function
/// therefore searches for the first remaining row:
///
/// 1. One request asks for the whole remaining range. The first row is not later than the oldest row of the response. If the response has
///    no rows, the newest window is requested as a check. If this window has no rows either, the remaining range has no rows. A range
///    without any row thus takes three requests: for the first window, for the rest of the range, and for the newest window.
/// 2. The part of the range that contains the first row is bisected until it is not longer than a window. Each request asks for the first
///    half of this part. If the response has rows, the first row is not later than the oldest of these rows. If the response has no rows,
///    the first row is in the second half.
///
/// The next window begins at the start of the remaining part. The search assumes that a range contains no rows if the server returns none
/// for the range.
///
/// For example, klines of one minute with a `limit` of 1000 have windows of 998 minutes. A range of 900,500 minutes has rows only in its
/// last 500 minutes. In the table, `a..b` means the minutes from `a` to `b`, without `b`. The additional step at both ends of each request
/// is left out.
///
/// | requests | requested minutes | minutes of the returned rows | conclusion |
/// | --- | --- | --- | --- |
/// | 1 | 0..998 | none | more than 16 windows remain, so the search begins |
/// | 2 | 998..900,500 | 900,000..900,500 | the first row is in 998..900,001 |
/// | 3 | 998..450,500 | none | the first row is in 450,500..900,001 |
/// | 4 | 450,500..675,250 | none | the first row is in 675,250..900,001 |
/// | 5 to 12 | eight more first halves | none | the first row is in 899,123..900,001, which fits into a window |
/// | 13 | 899,123..900,121 | 900,000..900,121 | these rows are the first page, if no row before them is missing |
/// | 14 | 899,123..900,000 | none | no row is missing, so the first page is complete |
/// | 15 | 900,121..900,500 | 900,121..900,500 | these rows are the second page |
///
/// Without the search, this range takes 904 requests.
///
/// # Servers that shorten a long range
///
/// A server may answer only for a part of a long range. If it leaves out the end of the range, it may return no row for a range that
/// contains rows. The search detects this when the newest window contains rows. It then fails, there is no further search, and every window
/// is requested. If the server leaves out the beginning of the range, the result is correct as long as the rows before the found row have
/// no gap that is longer than a window.
///
/// An error of a search request is not returned. Instead, the search fails and the next window is requested. After the third failed search,
/// there is no further search.
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
    Pages::new(WindowPages {
        limit,
        fetch,
        time,
        step,
        // Leaves room for one row before the window and one row after it.
        length: step.saturating_mul(i64::from(limit - 2)),
        next_window: span.start.as_millis(),
        end: span.end.as_millis(),
        missing: Vec::new(),
        rows: Vec::new(),
        is_after_gap: false,
        failed_searches: 0,
    })
}

/// The number of remaining windows up to which every window is requested without a search.
const MAX_WINDOWS_WITHOUT_SEARCH: i64 = 16;

/// The number of failed searches after which there is no further search.
const MAX_FAILED_SEARCHES: u32 = 3;

struct WindowPages<T, Fetch, Time> {
    limit: u32,
    fetch: Fetch,
    time: Time,
    /// The minimum distance of two rows, in milliseconds.
    step: i64,
    /// The length of a window, in milliseconds.
    length: i64,
    /// The beginning of the next window.
    next_window: i64,
    /// The end of the span, exclusive.
    end: i64,
    /// The parts of the current window that are still to be requested.
    missing: Vec<TimeRange>,
    /// The rows of the current window that were received.
    rows: Vec<T>,
    /// Whether the last window had no rows.
    is_after_gap: bool,
    failed_searches: u32,
}

/// A range of times in milliseconds. Both ends are inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TimeRange {
    first: i64,
    last: i64,
}

impl<T, E, F, Fetch, Time> PageSource<T, E> for WindowPages<T, Fetch, Time>
where
    T: Send,
    E: Send,
    F: Future<Output = Result<Vec<T>, E>> + Send,
    Fetch: FnMut(UnixMillis, UnixMillis, u32) -> F + Send,
    Time: Fn(&T) -> UnixMillis + Send,
{
    async fn next_page(&mut self) -> Option<Result<Vec<T>, E>> {
        loop {
            if let Some(range) = self.missing.last().copied() {
                match self.request(range).await {
                    Ok(rows) => {
                        self.missing.pop();
                        self.accept(range, rows);
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
                let window = self.take_window()?;
                self.is_after_gap = true;
                self.missing.push(window);
            }
        }
    }
}

impl<T, E, F, Fetch, Time> WindowPages<T, Fetch, Time>
where
    F: Future<Output = Result<Vec<T>, E>>,
    Fetch: FnMut(UnixMillis, UnixMillis, u32) -> F,
    Time: Fn(&T) -> UnixMillis,
{
    /// Requests the rows of a range. The result is in any order and may be incomplete.
    async fn request(&mut self, range: TimeRange) -> Result<Vec<T>, E> {
        // The request begins one step earlier and ends one step later than the window, so that it does not matter whether the server
        // includes or rounds the bounds. No time before 1970 is requested, unless the range itself begins before 1970.
        let first = range.first.saturating_sub(self.step).max(range.first.min(0));
        let last = range.last.saturating_add(self.step);
        let mut rows = (self.fetch)(UnixMillis::new(first), UnixMillis::new(last), self.limit).await?;
        rows.retain(|row| (range.first..=range.last).contains(&(self.time)(row).as_millis()));
        Ok(rows)
    }

    /// Moves the next window to the first remaining row, or to the end of the range if there is no further row.
    async fn search(&mut self) {
        match self.first_row().await {
            Ok(Some(first)) => self.next_window = first,
            Ok(None) => self.next_window = self.end,
            Err(()) => self.failed_searches += 1,
        }
    }

    /// Searches for the first remaining row. Returns a time that is at most one window earlier than this row, or `None` if no row remains.
    ///
    /// # Errors
    ///
    /// Returns an error if a request fails, or if the server answers only for a part of a long range.
    async fn first_row(&mut self) -> Result<Option<i64>, ()> {
        let (mut from, last) = (self.next_window, self.end - 1);
        let Some(mut to) = self.oldest(from, last).await? else {
            let newest = self.oldest(self.end.saturating_sub(self.length), last).await?;
            return newest.map_or(Ok(None), |_| {
                self.failed_searches = MAX_FAILED_SEARCHES;
                Err(())
            });
        };
        // The oldest returned row is not always the first row of the range, because the server may have returned only the newest rows.
        while to.saturating_sub(from) > self.length {
            let middle = i64::midpoint(from, to);
            match self.oldest(from, middle).await? {
                Some(oldest) => to = oldest,
                None => from = middle + 1,
            }
        }
        Ok(Some(from))
    }

    /// The time of the oldest row that the server returns for a range.
    async fn oldest(&mut self, first: i64, last: i64) -> Result<Option<i64>, ()> {
        let rows = self.request(TimeRange { first, last }).await.map_err(|_| ())?;
        Ok(rows.iter().map(|row| (self.time)(row).as_millis()).min())
    }
}

impl<T, Fetch, Time: Fn(&T) -> UnixMillis> WindowPages<T, Fetch, Time> {
    fn take_window(&mut self) -> Option<TimeRange> {
        if self.next_window >= self.end {
            return None;
        }
        let first = self.next_window;
        let last = first.saturating_add(self.length).min(self.end) - 1;
        self.next_window = last.saturating_add(1);
        Some(TimeRange { first, last })
    }

    fn is_worth_a_search(&self) -> bool {
        self.failed_searches < MAX_FAILED_SEARCHES
            && self.end.saturating_sub(self.next_window) > self.length.saturating_mul(MAX_WINDOWS_WITHOUT_SEARCH)
    }

    /// Adds the received rows of a range to the current window. The parts of the range before the oldest and after the newest row are
    /// recorded as missing, so that they are requested next.
    fn accept(&mut self, range: TimeRange, rows: Vec<T>) {
        let times = || rows.iter().map(|row| (self.time)(row).as_millis());
        let (Some(oldest), Some(newest)) = (times().min(), times().max()) else { return };
        // The next row is at least a step away, so a shorter part cannot contain a row.
        if oldest.saturating_sub(range.first) >= self.step {
            self.missing.push(TimeRange { first: range.first, last: oldest - 1 });
        }
        if range.last.saturating_sub(newest) >= self.step {
            self.missing.push(TimeRange { first: newest + 1, last: range.last });
        }
        self.rows.extend(rows);
    }

    /// Takes the rows of the current window, in order and without duplicates.
    fn page(&mut self) -> Vec<T> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by_key(|row| (self.time)(row));
        rows.dedup_by_key(|row| (self.time)(row));
        rows
    }
}
