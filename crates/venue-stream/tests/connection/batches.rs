//! How much is received before the subscribers run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::StreamExt;
use venue_core::{BoxFuture, Secret, UnixMillis};
use venue_stream::transport::{Connect, Outgoing, Received, Transport, TransportError};
use venue_stream::{Buffering, Event, Settings, StreamConnection, TopicSettings};
use venue_test_support::virtual_time::{self, VirtualTime};

use crate::expect;
use crate::support::Lines;

/// The number of messages that are always ready.
const MESSAGES: usize = 200;

/// A server that acknowledges the subscription, and whose messages are all ready at once.
#[derive(Clone, Debug)]
struct Ready {
    text: String,
    /// Whether the messages are ready, and the task that waits for them.
    gate: Arc<Mutex<(bool, Option<Waker>)>>,
    /// The number of times that another task ran.
    turn: Arc<AtomicUsize>,
    /// The number of messages in each turn.
    received: Arc<Mutex<Vec<usize>>>,
}

impl Connect for Ready {
    fn connect(&self, _query: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>> {
        let transport = ReadyTransport { server: self.clone(), acknowledgement: None, sent: 0 };
        Box::pin(async { Ok(Box::new(transport) as Box<dyn Transport>) })
    }
}

struct ReadyTransport {
    server: Ready,
    /// The acknowledgement that is to be received.
    acknowledgement: Option<String>,
    sent: usize,
}

impl Transport for ReadyTransport {
    fn poll_receive(&mut self, context: &mut Context<'_>, receive: &mut dyn FnMut(Received<'_>)) -> Poll<Result<(), TransportError>> {
        let mut gate = self.server.gate.lock().unwrap_or_else(PoisonError::into_inner);
        gate.1 = Some(context.waker().clone());
        if let Some(acknowledgement) = self.acknowledgement.take() {
            receive(Received::Text(&acknowledgement));
            return Poll::Ready(Ok(()));
        }
        if !gate.0 || self.sent == MESSAGES {
            return Poll::Pending;
        }
        self.sent += 1;
        let turn = self.server.turn.load(Ordering::SeqCst);
        let mut received = self.server.received.lock().unwrap_or_else(PoisonError::into_inner);
        let length = received.len().max(turn + 1);
        received.resize(length, 0);
        received[turn] += 1;
        receive(Received::Text(&self.server.text));
        Poll::Ready(Ok(()))
    }

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(&mut self, message: Outgoing) -> Result<(), TransportError> {
        if let Outgoing::Text(request) = message {
            self.acknowledgement = request.split(' ').nth(1).map(|id| format!("ok {id}"));
        }
        if let Some(waker) = self.server.gate.lock().unwrap_or_else(PoisonError::into_inner).1.take() {
            waker.wake();
        }
        Ok(())
    }

    fn poll_flush(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(&mut self, _context: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

/// The largest number of messages of this length that are received while no other task runs.
fn largest_batch(bytes: usize) -> usize {
    let server = Ready { text: format!("a {}", "x".repeat(bytes)), gate: Arc::default(), turn: Arc::default(), received: Arc::default() };
    let received = Arc::clone(&server.received);
    virtual_time::run(async move {
        let (turn, gate) = (Arc::clone(&server.turn), Arc::clone(&server.gate));
        let connection = StreamConnection::builder(Lines::default(), "ws://exchange.invalid/ws")
            .settings(Settings::new())
            .time(Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000))))
            .connect_with(Arc::new(server))
            .build()
            .expect("valid settings");
        let mut subscription = connection.subscribe("a", TopicSettings::new(), Buffering::lossless(MESSAGES));
        expect(&mut subscription, &["connected 1", "subscribed"]).await;
        // `tokio::task::yield_now` would wait until no other task is ready.
        let ticker = tokio::spawn(std::future::poll_fn::<(), _>(move |context| {
            turn.fetch_add(1, Ordering::SeqCst);
            context.waker().wake_by_ref();
            Poll::Pending
        }));
        {
            let mut gate = gate.lock().unwrap_or_else(PoisonError::into_inner);
            gate.0 = true;
            if let Some(waker) = gate.1.take() {
                waker.wake();
            }
        }
        let mut read = 0;
        while read < MESSAGES {
            read += match subscription.next().await.expect("a message") {
                Event::Lagged { skipped } => usize::try_from(skipped).expect("a small number"),
                event => usize::from(event.is_datum()),
            };
        }
        ticker.abort();
    });
    let received = received.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(received.iter().sum::<usize>(), MESSAGES);
    received.iter().copied().max().unwrap_or_default()
}

#[test]
fn a_batch_ends_after_a_number_of_messages_or_bytes() {
    assert_eq!(largest_batch(10), 32);
    assert_eq!(largest_batch(100 << 10), 3);
    assert_eq!(largest_batch(300 << 10), 1);
}
