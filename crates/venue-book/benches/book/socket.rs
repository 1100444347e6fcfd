//! From the bytes of WebSocket frames in memory to a readable best price: venue-stream and this crate beside tokio-tungstenite, serde_json
//! and maps of decimals.
//!
//! Both ways read from the same kind of stream. Handshakes, system calls and TLS are not included.

use std::collections::VecDeque;
use std::hint::black_box;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_websockets::ClientBuilder;
use venue_book::{Book, BookSettings, Scanner, VersionRule};
use venue_core::{BoxFuture, Secret};
use venue_stream::transport::{Connect, Transport, TransportError};
use venue_stream::{Ack, AckOutcome, Heartbeat, Inbound, Protocol, PushKind, Request, RequestId, Settings, StreamConnection};

use crate::json::Scanning;
use crate::plain::{self, PlainBook};
use crate::rounds::{Figures, compare};
use crate::{LEVELS, MESSAGES};

const TOPIC: &str = "market.depth.BTCUSDT";
/// The buffer that venue-stream puts before its WebSocket library.
const READ_BUFFER: usize = 64 << 10;

/// The frames that a client reads, each with the version of its message.
type Frames = Vec<(u64, Arc<[u8]>)>;

pub(crate) fn measure(figures: &mut Figures) {
    messages(figures, "socket_88", true);
    messages(figures, "socket_88_burst", false);
}

/// Measures a message of 88 levels. The messages arrive one by one, each after the best price of the previous one was read, or all at once.
fn messages(figures: &mut Figures, name: &'static str, is_one_by_one: bool) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let mut random = fastrand::Rng::with_seed(7);
    let snapshot = plain::text("snapshot", 1, LEVELS, |level| level + 1, &mut random);
    let (mut ours, mut other) = (Ours::new(&runtime, &snapshot), Other::new(&runtime, &snapshot));
    let mut version = 1;
    let prepare = || {
        let mut next = || {
            version += 1;
            let spread = 1 + random.u32(0..3);
            (version, frame(&plain::text("update", version, 44, |level| level * spread + 1, &mut random)))
        };
        (0..MESSAGES).map(|_| next()).collect::<Frames>()
    };
    compare(
        figures,
        name,
        MESSAGES,
        prepare,
        |frames| runtime.block_on(ours.read(frames, is_one_by_one)),
        |frames| runtime.block_on(other.read(frames, is_one_by_one)),
    );
}

/// A book over a connection of venue-stream.
struct Ours {
    feed: Feed,
    book: Book,
}

impl Ours {
    fn new(runtime: &Runtime, snapshot: &str) -> Self {
        let feed = Feed::default();
        let _entered = runtime.enter();
        let hours = Duration::from_secs(36_000);
        let connection = StreamConnection::builder(Envelopes, "ws://exchange.invalid/ws")
            .settings(Settings::new().heartbeat(Heartbeat::new(hours, hours)))
            .connect_with(Arc::new(feed.clone()))
            .build()
            .expect("valid settings");
        let settings = BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).confirmations(0);
        let book = Book::subscribe(&connection, TOPIC, Arc::new(Scanning), settings).expect("a runtime");
        let mut ours = Self { feed, book };
        runtime.block_on(async {
            while !ours.feed.has_request() {
                tokio::task::yield_now().await;
            }
            ours.feed.push(frame(&format!("{{\"event\":\"subscribe\",\"topic\":\"{TOPIC}\"}}")));
            ours.feed.push(frame(snapshot));
            ours.wait(1).await;
        });
        assert!(ours.book.live().is_ok());
        ours
    }

    async fn read(&mut self, frames: &Frames, is_one_by_one: bool) {
        for (version, frame) in frames {
            self.feed.push(Arc::clone(frame));
            if is_one_by_one {
                self.wait(*version).await;
            }
        }
        self.wait(frames.last().map_or(0, |(version, _)| *version)).await;
    }

    /// Reads the best prices at each change until the book has this version.
    async fn wait(&mut self, version: u64) {
        loop {
            let last_known = self.book.last_known();
            black_box((last_known.best_bid(), last_known.best_ask()));
            let is_read = last_known.version() == Some(version);
            drop(last_known);
            if is_read {
                return;
            }
            self.book.changed().await;
        }
    }
}

/// A loop that reads messages with tokio-tungstenite and serde_json into maps.
struct Other {
    feed: Feed,
    stream: tokio_tungstenite::WebSocketStream<Feed>,
    book: PlainBook,
}

impl Other {
    fn new(runtime: &Runtime, snapshot: &str) -> Self {
        let feed = Feed::default();
        let stream = runtime.block_on(tokio_tungstenite::WebSocketStream::from_raw_socket(feed.clone(), Role::Client, None));
        let mut book = PlainBook::default();
        book.apply(snapshot);
        Self { feed, stream, book }
    }

    async fn read(&mut self, frames: &Frames, is_one_by_one: bool) {
        for (_, frame) in frames {
            self.feed.push(Arc::clone(frame));
            if is_one_by_one {
                self.receive().await;
            }
        }
        if !is_one_by_one {
            for _ in frames {
                self.receive().await;
            }
        }
    }

    async fn receive(&mut self) {
        let message = self.stream.next().await.expect("a message").expect("a text");
        black_box(self.book.apply(message.to_text().expect("a text")));
    }
}

/// The messages of an exchange whose depth messages are recognised by their beginning.
#[derive(Debug)]
struct Envelopes;

impl Protocol for Envelopes {
    fn encode(&self, _: RequestId, request: Request<'_>) -> Option<String> {
        matches!(request, Request::Subscribe { .. }).then(|| "subscribe".to_owned())
    }

    fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
        let mut scanner = Scanner::new(text);
        match (scanner.first_key(), scanner.string()) {
            (Some("topic"), Some(topic)) => Inbound::Push { topic: topic.into(), kind: PushKind::Unmarked },
            _ => Inbound::Ack(Ack { id: None, topics: Some(vec![TOPIC.into()]), outcome: AckOutcome::Accepted }),
        }
    }
}

/// An unmasked text frame.
fn frame(text: &str) -> Arc<[u8]> {
    let mut bytes = vec![0x81];
    match u16::try_from(text.len()).expect("less than 64 KiB") {
        length @ 0..126 => bytes.push(length.to_be_bytes()[1]),
        length => {
            bytes.push(126);
            bytes.extend(length.to_be_bytes());
        }
    }
    bytes.extend(text.as_bytes());
    bytes.into()
}

/// A stream of bytes in memory.
#[derive(Clone, Debug, Default)]
struct Feed(Arc<Mutex<FeedState>>);

#[derive(Debug, Default)]
struct FeedState {
    frames: VecDeque<Arc<[u8]>>,
    /// The bytes of the first frame that were read.
    position: usize,
    reader: Option<Waker>,
    has_request: bool,
}

impl Feed {
    fn push(&self, frame: Arc<[u8]>) {
        let mut state = self.lock();
        state.frames.push_back(frame);
        if let Some(reader) = state.reader.take() {
            reader.wake();
        }
    }

    fn has_request(&self) -> bool {
        self.lock().has_request
    }

    fn lock(&self) -> MutexGuard<'_, FeedState> {
        self.0.lock().expect("no panic")
    }
}

impl AsyncRead for Feed {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut state = self.lock();
        if state.frames.is_empty() {
            state.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        while let Some(frame) = state.frames.front().cloned().filter(|_| buffer.remaining() > 0) {
            let rest = &frame[state.position..];
            let length = rest.len().min(buffer.remaining());
            buffer.put_slice(&rest[..length]);
            state.position += length;
            if state.position == frame.len() {
                state.position = 0;
                state.frames.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Feed {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.lock().has_request = true;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Connect for Feed {
    fn connect(&self, _: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>> {
        let stream = BufReader::with_capacity(READ_BUFFER, self.clone());
        Box::pin(async move { Ok(Box::new(ClientBuilder::new().take_over(stream)) as Box<dyn Transport>) })
    }
}
