//! Setting up a client.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sixmm_api::{Interceptor, Permission};
use sixmm_auth::{API_KEY_NAME, API_SECRET_NAME, ApiKey, Auth, CredentialsError, ServerClock, api_key_from_env};
use venue_core::{SystemTime, TimeSource, http::HttpSettings};
use venue_runtime::{CallOptions, ClientOrderIds, Observer, Quotas, RetryBudget, RetryPolicy, Runtime};

use super::{Client, Shared};
use crate::ExchangeClient;
use crate::orders::ReconcilePolicy;
use crate::rates::{SixMm, default_quotas};
use crate::symbols::RulesCache;

/// The environment variable that names another server.
const BASE_URL_NAME: &str = "SIXMM_BASE_URL";

/// How long reading the server's clock may take; a call waits for it for a part of its time only.
const CLOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Sets up a [`Client`]: everything in one place, and a sensible default for all of it.
///
/// ```
/// use std::time::Duration;
/// use sixmm_ext::{Client, RetryPolicy};
///
/// let client = Client::builder()
///     .user_agent("my-bot/1.0")
///     .timeout(Duration::from_secs(10))
///     .retry(RetryPolicy::new().with_max_attempts(3))
///     .build()?;
/// # Ok::<(), sixmm_ext::BuildError>(())
/// ```
#[must_use = "a builder does nothing until `build()`"]
pub struct ClientBuilder {
    http: sixmm_api::ClientBuilder<ExchangeClient>,
    key: Option<ApiKey>,
    permissions: Option<Vec<Permission>>,
    options: CallOptions,
    /// The whole call's and one attempt's: reading the server's clock keeps to both.
    patience: (Duration, Duration),
    quotas: Option<Quotas>,
    budget: RetryBudget,
    observer: Option<Arc<dyn Observer>>,
    reconcile_policy: ReconcilePolicy,
    rules_age: Duration,
    id_prefix: String,
    time: Arc<dyn TimeSource>,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            http: ExchangeClient::builder().user_agent(concat!("sixmm-ext/", env!("CARGO_PKG_VERSION"))),
            key: None,
            permissions: None,
            options: CallOptions::new(),
            patience: (Duration::from_secs(30), Duration::from_secs(15)),
            quotas: None,
            budget: RetryBudget::default(),
            observer: None,
            reconcile_policy: ReconcilePolicy::default(),
            rules_age: Duration::from_secs(3600),
            id_prefix: String::from("sx"),
            time: Arc::new(SystemTime),
        }
    }

    /// Another server than the documented one, such as a local exchange. Plain `http://` is for this machine alone.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.http = self.http.base_url(base_url);
        self
    }

    /// Takes key and base URL from the environment, as far as they are there: see [`Client::from_env`].
    ///
    /// # Errors
    ///
    /// If only one of key and secret is there, or they cannot be a key.
    pub fn with_env(mut self) -> Result<Self, BuildError> {
        let is_set = |name: &str| std::env::var_os(name).is_some();
        if is_set(API_KEY_NAME) || is_set(API_SECRET_NAME) {
            self.key = Some(api_key_from_env()?);
        }
        Ok(self.with_env_base_url())
    }

    /// Takes the base URL alone from the environment (`SIXMM_BASE_URL`), if it is there: for a client that logs in, or gets its key elsewhere.
    pub fn with_env_base_url(mut self) -> Self {
        if let Ok(base_url) = std::env::var(BASE_URL_NAME) {
            self.http = self.http.base_url(base_url);
        }
        self
    }

    /// Signs with this key wherever the exchange accepts one: see [`api_key_from_env`](crate::api_key_from_env) and
    /// [`api_key_from_file`](crate::api_key_from_file) and [`api_key_from_mounted_secret`](crate::api_key_from_mounted_secret). For what takes a login alone, [log in](Client::session) as well.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// All that the key may do: what needs more is refused before anything is sent. Without it, the exchange is left to judge.
    pub fn permissions(mut self, permissions: &[Permission]) -> Self {
        self.permissions = Some(permissions.to_vec());
        self
    }

    /// How long a whole call may take, with every wait and every attempt. 30 seconds by default.
    ///
    /// A call waits for a turn of its quota for three quarters of its remaining time at most, and for the server's clock for a quarter. If the
    /// clock cannot be read in that time, the call goes by what is known of it, and so do all others until it has been read in the background.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self.patience.0 = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. 15 seconds by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self.patience.1 = timeout;
        self
    }

    /// How long connecting may take, with name resolution, a proxy and TLS. 5 seconds by default. A request for which there was no connection
    /// when this time or the attempt's was over was certainly not sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// How often, and after which pauses, a failure is tried again where that can do no harm. Four attempts by default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// What all retries of the client may cost together, so that an outage is not answered with a storm. [`RetryBudget::default`] by default.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// How many requests each group of operations may send: see [`rates`](crate::rates). The exchange publishes no limits; by default
    /// [`default_quotas`].
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = Some(quotas);
        self
    }

    /// Sets how an order write whose response was lost is reconciled: for 12 seconds by default, see [`ReconcilePolicy`].
    ///
    /// **An order write returns within [`timeout`](Self::timeout) + [`ReconcilePolicy::timeout`]**, 42 seconds by default, whatever the
    /// exchange does. The first limits the request with every wait before it. The second limits all lookups and all cancellations that are
    /// sent again. Two methods have other limits: [`CancelAll::until_none_open`](crate::CancelAll::until_none_open) and
    /// [`Unresolved::cancel`](venue_runtime::reconcile::Unresolved::cancel).
    pub fn reconcile_policy(mut self, policy: ReconcilePolicy) -> Self {
        self.reconcile_policy = policy;
        self
    }

    /// How long a contract's trading rules are used before they are asked for again. An hour by default.
    /// Orders are checked by them for twice as long; after that the exchange alone judges, until [`Market::rules`](crate::Market::rules) is
    /// called again.
    pub fn rules_age(mut self, age: Duration) -> Self {
        self.rules_age = age;
        self
    }

    /// What the order ids that this client makes begin with, so that you recognise your bot's orders: letters and digits, few of them. `sx` by
    /// default.
    pub fn order_id_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.id_prefix = prefix.into();
        self
    }

    /// What the `User-Agent` header says of your program.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.http = self.http.user_agent(user_agent);
        self
    }

    /// How to connect: roots, pins, a client certificate, the proxy, the connection pool. See [`HttpSettings`].
    ///
    /// ```no_run
    /// use sixmm_ext::Client;
    /// use sixmm_ext::http::{Certificate, HttpSettings, Roots, TlsVersion};
    ///
    /// let roots = Certificate::all_from_pem(std::fs::read("roots.pem")?)?;
    /// let http = HttpSettings::new().roots(Roots::only(roots)).min_tls_version(TlsVersion::Tls13);
    /// let client = Client::builder().http(http).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn http(mut self, settings: HttpSettings) -> Self {
        self.http = self.http.http(settings);
        self
    }

    /// Adds an interceptor that sees each attempt before its credentials come to it.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.http = self.http.interceptor(interceptor);
        self
    }

    /// Hears of every attempt, wait, slowdown and call: the place for metrics.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Where time comes from: a test's clock instead of the operating system's.
    ///
    /// With tokio's own time, in a test whose runtime is paused (`#[tokio::test(start_paused = true)]`), no wait takes any time. A local
    /// exchange on a clock of its own has to be moved along.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use sixmm_ext::{BoxFuture, Client, TimeSource, UnixMillis};
    /// use tokio::time::Instant;
    ///
    /// #[derive(Debug)]
    /// struct TestTime(Instant);
    ///
    /// impl TimeSource for TestTime {
    ///     fn wall(&self) -> UnixMillis {
    ///         UnixMillis::new(1_772_710_377_808 + i64::try_from(self.monotonic().as_millis()).unwrap_or(i64::MAX))
    ///     }
    ///
    ///     fn monotonic(&self) -> Duration {
    ///         self.0.elapsed()
    ///     }
    ///
    ///     fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
    ///         Box::pin(tokio::time::sleep(duration))
    ///     }
    /// }
    ///
    /// let client = Client::builder().time(Arc::new(TestTime(Instant::now()))).build()?;
    /// # drop(client);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn time(mut self, time: Arc<dyn TimeSource>) -> Self {
        self.time = time;
        self
    }

    /// The client. Asks nobody.
    ///
    /// # Errors
    ///
    /// If the base URL is not one, the prefix of order ids does not fit, or a setting of [`http`](Self::http) cannot be honoured.
    pub fn build(self) -> Result<Client, BuildError> {
        let ids = ClientOrderIds::new(&self.id_prefix, Arc::clone(&self.time)).map_err(BuildError::new)?;
        // Calls have timeouts of their own; these are for logins and the server's clock.
        let (whole, attempt) = self.patience;
        let plain = self.http.timeout(whole.min(attempt)).build().map_err(BuildError::new)?;
        let clock = ServerClock::new(Arc::clone(&self.time)).with_patience(whole.min(CLOCK_PATIENCE));
        let mut auth = Auth::builder(&plain).clock(Arc::new(clock));
        if let Some(key) = self.key {
            auth = auth.api_key(key);
        }
        if let Some(permissions) = &self.permissions {
            auth = auth.permissions(permissions);
        }
        let auth = auth.build();
        let mut inner = plain.core().interceptors().to_vec();
        inner.push(Arc::new(auth.clone()));
        let mut runtime = Runtime::builder(SixMm)
            .time(self.time)
            .options(self.options)
            .quotas(self.quotas.unwrap_or_else(default_quotas))
            .budget(self.budget);
        if let Some(observer) = self.observer {
            runtime = runtime.observer(observer);
        }
        let rules = RulesCache::new(self.rules_age);
        let shared = Shared { plain, auth, inner, runtime: runtime.build(), ids, reconcile_policy: self.reconcile_policy, rules };
        Ok(Client { shared: Arc::new(shared) })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("http", &self.http)
            .field("api_key", &self.key)
            .field("permissions", &self.permissions)
            .field("options", &self.options)
            .field("reconcile_policy", &self.reconcile_policy)
            .finish_non_exhaustive()
    }
}

/// Why a client could not be set up.
#[derive(Debug)]
pub struct BuildError(Box<dyn StdError + Send + Sync>);

impl BuildError {
    fn new(source: impl StdError + Send + Sync + 'static) -> Self {
        Self(Box::new(source))
    }
}

impl From<CredentialsError> for BuildError {
    fn from(source: CredentialsError) -> Self {
        Self::new(source)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source()
    }
}
