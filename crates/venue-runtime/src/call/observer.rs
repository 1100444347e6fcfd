//! Reports for metrics.

use std::fmt;
use std::time::Duration;

use venue_core::{Error, Operation};

use crate::{NoRetry, QuotaGroup};

/// Receives a report of every attempt, wait, slowdown, call and change of a stream, for counters and histograms. The methods must be fast
/// and must not block: a call runs them on its own task and waits for them, and a stream runs them on the task of its connection or its
/// reader.
///
/// If an observer panics, the panic is logged with `tracing` and the call or the stream continues. A program that is built with
/// `panic = "abort"` ends instead, and then does not learn the outcome of its orders.
///
/// The message of an error contains no secret, but the headers and the body that the error contains may do so.
pub trait Observer: fmt::Debug + Send + Sync {
    /// An attempt ended.
    fn attempt(&self, report: &AttemptReport<'_>) {
        let _ = report;
    }

    /// A call is about to wait.
    fn wait(&self, report: &WaitReport) {
        let _ = report;
    }

    /// The exchange reported too many requests or a ban.
    fn slow_down(&self, report: &SlowDownReport) {
        let _ = report;
    }

    /// A call ended.
    fn call(&self, report: &CallReport<'_>) {
        let _ = report;
    }

    /// The state of a stream changed, or messages of a stream were lost.
    fn stream(&self, report: &StreamReport<'_>) {
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
    /// The number of the attempt. The first attempt is 1.
    pub number: u32,
    /// How long the attempt took from its quota to its end, including the time for signing.
    pub elapsed: Duration,
    /// Why the attempt failed, and what follows. `None` if the attempt succeeded.
    pub failure: Option<(&'a Error, Followup)>,
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Followup {
    /// Another attempt, after this pause.
    Retry(Duration),
    /// The runtime makes no further attempt. The call ends unless an interceptor asks for another attempt, for example with a new token or
    /// a corrected clock. After [`NoRetry::BudgetExhausted`], [`NoRetry::BanRisk`] and [`NoRetry::Banned`], the call always ends.
    End(NoRetry),
}

/// A wait that is about to begin.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct WaitReport {
    /// The operation.
    pub operation: &'static Operation,
    /// The group whose quota it uses.
    pub group: QuotaGroup,
    /// What the call waits for.
    pub wait_for: WaitFor,
    /// How long the call waits.
    pub duration: Duration,
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitFor {
    /// The quota of the operation's group.
    Quota,
    /// The pause before another attempt.
    Retry,
}

/// The exchange reported too many requests of a group, or a ban, which stops all groups.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct SlowDownReport {
    /// The operation that the exchange rejected.
    pub operation: &'static Operation,
    /// The group whose quota slows down, if the group has a quota.
    pub group: QuotaGroup,
    /// The pause that the server asks for, with `Retry-After` or with a header of its own. If this pause is very long, the quota stops only
    /// for a part of it. After a ban, the time for which all groups stop.
    pub pause: Option<Duration>,
}

/// One call that has ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallReport<'a> {
    /// The operation.
    pub operation: &'static Operation,
    /// The group whose quota it used.
    pub group: QuotaGroup,
    /// How many attempts were sent. An attempt that was vetoed does not count.
    pub attempts: u32,
    /// How long the call took, including all waits.
    pub elapsed: Duration,
    /// How much of that time the call waited for a quota, or between two attempts.
    pub waited: Duration,
    /// The exchange's id of the request, if the response had an envelope. Redacted and printable.
    pub request_id: Option<&'a str>,
    /// Why the call failed. `None` if it succeeded.
    pub error: Option<&'a Error>,
}

/// A change of a stream.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StreamReport<'a> {
    /// The connection, such as `public` or `private`.
    pub stream: &'static str,
    /// The topic. `None` if the change concerns the connection.
    pub topic: Option<&'a str>,
    /// The change.
    pub change: StreamChange<'a>,
}

impl<'a> StreamReport<'a> {
    /// Creates a report of a connection, or of one of its topics.
    #[must_use]
    pub const fn new(stream: &'static str, topic: Option<&'a str>, change: StreamChange<'a>) -> Self {
        Self { stream, topic, change }
    }
}

/// What changed. Texts contain no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamChange<'a> {
    /// An attempt to connect begins. Each attempt has the next number.
    Connecting {
        /// The number of the attempt.
        connection: u64,
    },
    /// The connection is open, and authenticated if it needs authentication.
    Connected {
        /// The number of the attempt.
        connection: u64,
    },
    /// The connection was lost, or an attempt to connect failed.
    Disconnected {
        /// The number of the attempt.
        connection: u64,
        /// The reason. `None` if the program closed the connection.
        why: Option<&'a str>,
    },
    /// The server acknowledged the subscription of the topic.
    Subscribed,
    /// The topic was silent for its limit.
    Stale,
    /// The topic is being subscribed again, and earlier data are not continued.
    Resync {
        /// The reason.
        why: &'a str,
    },
    /// A subscriber of the topic was too slow, so messages were dropped. Reported when the subscriber reads its next event.
    Lagged {
        /// The number of dropped messages.
        skipped: u64,
    },
    /// A message could not be read.
    Unreadable,
    /// The subscription of the topic ended.
    Closed,
}
