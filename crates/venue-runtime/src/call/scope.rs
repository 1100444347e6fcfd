//! Deadline, admission and retries, as seen by the attempts.

use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use venue_core::{Attempt, Error, Operation, Refusal, Verdict};

use super::{AttemptReport, CallOptions, Next, OutOfTime, Runtime, WaitFor, WaitReport};
use crate::quota::Reservation;
use crate::retry::{NO_BUDGET_LEFT, judge};
use crate::{GiveUp, QuotaGroup, RetryPolicy};

/// What the attempts of one call share; or those of all calls of a long-lived client, which cannot be told apart.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) runtime: Arc<Runtime>,
    attempt_timeout: Duration,
    policy: RetryPolicy,
    /// By the monotonic clock. `Duration::MAX` if the whole has no limit.
    deadline: Duration,
    /// How long one wait may be. Calls that cannot be told apart have no deadline; each of their waits is held to what a call may take.
    longest_wait: Duration,
    progress: Option<Mutex<Progress>>,
}

/// How far a call has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    pub(super) started: Duration,
    /// The number of attempts that nobody refused.
    pub(super) attempts: u32,
    /// The attempt that has not been reported yet: its number, and when it left the quota.
    running: Option<(u32, Duration)>,
    pub(super) waited: Duration,
}

impl Scope {
    pub(super) fn of_a_call(runtime: &Arc<Runtime>, options: &CallOptions) -> Arc<Self> {
        let options = options.over(runtime.options());
        let started = runtime.time().monotonic();
        let progress = Progress { started, ..Progress::default() };
        Self::new(runtime, &options, started.saturating_add(options.whole()), Some(Mutex::new(progress)))
    }

    pub(super) fn unbound(runtime: &Arc<Runtime>) -> Arc<Self> {
        Self::new(runtime, runtime.options(), Duration::MAX, None)
    }

    fn new(runtime: &Arc<Runtime>, options: &CallOptions, deadline: Duration, progress: Option<Mutex<Progress>>) -> Arc<Self> {
        Arc::new(Self {
            runtime: Arc::clone(runtime),
            attempt_timeout: options.attempt(),
            policy: options.policy(),
            deadline,
            longest_wait: options.whole(),
            progress,
        })
    }

    /// Waits until the group's quota has a turn for the attempt.
    ///
    /// # Errors
    ///
    /// If the call's time would pass first.
    pub(super) async fn admit(&self, attempt: Attempt) -> Result<(), Refusal> {
        let group = self.runtime.group(attempt.operation);
        if self.left().is_zero() {
            return Err(self.used_up(attempt.operation));
        }
        let patience = longest_quota_wait(self.left());
        let turn = self.runtime.quotas().reserve(group, self.now(), patience).map_err(|wait| self.too_late(group, wait))?;
        if let Some(turn) = turn {
            self.wait_for_turn(attempt.operation, group, &turn, self.now().saturating_add(patience)).await?;
            turn.commit();
        }
        if let Some(mut progress) = self.progress() {
            progress.running = Some((attempt.number, self.now()));
        }
        Ok(())
    }

    /// Waits for a turn that was taken. It may come earlier than it was promised, and later if its bucket slows down.
    ///
    /// # Errors
    ///
    /// As soon as it would come later than `latest`.
    async fn wait_for_turn(
        &self,
        operation: &'static Operation,
        group: QuotaGroup,
        turn: &Reservation<'_>,
        latest: Duration,
    ) -> Result<(), Refusal> {
        let mut reported = Duration::ZERO;
        loop {
            let wait = turn.wait(self.now());
            if wait.is_zero() {
                return Ok(());
            }
            let until = self.now().saturating_add(wait);
            if until > latest {
                return Err(self.too_late(group, wait));
            }
            if until > reported {
                self.report_wait(operation, group, WaitFor::Quota, wait);
                reported = until;
            }
            let changed = pin!(turn.changed());
            self.note_wait(select(self.runtime.time().sleep(wait), changed)).await;
        }
    }

    /// The attempt is about to be sent: how long it may take.
    ///
    /// # Errors
    ///
    /// If nothing is left.
    pub(super) fn send(&self, attempt: Attempt) -> Result<Duration, Refusal> {
        let left = self.left();
        if left.is_zero() {
            return Err(self.used_up(attempt.operation));
        }
        if let Some(mut progress) = self.progress() {
            progress.attempts = attempt.number;
        }
        Ok(self.attempt_timeout.min(left))
    }

    /// An attempt was answered with success: it pays into the budget for retries, unless there is a call that will, when it ends.
    pub(super) fn succeeded(&self) {
        if self.progress.is_none() {
            self.runtime.budget().deposit();
        }
    }

    /// Decides what follows a failed attempt, tells of it, and sees the pause through.
    pub(super) async fn after(&self, error: &Error, attempt: Attempt) -> Verdict {
        self.runtime.slow_down_if_rate_limited(error);
        let next = match self.pause(error, attempt) {
            Ok(pause) => Next::Retry(pause),
            Err(reason) => Next::GiveUp(reason),
        };
        self.report_failure(error, attempt.number, next);
        let pause = match next {
            Next::Retry(pause) => pause,
            Next::GiveUp(GiveUp::NoBudgetLeft) => return Verdict::DoneBecause(NO_BUDGET_LEFT),
            Next::GiveUp(_) => return Verdict::Done,
        };
        if !pause.is_zero() {
            self.wait(attempt.operation, self.runtime.group(attempt.operation), WaitFor::Retry, pause).await;
        }
        Verdict::Again
    }

    /// How long to pause before another attempt, if there is to be one: it is paid for.
    fn pause(&self, error: &Error, attempt: Attempt) -> Result<Duration, GiveUp> {
        judge(error, attempt.number, self.policy, self.runtime.exchange())?;
        let backoff = self.runtime.pause(self.policy, attempt.number);
        let pause = backoff.max(self.runtime.retry_after(error).unwrap_or_default());
        let quota = self.runtime.quotas().wait(self.runtime.group(attempt.operation), self.now());
        let left = self.left();
        if pause >= left || quota.saturating_sub(pause) > longest_quota_wait(left - pause) {
            return Err(GiveUp::NoTimeLeft);
        }
        if self.runtime.budget().withdraw() { Ok(pause) } else { Err(GiveUp::NoBudgetLeft) }
    }

    /// Tells how the attempt ended that is running, if one is.
    pub(super) fn report_end(&self, operation: &'static Operation, error: Option<&Error>) {
        if let Some((number, elapsed)) = self.end_attempt() {
            let failure = error.map(|error| (error, Next::GiveUp(GiveUp::NotTransient)));
            self.report(operation, number, Some(elapsed), failure);
        }
    }

    fn report_failure(&self, error: &Error, number: u32, next: Next) {
        let elapsed = self.end_attempt().map(|(_, elapsed)| elapsed);
        match next {
            Next::Retry(pause) => tracing::debug!(attempt = number, %error, ?pause, "failed, and will be tried again"),
            Next::GiveUp(reason) => tracing::debug!(attempt = number, %error, %reason, "failed"),
        }
        self.report(error.operation(), number, elapsed, Some((error, next)));
    }

    fn report(&self, operation: &'static Operation, number: u32, elapsed: Option<Duration>, failure: Option<(&Error, Next)>) {
        let group = self.runtime.group(operation);
        self.runtime.tell(|observer| observer.attempt(&AttemptReport { operation, group, number, elapsed, failure }));
    }

    /// The number of the attempt that is running, if one is, and how long it took.
    fn end_attempt(&self) -> Option<(u32, Duration)> {
        let (number, since) = self.progress()?.running.take()?;
        Some((number, self.now().saturating_sub(since)))
    }

    async fn wait(&self, operation: &'static Operation, group: QuotaGroup, wait_for: WaitFor, duration: Duration) {
        self.report_wait(operation, group, wait_for, duration);
        self.note_wait(self.runtime.time().sleep(duration)).await;
    }

    fn report_wait(&self, operation: &'static Operation, group: QuotaGroup, wait_for: WaitFor, duration: Duration) {
        self.runtime.tell(|observer| observer.wait(&WaitReport { operation, group, wait_for, duration }));
    }

    /// Counts the time that this takes as waited.
    async fn note_wait<T>(&self, wait: impl Future<Output = T>) {
        let before = self.now();
        wait.await;
        let waited = self.now().saturating_sub(before);
        if let Some(mut progress) = self.progress() {
            progress.waited = progress.waited.saturating_add(waited);
        }
    }

    /// The attempt, with the time that its call has left.
    pub(super) fn timed(&self, attempt: Attempt) -> Attempt {
        attempt.with_time_left(self.left())
    }

    /// What comes of this in the call's time. What a client's long-lived interceptors wait for has no limit but its own.
    pub(super) async fn in_time<F: Future + Unpin>(&self, work: F) -> Option<F::Output> {
        if self.deadline == Duration::MAX {
            return Some(work.await);
        }
        let over = pin!(async { self.runtime.time().sleep(self.left()).await });
        match select(work, over).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(_) => None,
        }
    }

    pub(super) fn now(&self) -> Duration {
        self.runtime.time().monotonic()
    }

    /// Rejects an attempt whose turn comes too late.
    fn too_late(&self, group: QuotaGroup, wait: Duration) -> Refusal {
        Refusal::new(OutOfTime::new(group, wait, self.left()))
    }

    /// Refuses an attempt for which no time is left.
    pub(super) fn used_up(&self, operation: &Operation) -> Refusal {
        Refusal::new(OutOfTime::new(self.runtime.group(operation), Duration::ZERO, Duration::ZERO))
    }

    pub(super) fn left(&self) -> Duration {
        if self.deadline == Duration::MAX { self.longest_wait } else { self.deadline.saturating_sub(self.now()) }
    }

    pub(super) fn progress(&self) -> Option<MutexGuard<'_, Progress>> {
        self.progress.as_ref().map(|progress| progress.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How long a call with so much time left waits for its quota at most. A quarter is kept for the attempt: an order that is sent with no time left
/// for the answer only leaves its outcome unknown.
fn longest_quota_wait(left: Duration) -> Duration {
    left - left / 4
}
