//! By window of time.

use std::future::Future;
use std::ops::Range;
use std::time::Duration;

use sixmm_core::UnixMillis;

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
    })
}

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
            let Some(part) = self.missing.last().copied() else {
                if !self.rows.is_empty() {
                    return Some(Ok(self.page()));
                }
                let window = self.next_window()?;
                self.missing.push(window);
                continue;
            };
            // A step beyond either end, so that it does not matter what the server does with its bounds.
            let first = part.first.saturating_sub(self.step).max(part.first.min(0));
            let last = part.last.saturating_add(self.step);
            match (self.fetch)(UnixMillis::new(first), UnixMillis::new(last), self.limit).await {
                Ok(rows) => {
                    self.missing.pop();
                    self.accept(part, rows);
                }
                Err(error) => return Some(Err(error)),
            }
        }
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

    /// Keeps the rows that belong to the part, and notes what is missing at its ends.
    fn accept(&mut self, part: Part, rows: Vec<T>) {
        let time = |row: &T| (self.time)(row).as_millis();
        let rows: Vec<T> = rows.into_iter().filter(|row| (part.first..=part.last).contains(&time(row))).collect();
        let times = || rows.iter().map(time);
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
