//! The complete readings, which end with [`AccountEvent::Reconciled`](super::AccountEvent::Reconciled).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::event::Correction;
use super::input::ReadId;
use super::queries::{Queries, QueryKey};
use super::types::Part;

/// The number of corrections that one event lists.
const MAX_CORRECTIONS: usize = 10_000;
/// The time since the begin of a round, after which a fill that no message announced causes no further readings in this round. Otherwise, a
/// round would never end while such fills appear faster than a part can be read.
const MAX_REPETITION: Duration = Duration::from_secs(20);

/// A complete reading of all parts. Messages that arrive meanwhile cause further requests, but the reading does not wait for these.
/// Otherwise, it would never end while the user trades.
#[derive(Debug)]
pub(super) struct Round {
    began: Duration,
    /// The parts that have to be read, and the first request whose complete response suffices.
    unread: BTreeMap<Part, ReadId>,
    /// The queries that were requested before the last part was read and are expected to decide, with their generations. `None` before.
    queries: Option<BTreeMap<QueryKey, u64>>,
}

impl Round {
    /// A round that reads `parts` with requests from the number `first_read`.
    pub(super) fn new(parts: impl IntoIterator<Item = Part>, first_read: ReadId, now: Duration) -> Self {
        Self { began: now, unread: parts.into_iter().map(|part| (part, first_read)).collect(), queries: None }
    }

    /// A part was read completely.
    pub(super) fn end_part(&mut self, part: Part, read: ReadId) {
        if self.unread.get(&part).is_some_and(|first_read| read >= *first_read) {
            self.unread.remove(&part);
        }
    }

    /// The part has to be read by a request from the number `first_read`, because a row of another part contradicts it. The round
    /// no longer waits for such readings after 20 seconds, but the part is read nevertheless.
    pub(super) fn read_again(&mut self, part: Part, first_read: ReadId, now: Duration) {
        if now.saturating_sub(self.began) > MAX_REPETITION {
            return;
        }
        self.unread.insert(part, first_read);
        self.queries = None;
    }

    /// Whether all parts that can be read were read, and no query is expected to decide.
    pub(super) fn is_complete(&mut self, is_permitted: impl Fn(Part) -> bool, queries: &Queries) -> bool {
        self.unread.retain(|part, _| is_permitted(*part));
        if !self.unread.is_empty() {
            return false;
        }
        let waiting = self.queries.get_or_insert_with(|| queries.active());
        // There can be thousands of queries, so only the first ones are checked.
        while let Some((key, generation)) = waiting.first_key_value() {
            if queries.is_active(key, *generation) {
                return false;
            }
            waiting.pop_first();
        }
        true
    }
}

/// The corrections since the last [`AccountEvent::Reconciled`](super::AccountEvent::Reconciled), each once.
#[derive(Debug, Default)]
pub(super) struct Corrections {
    listed: BTreeSet<Correction>,
    others: u64,
}

impl Corrections {
    pub(super) fn add(&mut self, correction: Correction) {
        if self.listed.len() < MAX_CORRECTIONS || self.listed.contains(&correction) {
            self.listed.insert(correction);
        } else {
            self.others += 1;
        }
    }

    pub(super) fn take(&mut self) -> Vec<Correction> {
        let Self { listed, others } = std::mem::take(self);
        let others = (others > 0).then_some(Correction::Others(others));
        listed.into_iter().chain(others).collect()
    }
}
