//! The state that a book's task changes and its handles read. The task never blocks a thread while it waits for the readers.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::task::Waker;

use tokio::sync::Notify;
use venue_core::TimeSource;
use venue_stream::MonotonicTime;

use super::events::Counters;
use crate::state::{Output, State};
use crate::{BookEvent, BookStatus, LossReason, NotLive};

/// What the handles share with the task.
///
/// Only the task locks the state for writing, and only if no reader has locked it. Otherwise, the last reader wakes the task. So a reader
/// never waits for a writer that waits for another reader, and a thread can read a book again while it reads it. With a lock that prefers
/// waiting writers, this thread would wait for itself.
pub(super) struct Shared {
    state: RwLock<State>,
    waiting: Mutex<Waiting>,
    counters: Mutex<Counters>,
    /// Wakes the handles that wait for the next event.
    pub(super) changed: Notify,
    /// Whether the task has ended. The state may then be one that is not closed.
    has_ended: AtomicBool,
    time: Arc<dyn TimeSource>,
}

/// The task while it does not run.
#[derive(Default)]
struct Waiting {
    task: Option<Waker>,
    /// Whether the task waits for the readers.
    is_blocked: bool,
    /// Whether the program wants the book to be verified again.
    verify_again: bool,
}

impl Shared {
    pub(super) fn new(state: State, time: Arc<dyn TimeSource>) -> Self {
        Self {
            state: RwLock::new(state),
            waiting: Mutex::default(),
            counters: Mutex::default(),
            changed: Notify::new(),
            has_ended: AtomicBool::new(false),
            time,
        }
    }

    pub(super) fn now(&self) -> MonotonicTime {
        MonotonicTime::from_start(self.time.monotonic())
    }

    /// Locks the state for reading. Waits at most for the messages that the task is applying.
    pub(super) fn read(&self) -> ReadGuard<'_> {
        ReadGuard { state: self.state.read().unwrap_or_else(PoisonError::into_inner), release: Release(self) }
    }

    pub(super) fn counters(&self) -> MutexGuard<'_, Counters> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the task, which then verifies the book again.
    pub(super) fn verify_again(&self) {
        let mut waiting = self.waiting();
        waiting.verify_again = true;
        let task = waiting.task.clone();
        drop(waiting);
        task.into_iter().for_each(Waker::wake);
    }

    /// Changes the state for the task, and counts the events for all readers. Returns `None` if a reader has locked the state, which then wakes
    /// the task. Otherwise returns the reason for a new subscription, if the task has to request one.
    ///
    /// The events are counted while the state is locked, so that a reader never sees a content whose loss it could not learn.
    pub(super) fn try_change(&self, task: &Waker, change: impl FnOnce(&mut State, &mut Vec<Output>)) -> Option<Option<LossReason>> {
        let mut outputs = Vec::new();
        let mut waiting = self.waiting();
        match &mut waiting.task {
            Some(present) => present.clone_from(task),
            None => waiting.task = Some(task.clone()),
        }
        // The readers lock `waiting` after they have unlocked the state. So either the state is unlocked here, or the reader sees the task.
        let locked = self.try_write();
        waiting.is_blocked = locked.is_none();
        let mut state = locked?;
        let verify_again = std::mem::take(&mut waiting.verify_again);
        drop(waiting);
        if verify_again {
            state.verify_again(self.now(), &mut outputs);
        }
        change(&mut state, &mut outputs);
        Some(self.count(state, outputs))
    }

    /// Closes the book for the task, which has ended. A book without updates must not remain live.
    pub(super) fn end(&self) {
        self.has_ended.store(true, Ordering::Release);
        match self.try_write() {
            Some(mut state) => {
                let mut outputs = Vec::new();
                state.step(self.now(), &venue_stream::Event::Closed, &mut outputs);
                self.count(state, outputs);
            }
            None => {
                self.counters().count(BookEvent::Closed);
                self.changed.notify_waiters();
            }
        }
    }

    fn count(&self, state: RwLockWriteGuard<'_, State>, outputs: Vec<Output>) -> Option<LossReason> {
        if outputs.is_empty() {
            return None;
        }
        let mut resync = None;
        let mut counters = self.counters();
        for output in outputs {
            match output {
                Output::Event(event) => counters.count(event),
                Output::Resync(reason) => resync = Some(reason),
            }
        }
        drop(counters);
        drop(state);
        self.changed.notify_waiters();
        resync
    }

    fn try_write(&self) -> Option<RwLockWriteGuard<'_, State>> {
        match self.state.try_write() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The state while it is locked for reading.
pub(super) struct ReadGuard<'a> {
    // Unlocked before the task is woken, because fields are dropped in this order.
    state: RwLockReadGuard<'a, State>,
    release: Release<'a>,
}

impl ReadGuard<'_> {
    /// Whether the book is live, or why it is not.
    pub(super) fn trust(&self) -> Result<(), NotLive> {
        let shared = self.release.0;
        // A task that panicked has perhaps applied half of a message, and ends soon.
        if shared.has_ended.load(Ordering::Acquire) || shared.state.is_poisoned() { Err(NotLive::Closed) } else { self.state.trust() }
    }

    pub(super) fn status(&self) -> BookStatus {
        BookStatus { trust: self.trust(), ..self.state.status(self.release.0.now()) }
    }
}

impl Deref for ReadGuard<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

/// Wakes the task if it waits for the readers.
struct Release<'a>(&'a Shared);

impl Drop for Release<'_> {
    fn drop(&mut self) {
        let mut waiting = self.0.waiting();
        let task = if std::mem::take(&mut waiting.is_blocked) { waiting.task.clone() } else { None };
        drop(waiting);
        task.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Wake;
    use std::thread::{self, Thread};

    use rust_decimal::Decimal;
    use venue_core::SystemTime;
    use venue_stream::Event;

    use super::*;
    use crate::{BookSettings, DecodeError, Depth, DepthDecoder};

    /// Wakes a thread, and counts how often.
    struct ThreadWaker {
        thread: Thread,
        wakes: Mutex<u32>,
    }

    impl ThreadWaker {
        fn new() -> Arc<Self> {
            Arc::new(Self { thread: thread::current(), wakes: Mutex::default() })
        }

        fn wakes(&self) -> u32 {
            *self.wakes.lock().expect("no panic")
        }
    }

    impl Wake for ThreadWaker {
        fn wake(self: Arc<Self>) {
            *self.wakes.lock().expect("no panic") += 1;
            self.thread.unpark();
        }
    }

    #[derive(Debug)]
    struct NoDecoder;

    impl DepthDecoder for NoDecoder {
        fn decode(&self, _: &str, _: &mut Depth) -> Result<(), DecodeError> {
            Err(DecodeError::new("not used"))
        }
    }

    fn shared() -> Shared {
        let mut state = State::new(Arc::new(NoDecoder), BookSettings::new());
        state.step(MonotonicTime::default(), &Event::Subscribed, &mut Vec::new());
        Shared::new(state, Arc::new(SystemTime))
    }

    /// Sets the version and the best bid of the book to a number.
    fn set(number: u64) -> impl FnOnce(&mut State, &mut Vec<Output>) {
        move |state, outputs| {
            let mut depth = Depth::new();
            (depth.version, depth.is_snapshot) = (Some(number), Some(true));
            depth.push_bid(&number.to_string(), "1").expect("a level");
            state.step_depth(MonotonicTime::default(), &depth, true, outputs);
        }
    }

    #[test]
    fn the_last_reader_wakes_the_task() {
        let (shared, waker) = (shared(), ThreadWaker::new());
        let task = Waker::from(Arc::clone(&waker));
        let (first, second) = (shared.read(), shared.read());
        assert!(shared.try_change(&task, set(1)).is_none());
        drop(first);
        assert!(shared.try_change(&task, set(1)).is_none(), "another reader is left");
        drop(second);
        let wakes = waker.wakes();
        assert!(shared.try_change(&task, set(1)).is_some());
        drop(shared.read());
        assert_eq!((wakes, waker.wakes()), (2, 2), "only the end of a wait wakes the task");
    }

    #[test]
    fn a_book_whose_task_ended_during_a_reading_is_closed() {
        let shared = shared();
        let reader = shared.read();
        shared.end();
        assert_eq!((reader.trust(), shared.read().status().trust), (Err(NotLive::Closed), Err(NotLive::Closed)));
    }

    #[test]
    fn a_request_to_verify_wakes_the_task() {
        let (shared, waker) = (shared(), ThreadWaker::new());
        shared.try_change(&Waker::from(Arc::clone(&waker)), |_, _| {});
        shared.verify_again();
        assert_eq!(waker.wakes(), 1);
        assert!(std::mem::take(&mut shared.waiting().verify_again));
    }

    #[test]
    fn threads_that_read_a_book_twice_at_a_time_see_all_changes() {
        let shared = shared();
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut last = 0;
                    while last < 2_000 {
                        let reader = shared.read();
                        let version = shared.read().last_known().version();
                        assert_eq!(version, reader.last_known().version(), "the content does not change while it is read");
                        assert_eq!(reader.last_known().best_bid().map(|level| level.price), version.map(Decimal::from));
                        assert!(version >= Some(last) || last == 0);
                        last = version.unwrap_or(0);
                        drop(reader);
                        thread::yield_now();
                    }
                });
            }
            let task = Waker::from(ThreadWaker::new());
            for number in 1..=2_000 {
                while shared.try_change(&task, set(number)).is_none() {
                    thread::park();
                }
            }
        });
    }
}
