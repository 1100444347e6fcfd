//! The timestamps of one key, shared by all of its clients.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// The last timestamp, and enough of the past to start anew safely.
#[derive(Debug)]
pub(super) struct Sequence {
    last: AtomicI64,
    /// Changed only under the lock, and only together with `last`.
    run: Mutex<Run>,
    was_synced: AtomicBool,
}

/// Whatever was given out, and may have been accepted, is at most `before` or at least `first`.
///
/// A run begins where the clock is far from the last timestamp: after a pause, or because the clock is wrong. It is what tells "all since
/// then was taken from a wrong clock" from "some of it may have been right".
#[derive(Debug)]
struct Run {
    before: i64,
    first: i64,
}

/// Stands for "none so far".
const NONE: i64 = i64::MIN;

impl Default for Sequence {
    fn default() -> Self {
        Self { last: AtomicI64::new(NONE), run: Mutex::new(Run { before: NONE, first: NONE }), was_synced: AtomicBool::new(false) }
    }
}

/// What the one who starts anew knows: the time, and the limits, in milliseconds.
pub(super) struct Restart {
    pub(super) now: i64,
    pub(super) lead: i64,
    pub(super) window: i64,
}

impl Sequence {
    pub(super) fn last(&self) -> i64 {
        self.last.load(Ordering::Acquire)
    }

    /// Without a lock: from `last`, if it still is that, to a greater one nearby. Else says what it is.
    pub(super) fn advance(&self, last: i64, timestamp: i64) -> Result<(), i64> {
        self.last.compare_exchange_weak(last, timestamp, Ordering::AcqRel, Ordering::Acquire).map(|_| ())
    }

    /// To a timestamp that is much greater than `last`: a new run.
    pub(super) fn leap(&self, last: i64, timestamp: i64) -> Result<(), i64> {
        let mut run = self.run();
        self.replace(last, timestamp)?;
        *run = Run { before: last, first: timestamp };
        Ok(())
    }

    /// Back from a `last` that is further ahead than the window. Gives the first timestamp of the new run, or `None` if that is further
    /// ahead than the lead, and has to be waited for.
    pub(super) fn restart(&self, last: i64, by: Restart) -> Result<Option<i64>, i64> {
        let mut run = self.run();
        let acceptable = by.now.saturating_add(by.window);
        // The greatest timestamp that was given out and is not beyond the window; or, if that is not known, the most that it can be.
        let floor = if acceptable < run.first { run.before.min(acceptable) } else { acceptable };
        let first = by.now.max(floor.saturating_add(1));
        let is_due = first <= by.now.saturating_add(by.lead);
        self.replace(last, if is_due { first } else { floor })?;
        *run = Run { before: floor, first };
        Ok(is_due.then_some(first))
    }

    fn replace(&self, last: i64, timestamp: i64) -> Result<(), i64> {
        self.last.compare_exchange(last, timestamp, Ordering::AcqRel, Ordering::Acquire).map(|_| ())
    }

    /// Somebody with a synchronised clock has taken a timestamp.
    pub(super) fn note_synced(&self) {
        // Most find it set: reading leaves the cache line with everybody.
        if !self.was_synced() {
            self.was_synced.store(true, Ordering::Release);
        }
    }

    pub(super) fn was_synced(&self) -> bool {
        self.was_synced.load(Ordering::Acquire)
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The process's only sequence of this key.
pub(super) fn of_key(exchange: &str, key_id: &str) -> Arc<Sequence> {
    static KEYS: LazyLock<Mutex<Keys>> = LazyLock::new(|| Mutex::new(Keys { limit: FORGETFUL_FROM, by_name: HashMap::new() }));
    KEYS.lock().unwrap_or_else(PoisonError::into_inner).get(exchange, key_id)
}

/// How many keys are known before those without a client are forgotten.
const FORGETFUL_FROM: usize = 1024;

/// Holds the sequences themselves, rather than weak references: a client that is dropped and made anew within a burst must go on.
struct Keys {
    limit: usize,
    by_name: HashMap<(Box<str>, Box<str>), Arc<Sequence>>,
}

impl Keys {
    fn get(&mut self, exchange: &str, key_id: &str) -> Arc<Sequence> {
        let name = (Box::from(exchange), Box::from(key_id));
        if self.by_name.len() >= self.limit && !self.by_name.contains_key(&name) {
            self.by_name.retain(|_, sequence| Arc::strong_count(sequence) > 1);
            self.limit = FORGETFUL_FROM.max(self.by_name.len().saturating_mul(2));
        }
        Arc::clone(self.by_name.entry(name).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_client_are_forgotten_in_the_end() {
        let mut keys = Keys { limit: FORGETFUL_FROM, by_name: HashMap::new() };
        let used = keys.get("test", "used");
        let last = |keys: &mut Keys, name| keys.get("test", name).last();
        for name in ["used", "unused"] {
            keys.get("test", name).leap(NONE, 7).expect("nobody else is here");
        }
        assert_eq!((last(&mut keys, "used"), last(&mut keys, "unused")), (7, 7));
        for index in 0..3 * FORGETFUL_FROM {
            keys.get("test", &index.to_string());
        }
        assert!(keys.by_name.len() <= FORGETFUL_FROM);
        assert_eq!((last(&mut keys, "used"), last(&mut keys, "unused")), (7, NONE));
        drop(used);
    }
}
