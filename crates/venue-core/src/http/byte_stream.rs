//! Connections for protocols other than HTTP requests, such as WebSocket.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::Uri;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::connector::Transmit;
use super::transport::describe;
use super::{Connector, HttpSettings};
use crate::BuildError;
use crate::client::checked_url;

/// Opens connections to one server with the same TLS, proxy and name resolution as a [`Client`](crate::Client), and leaves the protocol to
/// the caller.
#[derive(Clone)]
pub struct ByteStreamConnector {
    connector: Connector,
    uri: Uri,
}

impl ByteStreamConnector {
    /// Creates a connector for the host of an `https://` URL, or of an `http://` URL of this machine. The path of the URL has no effect.
    ///
    /// `allow_plain_http` permits an `http://` URL of another machine. Everyone on the network path can then read and change all data.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, has a query, a fragment or credentials, or a setting cannot be applied.
    pub fn new(url: &str, connect_timeout: Duration, settings: &HttpSettings, allow_plain_http: bool) -> Result<Self, BuildError> {
        let url = checked_url("URL", url, allow_plain_http)?;
        let uri: Uri = url.as_str().parse().map_err(|error| BuildError::from_source("URL: not a URL for HTTP", error))?;
        Ok(Self { connector: Connector::new(&uri, &[], connect_timeout, settings)?, uri })
    }

    /// Opens a connection, including a proxy and TLS.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection cannot be opened within the timeout. The error contains the causes as one text, without the URL.
    pub async fn connect(&self) -> io::Result<ByteStream> {
        match self.connector.open(self.uri.clone()).await {
            Ok(stream) => Ok(ByteStream(stream.into_inner())),
            Err(error) => Err(io::Error::other(describe(&*error))),
        }
    }
}

impl fmt::Debug for ByteStreamConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStreamConnector").field("host", &self.uri.authority()).finish_non_exhaustive()
    }
}

/// An open connection of a [`ByteStreamConnector`].
pub struct ByteStream(Box<dyn Transmit>);

impl AsyncRead for ByteStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for ByteStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ByteStream")
    }
}
