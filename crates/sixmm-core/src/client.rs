//! What all calls of a client share.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Request, Url};

use crate::{Call, Interceptor, Operation};

/// The base URL, the HTTP client and the interceptors that all calls share. Cheap to clone.
///
/// The generated `Client` wraps one and adds a method for each operation.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    base_url: Url,
    http: reqwest::Client,
    interceptors: Vec<Arc<dyn Interceptor>>,
    max_answer: usize,
    checks_inferred: bool,
}

impl Client {
    /// Starts a call of an operation. The generated methods do it.
    #[must_use]
    pub fn call(&self, operation: &'static Operation) -> Call<'_> {
        Call::new(self, operation)
    }

    /// The same server and HTTP client, with these interceptors instead of its own: one connection pool for a client that signs and one
    /// that does not.
    #[must_use]
    pub fn with_interceptors(&self, interceptors: Vec<Arc<dyn Interceptor>>) -> Self {
        let Shared { base_url, http, max_answer, checks_inferred, .. } = &*self.shared;
        let (base_url, http, max_answer, checks_inferred) = (base_url.clone(), http.clone(), *max_answer, *checks_inferred);
        Self { shared: Arc::new(Shared { base_url, http, interceptors, max_answer, checks_inferred }) }
    }

    /// Where requests go.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.shared.base_url
    }

    pub(crate) fn url(&self, path: &str) -> Url {
        let mut url = self.shared.base_url.clone();
        let base = url.path().trim_end_matches('/');
        if base.is_empty() {
            url.set_path(path);
        } else {
            let path = format!("{base}{path}");
            url.set_path(&path);
        }
        url
    }

    pub(crate) fn max_answer(&self) -> usize {
        self.shared.max_answer
    }

    /// Whether calls are checked against inferred limits, too: see [`ClientBuilder::check_inferred`].
    #[must_use]
    pub fn checks_inferred(&self) -> bool {
        self.shared.checks_inferred
    }

    /// What sees each attempt, in this order.
    #[must_use]
    pub fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.shared.interceptors
    }

    pub(crate) async fn execute(&self, request: Request) -> reqwest::Result<reqwest::Response> {
        self.shared.http.execute(request).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.base_url.as_str())
            .field("interceptors", &self.shared.interceptors)
            .finish_non_exhaustive()
    }
}

type Configure = Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send>;

/// Sets up a client. `C` is the generated client that comes out of it.
///
/// Redirects are never followed: an API key in a header would go along to wherever the redirect points.
#[must_use]
pub struct ClientBuilder<C> {
    base_url: String,
    user_agent: String,
    timeout: Duration,
    connect_timeout: Duration,
    max_answer: usize,
    http: Option<Configure>,
    interceptors: Vec<Arc<dyn Interceptor>>,
    plain_http: bool,
    checks_inferred: bool,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Starts with the server of the specification and the crate's user agent. The generated `Client::builder` does it.
    pub fn new(base_url: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            user_agent: user_agent.into(),
            timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(5),
            max_answer: 32 << 20,
            http: None,
            interceptors: Vec::new(),
            plain_http: false,
            checks_inferred: false,
            client: PhantomData,
        }
    }

    /// Another server than the documented one, such as a mock server.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// What the `User-Agent` header says of your program. The default names this crate and its version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// How long one attempt may take, from connecting to the last byte of the answer. 15 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long connecting may take. 5 seconds by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Adds an interceptor. They prepare an attempt in the order in which they were added, so the one that signs comes last.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Adds an interceptor that other clients use, too.
    pub fn shared_interceptor(mut self, interceptor: Arc<dyn Interceptor>) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Sets up the HTTP client further: a proxy, certificates, another TLS library. What this crate relies on comes last and cannot be
    /// changed: no redirects, no repeated requests, the timeouts.
    ///
    /// ```
    /// # use sixmm_core::{Client, ClientBuilder};
    /// # let builder = ClientBuilder::<Client>::new("https://api.example.com", "example");
    /// let client = builder.http(|http| http.pool_max_idle_per_host(2)).build()?;
    /// # Ok::<(), sixmm_core::BuildError>(())
    /// ```
    ///
    /// The feature `rustls` builds reqwest without a default provider of cryptography, for everybody in the dependency tree: a
    /// `reqwest::Client::new()` elsewhere may then need `rustls::crypto::ring::default_provider().install_default()`.
    pub fn http(mut self, configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + 'static) -> Self {
        self.http = Some(Box::new(configure));
        self
    }

    /// The largest answer that is read, in bytes. 32 MiB by default.
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Refuses calls by inferred limits, too. Without this, only limits that the documentation states are checked.
    ///
    /// Some limits are not stated, and the specification infers them: a field that stands in the only example is required, for one. The
    /// documentation of each call and type lists them under **Inferred**, with the evidence. An inference can be wrong, and the exchange
    /// would then have taken what is refused here.
    pub fn check_inferred(mut self) -> Self {
        self.checks_inferred = true;
        self
    }

    /// Allows `http://` to a host that is not this machine: whoever is on the way can read and change every order.
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The client.
    ///
    /// # Errors
    ///
    /// If the base URL is not one (`https://`, or `http://` on this machine; no query, no credentials), or the HTTP client cannot be built.
    pub fn build(self) -> Result<C, BuildError> {
        let base_url = self.checked_base_url()?;
        let mut builder = reqwest::Client::builder().user_agent(self.user_agent).tcp_nodelay(true);
        #[cfg(feature = "rustls")]
        {
            builder = builder.tls_backend_preconfigured(tls_config()?);
        }
        if let Some(configure) = self.http {
            builder = configure(builder);
        }
        if base_url.scheme() == "http" {
            // Plain HTTP is for this machine: a proxy would read it, and carry it away.
            builder = builder.no_proxy();
        }
        let http = builder
            .timeout(self.timeout)
            .connect_timeout(self.connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            // A repeated request would carry the signature of the first.
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| BuildError::from_source("the HTTP client cannot be built", error.without_url()))?;
        let Self { interceptors, max_answer, checks_inferred, .. } = self;
        let shared = Shared { base_url, http, interceptors, max_answer, checks_inferred };
        Ok(C::from(Client { shared: Arc::new(shared) }))
    }

    fn checked_base_url(&self) -> Result<Url, BuildError> {
        let refused = |problem: &str| Err(BuildError::new(format!("base URL: {problem}")));
        let Ok(url) = Url::parse(&self.base_url) else {
            return refused("not a URL; expected something like `https://api.example.com`");
        };
        match url.scheme() {
            "https" => {}
            "http" if self.plain_http || is_this_machine(&url) => {}
            "http" => return refused("`http://` to another machine would send orders and credentials in the clear; use `https://`"),
            other => return refused(&format!("`{other}://` is not supported; use `https://`, or `http://` for this machine")),
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refused("it must not have a query or a fragment");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refused("it must not hold credentials");
        }
        Ok(url)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL has not been checked yet: somebody may have put a password into it.
        f.debug_struct("ClientBuilder")
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("interceptors", &self.interceptors)
            .finish_non_exhaustive()
    }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => false,
    }
}

/// Named here, so that nothing depends on which provider of cryptography a process installed first.
#[cfg(feature = "rustls")]
fn tls_config() -> Result<rustls::ClientConfig, BuildError> {
    use rustls_platform_verifier::BuilderVerifierExt;

    let provider = Arc::new(rustls::crypto::ring::default_provider());
    rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map(|config| config.with_no_client_auth())
        .map_err(|error| BuildError::from_source("TLS cannot be set up", error))
}

/// Why a client could not be built.
pub struct BuildError {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl BuildError {
    fn new(message: String) -> Self {
        Self { message, source: None }
    }

    fn from_source(message: &str, source: impl StdError + Send + Sync + 'static) -> Self {
        Self { message: message.to_owned(), source: Some(Box::new(source)) }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BuildError").field("message", &self.message).field("source", &self.source).finish()
    }
}

impl StdError for BuildError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
