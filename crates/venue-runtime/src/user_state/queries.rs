//! The queue of requests about single orders.

use std::collections::BTreeMap;
use std::time::Duration;

use super::types::Part;

/// The first pause after a query that decided nothing. Each further pause is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The pause after [`MAX_TRIES`] queries that decided nothing.
const LONG_PAUSE: Duration = Duration::from_secs(30);
/// The largest number of queries at the same time.
const MAX_IN_FLIGHT: usize = 4;
/// The number of queries in succession that decide nothing, after which the order is undecided.
pub(super) const MAX_TRIES: u32 = 6;
/// Every query of this number has a low priority, if such a query waits.
const LOW_PRIORITY_SHARE: u64 = 4;

/// A part and an order: [`Part::Orders`] for the order itself, and [`Part::Fills`] for its fills.
pub(super) type QueryKey = (Part, String);

/// The queries of single orders. They are sent in the order in which they were requested.
#[derive(Debug, Default)]
pub(super) struct Queries {
    wanted: BTreeMap<QueryKey, Query>,
    not_before: Duration,
    /// The number of queries in flight.
    in_flight: usize,
    /// The number of queries that were sent.
    sent: u64,
    last_generation: u64,
}

#[derive(Clone, Debug)]
struct Query {
    /// The contract. Without it, the query cannot be sent.
    symbol: Option<String>,
    /// When the query was requested first.
    wanted_at: Duration,
    /// When the newest reason of the query appeared.
    reason_at: Duration,
    not_before: Duration,
    /// The number of results in succession that decided nothing.
    tries: u32,
    /// The number of responses among them that contradict a message.
    contradictions: u32,
    /// The number of failed queries in succession. Messages do not reset the number, so that an order with many messages whose queries
    /// always fail becomes undecided.
    failures: u32,
    /// The number of responses in which the exchange did not find the order.
    not_found: u32,
    is_in_flight: bool,
    /// A message is newer than the begin of the query in flight, so its response does not suffice.
    has_newer_message: bool,
    /// A row is newer than the begin of the query in flight, so this response must not be the last one.
    has_newer_row: bool,
    /// Whether only a list of fills has reported the order. Nothing waits for the result of such a query.
    is_unknown_order: bool,
    /// Whether the last queries decided nothing, so that the pauses are long, or the query cannot be sent.
    is_undecided: bool,
    /// Whether there was a response since the newest message.
    has_response: bool,
    /// The number of the reasons that no response covers yet. Reasons that appear after a response get another number. Two queries never have
    /// the same number.
    generation: u64,
}

impl Query {
    /// The place in the queue.
    fn place(&self) -> (bool, Duration) {
        (self.is_unknown_order || self.is_undecided, self.not_before.max(self.wanted_at))
    }

    fn is_ready(&self, now: Duration) -> bool {
        self.symbol.is_some() && !self.is_in_flight && self.not_before <= now
    }
}

/// Why an order is queried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// A message. An earlier query does not cover it.
    Message,
    /// A row. A query that is requested already covers it.
    Row,
    /// A fill of an order that no message and no other row has reported, for example one of last week.
    UnknownOrder,
}

/// The result of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueryResult {
    /// The response settles the order.
    Decided,
    /// The response does not settle the order.
    Undecided,
    /// The response contradicts a message.
    Contradicting,
    /// The exchange does not find the order.
    NotFound,
    /// There was no response that can be used.
    Failed,
}

impl QueryResult {
    /// Whether the response does not contain the order.
    fn is_failure(self) -> bool {
        matches!(self, Self::NotFound | Self::Failed)
    }
}

/// The state of a query after its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The query is not needed any more.
    Ended,
    /// The query is sent again.
    Repeated,
    /// The query has just decided nothing for the [`MAX_TRIES`]th time in succession, and is sent again after a long pause.
    BecameUndecided,
    /// [`MAX_TRIES`] responses contradict a message. The query is not sent again.
    Contradicted,
}

impl Queries {
    /// Requests a query. Returns `true` if it has just become known that the query cannot be sent, because the contract is unknown.
    pub(super) fn want(&mut self, part: Part, id: &str, symbol: Option<&str>, cause: Cause, now: Duration) -> bool {
        self.last_generation += 1;
        let next_generation = self.last_generation;
        let new = || Query {
            symbol: None,
            wanted_at: now,
            reason_at: now,
            not_before: Duration::ZERO,
            tries: 0,
            contradictions: 0,
            failures: 0,
            not_found: 0,
            is_in_flight: false,
            has_newer_message: false,
            has_newer_row: false,
            is_unknown_order: cause == Cause::UnknownOrder,
            is_undecided: false,
            has_response: false,
            generation: next_generation,
        };
        let query = self.wanted.entry((part, id.to_owned())).or_insert_with(new);
        let is_first_symbol = query.symbol.is_none() && symbol.is_some();
        if is_first_symbol {
            query.symbol = symbol.map(str::to_owned);
        }
        if query.symbol.is_none() {
            return !std::mem::replace(&mut query.is_undecided, true);
        }
        query.is_unknown_order &= cause == Cause::UnknownOrder;
        if cause == Cause::Message || is_first_symbol {
            // The pause ends, but a query that waits for its turn keeps its place.
            query.not_before = query.not_before.min(now);
            (query.tries, query.contradictions) = (0, 0);
            query.is_undecided &= query.failures >= MAX_TRIES;
            if std::mem::take(&mut query.has_response) {
                query.generation = next_generation;
            }
            query.has_newer_message |= query.is_in_flight;
            query.reason_at = now;
        }
        query.has_newer_row |= query.is_in_flight;
        false
    }

    pub(super) fn contains(&self, part: Part, id: &str) -> bool {
        self.wanted.contains_key(&(part, id.to_owned()))
    }

    /// Whether a query of the part is expected to decide soon.
    pub(super) fn has_active(&self, part: Part) -> bool {
        self.of_part(part).any(|query| !query.is_undecided && !query.is_unknown_order)
    }

    /// Whether queries of the part have decided nothing repeatedly.
    pub(super) fn has_undecided(&self, part: Part) -> bool {
        self.of_part(part).any(|query| query.is_undecided)
    }

    fn of_part(&self, part: Part) -> impl Iterator<Item = &Query> {
        self.wanted.range((part, String::new())..).take_while(move |((of, _), _)| *of == part).map(|(_, query)| query)
    }

    /// The queries that are expected to decide soon, with the generations of their reasons.
    pub(super) fn active(&self) -> BTreeMap<QueryKey, u64> {
        let active = self.wanted.iter().filter(|(_, query)| !query.is_undecided && !query.is_unknown_order);
        active.map(|(key, query)| (key.clone(), query.generation)).collect()
    }

    /// Whether the query is expected to decide soon, and no response has covered the reasons of this generation.
    pub(super) fn is_active(&self, key: &QueryKey, generation: u64) -> bool {
        self.wanted.get(key).is_some_and(|query| !query.is_undecided && query.generation == generation)
    }

    /// Ends the long pauses, because the state is read completely.
    pub(super) fn retry_undecided(&mut self, now: Duration) {
        for query in self.wanted.values_mut().filter(|query| query.is_undecided && query.symbol.is_some()) {
            query.not_before = query.not_before.min(now);
        }
    }

    /// Removes a waiting query whose reasons are not newer than `since`, because a request that was sent then has settled the order.
    pub(super) fn settle(&mut self, part: Part, id: &str, since: Duration) {
        let key = (part, id.to_owned());
        if self.wanted.get(&key).is_some_and(|query| !query.is_in_flight && query.reason_at <= since) {
            self.wanted.remove(&key);
        }
    }

    /// Removes the query of an order. The result of a request in flight does not count then.
    pub(super) fn forget(&mut self, part: Part, id: &str) {
        if let Some(query) = self.wanted.remove(&(part, id.to_owned())) {
            self.in_flight -= usize::from(query.is_in_flight);
        }
    }

    /// Removes all queries of a part.
    pub(super) fn clear(&mut self, part: Part) {
        self.wanted.retain(|(of, _), _| *of != part);
        self.in_flight = self.wanted.values().filter(|query| query.is_in_flight).count();
    }

    /// When the next query may begin.
    pub(super) fn next(&self) -> Option<Duration> {
        if self.in_flight >= MAX_IN_FLIGHT {
            return None;
        }
        let mut next = None;
        for query in self.wanted.values().filter(|query| !query.is_in_flight && query.symbol.is_some()) {
            if query.not_before <= self.not_before {
                // No query can begin earlier.
                return Some(self.not_before);
            }
            next = Some(next.map_or(query.not_before, |next: Duration| next.min(query.not_before)));
        }
        next
    }

    /// Begins the next query: its part, order and contract.
    pub(super) fn begin(&mut self, now: Duration, interval: Duration) -> Option<(Part, String, String)> {
        if self.next()? > now {
            return None;
        }
        let is_low_priority_turn = self.sent % LOW_PRIORITY_SHARE == LOW_PRIORITY_SHARE - 1;
        let ready = self.wanted.iter_mut().filter(|(_, query)| query.is_ready(now));
        let ((part, id), query) = ready.min_by_key(|(_, query)| {
            let (is_low_priority, time) = query.place();
            (is_low_priority != is_low_priority_turn, time)
        })?;
        let symbol = query.symbol.clone()?;
        query.is_in_flight = true;
        self.in_flight += 1;
        (query.has_newer_message, query.has_newer_row) = (false, false);
        self.sent += 1;
        self.not_before = now.saturating_add(interval);
        Some((*part, id.clone(), symbol))
    }

    /// A query ended. If it did not decide, it is repeated after a pause.
    pub(super) fn end(&mut self, part: Part, id: &str, now: Duration, result: QueryResult) -> Progress {
        let key = (part, id.to_owned());
        let Some(query) = self.wanted.get_mut(&key) else { return Progress::Ended };
        self.in_flight -= usize::from(std::mem::take(&mut query.is_in_flight));
        query.failures = if result.is_failure() { query.failures.saturating_add(1) } else { 0 };
        // The response contains the order, which is tracked now.
        query.is_unknown_order &= result.is_failure();
        let was_undecided = query.is_undecided;
        if query.has_newer_message || (query.has_newer_row && result == QueryResult::Decided) {
            if query.has_newer_message && !result.is_failure() {
                self.last_generation += 1;
                query.generation = self.last_generation;
            }
            // A failing exchange is not asked again at once, however many messages arrive.
            query.not_before = if result.is_failure() { now.saturating_add(FIRST_PAUSE) } else { now };
            if result == QueryResult::Decided {
                (query.tries, query.contradictions) = (0, 0);
            }
            query.is_undecided = query.failures >= MAX_TRIES;
            return if query.is_undecided && !was_undecided { Progress::BecameUndecided } else { Progress::Repeated };
        }
        query.has_response |= !result.is_failure();
        query.tries = query.tries.saturating_add(1);
        query.contradictions = if result == QueryResult::Contradicting { query.contradictions + 1 } else { query.contradictions };
        if result == QueryResult::Decided || query.contradictions >= MAX_TRIES {
            self.wanted.remove(&key);
            return if result == QueryResult::Decided { Progress::Ended } else { Progress::Contradicted };
        }
        query.not_found += u32::from(result == QueryResult::NotFound);
        if query.is_unknown_order && query.not_found >= MAX_TRIES {
            // The exchange may have forgotten the order, which is neither open nor tracked.
            self.wanted.remove(&key);
            return Progress::Ended;
        }
        let has_many_tries = query.tries.max(query.failures) >= MAX_TRIES;
        // Nothing waits for an unknown order, so its failures are not reported.
        query.is_undecided = has_many_tries && !query.is_unknown_order;
        let pause = if has_many_tries { LONG_PAUSE } else { FIRST_PAUSE.saturating_mul(1 << (query.tries - 1)) };
        query.not_before = now.saturating_add(pause);
        if query.is_undecided && !was_undecided { Progress::BecameUndecided } else { Progress::Repeated }
    }
}
