//! Strictly increasing timestamps for signed requests, never too far ahead of the server's clock.
//!
//! An exchange rejects a signature that it has already received, and two equal requests with the same timestamp have the same signature. So
//! each timestamp of an API key is used only once in a process. A burst of requests uses timestamps ahead of the clock, up to a lead that
//! the server accepts. Further requests wait for the clock.

mod queue;
mod sequence;
mod synced;

use std::sync::Arc;
use std::time::Duration;

use venue_core::UnixMillis;

use crate::{ServerClock, SyncReason};
use queue::Queue;
use sequence::{RestartAt, Sequence};

/// The timestamps of one API key. All clones share one sequence, and so do all instances that [`for_key`](Self::for_key) returns for the
/// same key in this process.
#[derive(Clone, Debug)]
pub struct Timestamps {
    sequence: Arc<Sequence>,
    /// The waiting callers of this client. Callers of other clients with the same key have queues of their own, because the clock of
    /// another client may be wrong and should not delay this client.
    queue: Arc<Queue>,
    max_lead: i64,
    tolerance: i64,
}

/// How far a timestamp may be ahead of the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampLimits {
    /// How far ahead of the estimated server clock a timestamp may be. Choose much less than the server accepts, because the estimate has
    /// an error of up to [`ServerClock::uncertainty`]. A burst can send one request for each millisecond of this lead without waiting.
    pub max_lead: Duration,
    /// The difference from the server's clock beyond which the server certainly rejects a timestamp: the server's documented tolerance plus
    /// the longest time that a request may be in flight. A value below `max_lead` counts as `max_lead`.
    pub tolerance: Duration,
}

/// The longest wait before the server clock's estimate is read again. A synchronisation may have moved the estimate during the wait.
const RECHECK_EVERY: Duration = Duration::from_secs(1);

impl Timestamps {
    /// The timestamps of an API key. `exchange` identifies the exchange, for example by the origin of the server's URL. `key_id` is the
    /// public part of the key.
    ///
    /// The process keeps the sequence of a key after the clients of the key are dropped, so that a new client continues the sequence. If
    /// the process knows more than 1,024 keys, it drops the sequences of the keys that have no client.
    #[must_use]
    pub fn for_key(exchange: &str, key_id: &str, limits: TimestampLimits) -> Self {
        Self::of(sequence::of_key(exchange, key_id), limits)
    }

    /// Timestamps with a sequence that only the clones share, for tests. Several tests of a process use the same key, and each test starts
    /// its time again.
    #[must_use]
    pub fn detached(limits: TimestampLimits) -> Self {
        Self::of(Arc::default(), limits)
    }

    fn of(sequence: Arc<Sequence>, limits: TimestampLimits) -> Self {
        let max_lead = millis(limits.max_lead);
        Self { sequence, queue: Arc::default(), max_lead, tolerance: millis(limits.tolerance).max(max_lead) }
    }

    /// Returns the next timestamp. It is greater than every previous timestamp, not earlier than the server's time as `clock` estimates it,
    /// and at most `max_lead` ahead of that time. If the lead is exhausted, the callers of this client wait in the order of their calls. A
    /// future that is dropped while it waits takes no timestamp.
    ///
    /// # When the clock was wrong
    ///
    /// If a synchronisation moves the clock back, timestamps still increase: callers wait until the clock catches up. There is one
    /// exception. If the last timestamp is further ahead of the clock than `tolerance`, the clock that it was taken from was wrong, and the
    /// server cannot have accepted it. The sequence then restarts after the greatest timestamp that the server may have accepted.
    ///
    /// Example with a `max_lead` of 5 s and a `tolerance` of 20 s. The server's time is 12:00:00.000.
    ///
    /// 1. Three requests get the timestamps 12:00:00.000, .001 and .002.
    /// 2. A synchronisation reads a wrong time, and the next request gets 13:00:00.000. The server rejects it.
    /// 3. The following synchronisation corrects the clock to 12:00:00.000. The last timestamp is 3,600 s ahead, which is more than 20 s.
    ///    The server accepts nothing beyond 12:00:20.000, and the greatest timestamp up to there is 12:00:00.002. The sequence restarts at
    ///    12:00:00.003.
    ///
    /// If the clock goes wrong in steps of less than 20 s (6 s, 12 s, 18 s, 24 s), the sequence has no gap that separates correct
    /// timestamps from wrong timestamps. Then only timestamps after the end of the tolerance are known to be unused. The sequence restarts
    /// at 12:00:20.001, and callers wait about 15 s, until this timestamp is at most 5 s ahead.
    ///
    /// A restart is only correct if the clock is correct. If a synchronised client has used the sequence, only a client whose clock is
    /// synchronised and not in doubt ([`ServerClock::needs_sync`] returns `None` or [`SyncReason::Aged`]) restarts it. Callers of other
    /// clients wait until their clock is synchronised, so synchronise a clock that is in doubt before calling this method.
    pub async fn next(&self, clock: &ServerClock) -> UnixMillis {
        if self.queue.is_empty()
            && let Ok(timestamp) = self.take(clock)
        {
            return timestamp;
        }
        let _position = self.queue.wait_for_first_position().await;
        loop {
            match self.take(clock) {
                Ok(timestamp) => return timestamp,
                Err(wait) => clock.time().sleep(wait.min(RECHECK_EVERY)).await,
            }
        }
    }

    /// A timestamp, or how long to wait for one.
    fn take(&self, clock: &ServerClock) -> Result<UnixMillis, Duration> {
        let mut last = self.sequence.last();
        loop {
            let now = clock.now().as_millis();
            match self.step(last, now) {
                Step::Follow(timestamp) => match self.sequence.advance(last, timestamp) {
                    Ok(()) => return Ok(self.given_out(timestamp, clock)),
                    Err(newer) => last = newer,
                },
                Step::Jump => match self.sequence.jump(last, now) {
                    Ok(()) => return Ok(self.given_out(now, clock)),
                    Err(newer) => last = newer,
                },
                Step::Wait(wait) => return Err(wait),
                Step::Restart if !self.may_restart(clock) => return Err(RECHECK_EVERY),
                Step::Restart => match self.sequence.restart(last, RestartAt { now, max_lead: self.max_lead, tolerance: self.tolerance }) {
                    Ok(Some(timestamp)) => return Ok(self.given_out(timestamp, clock)),
                    Ok(None) => last = self.sequence.last(),
                    Err(newer) => last = newer,
                },
            }
        }
    }

    fn step(&self, last: i64, now: i64) -> Step {
        let ahead = last.saturating_sub(now);
        if ahead > self.tolerance {
            return Step::Restart;
        }
        if ahead < self.tolerance.saturating_neg() {
            return Step::Jump;
        }
        let timestamp = now.max(last + 1);
        match u64::try_from(timestamp - now - self.max_lead) {
            Ok(excess @ 1..) => Step::Wait(Duration::from_millis(excess)),
            _ => Step::Follow(timestamp),
        }
    }

    fn given_out(&self, timestamp: i64, clock: &ServerClock) -> UnixMillis {
        if clock.is_synced() {
            self.sequence.note_synced();
        }
        UnixMillis::new(timestamp)
    }

    fn may_restart(&self, clock: &ServerClock) -> bool {
        match clock.needs_sync() {
            None | Some(SyncReason::Aged) => true,
            // A clock that was never synchronised shows this machine's wall clock. If no client of the key is synchronised, the clocks of
            // all clients agree, so any of the clients may restart the sequence.
            Some(SyncReason::NeverSynced) => !self.sequence.was_synced(),
            Some(SyncReason::Jumped | SyncReason::Rejected) => false,
        }
    }
}

/// How the sequence continues after its last timestamp.
enum Step {
    /// Give out this timestamp, which is close to the last one.
    Follow(i64),
    /// Give out the present time, which is far ahead of the last timestamp.
    Jump,
    /// Wait for this long, because the lead is exhausted.
    Wait(Duration),
    /// Restart, because the last timestamp is further ahead than the tolerance.
    Restart,
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
