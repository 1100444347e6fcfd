//! Connections that can be closed from inside a request: a dropped connection must not say another byte.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Accepts connections until the exchange ends.
#[derive(Debug)]
pub(super) struct Connections {
    listener: TcpListener,
    /// Set when the exchange ends: no connection outlives it.
    ended: Switch,
}

/// Something that happens once.
#[derive(Debug, Clone, Default)]
pub(super) struct Switch(Arc<AtomicBool>);

impl Switch {
    pub(super) fn turn(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn is_turned(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// What a request knows of its connection.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) address: SocketAddr,
    dropped: Switch,
}

impl Peer {
    /// Nothing more is written, and the connection closes.
    pub(super) fn drop_connection(&self) {
        self.dropped.turn();
    }
}

/// A connection that stops when it is told to.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    dropped: Switch,
    ended: Switch,
}

impl Connections {
    pub(super) fn new(listener: TcpListener, ended: Switch) -> Self {
        Self { listener, ended }
    }
}

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's delays");
        }
        (Connection { stream, dropped: Switch::default(), ended: self.ended.clone() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Connections>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        Self { address: *stream.remote_addr(), dropped: stream.io().dropped.clone() }
    }
}

impl Connection {
    /// An error here makes the server give up the connection, and the socket closes with it.
    fn alive(&self) -> io::Result<()> {
        if self.dropped.is_turned() || self.ended.is_turned() {
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
