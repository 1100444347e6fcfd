//! The sequence of one key's timestamps, shared by all of its clients.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// The last timestamp, and what a restart has to know about the earlier ones.
#[derive(Debug)]
pub(super) struct Sequence {
    last: AtomicI64,
    /// Changed only under the lock, and only together with `last`.
    segment: Mutex<Segment>,
    was_synced: AtomicBool,
}

/// The newest segment of the sequence, which begins with the timestamp `first`. `before` is the greatest earlier timestamp that the server
/// may have accepted, or an upper limit of it.
///
/// A new segment begins if the clock is ahead of the last timestamp by more than the tolerance, either because no timestamp was needed for
/// a while or because the clock is wrong. If the clock proves wrong, the whole segment came from the wrong clock, and the sequence can
/// restart after `before`.
#[derive(Debug)]
struct Segment {
    before: i64,
    first: i64,
}

/// Represents "no timestamp yet".
const NONE: i64 = i64::MIN;

impl Default for Sequence {
    fn default() -> Self {
        Self { last: AtomicI64::new(NONE), segment: Mutex::new(Segment { before: NONE, first: NONE }), was_synced: AtomicBool::new(false) }
    }
}

/// The time of a restart and the limits of the client that restarts the sequence, in milliseconds.
pub(super) struct RestartAt {
    pub(super) now: i64,
    pub(super) max_lead: i64,
    pub(super) tolerance: i64,
}

impl Sequence {
    pub(super) fn last(&self) -> i64 {
        self.last.load(Ordering::Acquire)
    }

    /// Compare-and-swap without a lock: replaces the last timestamp by `timestamp` if the last timestamp is still `last`. `timestamp` is at
    /// most the tolerance ahead of `last`, so it belongs to the same segment.
    ///
    /// # Errors
    ///
    /// Returns the current last timestamp if another caller has replaced `last`, or if the compare-and-swap fails spuriously. The caller
    /// then tries again.
    pub(super) fn advance(&self, last: i64, timestamp: i64) -> Result<(), i64> {
        self.last.compare_exchange_weak(last, timestamp, Ordering::AcqRel, Ordering::Acquire).map(|_| ())
    }

    /// Starts a new segment by compare-and-swap: stores `timestamp` if the stored timestamp is still `last`. The caller calls this method
    /// only if `timestamp` is ahead of `last` by more than the tolerance.
    ///
    /// # Errors
    ///
    /// Returns the stored timestamp if another caller has replaced `last`.
    pub(super) fn jump(&self, last: i64, timestamp: i64) -> Result<(), i64> {
        let mut segment = self.segment();
        self.replace(last, timestamp)?;
        *segment = Segment { before: last, first: timestamp };
        Ok(())
    }

    /// Compare-and-swap that moves the sequence back if the last timestamp is still `last`. `last` is ahead of the clock by more than the
    /// tolerance. Returns the first timestamp of the new segment. Returns `None` if this timestamp is ahead of the clock by more than the
    /// lead, so that the caller has to wait for it.
    ///
    /// # Errors
    ///
    /// Returns the current last timestamp if another caller has replaced `last`.
    pub(super) fn restart(&self, last: i64, at: RestartAt) -> Result<Option<i64>, i64> {
        let mut segment = self.segment();
        let acceptable = at.now.saturating_add(at.tolerance);
        // The greatest timestamp that was returned and that is within the tolerance. If this timestamp is unknown, its upper bound.
        let floor = if acceptable < segment.first { segment.before.min(acceptable) } else { acceptable };
        let first = at.now.max(floor.saturating_add(1));
        let is_due = first <= at.now.saturating_add(at.max_lead);
        self.replace(last, if is_due { first } else { floor })?;
        *segment = Segment { before: floor, first };
        Ok(is_due.then_some(first))
    }

    fn replace(&self, last: i64, timestamp: i64) -> Result<(), i64> {
        self.last.compare_exchange(last, timestamp, Ordering::AcqRel, Ordering::Acquire).map(|_| ())
    }

    /// Records that a client with a synchronised clock has taken a timestamp.
    pub(super) fn note_synced(&self) {
        // The flag is usually set, and a read does not take the cache line from the other threads.
        if !self.was_synced() {
            self.was_synced.store(true, Ordering::Release);
        }
    }

    pub(super) fn was_synced(&self) -> bool {
        self.was_synced.load(Ordering::Acquire)
    }

    fn segment(&self) -> MutexGuard<'_, Segment> {
        self.segment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The sequence of this key, of which the process has one.
pub(super) fn of_key(exchange: &str, key_id: &str) -> Arc<Sequence> {
    static KEYS: LazyLock<Mutex<Keys>> = LazyLock::new(|| Mutex::new(Keys { limit: MAX_IDLE_KEYS, by_name: HashMap::new() }));
    KEYS.lock().unwrap_or_else(PoisonError::into_inner).get(exchange, key_id)
}

/// How many keys are known before the sequences of keys without a client are dropped.
const MAX_IDLE_KEYS: usize = 1024;

/// The sequences of the known API keys. The map keeps a sequence even if no client uses it (a strong reference), because a client that is
/// dropped and created again within a burst of requests must continue the sequence.
struct Keys {
    limit: usize,
    by_name: HashMap<(Box<str>, Box<str>), Arc<Sequence>>,
}

impl Keys {
    fn get(&mut self, exchange: &str, key_id: &str) -> Arc<Sequence> {
        let name = (Box::from(exchange), Box::from(key_id));
        if self.by_name.len() >= self.limit && !self.by_name.contains_key(&name) {
            self.by_name.retain(|_, sequence| Arc::strong_count(sequence) > 1);
            self.limit = MAX_IDLE_KEYS.max(self.by_name.len().saturating_mul(2));
        }
        Arc::clone(self.by_name.entry(name).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_of_keys_without_a_client_are_dropped_once_many_keys_are_known() {
        let mut keys = Keys { limit: MAX_IDLE_KEYS, by_name: HashMap::new() };
        let used = keys.get("test", "used");
        let last = |keys: &mut Keys, name| keys.get("test", name).last();
        for name in ["used", "unused"] {
            keys.get("test", name).jump(NONE, 7).expect("no other thread uses the sequence");
        }
        assert_eq!((last(&mut keys, "used"), last(&mut keys, "unused")), (7, 7));
        for index in 0..3 * MAX_IDLE_KEYS {
            keys.get("test", &index.to_string());
        }
        assert!(keys.by_name.len() <= MAX_IDLE_KEYS);
        assert_eq!((last(&mut keys, "used"), last(&mut keys, "unused")), (7, NONE));
        drop(used);
    }
}
