//! The limit of new subscriptions.

use std::collections::VecDeque;
use std::time::Duration;

use venue_stream::MonotonicTime;

const MINUTE: Duration = Duration::from_secs(60);

/// Counts the new subscriptions of the last minute, and those since the rule was last known to be right.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    max: usize,
    /// The times of the last requests, at most `max`.
    times: VecDeque<MonotonicTime>,
    /// The requests in succession with a rule that is not confirmed, at most `max`.
    unconfirmed: usize,
}

impl Budget {
    pub(super) fn new(max: usize) -> Self {
        Self { max, times: VecDeque::new(), unconfirmed: 0 }
    }

    /// Counts a request, if the limits permit another one.
    ///
    /// With a rule that is not confirmed, the limit applies to all requests until the rule is confirmed. Otherwise, a wrong rule would
    /// subscribe for ever if the connection delays the subscriptions, or if the market is so quiet that each gap takes long to appear.
    pub(super) fn try_take(&mut self, now: MonotonicTime, is_confirmed: bool) -> bool {
        while self.times.front().is_some_and(|time| now.since(*time) >= MINUTE) {
            self.times.pop_front();
        }
        if is_confirmed {
            self.unconfirmed = 0;
        }
        let is_permitted = self.times.len() < self.max && self.unconfirmed < self.max;
        if is_permitted {
            self.times.push_back(now);
            self.unconfirmed += usize::from(!is_confirmed);
        }
        is_permitted
    }

    /// The number of requests in the last minute.
    pub(super) fn recent(&self, now: MonotonicTime) -> usize {
        self.times.iter().filter(|time| now.since(**time) < MINUTE).count()
    }

    pub(super) fn reset(&mut self) {
        self.times.clear();
        self.unconfirmed = 0;
    }
}
