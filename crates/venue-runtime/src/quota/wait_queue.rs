//! The callers that wait for their request to be admitted.

use std::collections::{BTreeMap, HashMap};
use std::task::Waker;

/// The waiting callers of a bucket, ordered by the virtual times of their admissions.
///
/// Admission times are at least a period apart, so no two callers have the same time.
#[derive(Debug, Default)]
pub(super) struct WaitQueue {
    id_by_time: BTreeMap<u64, u64>,
    waiters: HashMap<u64, Waiter>,
    last_id: u64,
}

/// One waiting caller.
#[derive(Debug)]
pub(super) struct Waiter {
    /// The virtual time, in nanoseconds, at which the caller is admitted.
    pub(super) admitted_at: u64,
    /// Whether the waiting time has changed since the caller was last notified.
    is_changed: bool,
    waker: Option<Waker>,
}

impl WaitQueue {
    /// Adds a caller, and returns its id.
    pub(super) fn add(&mut self, admitted_at: u64) -> u64 {
        self.last_id += 1;
        self.id_by_time.insert(admitted_at, self.last_id);
        self.waiters.insert(self.last_id, Waiter { admitted_at, is_changed: false, waker: None });
        self.last_id
    }

    pub(super) fn get(&self, id: u64) -> Option<&Waiter> {
        self.waiters.get(&id)
    }

    pub(super) fn get_mut(&mut self, id: u64) -> Option<&mut Waiter> {
        self.waiters.get_mut(&id)
    }

    /// Removes a caller, and returns its admission time.
    pub(super) fn remove(&mut self, id: u64) -> Option<u64> {
        let waiter = self.waiters.remove(&id)?;
        self.id_by_time.remove(&waiter.admitted_at);
        Some(waiter.admitted_at)
    }

    /// Moves the admission of the caller that would be admitted last to the time `earlier`. Returns the former admission time and the waker
    /// of this caller. Returns `None` if no caller has a later admission time than `earlier`.
    pub(super) fn move_last_to(&mut self, earlier: u64) -> Option<(u64, Option<Waker>)> {
        let last = self.id_by_time.last_entry().filter(|last| *last.key() > earlier)?;
        let (former, id) = last.remove_entry();
        self.id_by_time.insert(earlier, id);
        let waiter = self.waiters.get_mut(&id)?;
        waiter.admitted_at = earlier;
        Some((former, waiter.mark_changed()))
    }

    /// Marks the waiting times of all callers as changed, and returns the wakers.
    pub(super) fn mark_all_changed(&mut self) -> Vec<Waker> {
        self.waiters.values_mut().filter_map(Waiter::mark_changed).collect()
    }
}

impl Waiter {
    /// Returns whether the waiting time has changed since the last call of this method. If the time has not changed, stores the waker,
    /// which is woken at the next change.
    pub(super) fn take_change(&mut self, waker: &Waker) -> bool {
        if std::mem::take(&mut self.is_changed) {
            return true;
        }
        self.waker = Some(waker.clone());
        false
    }

    fn mark_changed(&mut self) -> Option<Waker> {
        self.is_changed = true;
        self.waker.take()
    }
}
