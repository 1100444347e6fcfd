//! What a program may set about connections.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::Resolve;

use super::Proxy;
#[cfg(feature = "rustls")]
use super::tls::{CertificatePin, Identity, Roots, TlsSettings, TlsVersion};

/// How a client connects: TLS, the proxy, name resolution, the connection pool. For [`ClientBuilder::http`](crate::ClientBuilder::http).
///
/// Redirects are never followed and requests are never repeated by the HTTP layer; no setting changes that.
///
/// ```
/// use std::time::Duration;
/// use venue_core::http::HttpSettings;
/// # use venue_core::{Client, ClientBuilder};
/// # let builder = ClientBuilder::<Client>::new("https://api.example.com", "example");
///
/// let client = builder.http(HttpSettings::new().no_proxy().pool_idle_timeout(Duration::from_secs(30))).build()?;
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
    /// How long a connection may be unused and still carry the next request: 4 seconds.
    ///
    /// A server that closes a connection just when a request arrives leaves the outcome of the request unknown, so the client has to give
    /// the connection up first. Usual keep-alive times of servers are 5 seconds (Node.js, Apache httpd, uvicorn), 60 seconds (AWS load
    /// balancers) and 75 seconds (nginx). The exchange does not document its own.
    pub const DEFAULT_POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

    /// The defaults: the platform's root certificates, TLS 1.2 or later, the proxy of the environment.
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

    /// Connects through this proxy, whatever the environment names.
    ///
    /// Without a setting, `HTTPS_PROXY` or `ALL_PROXY` of the environment is used, unless `NO_PROXY` contains the host; `http://` URLs never
    /// go through a proxy of the environment, because the proxy could read the credentials. With an `http://` base URL,
    /// [`build`](crate::ClientBuilder::build) rejects an explicit proxy.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = ProxyChoice::Explicit(proxy);
        self
    }

    /// Connects directly, whatever proxy the environment names.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::Direct;
        self
    }

    /// Resolves host names with this resolver instead of the operating system's. Not asked for IP addresses, and not for the exchange's
    /// host behind a proxy.
    pub fn dns_resolver(mut self, resolver: Arc<dyn Resolve>) -> Self {
        self.resolver = Some(resolver);
        self
    }

    /// How long a connection may be unused and still carry the next request.
    /// [4 seconds](Self::DEFAULT_POOL_IDLE_TIMEOUT) by default.
    ///
    /// Set it clearly below the time after which the server closes unused connections, by a second or more. Above that time, a request can
    /// meet a connection that the server is closing, and its outcome is unknown.
    pub fn pool_idle_timeout(mut self, timeout: Duration) -> Self {
        self.pool_idle_timeout = timeout;
        self
    }

    /// How many unused connections are kept. No limit by default; 0 opens a new connection for each request.
    pub fn pool_max_idle(mut self, connections: usize) -> Self {
        self.pool_max_idle = connections;
        self
    }
}

#[cfg(feature = "rustls")]
impl HttpSettings {
    /// Which certificate authorities are trusted. The platform's by default.
    pub fn roots(mut self, roots: Roots) -> Self {
        self.tls.roots = roots;
        self
    }

    /// Connects only to a server whose own certificate matches one of these pins. The certificate must also be valid by the
    /// [roots](Self::roots).
    ///
    /// Pin a second key that is not in use yet: when the server changes its key, a client with one pin can no longer connect. An empty list
    /// is rejected when the client is built. Pins are not checked against the certificate of an `https://` proxy.
    pub fn pins(mut self, pins: impl IntoIterator<Item = CertificatePin>) -> Self {
        self.tls.pins = Some(pins.into_iter().collect());
        self
    }

    /// Presents this certificate to a server that asks for one. None by default; never presented to a proxy.
    pub fn client_identity(mut self, identity: Identity) -> Self {
        self.tls.identity = Some(identity);
        self
    }

    /// The lowest version of TLS that is accepted. [`TlsVersion::Tls12`] by default.
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
