//! A client with the settings of a case.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sixmm_ext::{
    BoxFuture, Client, ClientBuilder, ReconcilePolicy, RetryBudget,
    credentials::ApiKey,
    interceptor::{Attempt, Interceptor, Veto},
    observer::{AttemptReport, CallReport, Observer},
    quotas::{self, Quota, Quotas},
    reqwest,
};
use venue_core::{ResponseHead, Retry};

use crate::model::ClientSettings;
use crate::time::Timeline;

/// The secret of every key.
pub(crate) const SECRET: &str = "9f1c2e7ab04d4c55a8e1d7f36b20c94e";

/// A client of the server at this URL.
pub(super) fn client(url: &str, settings: &ClientSettings, timeline: &Timeline) -> Client {
    let builder = Client::builder().base_url(url).check_orders(true).time(Arc::new(timeline.clone())).interceptor(Flight(timeline.clone()));
    let builder = if settings.login { builder } else { builder.api_key(new_key()) };
    configured(builder, settings).build().expect("a client of a server on this machine")
}

fn configured(mut builder: ClientBuilder, settings: &ClientSettings) -> ClientBuilder {
    // `idle_limit_ms` cannot be set: `reqwest` keeps unused connections for 90 seconds.
    let millis = |millis: Option<u64>| millis.map(Duration::from_millis);
    if let Some(timeout) = millis(settings.timeout_ms) {
        builder = builder.timeout(timeout);
    }
    if let Some(timeout) = millis(settings.attempt_timeout_ms) {
        builder = builder.attempt_timeout(timeout);
    }
    if let Some(timeout) = millis(settings.connect_timeout_ms) {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(patience) = millis(settings.patience_ms) {
        builder = builder.reconcile_policy(ReconcilePolicy::default().timeout(patience));
    }
    if let Some(requests) = settings.quota_per_second.and_then(NonZeroU32::new) {
        let quota = Quota::per_second(requests);
        builder = builder.quotas(Quotas::unlimited().group(quotas::ORDERS, quota).group(quotas::CANCELS, quota));
    }
    if let Some(tokens) = settings.retry_budget {
        builder = builder.retry_budget(RetryBudget::new(tokens, 1));
    }
    match settings.panics.as_deref() {
        Some("observer") => builder.observer(Panics),
        Some("interceptor") => builder.interceptor(Panics),
        Some("conceal") => builder.interceptor(PanicsInConceal),
        _ => builder,
    }
}

/// Unlike any other of the process, which remembers the timestamps of each.
fn new_key() -> ApiKey {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = format!("cases-key-{:06}", COUNT.fetch_add(1, Ordering::Relaxed));
    ApiKey::new(id, SECRET).expect("a key")
}

/// A hook of a program that panics after an order write was answered.
#[derive(Debug)]
struct Panics;

impl Observer for Panics {
    fn attempt(&self, report: &AttemptReport<'_>) {
        assert!(!report.operation.path.contains("/order/"), "the observer of the case panics");
    }

    fn call(&self, report: &CallReport<'_>) {
        assert!(!report.operation.path.contains("/order/"), "the observer of the case panics");
    }
}

impl Interceptor for Panics {
    fn on_attempt<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn on_response_head(&self, _: ResponseHead<'_>, attempt: Attempt) {
        assert!(!attempt.operation.path.contains("/order/"), "the interceptor of the case panics");
    }
}

/// An interceptor that panics when it is asked to redact what the server said.
#[derive(Debug)]
struct PanicsInConceal;

impl Interceptor for PanicsInConceal {
    fn on_attempt<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn redact(&self, _: &mut String, _: Attempt) {
        panic!("the interceptor of the case panics");
    }
}

/// Reports to the timeline which attempts are on their way.
#[derive(Debug)]
struct Flight(Timeline);

impl Interceptor for Flight {
    fn on_attempt<'a>(&'a self, _: &'a mut reqwest::Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        self.0.attempt_begins();
        Box::pin(std::future::ready(Ok(())))
    }

    fn on_response_head(&self, _: ResponseHead<'_>, _: Attempt) {
        self.0.attempt_ends();
    }

    fn on_error<'a>(&'a self, error: &'a sixmm_api::Error, _: Attempt) -> BoxFuture<'a, Retry> {
        // An attempt without a status failed before the head of an answer came.
        if error.status().is_none() {
            self.0.attempt_fails();
        }
        Box::pin(std::future::ready(Retry::No))
    }
}
