//! What all calls of a client share.

mod servers;

use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Request, Url};
pub(crate) use servers::checked_url;

use servers::{ServerSettings, Servers};

use crate::call::SendObserver;
use crate::http::{Connector, HttpResponse, HttpSettings, Transport, TransportError};
use crate::policy::{CallPolicy, NoPolicy};
use crate::{Attempt, Call, CallOptions, Interceptor, Operation, redaction};

/// A client of one exchange: the URLs of its servers, the HTTP client, the interceptors and the policy that all calls share. Cloning is
/// cheap.
///
/// An exchange's generated `Client` wraps this type and adds a method for each operation.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    options: CallOptions,
    send_observer: Option<Arc<dyn SendObserver>>,
}

#[derive(Clone)]
struct Shared {
    servers: Servers,
    http: Arc<Transport>,
    interceptors: Arc<[Arc<dyn Interceptor>]>,
    policy: Arc<dyn CallPolicy>,
    max_response: usize,
    checks_inferred: bool,
}

impl Client {
    /// Starts a call of an operation. The generated methods use it.
    #[must_use]
    pub fn call(&self, operation: &'static Operation) -> Call<'_> {
        Call::new(self, operation)
    }

    /// Returns a copy of this client with these options for its calls. Allocates no memory.
    ///
    /// Use this method to make a single call with other options, because the generated methods have no parameter for options:
    /// `client.with_options(&options).call(…)`. A setting that `options` does not contain keeps its value from this client.
    #[must_use]
    pub fn with_options(&self, options: &CallOptions) -> Self {
        Self { options: options.or(&self.options), ..self.clone() }
    }

    /// Returns a copy of this client that reports each request to this observer, immediately before the request is sent.
    #[must_use]
    pub fn with_send_observer(&self, observer: Arc<dyn SendObserver>) -> Self {
        Self { send_observer: Some(observer), ..self.clone() }
    }

    /// Returns a client that uses the same server and connection pool with other interceptors. For example, a client that signs and a
    /// client that does not sign can share their connections.
    #[must_use]
    pub fn with_interceptors(&self, interceptors: Vec<Arc<dyn Interceptor>>) -> Self {
        self.with_shared(Shared { interceptors: interceptors.into(), ..Shared::clone(&self.shared) })
    }

    /// A client of the same server and connection pool with another policy.
    #[must_use]
    pub fn with_policy(&self, policy: Arc<dyn CallPolicy>) -> Self {
        self.with_shared(Shared { policy, ..Shared::clone(&self.shared) })
    }

    fn with_shared(&self, shared: Shared) -> Self {
        Self { shared: Arc::new(shared), options: self.options, send_observer: self.send_observer.clone() }
    }

    /// The URL of the first server, to which the paths of most operations are appended. See [`server_of`](Self::server_of).
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.shared.servers.base_url
    }

    /// The URL of the server that an operation is sent to: the [base URL](Self::base_url), unless the documentation names another server
    /// for the operation.
    ///
    /// [`ClientBuilder::base_url`] and [`ClientBuilder::server`] replace documented servers.
    #[must_use]
    pub fn server_of(&self, operation: &Operation) -> &Url {
        self.shared.servers.of(operation)
    }

    /// Whether the client has a URL for this documented server. A client has none if it was built with [`ClientBuilder::new`] instead of
    /// the generated `Client::builder`, and without [`ClientBuilder::base_url`].
    pub(crate) fn knows_server(&self, documented: &str) -> bool {
        self.shared.servers.knows(documented)
    }

    /// The URL of a path, below the path of the base URL.
    #[must_use]
    pub fn url(&self, path: &str) -> Url {
        servers::below(&self.shared.servers.base_url, path)
    }

    /// Appends the path of a request to the URL of the operation's [server](Self::server_of). The parameters of the path are already filled
    /// in.
    pub(crate) fn url_of(&self, operation: &Operation, path: &str) -> Url {
        servers::below(self.server_of(operation), path)
    }

    /// The URL of an operation without parameters in its path.
    #[must_use]
    pub fn operation_url(&self, operation: &Operation) -> Url {
        self.url_of(operation, operation.path)
    }

    /// Whether calls are also checked against inferred limits: see [`ClientBuilder::check_inferred`].
    #[must_use]
    pub fn checks_inferred(&self) -> bool {
        self.shared.checks_inferred
    }

    /// The interceptors that see each attempt, in the order in which they prepare it.
    #[must_use]
    pub fn interceptors(&self) -> &[Arc<dyn Interceptor>] {
        &self.shared.interceptors
    }

    /// The interceptors, to keep while a response is decoded.
    pub(crate) fn shared_interceptors(&self) -> &Arc<[Arc<dyn Interceptor>]> {
        &self.shared.interceptors
    }

    /// The policy of the client's calls.
    #[must_use]
    pub fn policy(&self) -> &Arc<dyn CallPolicy> {
        &self.shared.policy
    }

    /// Redacts a text from a response, so that the text can be printed. Each interceptor removes its secrets from the text. If an
    /// interceptor panics, `[redacted]` replaces the complete text.
    pub fn redact(&self, text: &mut String, operation: &'static Operation) {
        redaction::redact(self.interceptors(), text, Attempt::new(operation, 1));
    }

    pub(crate) fn max_response(&self) -> usize {
        self.shared.max_response
    }

    pub(crate) fn call_settings(&self) -> (CallOptions, Option<Arc<dyn SendObserver>>) {
        (self.options, self.send_observer.clone())
    }

    pub(crate) async fn transport(&self, request: Request) -> Result<HttpResponse, TransportError> {
        self.shared.http.send(request).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.shared.servers.base_url.as_str())
            .field("interceptors", &self.shared.interceptors)
            .finish_non_exhaustive()
    }
}

/// Builds a client. `C` is the generated client type that wraps [`Client`].
///
/// Redirects are never followed, because an API key in a header would be sent to the redirect's target.
#[must_use]
pub struct ClientBuilder<C> {
    servers: ServerSettings,
    user_agent: String,
    timeout: Duration,
    connect_timeout: Duration,
    max_response: usize,
    http: HttpSettings,
    interceptors: Vec<Arc<dyn Interceptor>>,
    policy: Option<Arc<dyn CallPolicy>>,
    checks_inferred: bool,
    client: PhantomData<fn() -> C>,
}

impl<C: From<Client>> ClientBuilder<C> {
    /// Creates a builder for this server and user agent. The generated `Client::builder` passes the server's URL from the specification,
    /// and the user agent of the generated crate.
    ///
    /// If the exchange has several servers, use the generated `Client::builder`, which knows all of them. A client that was built with
    /// `new` does not send an operation of another server, unless [`base_url`](Self::base_url) sets a URL for all servers.
    pub fn new(base_url: impl Into<String>, user_agent: impl Into<String>) -> Self {
        Self {
            servers: ServerSettings::new(base_url.into()),
            user_agent: user_agent.into(),
            timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(5),
            max_response: 32 << 20,
            http: HttpSettings::new(),
            interceptors: Vec::new(),
            policy: None,
            checks_inferred: false,
            client: PhantomData,
        }
    }

    /// Sets the documented servers, of which the first one is the base URL. The generated `Client::builder` calls this method if the
    /// specification has more than one server.
    #[doc(hidden)]
    pub fn documented_servers(mut self, servers: &'static [&'static str]) -> Self {
        self.servers.documented = servers;
        self
    }

    /// Replaces every documented server, for example by a mock server. [`server`](Self::server) replaces one server and takes precedence.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.servers.base_url = Some(base_url.into());
        self
    }

    /// Replaces one documented server of an exchange that has several servers. Each other server keeps its documented URL, or gets the
    /// [`base_url`](Self::base_url) if the caller sets one.
    ///
    /// `documented` is a URL of the generated `Client::SERVERS`. All servers of a client must have the same scheme, because the scheme
    /// decides whether the client connects with TLS. To replace one server by `http://`, set the base URL to an `http://` URL as well.
    ///
    /// ```
    /// # use venue_core::{Client, ClientBuilder};
    /// # const SERVERS: &[&str] =
    /// #     &["https://api.example.com", "https://futures.example.com"];
    /// # let builder = || {
    /// #     ClientBuilder::<Client>::new(SERVERS[0], "example")
    /// #         .documented_servers(SERVERS)
    /// # };
    /// let client = builder()
    ///     .server("https://futures.example.com", "https://proxy.example.org")
    ///     .build()?;
    /// let typing_error = builder()
    ///     .server("https://future.example.com", "https://proxy.example.org");
    /// assert!(typing_error.build().is_err());
    /// # Ok::<(), venue_core::BuildError>(())
    /// ```
    pub fn server(mut self, documented: impl Into<String>, replacement: impl Into<String>) -> Self {
        self.servers.replace(documented.into(), replacement.into());
        self
    }

    /// The `User-Agent` header. The default names the generated crate and its version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Limits one attempt, from connecting to the last byte of the response. 15 seconds by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits the time for connecting, including name resolution, a proxy and TLS. 5 seconds by default. If this limit or the attempt's
    /// timeout is exceeded before the connection is established, the request was [not sent](crate::Delivery::NotSent).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Adds an interceptor. Interceptors prepare an attempt in the order in which they were added, so add an interceptor that signs last.
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Adds an interceptor that other clients share.
    pub fn shared_interceptor(mut self, interceptor: Arc<dyn Interceptor>) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Sets the policy of the client's calls: quotas, retries, reports. See [`CallPolicy`].
    pub fn policy(mut self, policy: Arc<dyn CallPolicy>) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Sets how the client connects: root certificates, pins, a client certificate, the proxy and the connection pool. See
    /// [`HttpSettings`].
    ///
    /// ```
    /// use venue_core::http::HttpSettings;
    /// # use venue_core::{Client, ClientBuilder};
    /// # let url = "https://api.example.com";
    /// # let builder = ClientBuilder::<Client>::new(url, "example");
    /// let settings = HttpSettings::new().pool_max_idle(2);
    /// let client = builder.http(settings).build()?;
    /// # Ok::<(), venue_core::BuildError>(())
    /// ```
    pub fn http(mut self, settings: HttpSettings) -> Self {
        self.http = settings;
        self
    }

    /// The size of the largest response body that the client reads, in bytes. 32 MiB by default.
    pub fn max_response(mut self, bytes: usize) -> Self {
        self.max_response = bytes;
        self
    }

    /// Also rejects calls that break an inferred limit. Without this setting only limits that the documentation states are checked.
    ///
    /// The specification infers some limits. For example, a field is inferred to be required because the only example contains it. The
    /// documentation of each call and type lists these limits under **Inferred**, with the evidence. If an inference is wrong, this setting
    /// rejects a request that the exchange would have accepted.
    pub fn check_inferred(mut self) -> Self {
        self.checks_inferred = true;
        self
    }

    /// Allows an `http://` base URL on another machine. Everyone on the network path can then read and change every order.
    pub fn dangerously_allow_plain_http(mut self) -> Self {
        self.servers.allows_plain_http = true;
        self
    }

    /// Builds the client. Root certificates are loaded only for an `https://` base URL.
    ///
    /// # Errors
    ///
    /// Returns an error in each of these cases:
    ///
    /// - The base URL or the replacement of a server is invalid. A valid URL begins with `https://`, or with `http://` if it names this
    ///   machine, and has no query, no fragment and no credentials.
    /// - A call of [`server`](Self::server) names a server that is not documented.
    /// - The servers have different schemes.
    /// - The user agent contains characters that an HTTP header cannot contain.
    /// - A setting of [`http`](Self::http) cannot be applied.
    pub fn build(self) -> Result<C, BuildError> {
        let servers = self.servers.resolve()?;
        let user_agent = HeaderValue::try_from(self.user_agent.as_str())
            .map_err(|error| BuildError::from_source("user agent: contains characters that an HTTP header cannot contain", error))?;
        let uri = |url: &Url| url.as_str().parse().map_err(|error| BuildError::from_source("base URL: not a URL for HTTP", error));
        let others = servers.others.iter().map(|(_, url)| uri(url)).collect::<Result<Vec<_>, _>>()?;
        let connector = Connector::new(&uri(&servers.base_url)?, &others, self.connect_timeout, &self.http)?;
        let http = Arc::new(Transport::new(connector, &self.http, user_agent, self.timeout));
        let Self { interceptors, policy, max_response, checks_inferred, .. } = self;
        let policy = policy.unwrap_or_else(|| Arc::new(NoPolicy::default()));
        let shared = Shared { servers, http, interceptors: interceptors.into(), policy, max_response, checks_inferred };
        Ok(C::from(Client { shared: Arc::new(shared), options: CallOptions::new(), send_observer: None }))
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL has not been checked yet, so it may contain a password.
        f.debug_struct("ClientBuilder")
            .field("user_agent", &self.user_agent)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("http", &self.http)
            .field("interceptors", &self.interceptors)
            .finish_non_exhaustive()
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
