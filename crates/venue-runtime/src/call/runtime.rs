//! What all calls of a client share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use venue_core::{Error, Interceptor, Operation, SystemTime, TimeSource};

use super::interceptors::around;
use super::panics::contain;
use super::scope::Scope;
use super::{CallContext, CallOptions, Exchange, Observer, SlowDownReport};
use crate::retry::{is_rate_limited, retry_after};
use crate::{QuotaGroup, Quotas, RetryBudget, RetryPolicy};

/// What all calls of a client share: time, options, quotas, the budget for retries, and who is told.
pub struct Runtime {
    exchange: Box<dyn Exchange>,
    time: Arc<dyn TimeSource>,
    options: CallOptions,
    quotas: Quotas,
    budget: RetryBudget,
    random: Mutex<fastrand::Rng>,
    observer: Option<Arc<dyn Observer>>,
}

impl Runtime {
    /// Starts with the operating system's time, the default options and budget, and no quotas.
    pub fn builder(exchange: impl Exchange + 'static) -> RuntimeBuilder {
        RuntimeBuilder {
            exchange: Box::new(exchange),
            time: Arc::new(SystemTime),
            options: CallOptions::new(),
            quotas: Quotas::unlimited(),
            budget: RetryBudget::default(),
            random: None,
            observer: None,
        }
    }

    /// Begins a call: its time runs from now on. One for each call.
    #[must_use]
    pub fn call(self: &Arc<Self>, options: &CallOptions) -> CallContext {
        CallContext::new(Scope::of_a_call(self, options))
    }

    /// The interceptors of a long-lived client, around its own, which come from
    /// [`Client::interceptors`](venue_core::Client::interceptors): quotas, retries and attempt timeouts as for a call, but no limit for the
    /// whole call (each wait alone is held to [`CallOptions::timeout`]), no span, and no [`CallReport`](crate::call::CallReport).
    ///
    /// An interceptor that panics ends neither the call nor its outcome: before an attempt, the call is rejected and not sent; afterwards the
    /// call goes on without the interceptor, and a text that it was to redact is not printed.
    #[must_use]
    pub fn around(self: &Arc<Self>, inner: &[Arc<dyn Interceptor>]) -> Vec<Arc<dyn Interceptor>> {
        around(&Scope::unbound(self), inner)
    }

    /// The client's options.
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// Where time comes from.
    #[must_use]
    pub fn time(&self) -> &Arc<dyn TimeSource> {
        &self.time
    }

    /// The client's budget for retries.
    #[must_use]
    pub fn budget(&self) -> &RetryBudget {
        &self.budget
    }

    /// The group of an operation, as the exchange tells it.
    #[must_use]
    pub fn group(&self, operation: &Operation) -> QuotaGroup {
        self.exchange.group(operation)
    }

    pub(super) fn exchange(&self) -> &dyn Exchange {
        &*self.exchange
    }

    pub(super) fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// Tells the observer, if there is one. What became of a call is not lost because its observer panics.
    pub(super) fn tell(&self, tell: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.observer
            && contain(|| tell(&**observer)).is_err()
        {
            tracing::error!("the observer panicked: the call goes on");
        }
    }

    pub(super) fn pause(&self, policy: RetryPolicy, attempt: u32) -> Duration {
        policy.pause(attempt, &mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The exchange said "too many requests": the group slows down.
    pub(super) fn slow_down(&self, operation: &'static Operation, pause: Option<Duration>) {
        let group = self.group(operation);
        if self.quotas.slow_down(group, self.time.monotonic(), pause) {
            tracing::warn!(operation = operation.id, group = group.0, ?pause, "too many requests, says the exchange: slowing down");
        } else {
            tracing::warn!(operation = operation.id, group = group.0, ?pause, "too many requests, says the exchange: set a quota");
        }
        self.tell(|observer| observer.slow_down(&SlowDownReport { operation, group, pause }));
    }

    /// A refusal that says "too many requests" in another way than HTTP 429, which was noticed when its head came in.
    pub(super) fn slow_down_if_rate_limited(&self, error: &Error) {
        if error.status() != Some(venue_core::reqwest::StatusCode::TOO_MANY_REQUESTS) && is_rate_limited(error, &*self.exchange) {
            self.slow_down(error.operation(), self.retry_after(error));
        }
    }

    pub(super) fn retry_after(&self, error: &Error) -> Option<Duration> {
        retry_after(error.headers()?, self.time.wall())
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("exchange", &self.exchange)
            .field("options", &self.options)
            .field("quotas", &self.quotas)
            .field("budget", &self.budget)
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}

/// Sets up a [`Runtime`].
#[derive(Debug)]
#[must_use]
pub struct RuntimeBuilder {
    exchange: Box<dyn Exchange>,
    time: Arc<dyn TimeSource>,
    options: CallOptions,
    quotas: Quotas,
    budget: RetryBudget,
    random: Option<fastrand::Rng>,
    observer: Option<Arc<dyn Observer>>,
}

impl RuntimeBuilder {
    /// Where time comes from: the operating system by default.
    pub fn time(mut self, time: Arc<dyn TimeSource>) -> Self {
        self.time = time;
        self
    }

    /// What a call gets that sets nothing of its own.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How many requests each group may send. No limits by default.
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// What all retries may cost together. [`RetryBudget::default`] by default.
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Makes the random pauses between attempts the same in each run. By default they differ.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.random = Some(fastrand::Rng::with_seed(seed));
        self
    }

    /// Who is told of attempts, waits, slowdowns and calls.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// The runtime.
    #[must_use]
    pub fn build(self) -> Arc<Runtime> {
        Arc::new(Runtime {
            exchange: self.exchange,
            time: self.time,
            options: self.options,
            quotas: self.quotas,
            budget: self.budget,
            random: Mutex::new(self.random.unwrap_or_default()),
            observer: self.observer,
        })
    }
}
