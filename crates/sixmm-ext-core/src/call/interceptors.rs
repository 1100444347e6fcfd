//! Where a scope hooks into a call: before everything else, and after it.

use std::sync::Arc;

use sixmm_core::reqwest::{Request, StatusCode};
use sixmm_core::{AnswerHead, Attempt, BoxFuture, Error, Interceptor, Refusal, Verdict};

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

/// In between: one of the client's own. It may wait for a clock, or for a login; not beyond the call's time.
#[derive(Debug)]
struct Within {
    scope: Arc<Scope>,
    inner: Arc<dyn Interceptor>,
}

impl Interceptor for Within {
    fn before<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        let prepared = self.inner.before(request, attempt);
        Box::pin(async move { self.scope.in_time(prepared).await.unwrap_or_else(|| Err(self.scope.used_up(attempt.operation))) })
    }

    fn received(&self, head: AnswerHead<'_>, attempt: Attempt) {
        self.inner.received(head, attempt);
    }

    fn conceal(&self, text: &mut String, attempt: Attempt) {
        self.inner.conceal(text, attempt);
    }

    fn after<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Verdict> {
        let verdict = self.inner.after(error, attempt);
        Box::pin(async move { self.scope.in_time(verdict).await.unwrap_or(Verdict::Done) })
    }
}

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
