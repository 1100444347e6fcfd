//! What is told to metrics.

use std::fmt;
use std::time::Duration;

use venue_core::{Error, Operation};

use crate::{GiveUp, QuotaGroup};

/// Hears of every attempt, wait, slowdown and call: the place for a counter or a histogram. It is called in line: it must be quick, and must
/// not block.
///
/// If it panics, the panic is contained: `tracing` gets an error, and the call goes on as if nothing had happened. (Where panics abort, the
/// process ends, and with it what became of an order.)
///
/// Errors print no secret; their headers and bodies may hold some.
pub trait Observer: fmt::Debug + Send + Sync {
    /// An attempt ended.
    fn attempt(&self, report: &AttemptReport<'_>) {
        let _ = report;
    }

    /// A call is about to wait.
    fn wait(&self, report: &WaitReport) {
        let _ = report;
    }

    /// The exchange said "too many requests".
    fn slow_down(&self, report: &SlowDownReport) {
        let _ = report;
    }

    /// A call ended.
    fn call(&self, report: &CallReport<'_>) {
        let _ = report;
    }
}

/// One attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AttemptReport<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// The group whose quota it used.
    pub group: QuotaGroup,
    /// 1 for the first.
    pub number: u32,
    /// From leaving the quota to the end, with the time that signing took. `None` outside of a [`CallContext`](crate::CallContext), where
    /// the attempts of several calls cannot be told apart.
    pub elapsed: Option<Duration>,
    /// Why it failed, and what follows; `None` if it succeeded.
    pub failure: Option<(&'a Error, Next)>,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Next {
    /// Another attempt, after this pause.
    Retry(Duration),
    /// The end of the call, unless another interceptor has a remedy of its own (a new token, a corrected clock).
    GiveUp(GiveUp),
}

/// A wait that is about to begin.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WaitReport {
    /// The operation.
    pub operation: &'static Operation,
    /// The group whose quota it uses.
    pub group: QuotaGroup,
    /// What is waited for.
    pub wait_for: WaitFor,
    /// For how long.
    pub duration: Duration,
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitFor {
    /// Its turn in the group's quota.
    Quota,
    /// The pause before another attempt.
    Retry,
}

/// The exchange said "too many requests" to a group.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SlowDownReport {
    /// The operation that was refused.
    pub operation: &'static Operation,
    /// The group whose quota slowed down, if it has one.
    pub group: QuotaGroup,
    /// For how long the server wants nothing at all (`Retry-After`), in its own words: the quota stops for a part of it, if it is very long.
    pub pause: Option<Duration>,
}

/// One call, from its start to its end.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallReport<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// The group whose quota it used.
    pub group: QuotaGroup,
    /// How many attempts were made. 0 if it was not sent; an attempt that an interceptor refused is none.
    pub attempts: u32,
    /// From start to end, with all waits.
    pub elapsed: Duration,
    /// How much of that was spent waiting for a quota, or between two attempts.
    pub waited: Duration,
    /// What the vendor calls the request, if an envelope came back.
    pub request_id: Option<&'a str>,
    /// Why it failed; `None` if it succeeded.
    pub error: Option<&'a Error>,
}
