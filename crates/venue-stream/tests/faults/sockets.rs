//! A network of real sockets.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};
use venue_core::{BoxFuture, Secret};
use venue_stream::transport::{Connect, Transport, TransportError};

use crate::exchange::{self, Shared};
use crate::network::Library;

/// Connects to the server over TCP.
#[derive(Debug)]
pub(crate) struct Sockets {
    library: Library,
    address: SocketAddr,
}

impl Sockets {
    /// Starts a server on the loopback interface.
    pub(crate) async fn start(library: Library, exchange: Shared) -> (Self, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("the address that was bound");
        let accepting = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(exchange::serve(exchange.clone(), stream));
            }
        });
        (Self { library, address }, accepting)
    }
}

impl Connect for Sockets {
    fn connect(&self, query: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>> {
        let (library, address) = (self.library, self.address);
        Box::pin(async move {
            let stream = TcpStream::connect(address).await.map_err(TransportError::new)?;
            stream.set_nodelay(true).map_err(TransportError::new)?;
            library.handshake(stream, "ws://exchange.invalid/ws", query, 1 << 16).await
        })
    }
}
