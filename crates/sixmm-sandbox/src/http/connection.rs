//! Connections that the handler of a request can drop. The server sends no more bytes on a dropped connection.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::shutdown::ShutdownSignal;

/// The connection of a request.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    dropped: Arc<AtomicBool>,
}

impl Peer {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, dropped: Arc::default() }
    }

    /// Closes the connection without sending any more bytes.
    pub(super) fn drop_connection(&self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

/// A connection that fails after a request dropped it or the server was stopped.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    dropped: Arc<AtomicBool>,
    shutdown: ShutdownSignal,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, peer: &Peer, shutdown: ShutdownSignal) -> Self {
        Self { stream, dropped: Arc::clone(&peer.dropped), shutdown }
    }

    /// Returns an error if the connection was dropped, at which the server closes the socket.
    fn check_open(&self) -> io::Result<()> {
        if self.dropped.load(Ordering::SeqCst) || self.shutdown.has_ended() {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "dropped on demand"));
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check_open()?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check_open()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.check_open()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
