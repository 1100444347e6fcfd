//! What a client does around its calls: quotas, retries, reports.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use crate::{BoxFuture, CallContext, CallOptions, Error, ResponseHead, Retry, SystemTime, TimeSource, Veto};

/// What a client does around its calls beyond sending them: default options, quotas, retries and reports.
///
/// A client without a policy has no quota, no deadline unless a call's options set one, and retries only what an
/// [`Interceptor`](crate::Interceptor) asks for. `venue-runtime` has a policy with all of these.
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

    /// Whether each call is a `tracing` span named `call`. `true` by default. A client without a policy has no spans, so that the calls that another
    /// call depends on (a login, a query of the server's time) do not appear as calls of the program.
    fn has_spans(&self) -> bool {
        true
    }

    /// Waits until the quota allows the next attempt. Does not wait by default.
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

    /// Decides whether a failed attempt is repeated, and waits for the pause before the next one. Never repeats by default.
    ///
    /// The method is not called after a [`Veto`], nor for a write that was executed and must not be repeated.
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
