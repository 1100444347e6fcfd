//! Strictly increasing timestamps, never too far ahead of the server.
//!
//! Exchanges refuse a signature that they have seen, and two equal requests in one millisecond have equal signatures. So no timestamp of
//! a key is given out twice in a process; a burst takes the milliseconds ahead of the clock, up to a lead that the server still accepts,
//! and then waits for the clock.

mod queue;
mod sequence;

use std::sync::Arc;
use std::time::Duration;

use venue_core::UnixMillis;

use crate::{Reason, ServerClock};
use queue::Queue;
use sequence::{Restart, Sequence};

/// Gives out the timestamps of one API key. Clones, and whatever else in the process is made [`for_key`](Self::for_key) of the same one,
/// draw from the same sequence.
#[derive(Clone, Debug)]
pub struct Timestamps {
    sequence: Arc<Sequence>,
    /// Of this client alone: another one of the same key may follow a clock that is wrong, and is not to be waited for.
    queue: Arc<Queue>,
    lead: i64,
    window: i64,
}

/// How far a timestamp may be ahead of the server's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How far ahead a timestamp is ever given out. Stay well below what the server accepts, because its clock is only known to within
    /// [`ServerClock::uncertainty`]; and whatever is ahead now is what a burst may take without waiting, one millisecond a call.
    pub lead: Duration,
    /// From how far ahead the server can accept nothing: its documented tolerance, and on top of it what a request may be under way.
    /// Never less than `lead` (it counts as `lead` then).
    pub window: Duration,
}

/// However long the wait would be, look again after this time: a synchronisation may have moved the clock.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Timestamps {
    /// The timestamps of a key: `exchange` and `key_id` together name it, such as the origin of the server's URL and the public part of the
    /// key.
    ///
    /// The process remembers the last timestamp of a key beyond the life of its clients, so that one that is made anew goes on where the
    /// former stopped. Only when it knows more than a thousand keys, it forgets those that have no client.
    #[must_use]
    pub fn for_key(exchange: &str, key_id: &str, limits: Limits) -> Self {
        Self::of(sequence::of_key(exchange, key_id), limits)
    }

    /// A sequence shared with nothing but clones: for tests, whose keys are alike and whose time starts over.
    #[must_use]
    pub fn detached(limits: Limits) -> Self {
        Self::of(Arc::default(), limits)
    }

    fn of(sequence: Arc<Sequence>, limits: Limits) -> Self {
        let lead = millis(limits.lead);
        Self { sequence, queue: Arc::default(), lead, window: millis(limits.window).max(lead) }
    }

    /// The next timestamp: greater than every one before it, at least the server's time as `clock` knows it, and at most the lead ahead
    /// of that. Waits while the lead is used up, in the order of the calls of one client. A future that is dropped has taken nothing.
    ///
    /// # When the clock was wrong
    ///
    /// If a synchronisation moves the clock back, timestamps keep increasing and callers wait for the clock to catch up; unless the last
    /// timestamp is ahead by more than the window. It was then taken from a clock that was wrong, and so was every other beyond the
    /// window: the server, whose time is at most *now*, has accepted none of them, and will not until it gets there. What it may have
    /// accepted is at most *now* plus the window; so the sequence starts anew *behind the greatest timestamp given out that is not beyond
    /// that*, which is usually *now* itself. (Of a wrong clock that crept away rather than jumped, only the end of the window is known
    /// for sure, and callers wait until that is within the lead.)
    ///
    /// This rests on the clock, so only a client that was synchronised, and whose clock is not in doubt ([`ServerClock::needs_sync`]
    /// says `None` or [`Reason::Aged`]), starts anew what another one that was synchronised has used. If it is in doubt, callers wait
    /// until somebody synchronises it: do that first.
    pub async fn next(&self, clock: &ServerClock) -> UnixMillis {
        if self.queue.is_empty()
            && let Ok(timestamp) = self.take(clock)
        {
            return timestamp;
        }
        let _turn = self.queue.wait_for_turn().await;
        loop {
            match self.take(clock) {
                Ok(timestamp) => return timestamp,
                Err(wait) => clock.time().sleep(wait.min(LOOK_AGAIN)).await,
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
                    Ok(()) => return Ok(self.taken(timestamp, clock)),
                    Err(newer) => last = newer,
                },
                Step::Leap => match self.sequence.leap(last, now) {
                    Ok(()) => return Ok(self.taken(now, clock)),
                    Err(newer) => last = newer,
                },
                Step::Wait(wait) => return Err(wait),
                Step::StartAnew if !self.may_start_anew(clock) => return Err(LOOK_AGAIN),
                Step::StartAnew => match self.sequence.restart(last, Restart { now, lead: self.lead, window: self.window }) {
                    Ok(Some(timestamp)) => return Ok(self.taken(timestamp, clock)),
                    Ok(None) => last = self.sequence.last(),
                    Err(newer) => last = newer,
                },
            }
        }
    }

    fn step(&self, last: i64, now: i64) -> Step {
        let ahead = last.saturating_sub(now);
        if ahead > self.window {
            return Step::StartAnew;
        }
        if ahead < self.window.saturating_neg() {
            return Step::Leap;
        }
        let timestamp = now.max(last + 1);
        match u64::try_from(timestamp - now - self.lead) {
            Ok(too_far @ 1..) => Step::Wait(Duration::from_millis(too_far)),
            _ => Step::Follow(timestamp),
        }
    }

    fn taken(&self, timestamp: i64, clock: &ServerClock) -> UnixMillis {
        if clock.is_synced() {
            self.sequence.note_synced();
        }
        UnixMillis::new(timestamp)
    }

    fn may_start_anew(&self, clock: &ServerClock) -> bool {
        match clock.needs_sync() {
            None | Some(Reason::Aged) => true,
            // All clocks that were never synchronised are this machine's wall clock, so they agree with each other.
            Some(Reason::NeverSynced) => !self.sequence.was_synced(),
            Some(Reason::Jumped | Reason::Refused) => false,
        }
    }
}

/// What to do after the last timestamp.
enum Step {
    /// Give out this one.
    Follow(i64),
    /// Give out the time itself, far from the last timestamp.
    Leap,
    /// The lead is used up.
    Wait(Duration),
    /// The last timestamp is further ahead than the window.
    StartAnew,
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
