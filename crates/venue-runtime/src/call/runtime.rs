//! What all calls of a client share.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use venue_core::panics::contain_panic;
use venue_core::reqwest::StatusCode;
use venue_core::reqwest::header::HeaderMap;
use venue_core::{CallOptions, Error, Operation, RetryPolicy, SystemTime, TimeSource};

use super::{Observer, SlowDownReport, StreamReport};
use crate::retry::{is_banned, is_rate_limited, random_pause, retry_after};
use crate::{ExchangePolicy, QuotaGroup, Quotas, RetryBudget};

/// The pause after a rate-limit response to an operation without a documented rate limit, at an exchange that bans persistent callers.
const UNDOCUMENTED_PERIOD: Duration = Duration::from_secs(60);

/// How long a client sends nothing after a ban. If the ban is longer, the response to the next request causes another pause.
const BAN_PAUSE: Duration = Duration::from_secs(60);

/// The state that all calls of a client share: clocks, options, quotas, the retry budget and the observer.
///
/// A `CallRuntime` is a [`CallPolicy`](venue_core::CallPolicy). Pass it to [`ClientBuilder::policy`](venue_core::ClientBuilder::policy) or
/// [`Client::with_policy`](venue_core::Client::with_policy).
pub struct CallRuntime {
    exchange: Box<dyn ExchangePolicy>,
    time: Arc<dyn TimeSource>,
    options: CallOptions,
    quotas: Quotas,
    budget: RetryBudget,
    random: Mutex<fastrand::Rng>,
    observer: Option<Arc<dyn Observer>>,
}

impl CallRuntime {
    /// Creates a builder with the operating system's clocks, the default options, the default retry budget, and the documented rate limits
    /// of [`ExchangePolicy::operations`] as quotas.
    pub fn builder(exchange: impl ExchangePolicy + 'static) -> CallRuntimeBuilder {
        CallRuntimeBuilder {
            quotas: Quotas::documented(exchange.operations()),
            exchange: Box::new(exchange),
            time: Arc::new(SystemTime),
            options: CallOptions::new(),
            budget: RetryBudget::default(),
            random: None,
            observer: None,
        }
    }

    /// The clocks.
    #[must_use]
    pub fn time_source(&self) -> &Arc<dyn TimeSource> {
        &self.time
    }

    /// The options that are set for the client. An option that is not set has a default: a timeout of 30 seconds for the call and of 15
    /// seconds for an attempt, and [`RetryPolicy::new`].
    pub fn client_options(&self) -> &CallOptions {
        &self.options
    }

    /// The client's retry budget.
    #[must_use]
    pub fn budget(&self) -> &RetryBudget {
        &self.budget
    }

    /// The group of an operation: the operation itself if it has a [documented quota](Quotas::documented), and otherwise the group that the
    /// exchange's policy defines.
    #[must_use]
    pub fn group(&self, operation: &Operation) -> QuotaGroup {
        self.quotas.documented_group(operation).unwrap_or_else(|| self.exchange.group(operation))
    }

    /// Passes a report of a stream to the observer, if the client has one. The streams of an exchange's client call this method.
    pub fn report_stream(&self, report: &StreamReport<'_>) {
        self.notify(|observer| observer.stream(report));
    }

    pub(super) fn exchange(&self) -> &dyn ExchangePolicy {
        &*self.exchange
    }

    pub(super) fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// Whether the client has an observer, so that a report is needed.
    pub(super) fn has_observer(&self) -> bool {
        self.observer.is_some()
    }

    /// Calls the closure `report` with the observer, if the client has one. A panic of the observer is caught, so that the caller still
    /// gets the outcome of the call.
    pub(super) fn notify(&self, report: impl FnOnce(&dyn Observer)) {
        if let Some(observer) = &self.observer
            && contain_panic(|| report(&**observer)).is_err()
        {
            tracing::error!("the observer panicked: the call or the stream continues");
        }
    }

    pub(super) fn random_pause(&self, policy: RetryPolicy, attempt: u32) -> Duration {
        random_pause(policy, attempt, &mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Slows the group down after the exchange reported too many requests.
    pub(super) fn slow_down(&self, operation: &'static Operation, pause: Option<Duration>) {
        let group = self.group(operation);
        let has_quota = self.quotas.slow_down(group, self.time.monotonic(), pause);
        let what_follows = if has_quota { "slowing down" } else { "set a quota" };
        tracing::warn!(operation = operation.id, group = group.0, ?pause, "the exchange reported too many requests: {what_follows}");
        self.notify(|observer| observer.slow_down(&SlowDownReport { operation, group, pause }));
    }

    /// Stops all groups after the exchange reported that it bans the caller.
    pub(super) fn stop(&self, operation: &'static Operation) {
        let (group, pause) = (self.group(operation), Some(BAN_PAUSE));
        self.quotas.stop_all(self.time.monotonic(), BAN_PAUSE);
        tracing::warn!(
            operation = operation.id,
            group = group.0,
            ?pause,
            "the exchange reported a ban: no request is sent during the pause"
        );
        self.notify(|observer| observer.slow_down(&SlowDownReport { operation, group, pause }));
    }

    /// Throttles the group's quota after a rejection whose code means too many requests, or stops all groups after a rejection whose code
    /// means a ban. HTTP 429 and a status that means a ban were already handled when the head of the response arrived.
    pub(super) fn slow_down_after(&self, error: &Error) {
        if is_banned(error, &*self.exchange) {
            if !error.status().is_some_and(|status| self.exchange.is_banned(status, None)) {
                self.stop(error.operation());
            }
        } else if error.status() != Some(StatusCode::TOO_MANY_REQUESTS) && is_rate_limited(error, &*self.exchange) {
            self.slow_down(error.operation(), self.retry_after(error));
        }
    }

    /// The pause that a rejection asks for.
    pub(super) fn retry_after(&self, error: &Error) -> Option<Duration> {
        let headers = error.headers()?;
        if is_rate_limited(error, &*self.exchange) {
            self.rate_limit_pause(error.operation(), headers)
        } else {
            retry_after(headers, self.time.wall())
        }
    }

    /// The longer one of the pauses of `Retry-After` and of the exchange's own headers, in a response that reports too many requests. If
    /// there is no such header and the exchange [bans persistent callers](ExchangePolicy::bans_persistent_callers), the result is the
    /// period of the operation's documented rate limit.
    pub(super) fn rate_limit_pause(&self, operation: &Operation, headers: &HeaderMap) -> Option<Duration> {
        let reported = retry_after(headers, self.time.wall()).max(self.exchange.rate_limit_pause(headers));
        let period = || operation.rate_limit.map_or(UNDOCUMENTED_PERIOD, |limit| Duration::from_secs(limit.seconds.into()));
        reported.or_else(|| self.exchange.bans_persistent_callers().then(period))
    }
}

impl fmt::Debug for CallRuntime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallRuntime")
            .field("exchange", &self.exchange)
            .field("options", &self.options)
            .field("quotas", &self.quotas)
            .field("budget", &self.budget)
            .field("observer", &self.observer)
            .finish_non_exhaustive()
    }
}

/// Builds a [`CallRuntime`].
#[derive(Debug)]
#[must_use]
pub struct CallRuntimeBuilder {
    exchange: Box<dyn ExchangePolicy>,
    time: Arc<dyn TimeSource>,
    options: CallOptions,
    quotas: Quotas,
    budget: RetryBudget,
    random: Option<fastrand::Rng>,
    observer: Option<Arc<dyn Observer>>,
}

impl CallRuntimeBuilder {
    /// The clocks. Those of the operating system by default.
    pub fn time(mut self, time: Arc<dyn TimeSource>) -> Self {
        self.time = time;
        self
    }

    /// The options of a call that does not set them.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the quotas, which limit how many requests the client sends for each group of operations. By default, each operation of
    /// [`ExchangePolicy::operations`] is a group of its own and has its documented rate limit. Other operations have no limit.
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = quotas;
        self
    }

    /// How many retries all calls together may make. [`RetryBudget::default`] by default.
    pub fn budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets the seed of the random pauses between attempts, so that each run of a test has the same pauses. By default each run has
    /// different pauses.
    pub fn jitter_seed(mut self, seed: u64) -> Self {
        self.random = Some(fastrand::Rng::with_seed(seed));
        self
    }

    /// Receives a report of each attempt, wait, slowdown and call.
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Builds the runtime.
    #[must_use]
    pub fn build(self) -> Arc<CallRuntime> {
        Arc::new(CallRuntime {
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
