//! Where a scope hooks into a call: before everything else, and after it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use venue_core::reqwest::{Request, StatusCode};
use venue_core::{AnswerHead, Attempt, BoxFuture, Error, Interceptor, Refusal, Verdict};

use super::panics::{Contained, Panic, contain};
use super::scope::Scope;
use crate::retry::retry_after;

/// The scope's interceptors around these: what waits comes before what signs, so that signatures are fresh, and what limits the attempt's
/// time comes after whatever else may have waited. These are held to the call's time.
pub(super) fn around(scope: &Arc<Scope>, inner: &[Arc<dyn Interceptor>]) -> Vec<Arc<dyn Interceptor>> {
    let mut all: Vec<Arc<dyn Interceptor>> = Vec::with_capacity(inner.len() + 2);
    all.push(Arc::new(Admission(Arc::clone(scope))));
    all.extend(inner.iter().map(|inner| Arc::new(Within { scope: Arc::clone(scope), inner: Arc::clone(inner) }) as _));
    all.push(Arc::new(AttemptTimeout(Arc::clone(scope))));
    all
}

/// First: the quota, and what follows a failure.
#[derive(Debug)]
struct Admission(Arc<Scope>);

impl Interceptor for Admission {
    fn before<'a>(&'a self, _: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        Box::pin(self.0.admit(attempt))
    }

    fn received(&self, head: AnswerHead<'_>, attempt: Attempt) {
        if head.status.is_success() {
            self.0.succeeded();
        }
        if head.status == StatusCode::TOO_MANY_REQUESTS {
            let runtime = &self.0.runtime;
            runtime.slow_down(attempt.operation, retry_after(head.headers, runtime.time().wall()));
        }
    }

    fn after<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Verdict> {
        Box::pin(self.0.after(error, attempt))
    }
}

/// In between: one of the client's own. It may wait for a clock, or for a login; not beyond the call's time. If it panics, the call goes on, or is
/// rejected before it is sent: what became of a request must not be lost because the program that looks at it panics.
#[derive(Debug)]
struct Within {
    scope: Arc<Scope>,
    inner: Arc<dyn Interceptor>,
}

impl Interceptor for Within {
    fn before<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        let attempt = self.scope.timed(attempt);
        let prepared = contain(|| self.inner.before(request, attempt));
        Box::pin(async move {
            let Ok(prepared) = prepared else { return Err(Panicked::refusal(attempt)) };
            match self.scope.in_time(Contained(prepared)).await {
                Some(Ok(outcome)) => outcome,
                Some(Err(Panic)) => Err(Panicked::refusal(attempt)),
                None => Err(self.scope.used_up(attempt.operation)),
            }
        })
    }

    fn received(&self, head: AnswerHead<'_>, attempt: Attempt) {
        if contain(|| self.inner.received(head, attempt)).is_err() {
            report_panic("an interceptor panicked at the head of an answer", attempt);
        }
    }

    fn conceal(&self, text: &mut String, attempt: Attempt) {
        conceal(&*self.inner, text, attempt);
    }

    fn after<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Verdict> {
        let attempt = self.scope.timed(attempt);
        let verdict = contain(|| self.inner.after(error, attempt));
        Box::pin(async move {
            let verdict = match verdict {
                Ok(verdict) => self.scope.in_time(Contained(verdict)).await.unwrap_or(Ok(Verdict::Done)),
                Err(Panic) => Err(Panic),
            };
            verdict.unwrap_or_else(|Panic| {
                report_panic("an interceptor panicked after a failed attempt", attempt);
                Verdict::Done
            })
        })
    }
}

/// Takes out of a text the secrets that these interceptors know. If one of them panics, the whole text is replaced.
pub fn redact(interceptors: &[Arc<dyn Interceptor>], text: &mut String, attempt: Attempt) {
    interceptors.iter().for_each(|interceptor| conceal(&**interceptor, text, attempt));
}

/// Takes out of a text what this interceptor knows to be secret. If it panics, nothing of the text is printed.
pub(super) fn conceal(interceptor: &dyn Interceptor, text: &mut String, attempt: Attempt) {
    if contain(|| interceptor.conceal(text, attempt)).is_err() {
        *text = String::from("[redacted]");
        report_panic("an interceptor panicked while it redacted a text", attempt);
    }
}

fn report_panic(what: &'static str, attempt: Attempt) {
    tracing::error!(operation = attempt.operation.id, attempt = attempt.number, "{what}");
}

/// Why an attempt was not sent whose preparation panicked.
#[derive(Debug)]
struct Panicked;

impl Panicked {
    fn refusal(attempt: Attempt) -> Refusal {
        report_panic("an interceptor panicked before an attempt, which was not sent", attempt);
        Refusal::new(Self)
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an interceptor of the program panicked before the attempt: fix the interceptor")
    }
}

impl StdError for Panicked {}

/// Last: how long the attempt may take.
#[derive(Debug)]
struct AttemptTimeout(Arc<Scope>);

impl Interceptor for AttemptTimeout {
    fn before<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        let limited = self.0.send(attempt).map(|limit| {
            let timeout = request.timeout_mut();
            *timeout = Some(timeout.map_or(limit, |set| set.min(limit)));
        });
        Box::pin(std::future::ready(limited))
    }
}
