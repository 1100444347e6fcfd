//! What a client does around its calls: quotas, retries, reports.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use crate::{BoxFuture, CallContext, CallOptions, Error, ResponseHead, Retry, SystemTime, TimeSource, Veto};

/// The rules that a client applies to its calls: default options, quotas, retries and reports.
///
/// A client without a policy has no quota. Its calls have a deadline only if their options set one, and are repeated only if an
/// [`Interceptor`](crate::Interceptor) asks for a retry. The crate `venue-runtime` contains a policy with quotas, deadlines and retries.
///
/// The client calls the methods in the order of a call's steps: [`acquire_quota`](Self::acquire_quota) before each attempt,
/// [`on_response_head`](Self::on_response_head) and [`on_error`](Self::on_error) after it, and [`on_end`](Self::on_end) once.
pub trait CallPolicy: fmt::Debug + Send + Sync {
    /// The clocks of the client's calls.
    fn time(&self) -> &Arc<dyn TimeSource>;

    /// The options of a call that sets none. No setting by default.
    fn options(&self) -> CallOptions {
        CallOptions::new()
    }

    /// Whether each call creates a `tracing` span named `call`. `true` by default. A client without a policy creates no spans. Such a
    /// client makes the calls that another call depends on (a login, a query of the server's time), which should not appear as calls of the
    /// program.
    fn has_spans(&self) -> bool {
        true
    }

    /// Waits until the quota admits the next attempt. By default, every attempt is admitted immediately.
    ///
    /// # Errors
    ///
    /// A [`Veto`] ends the call before the attempt is sent.
    fn acquire_quota<'a>(&'a self, call: &'a mut CallContext) -> BoxFuture<'a, Result<(), Veto>> {
        let _ = call;
        Box::pin(ready(Ok(())))
    }

    /// Receives the head of each response, before the interceptors do.
    fn on_response_head(&self, head: ResponseHead<'_>, call: &CallContext) {
        let _ = (head, call);
    }

    /// Decides whether a failed attempt is repeated, and waits for the pause before the next attempt. The default is no retry.
    ///
    /// The method is not called after a [`Veto`], nor if the exchange has executed an operation that must not be repeated. If the exchange
    /// [may have executed](Error::may_have_been_executed) such an operation, the client makes no further attempt, even if the method
    /// returns [`Retry::Yes`].
    fn on_error<'a>(&'a self, error: &'a Error, call: &'a mut CallContext) -> BoxFuture<'a, Retry> {
        let _ = (error, call);
        Box::pin(ready(Retry::No))
    }

    /// Receives the end of each call. It is not called if the call's future is dropped.
    fn on_end(&self, call: &CallContext, end: CallEnd<'_>) {
        let _ = (call, end);
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CallEnd<'a> {
    /// The request id that the exchange reported, redacted and made printable.
    pub request_id: Option<&'a str>,
    /// Why the call failed. `None` if it succeeded.
    pub error: Option<&'a Error>,
}

/// The policy of a client that was built without one.
#[derive(Debug)]
pub(crate) struct NoPolicy {
    time: Arc<dyn TimeSource>,
}

impl Default for NoPolicy {
    fn default() -> Self {
        Self { time: Arc::new(SystemTime) }
    }
}

impl CallPolicy for NoPolicy {
    fn time(&self) -> &Arc<dyn TimeSource> {
        &self.time
    }

    fn has_spans(&self) -> bool {
        false
    }
}
