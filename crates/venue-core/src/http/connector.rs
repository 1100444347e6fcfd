//! Opens connections: TCP, optionally through a proxy, with TLS on top.

use std::error::Error as StdError;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;

use super::resolver::Resolver;
use super::{HttpSettings, Proxy};
use crate::BuildError;

type BoxError = Box<dyn StdError + Send + Sync>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Opens connections to the servers of a client. A clone shares the settings.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Inner>);

struct Inner {
    tcp: HttpConnector<Resolver>,
    timeout: Duration,
    proxy: Option<Proxy>,
    /// The host of each server other than the first one, with the proxy for this host. The hosts can have different proxies, because the
    /// environment variable `NO_PROXY` can list some of the hosts.
    proxies_of_others: Box<[(String, Option<Proxy>)]>,
    security: Security,
}

/// The layer between HTTP and TCP.
#[derive(Clone)]
enum Security {
    Plain,
    #[cfg(feature = "rustls")]
    Tls {
        exchange: tokio_rustls::TlsConnector,
        /// The TLS settings for an `https://` proxy. Pins and the client certificate are meant for the exchange's server and are not used
        /// for the proxy.
        proxy: tokio_rustls::TlsConnector,
    },
}

impl Connector {
    /// Creates a connector for the servers of a client: `base_url` is the first server, and `others` are further servers with the same
    /// scheme. Root certificates are read only if the scheme is `https`.
    pub(crate) fn new(base_url: &Uri, others: &[Uri], timeout: Duration, settings: &HttpSettings) -> Result<Self, BuildError> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver::new(settings.resolver.clone()));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(timeout));
        // Detects a peer that stopped responding before the deadline of the request.
        tcp.set_keepalive(Some(Duration::from_secs(15)));
        tcp.set_keepalive_interval(Some(Duration::from_secs(15)));
        tcp.set_keepalive_retries(Some(3));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(Duration::from_secs(30)));
        let security = Security::new(base_url, settings)?;
        let proxy = settings.proxy.between(base_url)?;
        let others = others.iter().filter(|url| url.host() != base_url.host());
        let proxies_of_others = others
            .map(|url| Ok((url.host().unwrap_or_default().to_owned(), settings.proxy.between(url)?)))
            .collect::<Result<_, BuildError>>()?;
        Ok(Self(Arc::new(Inner { tcp, timeout, proxy, proxies_of_others, security })))
    }
}

impl Security {
    #[cfg(feature = "rustls")]
    fn new(base_url: &Uri, settings: &HttpSettings) -> Result<Self, BuildError> {
        if base_url.scheme_str() == Some("http") {
            // No certificate is verified, so a machine without root certificates can connect to itself.
            return settings.tls.reject_without_tls().map(|()| Self::Plain);
        }
        Ok(Self::Tls { exchange: settings.tls.connector()?, proxy: settings.tls.proxy_connector()? })
    }

    #[cfg(not(feature = "rustls"))]
    fn new(base_url: &Uri, _: &HttpSettings) -> Result<Self, BuildError> {
        if base_url.scheme_str() == Some("http") {
            return Ok(Self::Plain);
        }
        Err(BuildError::new("base URL: `https://` needs the feature `rustls`".to_owned()))
    }

    fn is_for(&self, uri: &Uri) -> bool {
        uri.scheme_str() == Some(if matches!(self, Self::Plain) { "http" } else { "https" })
    }
}

impl Inner {
    async fn connect(&self, uri: Uri) -> Result<Stream, BoxError> {
        if !self.security.is_for(&uri) {
            // Happens only if an interceptor has changed the URL.
            return Err("the request's scheme is not the base URL's".into());
        }
        let stream = match self.proxy_for(&uri) {
            None => Stream::new(self.tcp.clone().call(uri.clone()).await?.into_inner()),
            Some(proxy) => self.connect_through(proxy, uri.clone()).await?,
        };
        match &self.security {
            Security::Plain => Ok(stream),
            #[cfg(feature = "rustls")]
            Security::Tls { exchange, .. } => handshake(exchange, &uri, stream).await,
        }
    }

    /// The proxy for connections to this URL.
    fn proxy_for(&self, uri: &Uri) -> Option<&Proxy> {
        let other = self.proxies_of_others.iter().find(|(host, _)| uri.host() == Some(host));
        other.map_or(self.proxy.as_ref(), |(_, proxy)| proxy.as_ref())
    }

    async fn connect_through(&self, proxy: &Proxy, uri: Uri) -> Result<Stream, BoxError> {
        let to_proxy = ToProxy { tcp: self.tcp.clone(), security: self.security.clone(), is_https: proxy.is_https() };
        if proxy.is_socks() {
            let mut socks = SocksV5::new(proxy.uri(), to_proxy);
            if let Some((user, password)) = proxy.raw_auth() {
                socks = socks.with_auth(user.to_owned(), password.to_owned());
            }
            return Ok(socks.call(uri).await?);
        }
        let mut tunnel = Tunnel::new(proxy.uri(), to_proxy);
        if let Some(auth) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(auth.clone());
        }
        Ok(tunnel.call(uri).await?)
    }
}

impl Connector {
    /// Opens a connection to the host of the URI, within the timeout of the connector.
    pub(super) async fn open(&self, uri: Uri) -> Result<Stream, BoxError> {
        tokio::time::timeout(self.0.timeout, self.0.connect(uri)).await?
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<Stream>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.open(uri).await })
    }
}

/// Connects to the proxy itself, with TLS if the URL of the proxy is `https://`.
struct ToProxy {
    tcp: HttpConnector<Resolver>,
    security: Security,
    is_https: bool,
}

impl Service<Uri> for ToProxy {
    type Response = Stream;
    type Error = BoxError;
    type Future = BoxFuture<Stream>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.tcp.call(uri.clone());
        if !self.is_https {
            return Box::pin(async move { Ok(Stream::new(connecting.await?.into_inner())) });
        }
        match &self.security {
            Security::Plain => Box::pin(async { Err("`https://` to a proxy needs TLS".into()) }),
            #[cfg(feature = "rustls")]
            Security::Tls { proxy, .. } => {
                let tls = proxy.clone();
                Box::pin(async move { handshake(&tls, &uri, Stream::new(connecting.await?.into_inner())).await })
            }
        }
    }
}

#[cfg(feature = "rustls")]
async fn handshake(tls: &tokio_rustls::TlsConnector, uri: &Uri, stream: Stream) -> Result<Stream, BoxError> {
    let host = uri.host().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let name = rustls::pki_types::ServerName::try_from(host.to_owned())?;
    Ok(Stream::new(tls.connect(name, stream.0.into_inner()).await?))
}

pub(super) trait Transmit: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Transmit for T {}

/// A connection with or without TLS and a proxy.
pub(crate) struct Stream(TokioIo<Box<dyn Transmit>>);

impl Stream {
    fn new(stream: impl Transmit + 'static) -> Self {
        Self(TokioIo::new(Box::new(stream)))
    }

    pub(super) fn into_inner(self) -> Box<dyn Transmit> {
        self.0.into_inner()
    }
}

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: ReadBufCursor<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl Write for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[std::io::IoSlice<'_>]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bytes)
    }
}
