//! The limit of new subscriptions.

use std::collections::VecDeque;
use std::time::Duration;

use venue_stream::MonotonicTime;

const MINUTE: Duration = Duration::from_secs(60);

/// The number of increments in succession after which a rule is not satisfied by chance only.
const PROVEN: u32 = 100;
/// The number of requests without such a sequence, in multiples of the requests in a minute.
const UNPROVEN_FACTOR: usize = 10;

/// Counts the new subscriptions of the last minute, and those since the rule was last satisfied.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    max: usize,
    /// The number of increments in succession that confirm the rule, if there is a rule.
    needed: Option<u32>,
    /// The times of the last requests, at most `max`.
    times: VecDeque<MonotonicTime>,
    /// The increments that continued the book since the last request.
    continued: u32,
    /// The requests in succession without a confirmation of the rule before them, at most `max`.
    unconfirmed: usize,
    /// The requests in succession without `PROVEN` increments before them, at most `max ⋅ UNPROVEN_FACTOR`.
    unproven: usize,
}

impl Budget {
    pub(super) fn new(max: usize, confirmations: Option<u32>) -> Self {
        let needed = confirmations.map(|confirmations| confirmations.max(1));
        Self { max, needed, times: VecDeque::new(), continued: 0, unconfirmed: 0, unproven: 0 }
    }

    /// Counts an increment that continued the book.
    #[inline]
    pub(super) fn count_continued(&mut self) {
        self.continued = self.continued.saturating_add(1);
    }

    /// Counts a request, if the limits permit another one.
    ///
    /// The limits other than the one of a minute end the requests of a wrong rule. Otherwise, the book would subscribe for ever if the
    /// connection delays the subscriptions, or if the market is so quiet that each gap takes long to appear. A rule that is satisfied by
    /// chance confirms itself again and again, but is never satisfied by 100 increments in succession.
    pub(super) fn try_take(&mut self, now: MonotonicTime) -> bool {
        while self.times.front().is_some_and(|time| now.since(*time) >= MINUTE) {
            self.times.pop_front();
        }
        let has_continued = |needed: u32| self.needed.is_none() || self.continued >= needed;
        let (is_confirmed, is_proven) = (has_continued(self.needed.unwrap_or_default()), has_continued(PROVEN));
        if is_confirmed {
            self.unconfirmed = 0;
        }
        if is_proven {
            self.unproven = 0;
        }
        let max_unproven = self.max.saturating_mul(UNPROVEN_FACTOR);
        let is_permitted = self.times.len() < self.max && self.unconfirmed < self.max && self.unproven < max_unproven;
        if is_permitted {
            self.times.push_back(now);
            self.continued = 0;
            self.unconfirmed += usize::from(!is_confirmed);
            self.unproven += usize::from(!is_proven);
        }
        is_permitted
    }

    /// The number of requests in the last minute.
    pub(super) fn recent(&self, now: MonotonicTime) -> usize {
        self.times.iter().filter(|time| now.since(**time) < MINUTE).count()
    }

    pub(super) fn reset(&mut self) {
        self.times.clear();
        (self.continued, self.unconfirmed, self.unproven) = (0, 0, 0);
    }
}
