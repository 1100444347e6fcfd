//! Time that moves only when a test says so.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::{BoxFuture, UnixMillis};

use crate::TimeSource;

/// Time that moves only when a test says so. Clones share it.
///
/// Both clocks [`advance`](Self::advance) together; [`step_wall`](Self::step_wall) and [`stall_wall`](Self::stall_wall) take them apart.
/// Whoever sleeps is woken, in the order of the deadlines, when the monotonic clock is advanced to or past the deadline.
#[derive(Clone, Debug)]
pub struct ManualTime {
    shared: Arc<Mutex<Shared>>,
}

#[derive(Debug)]
struct Shared {
    monotonic: Duration,
    /// What the wall clock would have shown, in microseconds, when the monotonic clock stood at zero.
    wall_at_zero: i64,
    /// By deadline, then in the order in which they went to sleep.
    sleepers: BTreeMap<(Duration, u64), Waker>,
    sleeps: u64,
}

impl ManualTime {
    /// Stands at this time; the monotonic clock at zero.
    #[must_use]
    pub fn new(wall: UnixMillis) -> Self {
        let wall_at_zero = wall.as_millis().saturating_mul(1000);
        Self { shared: Arc::new(Mutex::new(Shared { monotonic: Duration::ZERO, wall_at_zero, sleepers: BTreeMap::new(), sleeps: 0 })) }
    }

    /// Time passes, for both clocks.
    pub fn advance(&self, by: Duration) {
        self.pass(by, 0);
    }

    /// Time passes for the monotonic clock alone.
    pub fn stall_wall(&self, by: Duration) {
        self.pass(by, micros(by).saturating_neg());
    }

    /// The wall clock jumps: ahead as after a suspend, or in either direction as when it is set.
    pub fn step_wall(&self, milliseconds: i64) {
        self.pass(Duration::ZERO, milliseconds.saturating_mul(1000));
    }

    /// Advances both clocks to the next deadline of whoever sleeps. `false`, and nothing happens, if nobody does.
    pub fn advance_to_next_wake(&self) -> bool {
        let shared = self.lock();
        let next = shared.sleepers.keys().next().map(|(deadline, _)| deadline.saturating_sub(shared.monotonic));
        drop(shared);
        let Some(by) = next else { return false };
        self.advance(by);
        true
    }

    /// How many futures sleep: created, polled, and not yet due.
    #[must_use]
    pub fn sleepers(&self) -> usize {
        self.lock().sleepers.len()
    }

    fn pass(&self, by: Duration, wall_step: i64) {
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
        let place = (shared.monotonic.saturating_add(duration), shared.sleeps);
        drop(shared);
        Box::pin(Sleep { time: self.clone(), place })
    }
}

struct Sleep {
    time: ManualTime,
    place: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut shared = self.time.lock();
        if self.place.0 <= shared.monotonic {
            return Poll::Ready(());
        }
        shared.sleepers.insert(self.place, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.time.lock().sleepers.remove(&self.place);
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
