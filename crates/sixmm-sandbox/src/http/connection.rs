//! Connections that can be closed from inside a request: a dropped connection must not say another byte.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::accept::Ended;

/// What a request knows of its connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    dropped: Arc<AtomicBool>,
}

impl Peer {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self { address, dropped: Arc::default() }
    }

    /// Nothing more is written, and the connection closes.
    pub(super) fn drop_connection(&self) {
        self.dropped.store(true, Ordering::SeqCst);
    }
}

/// A connection that stops when a request drops it, or when the server ends.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    dropped: Arc<AtomicBool>,
    ended: Ended,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, peer: &Peer, ended: Ended) -> Self {
        Self { stream, dropped: Arc::clone(&peer.dropped), ended }
    }

    /// An error here makes the server give up the connection, and the socket closes with it.
    fn alive(&self) -> io::Result<()> {
        if self.dropped.load(Ordering::SeqCst) || self.ended.has_ended() {
            return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "dropped on demand"));
        }
        Ok(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.alive()?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.alive()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.alive()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
