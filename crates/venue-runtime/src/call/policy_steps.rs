//! The steps that the runtime adds to a call: quota, retry decision, report.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::select;
use venue_core::reqwest::StatusCode;
use venue_core::{
    BoxFuture, CallContext, CallEnd, CallOptions, CallPolicy, Error, ResponseHead, Retry, RetryPolicy, TimeSource, Veto, VetoKind,
};

use super::{AttemptReport, CallReport, CallRuntime, Followup, WaitFor, WaitReport};
use crate::quota::Reservation;
use crate::retry::{BAN_RISK, BANNED, BUDGET_EXHAUSTED, classify};
use crate::{NoRetry, QuotaGroup};

/// The options of a call for which neither the call nor the client sets any.
const DEFAULTS: CallOptions =
    CallOptions::new().timeout(Duration::from_secs(30)).attempt_timeout(Duration::from_secs(15)).retry(RetryPolicy::new());

impl CallPolicy for CallRuntime {
    fn time(&self) -> &Arc<dyn TimeSource> {
        self.time_source()
    }

    fn options(&self) -> CallOptions {
        self.client_options().or(&DEFAULTS)
    }

    fn acquire_quota<'a>(&'a self, call: &'a mut CallContext) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(self.wait_for_quota(call))
    }

    fn on_response_head(&self, head: ResponseHead<'_>, call: &CallContext) {
        if self.exchange().is_banned(head.status, None) {
            self.stop(call.operation());
        } else if head.status == StatusCode::TOO_MANY_REQUESTS {
            self.slow_down(call.operation(), self.rate_limit_pause(call.operation(), head.headers));
        }
    }

    fn on_error<'a>(&'a self, error: &'a Error, call: &'a mut CallContext) -> BoxFuture<'a, Retry> {
        Box::pin(self.decide_retry(error, call))
    }

    fn on_end(&self, call: &CallContext, end: CallEnd<'_>) {
        let CallEnd { request_id, error, .. } = end;
        // Report the last attempt if it was not reported yet. A failed attempt was reported when its retry was decided, but a success, or a
        // failure that is never repeated, had no such decision.
        if error.is_none() {
            self.budget().deposit();
        }
        if !self.has_observer() {
            return;
        }
        let (operation, group) = (call.operation(), self.group(call.operation()));
        // A failed attempt was reported when its retry was decided, except if nothing was to be decided.
        if let Some(elapsed) = call.running() {
            let failure = error.map(|error| (error, Followup::End(NoRetry::NotTransient)));
            let report = AttemptReport { operation, group, number: call.attempt().number, elapsed, failure };
            self.notify(|observer| observer.attempt(&report));
        }
        let (attempts, elapsed, waited) = (call.attempts_sent(), call.elapsed(), call.waited());
        self.notify(|observer| observer.call(&CallReport { operation, group, attempts, elapsed, waited, request_id, error }));
    }
}

impl CallRuntime {
    /// Waits until the group's quota allows the attempt. A group without a quota waits only for the end of a ban.
    ///
    /// # Errors
    ///
    /// Returns an error if the quota would admit the attempt only after more than three quarters of the call's remaining time, or after
    /// [`CallOptions::quota_timeout`](venue_core::CallOptions::quota_timeout).
    async fn wait_for_quota(&self, call: &mut CallContext) -> Result<(), Veto> {
        let group = self.group(call.operation());
        let now = call.now();
        let longest = longest_quota_wait(call.remaining()).min(call.options().timeout_of_quota().unwrap_or(Duration::MAX));
        let reservation = self.quotas().reserve_admission(group, now, longest).map_err(|wait| self.quota_unavailable(group, wait, call))?;
        let latest = now.saturating_add(longest);
        match reservation {
            Some(reservation) => {
                self.wait_for_turn(call, group, &reservation, latest).await?;
                reservation.commit();
                Ok(())
            }
            None => self.wait_for_end_of_ban(call, group, latest).await,
        }
    }

    /// Waits until a group without a quota may send after a ban.
    ///
    /// # Errors
    ///
    /// Returns an error at once if the ban ends after `latest`.
    async fn wait_for_end_of_ban(&self, call: &mut CallContext, group: QuotaGroup, latest: Duration) -> Result<(), Veto> {
        loop {
            let wait = self.quotas().wait(group, call.now());
            if wait.is_zero() {
                return Ok(());
            }
            if call.now().saturating_add(wait) > latest {
                return Err(self.quota_unavailable(group, wait, call));
            }
            self.report_wait(call, WaitFor::Quota, wait);
            let sleep = call.time().sleep(wait);
            call.wait_for(sleep).await;
        }
    }

    /// Waits until a reservation is due. The wait can become shorter if another caller releases its reservation, and longer if the quota is
    /// throttled.
    ///
    /// # Errors
    ///
    /// Returns an error as soon as it is known that the reservation is due after `latest`.
    async fn wait_for_turn(
        &self,
        call: &mut CallContext,
        group: QuotaGroup,
        reservation: &Reservation<'_>,
        latest: Duration,
    ) -> Result<(), Veto> {
        let mut reported = Duration::ZERO;
        loop {
            let wait = reservation.wait(call.now());
            if wait.is_zero() {
                return Ok(());
            }
            let until = call.now().saturating_add(wait);
            if until > latest {
                return Err(self.quota_unavailable(group, wait, call));
            }
            if until > reported {
                self.report_wait(call, WaitFor::Quota, wait);
                reported = until;
            }
            let changed = pin!(reservation.changed());
            let sleep = call.time().sleep(wait);
            call.wait_for(select(sleep, changed)).await;
        }
    }

    fn quota_unavailable(&self, group: QuotaGroup, wait: Duration, call: &CallContext) -> Veto {
        let remaining = call.remaining();
        let limit = match call.options().timeout_of_quota() {
            Some(limit) if wait <= longest_quota_wait(remaining) => format!("the call waits for at most {limit:?}: let it wait longer"),
            _ => {
                let kept = if wait <= remaining { ", a quarter of which is kept for the attempt" } else { "" };
                format!("only {remaining:?} of the call's time remain{kept}: allow the call more time")
            }
        };
        let documented = self.quotas().documented_limit(group).map(|limit| format!(" (documented: {limit})")).unwrap_or_default();
        let reason = format!("the quota of `{group}`{documented} is available in {wait:?}, but {limit}, or send fewer requests");
        Veto::of_kind(VetoKind::QuotaUnavailable { wait, remaining }, reason)
    }

    /// Decides whether a failed attempt is repeated, reports the decision, and waits for the pause.
    async fn decide_retry(&self, error: &Error, call: &mut CallContext) -> Retry {
        self.slow_down_after(error);
        let followup = match self.pause_before_retry(error, call) {
            Ok(pause) => Followup::Retry(pause),
            Err(reason) => Followup::End(reason),
        };
        self.report_failure(error, call, followup);
        match followup {
            Followup::Retry(pause) => {
                if !pause.is_zero() {
                    self.report_wait(call, WaitFor::Retry, pause);
                    let sleep = call.time().sleep(pause);
                    call.wait_for(sleep).await;
                }
                Retry::Yes
            }
            Followup::End(NoRetry::BudgetExhausted) => Retry::NoBecause(BUDGET_EXHAUSTED),
            Followup::End(NoRetry::BanRisk) => Retry::NoBecause(BAN_RISK),
            Followup::End(NoRetry::Banned) => Retry::NoBecause(BANNED),
            Followup::End(_) => Retry::No,
        }
    }

    /// Decides whether a further attempt is allowed, takes its cost from the retry budget, and returns the pause before the attempt.
    ///
    /// # Errors
    ///
    /// Returns an error if no further attempt is allowed.
    fn pause_before_retry(&self, error: &Error, call: &CallContext) -> Result<Duration, NoRetry> {
        let number = call.attempt().number;
        let policy = call.options().retry_policy();
        classify(error, number, policy, self.exchange())?;
        let pause = self.random_pause(policy, number).max(self.retry_after(error).unwrap_or_default());
        let quota = self.quotas().wait(self.group(call.operation()), call.now());
        let remaining = call.remaining();
        if pause >= remaining || quota.saturating_sub(pause) > longest_quota_wait(remaining - pause) {
            return Err(NoRetry::DeadlineTooClose);
        }
        if self.budget().withdraw() { Ok(pause) } else { Err(NoRetry::BudgetExhausted) }
    }

    fn report_failure(&self, error: &Error, call: &mut CallContext, followup: Followup) {
        let number = call.attempt().number;
        match followup {
            Followup::Retry(pause) => tracing::debug!(attempt = number, %error, ?pause, "attempt failed, will be repeated"),
            Followup::End(reason) => tracing::debug!(attempt = number, %error, %reason, "attempt failed"),
        }
        if let Some((number, elapsed)) = call.end_attempt() {
            let (operation, group) = (call.operation(), self.group(call.operation()));
            let report = AttemptReport { operation, group, number, elapsed, failure: Some((error, followup)) };
            self.notify(|observer| observer.attempt(&report));
        }
    }

    fn report_wait(&self, call: &CallContext, wait_for: WaitFor, duration: Duration) {
        let (operation, group) = (call.operation(), self.group(call.operation()));
        self.notify(|observer| observer.wait(&WaitReport { operation, group, wait_for, duration }));
    }
}

/// The longest time that a call with this remaining time waits for its quota. A quarter of the remaining time is reserved for the attempt,
/// because an order has an unknown outcome if no time is left for its response.
///
/// Example: a call that has 1.3 s left waits for at most 975 ms.
fn longest_quota_wait(remaining: Duration) -> Duration {
    remaining - remaining / 4
}
