//! One call, from its start to its report.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tracing::Instrument as _;
use venue_core::{Attempt, Envelope, Error, EscapedText, Interceptor, Operation, Response};

use super::CallReport;
use super::interceptors::{self, around};
use super::scope::{Progress, Scope};

/// One call: its deadline, its attempts, its span and its report. [`Runtime::call`](crate::Runtime::call) begins one.
///
/// [`around`](Self::around) makes it part of a client's calls, [`run`](Self::run) sees one of them through.
#[derive(Debug)]
pub struct CallContext {
    scope: Arc<Scope>,
    /// They know what must be taken out of the server's words before these are printed.
    inner: OnceLock<Vec<Arc<dyn Interceptor>>>,
}

impl CallContext {
    pub(super) fn new(scope: Arc<Scope>) -> Self {
        Self { scope, inner: OnceLock::new() }
    }

    /// The call's interceptors around the client's own, which come from [`Client::interceptors`](venue_core::Client::interceptors); for
    /// [`Client::with_interceptors`](venue_core::Client::with_interceptors). The client that comes out of it is for this one call.
    #[must_use]
    pub fn around(&self, inner: &[Arc<dyn Interceptor>]) -> Vec<Arc<dyn Interceptor>> {
        self.inner.get_or_init(|| inner.to_vec());
        around(&self.scope, inner)
    }

    /// Sees the call through: opens its span, tells the observer how it ended, and pays into the budget for retries if it succeeded.
    ///
    /// The span is called `call`; its fields are `operation`, `attempts`, `request_id`, `elapsed_ms`, and `error` if there was one.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn run<E: Envelope>(
        &self,
        operation: &'static Operation,
        call: impl Future<Output = Result<Response<E>, Error>>,
    ) -> Result<Response<E>, Error> {
        let span = tracing::debug_span!(
            "call",
            operation = operation.id,
            attempts = tracing::field::Empty,
            request_id = tracing::field::Empty,
            elapsed_ms = tracing::field::Empty,
            error = tracing::field::Empty,
        );
        let result = call.instrument(span.clone()).await;
        self.end(operation, &result, &span);
        result
    }

    fn end<E: Envelope>(&self, operation: &'static Operation, result: &Result<Response<E>, Error>, span: &tracing::Span) {
        let runtime = &self.scope.runtime;
        let error = result.as_ref().err();
        self.scope.report_end(operation, error);
        if error.is_none() {
            runtime.budget().deposit();
        }
        let Progress { attempts, started, waited, .. } = self.scope.progress().map(|progress| progress.clone()).unwrap_or_default();
        let elapsed = self.scope.now().saturating_sub(started);
        let request_id = match result {
            Ok(response) => self.request_id(response),
            // Redacted by the core.
            Err(error) => error.request_id().map(|id| EscapedText::new(id).to_string()),
        };
        let request_id = request_id.as_deref();
        span.record("attempts", attempts);
        span.record("elapsed_ms", u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX));
        if let Some(request_id) = request_id {
            span.record("request_id", request_id);
        }
        if let Some(error) = error {
            span.record("error", tracing::field::display(error));
        }
        tracing::debug!(parent: span, "done");
        let group = runtime.group(operation);
        runtime.tell(|observer| observer.call(&CallReport { operation, group, attempts, elapsed, waited, request_id, error }));
    }

    /// What the exchange calls a request that succeeded, to be printed: it may repeat a text that it was sent, so secrets are taken out of it.
    /// The request id of an [`Error`] is concealed already.
    #[must_use]
    pub fn request_id<E: Envelope>(&self, answer: &Response<E>) -> Option<String> {
        let mut id = answer.request_id()?.to_owned();
        self.conceal(&mut id, answer.operation());
        Some(EscapedText::new(&id).to_string())
    }

    /// Takes out of a text of the call's answer the secrets that the client's own interceptors know, so that it can be printed. What an
    /// [`Error`] shows is concealed already.
    ///
    /// Before [`around`](Self::around) nobody is known who knows a secret: the text stays as it is.
    pub fn conceal(&self, text: &mut String, operation: &'static Operation) {
        let attempt = Attempt::new(operation, self.scope.progress().map_or(1, |progress| progress.attempts.max(1)));
        self.inner.get().into_iter().flatten().for_each(|interceptor| interceptors::conceal(&**interceptor, text, attempt));
    }
}
