//! `ManualTime`: virtual time for tests.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::{BoxFuture, TimeSource, UnixMillis};

/// A [`TimeSource`] for tests, whose time passes only when the test moves it. Clones share the same time.
///
/// [`advance`](Self::advance) moves the wall clock and the monotonic clock. [`step_wall`](Self::step_wall) moves only the wall clock, and
/// [`stall_wall`](Self::stall_wall) moves only the monotonic clock. When the monotonic clock reaches the deadline of a sleeping future, the
/// future is woken. Futures are woken in the order of their deadlines.
#[derive(Clone, Debug)]
pub struct ManualTime {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    monotonic: Duration,
    /// The time of the wall clock, in microseconds, at the zero of the monotonic clock.
    wall_at_zero: i64,
    /// The sleeping futures by their deadline, then by the order in which they began to sleep.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    sleeps: u64,
}

impl ManualTime {
    /// Creates virtual time with the wall clock at this time and the monotonic clock at zero.
    #[must_use]
    pub fn new(wall: UnixMillis) -> Self {
        let wall_at_zero = wall.as_millis().saturating_mul(1000);
        Self { shared: Arc::new(Mutex::new(Shared { monotonic: Duration::ZERO, wall_at_zero, sleepers: BTreeMap::new(), sleeps: 0 })) }
    }

    /// Advances both clocks.
    pub fn advance(&self, by: Duration) {
        self.move_clocks(by, 0);
    }

    /// Advances only the monotonic clock.
    pub fn stall_wall(&self, by: Duration) {
        self.move_clocks(by, micros(by).saturating_neg());
    }

    /// Moves only the wall clock, forward or backward. This happens in reality when a user sets the clock or the machine resumes from a
    /// suspend.
    pub fn step_wall(&self, milliseconds: i64) {
        self.move_clocks(Duration::ZERO, milliseconds.saturating_mul(1000));
    }

    /// Advances both clocks to the earliest deadline of a sleeping future. Returns `false` and moves no clock if no future sleeps.
    pub fn advance_to_next_wake(&self) -> bool {
        let shared = self.lock();
        let next = shared.sleepers.keys().next().map(|(deadline, _)| deadline.saturating_sub(shared.monotonic));
        drop(shared);
        let Some(by) = next else { return false };
        self.advance(by);
        true
    }

    /// The number of sleeping futures: those that were polled and whose deadline is not reached.
    #[must_use]
    pub fn sleepers(&self) -> usize {
        self.lock().sleepers.len()
    }

    fn move_clocks(&self, by: Duration, wall_step: i64) {
        let mut shared = self.lock();
        shared.monotonic = shared.monotonic.saturating_add(by);
        shared.wall_at_zero = shared.wall_at_zero.saturating_add(wall_step);
        let later = (shared.monotonic.saturating_add(Duration::from_nanos(1)), 0);
        let still_asleep = shared.sleepers.split_off(&later);
        let due = std::mem::replace(&mut shared.sleepers, still_asleep);
        drop(shared);
        due.into_values().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TimeSource for ManualTime {
    fn wall(&self) -> UnixMillis {
        let shared = self.lock();
        UnixMillis::new(shared.wall_at_zero.saturating_add(micros(shared.monotonic)).div_euclid(1000))
    }

    fn monotonic(&self) -> Duration {
        self.lock().monotonic
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut shared = self.lock();
        shared.sleeps += 1;
        let key = (shared.monotonic.saturating_add(duration), shared.sleeps);
        drop(shared);
        Box::pin(Sleep { time: self.clone(), key })
    }
}

struct Sleep {
    time: ManualTime,
    /// The deadline and the number of the sleep.
    key: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut shared = self.time.lock();
        if self.key.0 <= shared.monotonic {
            return Poll::Ready(());
        }
        shared.sleepers.insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.time.lock().sleepers.remove(&self.key);
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
