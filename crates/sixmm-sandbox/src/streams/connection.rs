//! The task of one connection: reads requests, and writes the messages of the outbox.

use std::io;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio_websockets::{CloseCode, Limits, Message, ServerBuilder, WebSocketStream};

use super::frame;
use super::outbox::{Action, Outbox};
use crate::clock::Clock;
use crate::http::shutdown::ShutdownSignal;

/// Maximum size of a request in bytes. A larger request closes the connection with the code 1009.
const MAX_REQUEST_BYTES: usize = 1 << 16;

/// How long a client that reads too slowly can take to read what the server has begun to send, before the socket is closed.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// The other side of a connection: receives the texts of the client.
pub(super) trait Session: Send {
    /// Handles a text message.
    fn receive(&mut self, text: &str);
}

/// What to do after an action.
enum Next {
    Continue,
    HalfOpen,
    End,
}

/// Serves a connection until it ends.
pub(super) async fn run<S>(stream: S, outbox: &Outbox, clock: &Clock, session: &mut impl Session, mut shutdown: ShutdownSignal)
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    tokio::select! {
        () = shutdown.wait() => {}
        result = exchange_messages(stream, outbox, clock, session) => if let Err(error) = result {
            tracing::debug!(%error, "a connection of the streams ended");
        }
    }
}

async fn exchange_messages<S>(stream: S, outbox: &Outbox, clock: &Clock, session: &mut impl Session) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let limits = Limits::default().max_payload_len(Some(MAX_REQUEST_BYTES));
    let mut socket = ServerBuilder::new().limits(limits).serve(stream);
    loop {
        let written = tokio::select! {
            biased;
            written = write_all(&mut socket, outbox, clock) => written?,
            () = abandoned(outbox) => return Ok(()),
        };
        match written {
            Next::Continue => {}
            Next::HalfOpen => return discard(socket.into_inner()).await,
            Next::End => return Ok(()),
        }
        tokio::select! {
            () = outbox.changed(clock) => {}
            message = socket.next() => match message {
                None => return Ok(()),
                Some(Err(error)) => return Err(io::Error::other(error)),
                // The library answers pings and close frames.
                Some(Ok(message)) => if let Some(text) = message.as_text() {
                    session.receive(text);
                },
            },
        }
    }
}

/// Completes when the outbox has overflowed and the client did not read for [`CLOSE_TIMEOUT`].
async fn abandoned(outbox: &Outbox) {
    outbox.overflowed().await;
    tokio::time::sleep(CLOSE_TIMEOUT).await;
}

/// Writes all messages whose time has come.
async fn write_all<S>(socket: &mut WebSocketStream<S>, outbox: &Outbox, clock: &Clock) -> io::Result<Next>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    while let Some(item) = outbox.pop(clock.now()) {
        match write(socket, item.action).await? {
            Next::Continue => {}
            next => return Ok(next),
        }
    }
    flush(socket).await?;
    Ok(Next::Continue)
}

async fn write<S>(socket: &mut WebSocketStream<S>, action: Action) -> io::Result<Next>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match action {
        Action::Text(text) => {
            socket.feed(Message::text(text.as_ref().to_owned())).await.map_err(io::Error::other)?;
        }
        Action::Slow(text, pause) => {
            flush(socket).await?;
            for byte in frame::text(&text) {
                tokio::time::sleep(pause).await;
                socket.get_mut().write_all(&[byte]).await?;
                socket.get_mut().flush().await?;
            }
        }
        Action::Truncated(text) => {
            flush(socket).await?;
            let bytes = frame::text(&text);
            socket.get_mut().write_all(&bytes[..bytes.len() / 2]).await?;
            socket.get_mut().flush().await?;
            return Ok(Next::End);
        }
        Action::Malformed(text, form) => {
            flush(socket).await?;
            socket.get_mut().write_all(&frame::malformed(&text, form)).await?;
            socket.get_mut().flush().await?;
        }
        Action::Drop => {
            flush(socket).await?;
            return Ok(Next::End);
        }
        Action::HalfOpen => {
            flush(socket).await?;
            return Ok(Next::HalfOpen);
        }
        Action::Close(code, reason) => {
            let code = CloseCode::try_from(code).map_err(io::Error::other)?;
            socket.send(Message::close(Some(code), reason)).await.map_err(io::Error::other)?;
            // Reads until the client answers the close frame or closes the socket.
            let answer = async { while let Some(Ok(_)) = socket.next().await {} };
            tokio::time::timeout(CLOSE_TIMEOUT, answer).await.ok();
            return Ok(Next::End);
        }
    }
    Ok(Next::Continue)
}

async fn flush<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> io::Result<()> {
    socket.flush().await.map_err(io::Error::other)
}

/// Reads and ignores all bytes until the client closes the socket.
async fn discard(mut stream: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut bytes = [0; 1024];
    while stream.read(&mut bytes).await? > 0 {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::io::DuplexStream;

    use super::*;
    use crate::UnixMillis;
    use crate::http::shutdown::ServerHandle;
    use crate::streams::outbox::Item;

    struct Silent;

    impl Session for Silent {
        fn receive(&mut self, _: &str) {}
    }

    /// Serves a connection to a client whose buffer has 64 bytes, and returns after which time the server closed the socket.
    async fn serve(outbox: &Outbox, client: impl AsyncFnOnce(DuplexStream)) -> Duration {
        let (server, socket) = tokio::io::duplex(64);
        let (_handle, shutdown) = ServerHandle::new();
        let clock = Clock::manual(UnixMillis::new(0));
        let (start, mut session) = (tokio::time::Instant::now(), Silent);
        let served = async {
            run(server, outbox, &clock, &mut session, shutdown).await;
            start.elapsed()
        };
        tokio::join!(served, client(socket)).0
    }

    fn push(outbox: &Outbox, count: usize) {
        for _ in 0..count {
            outbox.push(Item { action: Action::Text("a".repeat(20).into()), due: None });
            assert!(outbox.length() <= 10, "the queue is bounded");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_never_reads_is_disconnected_after_the_queue_is_full() {
        let outbox = Outbox::new(10);
        let elapsed = serve(&outbox, async |socket| {
            for _ in 0..100 {
                push(&outbox, 10);
                tokio::task::yield_now().await;
            }
            tokio::time::sleep(CLOSE_TIMEOUT * 2).await;
            drop(socket);
        });
        assert_eq!(elapsed.await, CLOSE_TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_reads_the_close_code() {
        let outbox = Outbox::new(10);
        serve(&outbox, async |mut socket| {
            push(&outbox, 5);
            tokio::task::yield_now().await;
            push(&outbox, 11);
            let mut bytes = Vec::new();
            // The server waits for the answer to its close frame until the time limit.
            socket.read_to_end(&mut bytes).await.expect("an open socket");
            let close = [&[0x88, 29, 0x0f, 0xa8][..], b"the client reads too slowly"].concat();
            assert!(bytes.ends_with(&close[..]), "{:?}", String::from_utf8_lossy(&bytes));
        })
        .await;
    }
}
