//! What one call knows about itself: its deadline and its progress.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Request;

use crate::time::timeout;
use crate::{Attempt, CallOptions, CallPolicy, Delivery, Error, Operation, TimeSource, Veto};

/// One call in progress: its operation, its deadline, the current attempt, and the time that the call has used so far. The client creates a
/// `CallContext` for each call.
///
/// All times come from the client's [`TimeSource`]. A point in time is a reading of its [monotonic clock](TimeSource::monotonic).
#[derive(Debug)]
pub struct CallContext {
    options: CallOptions,
    time: Arc<dyn TimeSource>,
    started: Duration,
    /// `None` if the call's time is not limited.
    deadline: Option<Duration>,
    attempt: Attempt,
    /// When the quota admitted the current attempt. `None` before the admission, and after the attempt was reported.
    running_since: Option<Duration>,
    attempts_sent: u32,
    waited: Duration,
    /// The greatest delivery of the attempts before the present one.
    delivery: Delivery,
}

impl CallContext {
    pub(crate) fn new(operation: &'static Operation, options: &CallOptions, policy: &dyn CallPolicy) -> Self {
        let options = options.or(&policy.options());
        let time = Arc::clone(policy.time());
        let started = time.monotonic();
        Self {
            options,
            deadline: options.total_timeout().map(|timeout| started.saturating_add(timeout)),
            time,
            started,
            attempt: Attempt::new(operation, 1),
            running_since: None,
            attempts_sent: 0,
            waited: Duration::ZERO,
            delivery: Delivery::NotSent,
        }
    }

    /// The operation that is called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.attempt.operation
    }

    /// The options of the call, completed by those of the client.
    pub fn options(&self) -> CallOptions {
        self.options
    }

    /// The clocks that the call uses.
    #[must_use]
    pub fn time(&self) -> &Arc<dyn TimeSource> {
        &self.time
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.time.monotonic()
    }

    /// How long ago the call started.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.now().saturating_sub(self.started)
    }

    /// How much time remains until the deadline. [`Duration::MAX`] if the call has no deadline.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.map_or(Duration::MAX, |deadline| deadline.saturating_sub(self.now()))
    }

    /// The present attempt, with the call's remaining time.
    #[must_use]
    pub fn attempt(&self) -> Attempt {
        Attempt { time_left: self.deadline.map(|deadline| deadline.saturating_sub(self.now())), ..self.attempt }
    }

    /// How many attempts were handed to the transport.
    #[must_use]
    pub fn attempts_sent(&self) -> u32 {
        self.attempts_sent
    }

    /// How much time the call spent waiting for a quota, or between two attempts.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Waits for `wait`, and counts the time as [waited](Self::waited).
    pub async fn wait_for(&mut self, wait: impl Future) {
        let before = self.now();
        wait.await;
        self.waited = self.waited.saturating_add(self.now().saturating_sub(before));
    }

    /// Ends the current attempt, and returns the data for its report: the number of the attempt and the time since the quota admitted it. A
    /// second call for the same attempt returns `None`, so that each attempt is reported once.
    pub fn end_attempt(&mut self) -> Option<(u32, Duration)> {
        Some((self.attempt.number, self.running()?)).inspect(|_| self.running_since = None)
    }

    /// How long the present attempt has run since it got its quota, if it has not been reported.
    #[must_use]
    pub fn running(&self) -> Option<Duration> {
        Some(self.now().saturating_sub(self.running_since?))
    }

    /// # Errors
    ///
    /// Returns an error if the deadline has passed.
    pub(crate) fn check_deadline(&self) -> Result<(), Veto> {
        if self.remaining().is_zero() { Err(Veto::deadline_exceeded()) } else { Ok(()) }
    }

    /// Waits for the future `step` until the call's deadline. Returns `None` if the deadline passes before `step` completes. If `step`
    /// completes at its first poll, its output is returned even if the deadline has already passed.
    pub(crate) async fn within_deadline<T>(&self, step: impl Future<Output = T>) -> Option<T> {
        timeout(&*self.time, self.remaining(), step).await
    }

    /// The present attempt has got its quota.
    pub(crate) fn start_attempt(&mut self) {
        self.running_since = Some(self.now());
    }

    /// Sets the request's timeout to the shortest of its own timeout, the attempt's timeout and the call's remaining time, and counts the
    /// attempt as sent.
    ///
    /// # Errors
    ///
    /// Returns an error if the deadline has passed.
    pub(crate) fn limit_attempt(&mut self, request: &mut Request) -> Result<(), Veto> {
        let remaining = self.remaining();
        if remaining.is_zero() {
            return Err(Veto::deadline_exceeded());
        }
        self.attempts_sent = self.attempt.number;
        let limit = remaining.min(self.options.timeout_of_attempt().unwrap_or(Duration::MAX));
        if limit < Duration::MAX {
            let timeout = request.timeout_mut();
            *timeout = Some(timeout.map_or(limit, |set| set.min(limit)));
        }
        Ok(())
    }

    /// Adds to the error of the present attempt what is known of all attempts.
    pub(crate) fn complete_error(&mut self, error: Error) -> Error {
        let error = error.after_attempts(self.attempt.number, self.delivery);
        self.delivery = error.delivery();
        error
    }

    pub(crate) fn next_attempt(&mut self) {
        self.attempt = self.attempt.next();
    }
}
