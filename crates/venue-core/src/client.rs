//! What all calls of a client share.

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Request, Url};

use crate::http::{Connector, HttpResponse, HttpSettings, Transport, TransportError};
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
    http: Arc<Transport>,
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
        let (base_url, http, max_answer, checks_inferred) = (base_url.clone(), Arc::clone(http), *max_answer, *checks_inferred);
        Self { shared: Arc::new(Shared { base_url, http, interceptors, max_answer, checks_inferred }) }
    }

    /// Where requests go.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.shared.base_url
    }

    /// The URL of a path, below the base URL's own.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
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

    pub(crate) async fn send(&self, request: Request) -> Result<HttpResponse, TransportError> {
        self.shared.http.send(request).await
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
    http: HttpSettings,
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
            http: HttpSettings::new(),
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

    /// How long connecting may take, with name resolution, a proxy and TLS. 5 seconds by default. A request for which there was no connection
    /// when this time or the attempt's was over was [not sent](crate::Delivery::NotSent).
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

    /// How to connect: roots, pins, a client certificate, the proxy, the connection pool. See [`HttpSettings`].
    ///
    /// ```
    /// use venue_core::http::HttpSettings;
    /// # use venue_core::{Client, ClientBuilder};
    /// # let builder = ClientBuilder::<Client>::new("https://api.example.com", "example");
    /// let client = builder.http(HttpSettings::new().pool_max_idle(2)).build()?;
    /// # Ok::<(), venue_core::BuildError>(())
    /// ```
    pub fn http(mut self, settings: HttpSettings) -> Self {
        self.http = settings;
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
    /// Root certificates are loaded only for an `https://` base URL.
    ///
    /// # Errors
    ///
    /// If the base URL is not one (`https://`, or `http://` on this machine; no query, no credentials), the user agent does not fit into a
    /// header, or a setting of [`http`](Self::http) cannot be honoured.
    pub fn build(self) -> Result<C, BuildError> {
        let base_url = self.checked_base_url()?;
        let user_agent = HeaderValue::try_from(self.user_agent.as_str())
            .map_err(|error| BuildError::from_source("user agent: not a text that fits into a header", error))?;
        let uri = base_url.as_str().parse().map_err(|error| BuildError::from_source("base URL: not a URL for HTTP", error))?;
        let connector = Connector::new(&uri, self.connect_timeout, &self.http)?;
        let http = Arc::new(Transport::new(connector, &self.http, user_agent, self.timeout));
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
            .field("http", &self.http)
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

/// Why a client could not be built.
pub struct BuildError {
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl BuildError {
    pub(crate) fn new(message: String) -> Self {
        Self { message, source: None }
    }

    pub(crate) fn from_source(message: &str, source: impl StdError + Send + Sync + 'static) -> Self {
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
