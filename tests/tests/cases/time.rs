//! Virtual time that passes only while no request is on its way.
//!
//! The sockets are real, so bytes take real time from one end to the other: none, usually, and milliseconds on a busy machine. Tokio's own
//! paused clock moves whenever all tasks wait, also for bytes. Here a conductor moves it: to the next deadline while no attempt of the
//! client is on its way, in small steps while the exchange keeps an attempt waiting on purpose, and not at all while bytes travel.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use sixmm_ext::{BoxFuture, UnixMillis, time::TimeSource};
use tokio::sync::Notify;
use tokio::time::Instant;
use venue_test_support::virtual_time::VirtualTime;

/// How far the time moves at once while the exchange keeps an attempt waiting, whose timeouts are not known here.
const STEP: Duration = Duration::from_millis(50);
/// The real time in which nothing may happen before the time moves.
const PAUSE: Duration = Duration::from_micros(50);
/// How often nothing happens before an attempt that seems to be on its way is taken for one that its caller dropped.
const DROPPED_AFTER: u32 = 400;
/// The same where callers drop many attempts.
const OFTEN_DROPPED_AFTER: u32 = 20;

/// The time of a case. Clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct Timeline {
    clock: Arc<VirtualTime>,
    state: Arc<Mutex<State>>,
    /// Changes whenever anything happens.
    activity: Arc<AtomicU64>,
    failure: Arc<Notify>,
}

#[derive(Debug, Default)]
struct State {
    deadlines: BTreeMap<(Instant, u64), ()>,
    sleeps: u64,
    /// Attempts of the client that were begun, and neither answered nor failed.
    in_flight: usize,
    /// Those of them whose caller is gone.
    dropped: usize,
    /// How many requests or connections the exchange keeps waiting.
    held: usize,
    /// Whether callers drop many attempts.
    is_dropped_often: bool,
    /// How many attempts of the client failed without the head of an answer.
    failed: usize,
}

/// Runs a case in a time of its own.
pub(crate) fn run<T, F: Future<Output = T>>(case: impl FnOnce(Timeline) -> F) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    // As long as a thread blocks, tokio does not move its clock by itself.
    let (hold, held) = std::sync::mpsc::channel::<()>();
    runtime.spawn_blocking(move || held.recv());
    let result = runtime.block_on(async {
        let timeline = Timeline::new();
        let conductor = tokio::spawn(timeline.clone().conduct());
        let result = case(timeline).await;
        conductor.abort();
        result
    });
    drop(hold);
    result
}

impl Timeline {
    fn new() -> Self {
        let clock = Arc::new(VirtualTime::starting_at(UnixMillis::new(crate::exchange::START)));
        Self { clock, state: Arc::default(), activity: Arc::default(), failure: Arc::default() }
    }

    /// Waits for that long.
    pub(crate) async fn pause(&self, duration: Duration) {
        let deadline = self.deadline(Instant::now() + duration);
        tokio::time::sleep_until(deadline.place.0).await;
    }

    /// An attempt of the client begins.
    pub(crate) fn attempt_begins(&self) {
        self.state().in_flight += 1;
    }

    /// An attempt of the client was answered, or failed.
    pub(crate) fn attempt_ends(&self) {
        let mut state = self.state();
        state.in_flight = state.in_flight.saturating_sub(1);
        state.dropped = state.dropped.min(state.in_flight);
    }

    /// An attempt of the client failed before the head of an answer came.
    pub(crate) fn attempt_fails(&self) {
        self.attempt_ends();
        self.state().failed += 1;
        self.failure.notify_one();
    }

    /// Waits until so many more attempts have failed.
    pub(crate) async fn after_failures(&self, failures: usize) {
        let until = self.state_quietly().failed + failures;
        while self.state_quietly().failed < until {
            self.failure.notified().await;
        }
    }

    /// From now on callers drop many attempts.
    pub(crate) fn expect_drops(&self) {
        self.state().is_dropped_often = true;
    }

    /// No call is under way any more.
    pub(crate) fn settle(&self) {
        let mut state = self.state();
        (state.in_flight, state.dropped) = (0, 0);
    }

    /// Something is kept waiting on purpose until the guard is dropped.
    pub(crate) fn hold(&self) -> Held {
        self.state().held += 1;
        Held(self.clone())
    }

    fn deadline(&self, at: Instant) -> Deadline {
        let mut state = self.state();
        state.sleeps += 1;
        let place = (at, state.sleeps);
        state.deadlines.insert(place, ());
        drop(state);
        Deadline { timeline: self.clone(), place }
    }

    async fn conduct(self) {
        let mut still = 0;
        loop {
            let before = self.activity.load(Ordering::Relaxed);
            let _ = tokio::task::spawn_blocking(|| std::thread::sleep(PAUSE)).await;
            if self.activity.load(Ordering::Relaxed) != before {
                still = 0;
                continue;
            }
            let Some(step) = self.step(still) else {
                still += 1;
                continue;
            };
            still = 0;
            tokio::time::advance(step).await;
        }
    }

    /// How far the time may move, when nothing has happened so often.
    fn step(&self, still: u32) -> Option<Duration> {
        let mut state = self.state_quietly();
        let next = state.deadlines.keys().next().map(|(at, _)| at.saturating_duration_since(Instant::now()));
        let is_flying = state.in_flight > state.dropped;
        if is_flying && state.held == 0 {
            if still < if state.is_dropped_often { OFTEN_DROPPED_AFTER } else { DROPPED_AFTER } {
                return None;
            }
            state.dropped = state.in_flight;
        }
        // A deadline has to be passed, and timers have a resolution of a millisecond.
        let next = next.map(|next| next.max(Duration::from_millis(1)));
        Some(if state.in_flight > 0 { next.unwrap_or(STEP).min(STEP) } else { next.unwrap_or(STEP) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.activity.fetch_add(1, Ordering::Relaxed);
        self.state_quietly()
    }

    fn state_quietly(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no case panics while it holds the lock")
    }
}

impl TimeSource for Timeline {
    fn wall(&self) -> UnixMillis {
        self.activity.fetch_add(1, Ordering::Relaxed);
        self.clock.wall()
    }

    fn monotonic(&self) -> Duration {
        self.activity.fetch_add(1, Ordering::Relaxed);
        self.clock.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // As far as tokio's clock goes.
        let duration = duration.min(Duration::from_secs(1_000_000));
        let timeline = self.clone();
        Box::pin(async move { timeline.pause(duration).await })
    }
}

/// A deadline that a future waits for.
struct Deadline {
    timeline: Timeline,
    place: (Instant, u64),
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.timeline.state().deadlines.remove(&self.place);
    }
}

/// Something that is kept waiting on purpose.
pub(crate) struct Held(Timeline);

impl Drop for Held {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.held = state.held.saturating_sub(1);
    }
}
