//! The limit of new subscriptions.

use std::collections::VecDeque;
use std::time::Duration;

use venue_stream::MonotonicTime;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts the new subscriptions of the last minute.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    max: usize,
    /// The times of the last requests, at most `max`.
    times: VecDeque<MonotonicTime>,
}

impl Budget {
    pub(super) fn new(max: usize) -> Self {
        Self { max, times: VecDeque::new() }
    }

    /// Counts a request, if the limit permits another one.
    pub(super) fn try_take(&mut self, now: MonotonicTime) -> bool {
        while self.times.front().is_some_and(|time| now.since(*time) >= MINUTE) {
            self.times.pop_front();
        }
        let is_permitted = self.times.len() < self.max;
        if is_permitted {
            self.times.push_back(now);
        }
        is_permitted
    }

    /// The number of requests in the last minute.
    pub(super) fn recent(&self, now: MonotonicTime) -> usize {
        self.times.iter().filter(|time| now.since(**time) < MINUTE).count()
    }

    pub(super) fn reset(&mut self) {
        self.times.clear();
    }
}
