//! A network between client and server that fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream};

use crate::pace::Pace;

/// What the network does with the bytes from the server to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum NetworkState {
    Clear,
    /// Each byte takes a millisecond.
    Slow,
    /// All bytes are delayed by 200 ms.
    Delayed,
    /// No more bytes arrive in either direction, and the connection stays open.
    HalfOpen,
    /// A byte is replaced by an invalid one, and the connection continues.
    Corrupt,
    /// A part of a frame arrives, and then the end.
    Truncated,
    /// The connection ends.
    Reset,
}

impl NetworkState {
    const ALL: [Self; 7] = [Self::Clear, Self::Slow, Self::Delayed, Self::HalfOpen, Self::Corrupt, Self::Truncated, Self::Reset];
}

/// The control of one connection.
#[derive(Clone, Debug)]
pub(crate) struct Link(Arc<AtomicU8>);

impl Link {
    pub(crate) fn set(&self, state: NetworkState) {
        self.0.store(state as u8, Ordering::SeqCst);
    }

    /// Ends the faults, unless the connection is half-open.
    pub(crate) fn clear(&self) {
        if self.get() != NetworkState::HalfOpen {
            self.set(NetworkState::Clear);
        }
    }

    fn get(&self) -> NetworkState {
        NetworkState::ALL[usize::from(self.0.load(Ordering::SeqCst))]
    }
}

/// Connects two pipes. Returns the control.
pub(crate) fn connect<S>(client: S, server: DuplexStream, pace: Pace) -> Link
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let link = Link(Arc::new(AtomicU8::new(NetworkState::Clear as u8)));
    let (client_read, client_write) = tokio::io::split(client);
    let (server_read, server_write) = tokio::io::split(server);
    let (up, down) = (link.clone(), link.clone());
    tokio::spawn(async move {
        let mut copies = tokio::task::JoinSet::new();
        copies.spawn(copy(client_read, server_write, up, false, pace));
        copies.spawn(copy(server_read, client_write, down, true, pace));
        // The end of one direction ends both.
        copies.join_next().await;
    });
    link
}

async fn copy<R, W>(mut from: R, mut to: W, link: Link, is_to_client: bool, pace: Pace)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut buffer = vec![0; 4096];
    loop {
        let length = match from.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(length) => length,
        };
        let bytes = &mut buffer[..length];
        let state = link.get();
        let written = match state {
            NetworkState::Clear => to.write_all(bytes).await,
            _ if state != NetworkState::HalfOpen && !is_to_client => to.write_all(bytes).await,
            NetworkState::Delayed => {
                tokio::time::sleep(pace.ms(200)).await;
                to.write_all(bytes).await
            }
            NetworkState::Slow => slowly(&mut to, bytes, pace).await,
            NetworkState::HalfOpen => std::future::pending().await,
            NetworkState::Corrupt => {
                link.set(NetworkState::Clear);
                // Neither a frame nor UTF-8 contains this byte. A change that only a checksum can notice is the task of TLS.
                bytes[0] = 0xff;
                to.write_all(bytes).await
            }
            NetworkState::Truncated => {
                let _ = to.write_all(&bytes[..length / 2]).await;
                break;
            }
            NetworkState::Reset => break,
        };
        if written.is_err() {
            break;
        }
    }
}

async fn slowly(to: &mut (impl AsyncWrite + Unpin), bytes: &[u8], pace: Pace) -> std::io::Result<()> {
    for byte in bytes {
        to.write_all(&[*byte]).await?;
        tokio::time::sleep(pace.ms(1)).await;
    }
    Ok(())
}
