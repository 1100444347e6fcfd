//! HTTP and SOCKS proxies, set by the program or by the environment.

use std::fmt;

use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::settings::ProxyChoice;
use crate::BuildError;

/// A proxy with the scheme `http`, `https`, `socks5` or `socks5h`. The client connects through an HTTP proxy with the method `CONNECT`.
/// With both SOCKS schemes, the proxy resolves the exchange's host name.
///
/// `Debug` prints the address of the proxy without its credentials.
#[derive(Clone)]
pub struct Proxy(Intercept);

impl Proxy {
    /// Creates a proxy from a URL such as `http://user:password@proxy.example.com:3128`. The user and the password are sent to the proxy.
    /// The default scheme is `http`. The default port is 80 for `http`, 443 for `https` and 1080 for SOCKS.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a URL, or the scheme is not supported (`https` requires the feature `rustls`). The error does
    /// not contain the URL, because the URL may contain a password.
    pub fn new(url: &str) -> Result<Self, BuildError> {
        const UNSUPPORTED: &str = "proxy: not a URL of a supported kind: `http://`, `https://`, `socks5://` or `socks5h://`";
        let matcher = Matcher::builder().all(url).build();
        let intercept = matcher.intercept(&Uri::from_static("https://any.invalid"));
        Self::checked(intercept.ok_or_else(|| BuildError::new(UNSUPPORTED.to_owned()))?)
    }

    fn checked(intercept: Intercept) -> Result<Self, BuildError> {
        let uri = intercept.uri();
        match uri.scheme_str() {
            Some("http" | "socks5" | "socks5h") => Ok(Self(intercept)),
            Some("https") if cfg!(feature = "rustls") => Ok(Self(intercept)),
            Some("https") => Err(BuildError::new("proxy: `https://` needs the feature `rustls`".to_owned())),
            Some(scheme) => Err(BuildError::new(format!("proxy: `{scheme}://` is not built in; use `http://`, `https://` or `socks5://`"))),
            None => Err(BuildError::new("proxy: not a URL".to_owned())),
        }
    }

    pub(super) fn is_socks(&self) -> bool {
        self.0.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks"))
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.uri().scheme_str() == Some("https")
    }

    /// The address of the proxy, always with a port if the proxy is a SOCKS proxy. The default port 1080 is added here, because the
    /// connector has no default port for SOCKS.
    pub(super) fn uri(&self) -> Uri {
        let uri = self.0.uri();
        if !self.is_socks() || uri.port().is_some() {
            return uri.clone();
        }
        let authority = format!("{}:1080", uri.host().unwrap_or_default());
        let with_port = Uri::builder().scheme("socks5").authority(authority).path_and_query("/").build();
        with_port.unwrap_or_else(|_| uri.clone())
    }

    pub(super) fn basic_auth(&self) -> Option<&reqwest::header::HeaderValue> {
        self.0.basic_auth()
    }

    pub(super) fn raw_auth(&self) -> Option<(&str, &str)> {
        self.0.raw_auth()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The user and the password are not part of this URI.
        write!(f, "Proxy({})", self.0.uri())
    }
}

impl ProxyChoice {
    /// The proxy for connections to a base URL, or `None` for direct connections.
    pub(crate) fn between(&self, base_url: &Uri) -> Result<Option<Proxy>, BuildError> {
        let is_plain = base_url.scheme_str() == Some("http");
        match self {
            Self::Explicit(_) if is_plain => Err(BuildError::new(
                "proxy: a proxy could read credentials that are sent over `http://`; use `https://` or `no_proxy`".to_owned(),
            )),
            Self::Explicit(proxy) => Ok(Some(proxy.clone())),
            Self::Environment if !is_plain => {
                Matcher::from_env().intercept(base_url).map(Proxy::checked).transpose().map_err(of_environment)
            }
            Self::Environment | Self::Direct => Ok(None),
        }
    }
}

fn of_environment(error: BuildError) -> BuildError {
    BuildError::new(format!("{error} (`HTTPS_PROXY` or `ALL_PROXY` of the environment; `no_proxy` ignores them)"))
}
