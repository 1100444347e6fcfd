//! Where a scope hooks into a call: before everything else, and after it.

use std::sync::Arc;

use sixmm_core::reqwest::{Request, StatusCode};
use sixmm_core::{AnswerHead, Attempt, BoxFuture, Error, Interceptor, Refusal, Verdict};

use super::scope::Scope;
use crate::retry::retry_after;

/// The scope's interceptors around these: what waits comes before what signs, so that signatures are fresh, and what limits the attempt's
/// time comes after whatever else may have waited.
pub(super) fn around(scope: &Arc<Scope>, inner: &[Arc<dyn Interceptor>]) -> Vec<Arc<dyn Interceptor>> {
    let mut all: Vec<Arc<dyn Interceptor>> = Vec::with_capacity(inner.len() + 2);
    all.push(Arc::new(Admission(Arc::clone(scope))));
    all.extend_from_slice(inner);
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
