//! The builder of a client.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sixmm_api::{Interceptor, Permission};
use sixmm_auth::{API_KEY_NAME, API_SECRET_NAME, ApiKey, Auth, CredentialsError, ServerClock, api_key_from_env};
use venue_core::{SystemTime, TimeSource, http::HttpSettings};
use venue_runtime::{CallOptions, CallRuntime, ClientOrderIds, Observer, Quotas, RetryBudget, RetryPolicy};

use super::Client;
use crate::client_inner::{ClientInner, Shared};
use crate::policy::SixMm;
use crate::quotas::default_quotas;
use crate::rules_cache::RulesCache;
#[cfg(feature = "streams")]
use crate::streams::{StreamConnections, StreamSettings};
use venue_runtime::reconcile::{LookupHints, ReconcilePolicy};

/// The environment variable that names another server.
const BASE_URL_NAME: &str = "SIXMM_BASE_URL";

/// The timeout of a synchronisation with the server's clock. A call waits for a synchronisation for only a part of the call's own timeout.
const CLOCK_SYNC_TIMEOUT: Duration = Duration::from_secs(5);

/// Builds a [`Client`]. Every setting has a default, which the method of the setting documents.
///
/// ```
/// use std::time::Duration;
/// use sixmm_ext::{Client, RetryPolicy};
///
/// let client = Client::builder()
///     .user_agent("my-bot/1.0")
///     .timeout(Duration::from_secs(10))
///     .retry(RetryPolicy::new().max_attempts(3))
///     .build()?;
/// # Ok::<(), sixmm_ext::BuildError>(())
/// ```
#[must_use = "a builder does nothing until `build()`"]
pub struct ClientBuilder {
    http: sixmm_api::ClientBuilder<sixmm_api::Client>,
    key: Option<ApiKey>,
    permissions: Option<Vec<Permission>>,
    options: CallOptions,
    /// The timeouts of a call and of an attempt, which also limit logins and synchronisations of the clock.
    timeouts: (Duration, Duration),
    quotas: Option<Quotas>,
    budget: RetryBudget,
    observer: Option<Arc<dyn Observer>>,
    reconcile_policy: ReconcilePolicy,
    rules_age: Duration,
    checks_orders: bool,
    id_prefix: String,
    time: Arc<dyn TimeSource>,
    #[cfg(feature = "streams")]
    streams: StreamSettings,
    #[cfg(feature = "streams")]
    stream_http: HttpSettings,
}

impl ClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            http: sixmm_api::Client::builder().user_agent(concat!("sixmm-ext/", env!("CARGO_PKG_VERSION"))),
            key: None,
            permissions: None,
            options: CallOptions::new(),
            timeouts: (Duration::from_secs(30), Duration::from_secs(15)),
            quotas: None,
            budget: RetryBudget::default(),
            observer: None,
            reconcile_policy: ReconcilePolicy::default(),
            rules_age: Duration::from_secs(3600),
            checks_orders: false,
            id_prefix: String::from("sx"),
            time: Arc::new(SystemTime),
            #[cfg(feature = "streams")]
            streams: StreamSettings::new(),
            #[cfg(feature = "streams")]
            stream_http: HttpSettings::new(),
        }
    }

    /// Sets the base URL of another server, for example of a local exchange. Unencrypted `http://` is accepted only for a server on this
    /// machine.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.http = self.http.base_url(base_url);
        self
    }

    /// Sets the API key and the base URL from environment variables: see [`Client::from_env`]. A variable that is not set changes nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if only one of the variables for key and secret is set, or the key is invalid.
    pub fn env(mut self) -> Result<Self, BuildError> {
        let is_set = |name: &str| std::env::var_os(name).is_some();
        if is_set(API_KEY_NAME) || is_set(API_SECRET_NAME) {
            self.key = Some(api_key_from_env()?);
        }
        Ok(self.env_base_url())
    }

    /// Sets only the base URL from the environment variable `SIXMM_BASE_URL`, if the variable is set. Use this method for a client that
    /// logs in, or whose API key is not in the environment.
    pub fn env_base_url(mut self) -> Self {
        if let Ok(base_url) = std::env::var(BASE_URL_NAME) {
            self.http = self.http.base_url(base_url);
        }
        self
    }

    /// Signs each request with this key, if the operation accepts an API key. To load a key, see
    /// [`api_key_from_env`](crate::credentials::api_key_from_env), [`api_key_from_file`](crate::credentials::api_key_from_file) and
    /// [`api_key_from_mounted_secret`](crate::credentials::api_key_from_mounted_secret). For operations that accept only a login, log in with
    /// [`Client::session`] as well.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Declares all permissions of the API key. A call that needs any other permission is rejected before it is sent. Without a declaration
    /// only the exchange checks permissions.
    pub fn permissions(mut self, permissions: &[Permission]) -> Self {
        self.permissions = Some(permissions.to_vec());
        self
    }

    /// Limits a whole call, including every wait and every attempt. 30 seconds by default.
    ///
    /// A call waits for its quota for at most three quarters of its remaining time, and for the server's clock for at most a quarter. If
    /// the clock cannot be read in that time, all calls use the present estimate of the server's time, until the client has read the clock
    /// in the background.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.timeout(timeout);
        self.timeouts.0 = timeout;
        self
    }

    /// Limits one attempt, from connecting to the last byte of the response. 15 seconds by default.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options = self.options.attempt_timeout(timeout);
        self.timeouts.1 = timeout;
        self
    }

    /// Limits connecting, including name resolution, a proxy and TLS. 5 seconds by default. If no connection is established before this
    /// timeout or the timeout of the attempt ends, the request was certainly not sent.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// Sets how often, and after which pauses, a failed attempt is repeated. An attempt is repeated only if it certainly had no effect, or
    /// if a second execution does no harm. Four attempts by default.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// Limits how many retries all calls of the client together may make, so that the client does not add load during an outage.
    /// [`RetryBudget::default`] by default.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// Sets the request rate of each group of operations: see [`quotas`](crate::quotas). The exchange publishes no limits, so
    /// the default is this crate's choice: [`default_quotas`].
    pub fn quotas(mut self, quotas: Quotas) -> Self {
        self.quotas = Some(quotas);
        self
    }

    /// Sets for how long and how often the client looks an order up after the response to a placement, an amendment or a cancellation was
    /// lost. 12 seconds by default: see [`ReconcilePolicy`].
    ///
    /// **Placing, amending or cancelling an order takes at most [`timeout`](Self::timeout) + [`ReconcilePolicy::timeout`]**, whatever the
    /// exchange does. By default, this is 42 seconds (30 + 12). The first timeout covers the request and every wait before the request. The
    /// second timeout covers, in total, all lookups and all repeated cancellations. Two methods have time limits of their own:
    /// [`CancelAll::until_none_open`](crate::orders::CancelAll::until_none_open) and
    /// [`Unresolved::cancel`](venue_runtime::reconcile::Unresolved::cancel).
    pub fn reconcile_policy(mut self, policy: ReconcilePolicy) -> Self {
        self.reconcile_policy = policy;
        self
    }

    /// The age at which [`Market::rules`](crate::Market::rules) loads the contracts' trading rules again. An hour by default.
    pub fn rules_age(mut self, age: Duration) -> Self {
        self.rules_age = age;
        self
    }

    /// Sets whether the client checks an order by the trading rules of its contract before it sends the order: tick size, step size,
    /// minimum notional, maximum quantity. `false` by default.
    ///
    /// The rules are those that [`Market::rules`](crate::Market::rules) has loaded. An order is sent unchecked if the rules were not
    /// loaded, or if they are older than twice [`rules_age`](Self::rules_age), because old rules may be wrong. An order that can only
    /// reduce a position is also sent unchecked, because the client must not prevent a bot from closing a position.
    pub fn check_orders(mut self, check: bool) -> Self {
        self.checks_orders = check;
        self
    }

    /// Sets the prefix of the order ids that this client creates, so that you can recognise your bot's orders. Use a few letters and
    /// digits. `sx` by default.
    pub fn order_id_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.id_prefix = prefix.into();
        self
    }

    /// The `User-Agent` header.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.http = self.http.user_agent(user_agent);
        self
    }

    /// Sets how the client connects: root certificates, certificate pins, a client certificate, a proxy, the connection pool. See
    /// [`HttpSettings`].
    ///
    /// ```no_run
    /// use sixmm_ext::Client;
    /// use sixmm_ext::http::{Certificate, HttpSettings, Roots};
    /// use sixmm_ext::http::TlsVersion;
    ///
    /// let pem = std::fs::read("roots.pem")?;
    /// let roots = Roots::only(Certificate::all_from_pem(pem)?);
    /// let http = HttpSettings::new()
    ///     .roots(roots)
    ///     .min_tls_version(TlsVersion::Tls13);
    /// let client = Client::builder().http(http).build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn http(mut self, settings: HttpSettings) -> Self {
        #[cfg(feature = "streams")]
        {
            self.stream_http = settings.clone();
        }
        self.http = self.http.http(settings);
        self
    }

    /// Adds an interceptor, which receives each attempt before the attempt is signed.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.http = self.http.interceptor(interceptor);
        self
    }

    /// Sets the observer, which receives a report of every attempt, wait, slowdown, call and change of a stream, for metrics.
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// Sets the address, the heartbeat, the decoder and other settings of the streams. Needs the feature `streams`.
    ///
    /// TLS, the proxy and name resolution of the streams are those of [`http`](Self::http), and their clock is that of [`time`](Self::time).
    /// The observer of [`observer`](Self::observer) also receives reports of the streams.
    #[cfg(feature = "streams")]
    pub fn streams(mut self, settings: StreamSettings) -> Self {
        self.streams = settings;
        self
    }

    /// Replaces the operating system's clocks, for example by those of a test.
    ///
    /// In a test with paused tokio time (`#[tokio::test(start_paused = true)]`), waits of the client take no real time if the client's
    /// clocks follow tokio's time. A local exchange has a clock of its own, which the test has to advance, too.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use sixmm_ext::time::TimeSource;
    /// use sixmm_ext::{BoxFuture, Client, UnixMillis};
    /// use tokio::time::Instant;
    ///
    /// #[derive(Debug)]
    /// struct TestTime(Instant);
    ///
    /// impl TimeSource for TestTime {
    ///     fn wall(&self) -> UnixMillis {
    ///         let passed = self.monotonic().as_millis();
    ///         UnixMillis::new(1_772_710_377_808 + passed as i64)
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
    /// let time = Arc::new(TestTime(Instant::now()));
    /// let client = Client::builder().time(time).build()?;
    /// # drop(client);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn time(mut self, time: Arc<dyn TimeSource>) -> Self {
        self.time = time;
        self
    }

    /// Builds the client. Sends no request.
    ///
    /// # Errors
    ///
    /// Returns an error if the base URL, the address of the streams or the prefix of order ids is invalid, or a setting of
    /// [`http`](Self::http) cannot be applied.
    pub fn build(self) -> Result<Client, BuildError> {
        let ids = ClientOrderIds::new(&self.id_prefix, Arc::clone(&self.time)).map_err(BuildError::new)?;
        // These timeouts apply to logins and to reads of the server's clock. Each call of the client has timeouts of its own.
        let (whole, attempt) = self.timeouts;
        let plain = self.http.timeout(whole.min(attempt)).build().map_err(BuildError::new)?;
        let clock = ServerClock::new(Arc::clone(&self.time)).sync_timeout(whole.min(CLOCK_SYNC_TIMEOUT));
        let mut auth = Auth::builder(&plain).clock(Arc::new(clock));
        if let Some(key) = self.key {
            auth = auth.api_key(key);
        }
        if let Some(permissions) = &self.permissions {
            auth = auth.permissions(permissions);
        }
        let auth = auth.build();
        let mut runtime = CallRuntime::builder(SixMm)
            .time(self.time)
            .options(self.options)
            .quotas(self.quotas.unwrap_or_else(default_quotas))
            .budget(self.budget);
        if let Some(observer) = self.observer {
            runtime = runtime.observer(observer);
        }
        let runtime = runtime.build();
        let api = sixmm_api::Client::from(auth.client().core().with_policy(Arc::clone(&runtime) as _));
        let rules = RulesCache::new(self.rules_age);
        #[cfg(feature = "streams")]
        let streams = StreamConnections::new(self.streams, self.stream_http, api.core().base_url()).map_err(BuildError::new)?;
        let Self { reconcile_policy, checks_orders, .. } = self;
        let shared = Shared { api, auth, runtime, ids, reconcile_policy, lookup_hints: LookupHints::new(), rules, checks_orders };
        Ok(Client {
            inner: ClientInner::new(shared),
            #[cfg(feature = "streams")]
            streams: Arc::new(streams),
        })
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

/// Why a client could not be built.
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
