//! `Bucket`: the state of one quota.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use super::reservation::Reservation;
use super::throttle_clock::ThrottleClock;
use super::wait_queue::WaitQueue;
use crate::Quota;

/// The state of one quota. The bucket uses the generic cell rate algorithm (GCRA), with the virtual time of a [`ThrottleClock`].
///
/// A request is admitted at most `burst_tolerance` before the theoretical arrival time. Each admission moves the theoretical arrival time
/// forward by one `period`. If the theoretical arrival time is in the past, the admission first moves it to the current virtual time.
///
/// # Example
///
/// A quota of 4 requests a second with a burst of 3 has a period of 250 ms and a burst tolerance of 500 ms. Five requests at 0 ms are
/// admitted as follows:
///
/// | request | theoretical arrival time | time of admission |
/// | --- | --- | --- |
/// | 1 | 0 ms | 0 ms |
/// | 2 | 250 ms | 0 ms |
/// | 3 | 500 ms | 0 ms |
/// | 4 | 750 ms | 250 ms |
/// | 5 | 1000 ms | 500 ms |
#[derive(Debug)]
pub(super) struct Bucket {
    /// The virtual time that one request uses, in nanoseconds.
    period: u64,
    /// How long before the theoretical arrival time a request may be admitted, in nanoseconds of virtual time: one period for each request
    /// of the burst except one.
    burst_tolerance: u64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    clock: ThrottleClock,
    /// The virtual time, in nanoseconds, at which the next request is due at the even rate.
    theoretical_arrival: u64,
    queue: WaitQueue,
}

impl Bucket {
    pub(super) fn new(quota: Quota) -> Self {
        // The period is at least a nanosecond, so that admission times differ.
        let period = u64::try_from(quota.period().as_nanos()).unwrap_or(u64::MAX).max(1);
        let burst_tolerance = period.saturating_mul(u64::from(quota.max_burst().get()) - 1);
        let state = State { clock: ThrottleClock::new(), theoretical_arrival: 0, queue: WaitQueue::default() };
        Self { period, burst_tolerance, state: Mutex::new(state) }
    }

    /// Reserves the next admission if the wait until then is at most `max_wait`. A reservation without a wait counts as used immediately.
    ///
    /// # Errors
    ///
    /// Returns an error if the wait is longer than `max_wait`. The error is the wait, and nothing is reserved.
    pub(super) fn reserve(&self, now: Duration, max_wait: Duration) -> Result<Reservation<'_>, Duration> {
        let mut state = self.lock();
        let (admitted_at, wait) = self.next_admission(&mut state, now);
        if wait > max_wait {
            return Err(wait);
        }
        state.theoretical_arrival = state.theoretical_arrival.max(admitted_at).saturating_add(self.period);
        let waiter = (!wait.is_zero()).then(|| state.queue.add(admitted_at));
        Ok(Reservation::new(self, waiter))
    }

    /// The wait for the next admission, without a reservation.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        self.next_admission(&mut self.lock(), now).1
    }

    /// Throttles the bucket, ends the burst, and stops the bucket for `pause`. Callers that wait are woken, because their waiting times
    /// have changed.
    pub(super) fn slow_down(&self, now: Duration, pause: Option<Duration>) {
        let mut state = self.lock();
        state.clock.slow_down(now, pause);
        let without_burst = state.clock.advance_to(now).saturating_add(self.burst_tolerance).saturating_add(self.period);
        state.theoretical_arrival = state.theoretical_arrival.max(without_burst);
        let wakers: Vec<Waker> = state.queue.mark_all_changed();
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The wait of a caller in the queue. Zero for a caller that is not in the queue any more.
    pub(super) fn wait_of(&self, id: u64, now: Duration) -> Duration {
        let mut state = self.lock();
        state.clock.advance_to(now);
        state.queue.get(id).map_or(Duration::ZERO, |waiter| state.clock.wait_for(waiter.admitted_at))
    }

    /// Returns whether the waiting time of a caller has changed since the last call of this method. If the time has not changed, stores the
    /// waker and wakes it at the next change.
    pub(super) fn take_change(&self, id: u64, waker: &Waker) -> bool {
        self.lock().queue.get_mut(id).is_some_and(|waiter| waiter.take_change(waker))
    }

    /// Removes a caller whose request is sent.
    pub(super) fn commit(&self, id: u64) {
        self.lock().queue.remove(id);
    }

    /// Releases the reservation of a caller that stops waiting. The caller that would be admitted last gets the released admission time,
    /// and gives up its own later time.
    ///
    /// So no other caller is admitted later than before, and no admission is lost. If all callers have the same patience, the caller that
    /// would be admitted last has waited for the shortest time, so it is the least likely to stop waiting soon.
    pub(super) fn release(&self, id: u64) {
        let mut state = self.lock();
        let State { queue, theoretical_arrival, .. } = &mut *state;
        let Some(released) = queue.remove(id) else { return };
        let (free, waker) = queue.move_last_to(released).unwrap_or((released, None));
        // The two times differ if the bucket was throttled after this reservation. In this case nothing is given back, so that the burst
        // stays ended.
        if *theoretical_arrival == free.saturating_add(self.burst_tolerance).saturating_add(self.period) {
            *theoretical_arrival = free.saturating_add(self.burst_tolerance);
        }
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The virtual time of the next admission, and the wait until then.
    fn next_admission(&self, state: &mut State, now: Duration) -> (u64, Duration) {
        let admitted_at = state.theoretical_arrival.saturating_sub(self.burst_tolerance).max(state.clock.advance_to(now));
        (admitted_at, state.clock.wait_for(admitted_at))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
