//! The HTTP settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;

use super::Proxy;
#[cfg(feature = "rustls")]
use super::tls::{CertificatePin, Identity, Roots, TlsSettings, TlsVersion};

/// Settings of a client's connections: TLS, the proxy, name resolution, the connection pool. Pass them to
/// [`ClientBuilder::http`](crate::ClientBuilder::http).
///
/// The HTTP layer never follows a redirect and never repeats a request. No setting changes this.
///
/// ```
/// use std::time::Duration;
/// use venue_core::http::HttpSettings;
/// # use venue_core::{Client, ClientBuilder};
/// # let url = "https://api.example.com";
/// # let builder = ClientBuilder::<Client>::new(url, "example");
///
/// let http = HttpSettings::new()
///     .no_proxy()
///     .pool_idle_timeout(Duration::from_secs(30));
/// let client = builder.http(http).build()?;
/// # Ok::<(), venue_core::BuildError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct HttpSettings {
    pub(crate) proxy: ProxyChoice,
    pub(crate) resolver: Option<Arc<dyn Resolve>>,
    pub(crate) pool_idle_timeout: Duration,
    pub(crate) pool_max_idle: usize,
    #[cfg(feature = "rustls")]
    pub(crate) tls: TlsSettings,
}

#[derive(Clone, Debug)]
pub(crate) enum ProxyChoice {
    Environment,
    Direct,
    Explicit(Proxy),
}

impl HttpSettings {
    /// The default of [`pool_idle_timeout`](Self::pool_idle_timeout): 4 seconds.
    ///
    /// If the server closes a connection while a request is on its way, the outcome of the request is unknown. So the client closes an idle
    /// connection before the server does. Usual keep-alive times of servers are 5 seconds (Node.js, Apache httpd, uvicorn), 60 seconds (AWS
    /// load balancers) and 75 seconds (nginx). The exchange does not document its keep-alive time.
    pub const DEFAULT_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

    /// Creates the default settings: the platform's root certificates, TLS 1.2 or later, and the proxy that the environment variables name.
    pub fn new() -> Self {
        Self {
            proxy: ProxyChoice::Environment,
            resolver: None,
            pool_idle_timeout: Self::DEFAULT_POOL_IDLE_TIMEOUT,
            pool_max_idle: usize::MAX,
            #[cfg(feature = "rustls")]
            tls: TlsSettings::default(),
        }
    }

    /// Connects through this proxy, and ignores the proxy variables of the environment.
    ///
    /// By default, the environment variable `HTTPS_PROXY` or `ALL_PROXY` names the proxy, unless `NO_PROXY` contains the host. With an
    /// `http://` base URL, the client uses no proxy, because the proxy could read the credentials. The environment variables are then
    /// ignored, and [`build`](crate::ClientBuilder::build) rejects a proxy that was set with this method.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = ProxyChoice::Explicit(proxy);
        self
    }

    /// Connects directly, and ignores the environment.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::Direct;
        self
    }

    /// Resolves host names with this resolver instead of the operating system's. The resolver is not used for IP addresses. If the client
    /// connects through a proxy, the resolver is not used for the exchange's host either.
    pub fn dns_resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// Sets how long an idle connection is kept for the next request. [4 seconds](Self::DEFAULT_POOL_IDLE_TIMEOUT) by default.
    ///
    /// Set a time that is at least a second shorter than the server's keep-alive time. Otherwise the client can send a request over a
    /// connection that the server is closing, and the outcome of the request is unknown.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// Sets the maximum number of idle connections that are kept. There is no limit by default. With 0, each request opens a new
    /// connection.
    pub fn pool_max_idle(mut self, connections: usize) -> Self {
        self.pool_max_idle = connections;
        self
    }
}

#[cfg(feature = "rustls")]
impl HttpSettings {
    /// The trusted certificate authorities. By default those of the platform.
    pub fn roots(mut self, roots: Roots) -> Self {
        self.tls.roots = roots;
        self
    }

    /// Connects only to a server whose own certificate matches one of these pins. The certificate must also be issued by a trusted
    /// authority ([`roots`](Self::roots)).
    ///
    /// Add a second pin for a key that the server will use later, because a client with only one pin can no longer connect after the server
    /// has changed its key. [`build`](crate::ClientBuilder::build) rejects an empty list. Pins are not checked against the certificate of
    /// an `https://` proxy.
    pub fn pins(mut self, pins: impl IntoIterator<Item = CertificatePin>) -> Self {
        self.tls.pins = Some(pins.into_iter().collect());
        self
    }

    /// Presents this certificate to a server that requests a client certificate. By default, no certificate is presented. The certificate
    /// is never presented to a proxy.
    pub fn client_identity(mut self, identity: Identity) -> Self {
        self.tls.identity = Some(identity);
        self
    }

    /// The minimum TLS version. [`TlsVersion::Tls12`] by default.
    pub fn min_tls_version(mut self, version: TlsVersion) -> Self {
        self.tls.min_version = version;
        self
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HttpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("HttpSettings");
        debug.field("proxy", &self.proxy).field("dns_resolver", &self.resolver.is_some());
        debug.field("pool_idle_timeout", &self.pool_idle_timeout).field("pool_max_idle", &self.pool_max_idle);
        #[cfg(feature = "rustls")]
        debug.field("tls", &self.tls);
        debug.finish()
    }
}
