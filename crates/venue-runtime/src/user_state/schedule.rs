//! When the parts and the single orders are read.

use std::collections::BTreeMap;
use std::time::Duration;

use venue_core::UnixMillis;

use super::types::Part;

/// The first pause after a failed reading of a part. Each further pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause after a failed reading.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The first pause after a query of a single order that decided nothing.
const FIRST_QUERY_PAUSE: Duration = Duration::from_millis(250);
/// The largest number of queries of single orders at the same time.
const MAX_QUERIES: usize = 4;
/// The number of queries that decide nothing, after which the next complete reading queries again.
pub(super) const MAX_TRIES: u32 = 6;

/// The readings of one part.
#[derive(Clone, Debug)]
pub(super) struct PartSchedule {
    /// Whether the part has to be read.
    pub(super) is_due: bool,
    pub(super) is_in_flight: bool,
    pub(super) not_before: Duration,
    pub(super) failures: u32,
    pub(super) is_not_permitted: bool,
    /// Whether no request has been rejected because of a missing permission since the last other response.
    pub(super) was_permitted: bool,
    /// Whether a message announced a change that no reading covers yet.
    pub(super) is_announced: bool,
    /// Whether a message or a loss of trust is newer than the last complete reading.
    pub(super) is_suspect: bool,
    pub(super) read_at: Option<UnixMillis>,
}

impl Default for PartSchedule {
    fn default() -> Self {
        Self {
            is_due: false,
            is_in_flight: false,
            not_before: Duration::ZERO,
            failures: 0,
            is_not_permitted: false,
            was_permitted: true,
            is_announced: false,
            is_suspect: false,
            read_at: None,
        }
    }
}

impl PartSchedule {
    /// When the next reading may begin. `None` if none is needed, or one is in flight.
    pub(super) fn next(&self) -> Option<Duration> {
        (self.is_due && !self.is_in_flight && !self.is_not_permitted).then_some(self.not_before)
    }

    /// Whether the part was read since it last became due.
    pub(super) fn is_clean(&self) -> bool {
        !self.is_due && !self.is_in_flight && self.read_at.is_some()
    }

    pub(super) fn fail(&mut self, now: Duration) {
        let pause = FIRST_PAUSE.saturating_mul(1 << self.failures.min(10)).min(LONGEST_PAUSE);
        self.failures += 1;
        self.not_before = now.saturating_add(pause);
        self.is_due = true;
    }
}

/// The queries of single orders: [`Part::Orders`] for the order itself, and [`Part::Fills`] for its fills.
#[derive(Debug, Default)]
pub(super) struct Queries {
    wanted: BTreeMap<(Part, String), Query>,
    not_before: Duration,
}

#[derive(Clone, Debug)]
struct Query {
    symbol: String,
    tries: u32,
    not_before: Duration,
    is_in_flight: bool,
    /// A query that began earlier does not cover the reason of this query.
    is_again: bool,
    /// Whether the exchange has answered a query.
    is_answered: bool,
}

impl Queries {
    /// Requests a query. A query in flight began too early, so it is repeated.
    pub(super) fn want(&mut self, part: Part, id: &str, symbol: &str) {
        let new = || Query {
            symbol: symbol.to_owned(),
            tries: 0,
            not_before: Duration::ZERO,
            is_in_flight: false,
            is_again: false,
            is_answered: false,
        };
        let query = self.wanted.entry((part, id.to_owned())).or_insert_with(new);
        query.tries = 0;
        query.is_answered = false;
        query.is_again |= query.is_in_flight;
    }

    pub(super) fn contains(&self, part: Part, id: &str) -> bool {
        self.wanted.contains_key(&(part, id.to_owned()))
    }

    pub(super) fn has_any(&self, part: Part) -> bool {
        self.wanted.keys().any(|(of, _)| *of == part)
    }

    /// Whether a query has no response yet.
    pub(super) fn has_unanswered(&self) -> bool {
        self.wanted.values().any(|query| !query.is_answered)
    }

    /// Removes all queries of a part.
    pub(super) fn clear(&mut self, part: Part) {
        self.wanted.retain(|(of, _), _| *of != part);
    }

    /// When the next query may begin.
    pub(super) fn next(&self) -> Option<Duration> {
        if self.wanted.values().filter(|query| query.is_in_flight).count() >= MAX_QUERIES {
            return None;
        }
        let next = self.wanted.values().filter(|query| !query.is_in_flight).map(|query| query.not_before).min()?;
        Some(next.max(self.not_before))
    }

    /// Begins the next query: its part, order and contract.
    pub(super) fn begin(&mut self, now: Duration, interval: Duration) -> Option<(Part, String, String)> {
        if self.next()? > now {
            return None;
        }
        let ready = self.wanted.iter_mut().filter(|(_, query)| !query.is_in_flight && query.not_before <= now);
        let ((part, id), query) = ready.min_by_key(|(_, query)| (query.tries, query.not_before))?;
        query.is_in_flight = true;
        query.is_again = false;
        self.not_before = now.saturating_add(interval);
        Some((*part, id.clone(), query.symbol.clone()))
    }

    /// A query ended. If it did not decide, it is repeated after a pause, up to [`MAX_TRIES`] times. Returns the number of queries that
    /// decided nothing.
    pub(super) fn end(&mut self, part: Part, id: &str, now: Duration, is_answered: bool, is_decided: bool) -> u32 {
        let key = (part, id.to_owned());
        let Some(query) = self.wanted.get_mut(&key) else { return 0 };
        query.is_in_flight = false;
        query.is_answered |= is_answered && !query.is_again;
        if query.is_again {
            query.not_before = now;
            return 0;
        }
        if is_decided {
            self.wanted.remove(&key);
            return 0;
        }
        query.tries += 1;
        query.not_before = now.saturating_add(FIRST_QUERY_PAUSE.saturating_mul(1 << query.tries.min(6)).min(LONGEST_PAUSE));
        let tries = query.tries;
        if tries >= MAX_TRIES && is_answered {
            self.wanted.remove(&key);
        }
        tries
    }
}
