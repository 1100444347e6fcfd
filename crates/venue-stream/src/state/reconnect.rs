//! When the next attempt to connect may start.

use std::collections::VecDeque;
use std::time::Duration;

use crate::{MonotonicTime, Reconnect};

const MINUTE: Duration = Duration::from_secs(60);

/// The attempts to connect.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempts {
    /// The attempts since the last connection that lasted.
    in_succession: u32,
    /// The times of the last attempts, at most [`Reconnect::max_attempts_per_minute`].
    times: VecDeque<MonotonicTime>,
    /// The end of the pause after the last failure.
    pause_end: MonotonicTime,
}

impl Attempts {
    pub(super) fn on_attempt(&mut self, now: MonotonicTime, settings: &Reconnect) {
        self.in_succession = self.in_succession.saturating_add(1);
        while self.times.len() >= max_per_minute(settings) {
            self.times.pop_front();
        }
        self.times.push_back(now);
    }

    /// Starts the pause after a connection that was lost, or that was not opened (`lasted` is `None`).
    pub(super) fn on_loss(&mut self, now: MonotonicTime, lasted: Option<Duration>, settings: &Reconnect, random: &mut fastrand::Rng) {
        if lasted.is_some_and(|lasted| lasted >= settings.stable_after) {
            self.in_succession = 0;
        }
        self.pause_end = now + settings.backoff.pause(self.in_succession.max(1), random);
    }

    pub(super) fn are_exhausted(&self, settings: &Reconnect) -> bool {
        settings.max_attempts.is_some_and(|max| self.in_succession >= max)
    }

    /// The earliest time of the next attempt: after the pause, and within the rate.
    pub(super) fn next(&self, settings: &Reconnect) -> MonotonicTime {
        let within_rate = match self.times.front() {
            Some(oldest) if self.times.len() >= max_per_minute(settings) => *oldest + MINUTE,
            _ => MonotonicTime::default(),
        };
        self.pause_end.max(within_rate)
    }
}

fn max_per_minute(settings: &Reconnect) -> usize {
    usize::try_from(settings.max_attempts_per_minute.max(1)).unwrap_or(usize::MAX)
}
