//! A server of books, whose responses and messages fail.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::time::Instant;
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};
use venue_book::VersionRule;

use crate::pace::Pace;
use crate::proxy::{self, Link, NetworkState};
use crate::true_book::TrueBook;

/// How the exchange writes its messages.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) is_marked: bool,
    pub(crate) rule: VersionRule,
}

/// What the server did, and what it is to do.
#[derive(Debug)]
pub(crate) struct Exchange {
    random: fastrand::Rng,
    form: Form,
    /// Whether faults still occur.
    pub(crate) is_faulty: bool,
    /// The topic whose next increment is lost.
    pub(crate) loses_next: Option<String>,
    pub(crate) books: BTreeMap<String, TrueBook>,
    /// The times of the subscribe requests of each topic.
    pub(crate) requests: BTreeMap<String, Vec<Instant>>,
    /// The number of times that the versions of a book restarted.
    pub(crate) restarts: u64,
    connections: u64,
}

pub(crate) type Shared = Arc<Mutex<Exchange>>;

impl Exchange {
    pub(crate) fn new(seed: u64, form: Form, topics: &[String]) -> Shared {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut books = BTreeMap::new();
        for topic in topics {
            let mut book = TrueBook::default();
            (0..20).for_each(|_| book.change(&mut random));
            books.insert(topic.clone(), book);
        }
        Arc::new(Mutex::new(Self {
            random,
            form,
            is_faulty: true,
            loses_next: None,
            books,
            requests: BTreeMap::new(),
            restarts: 0,
            connections: 0,
        }))
    }

    /// Whether a fault with this probability occurs now.
    fn has_fault(&mut self, per_mille: u32) -> bool {
        // Drawn in any case, so that the random numbers do not depend on the end of the faults.
        let drawn = self.random.u32(0..1000) < per_mille;
        drawn && self.is_faulty
    }
}

pub(crate) fn lock(exchange: &Shared) -> MutexGuard<'_, Exchange> {
    exchange.lock().expect("no test panics while it holds the lock")
}

/// Serves one connection until it ends.
pub(crate) async fn serve<S>(exchange: Shared, client: S)
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let (near, far) = tokio::io::duplex(1 << 14);
    let link = proxy::connect(client, far, Pace::VIRTUAL);
    let number = {
        let mut exchange = lock(&exchange);
        exchange.connections += 1;
        if exchange.has_fault(50) {
            link.set(NetworkState::Reset);
        }
        exchange.connections
    };
    let Ok((_, stream)) = ServerBuilder::new().accept(near).await else { return };
    Connection { number, stream, link, is_half_open: false, topics: BTreeMap::new(), delayed: Vec::new(), exchange }.run().await;
}

/// A topic that is sent on a connection.
#[derive(Default)]
struct Topic {
    /// The version that the client has if it received everything. `None` before the snapshot.
    sent: Option<u64>,
    /// A message that is sent after the next one.
    overtaken: Option<String>,
    silent_until: Option<Instant>,
}

struct Connection {
    /// The connection is served as long as it is the newest one.
    number: u64,
    stream: WebSocketStream<DuplexStream>,
    link: Link,
    /// Whether no more bytes arrive in either direction. The state of the network is then no longer changed: if the server's bytes arrived again
    /// but the client's did not, only the timeouts of TCP would end the connection, which this network does not have.
    is_half_open: bool,
    topics: BTreeMap<String, Topic>,
    /// Responses that are sent at a time.
    delayed: Vec<(Instant, String)>,
    exchange: Shared,
}

impl Connection {
    async fn run(mut self) {
        let mut interval = tokio::time::interval(Pace::VIRTUAL.ms(100));
        loop {
            let event = tokio::select! {
                // In this order, so that a run depends on its seed only.
                biased;
                message = self.stream.next() => Some(message),
                _ = interval.tick() => None,
            };
            if lock(&self.exchange).connections != self.number {
                return;
            }
            let is_open = match event {
                None => self.on_tick().await,
                Some(Some(Ok(message))) => match message.as_text() {
                    Some(text) => self.on_request(text).await,
                    None => !message.is_close(),
                },
                Some(_) => false,
            };
            if !is_open {
                return;
            }
        }
    }

    async fn send(&mut self, text: String) -> bool {
        tokio::time::timeout(Pace::VIRTUAL.secs(30), self.stream.send(Message::text(text))).await.is_ok_and(|sent| sent.is_ok())
    }

    async fn on_request(&mut self, text: &str) -> bool {
        let mut parts = text.split(' ');
        let (word, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().to_owned());
        let names: Vec<String> = parts.next().unwrap_or_default().split(',').map(str::to_owned).collect();
        let response = {
            let mut exchange = lock(&self.exchange);
            if word == "sub" {
                for name in &names {
                    exchange.requests.entry(name.clone()).or_default().push(Instant::now());
                }
            }
            if word == "ping" {
                Some(format!("pong {id}"))
            } else if exchange.has_fault(60) {
                Some(format!("no {id}"))
            } else if exchange.has_fault(40) {
                // Neither executed nor acknowledged.
                None
            } else {
                for name in names {
                    if word == "sub" {
                        // A server may continue a subscription that it already has, without a snapshot.
                        if !self.topics.contains_key(&name) || exchange.random.bool() {
                            self.topics.insert(name, Topic::default());
                        }
                    } else {
                        self.topics.remove(&name);
                    }
                }
                match exchange.random.u32(0..15) {
                    0 if exchange.is_faulty => None,
                    1 if exchange.is_faulty => {
                        self.delayed.push((Instant::now() + Pace::VIRTUAL.ms(exchange.random.u64(0..8_000)), format!("ok {id}")));
                        None
                    }
                    // The first messages of a topic arrive before the acknowledgement.
                    2..5 => {
                        self.delayed.push((Instant::now() + Pace::VIRTUAL.ms(exchange.random.u64(100..500)), format!("ok {id}")));
                        None
                    }
                    _ => Some(format!("ok {id}")),
                }
            }
        };
        match response {
            Some(response) => self.send(response).await,
            None => true,
        }
    }

    async fn on_tick(&mut self) -> bool {
        let now = Instant::now();
        let (due, later) = std::mem::take(&mut self.delayed).into_iter().partition(|(time, _)| *time <= now);
        self.delayed = later;
        let mut texts: Vec<String> = due.into_iter().map(|(_, text): (Instant, String)| text).collect();
        if !self.change_network() {
            return false;
        }
        let is_closing = {
            let mut exchange = lock(&self.exchange);
            let Exchange { random, books, .. } = &mut *exchange;
            for book in books.values_mut() {
                let changes = if random.u32(0..10) < 4 { random.u32(1..4) } else { 0 };
                (0..changes).for_each(|_| book.change(random));
            }
            for (name, topic) in &mut self.topics {
                next_messages(&mut exchange, name, topic, now, &mut texts);
            }
            if exchange.has_fault(3) {
                texts.push(["???", "hello", "zzz 1", "ok 99999", "never 12345"][exchange.random.usize(0..5)].to_owned());
            }
            exchange.has_fault(3)
        };
        for text in texts {
            if !self.send(text).await {
                return false;
            }
        }
        if is_closing {
            let _ = self.stream.send(Message::close(Some(CloseCode::SERVICE_RESTART), "restart")).await;
        }
        !is_closing
    }

    /// Changes the network. Returns `false` if the server ends the connection.
    fn change_network(&mut self) -> bool {
        if self.is_half_open {
            return true;
        }
        let mut exchange = lock(&self.exchange);
        if !exchange.is_faulty {
            self.link.clear();
            return true;
        }
        match exchange.random.u32(0..3000) {
            0..20 => self.link.set(NetworkState::Slow),
            20..40 => self.link.set(NetworkState::Delayed),
            40..100 => self.link.set(NetworkState::Clear),
            100..104 => {
                self.is_half_open = true;
                self.link.set(NetworkState::HalfOpen);
            }
            104..107 => self.link.set(NetworkState::Corrupt),
            107..110 => self.link.set(NetworkState::Truncated),
            110..113 => self.link.set(NetworkState::Reset),
            113..116 => return false,
            _ => {}
        }
        true
    }
}

/// The exchange restarts the versions of a book only if the book has more versions. A book of fewer versions could be continued by the
/// increments after the restart before the restart is noticed.
const MIN_VERSION_OF_RESTART: u64 = 300;

/// Appends the next messages of a topic, some of them faulty.
fn next_messages(exchange: &mut Exchange, name: &str, topic: &mut Topic, now: Instant, texts: &mut Vec<String>) {
    if exchange.has_fault(3) {
        topic.silent_until = Some(now + Pace::VIRTUAL.secs(exchange.random.u64(1..20)));
    }
    if topic.silent_until.is_some_and(|until| until > now) {
        return;
    }
    let book = exchange.books.get_mut(name).expect("a book");
    if book.version() >= MIN_VERSION_OF_RESTART && exchange.random.u32(0..1000) < 2 && exchange.is_faulty {
        // The connection and the subscription continue.
        book.restart();
        topic.sent = topic.sent.map(|_| 0);
        exchange.restarts += 1;
    }
    let form = exchange.form;
    let text = |book: &TrueBook, previous: Option<u64>, last: u64| {
        let (suffix, marker) = match (form.is_marked, previous) {
            (false, _) => ("", '?'),
            (true, None) => ("!", '!'),
            (true, Some(_)) => ("+", '+'),
        };
        match previous {
            None => format!("{name}{suffix} {}", book.snapshot(marker)),
            Some(previous) => format!("{name}{suffix} {}", book.increment(marker, form.rule, previous, last)),
        }
    };
    let present = exchange.books[name].version();
    let mut new = Vec::new();
    match topic.sent {
        None => new.push(text(&exchange.books[name], None, present)),
        Some(sent) if form.rule == VersionRule::Contiguous => {
            new.extend((sent..present).map(|version| text(&exchange.books[name], Some(version), version + 1)));
        }
        Some(sent) if sent < present => new.push(text(&exchange.books[name], Some(sent), present)),
        Some(_) => {}
    }
    let is_snapshot = topic.sent.is_none();
    topic.sent = Some(present);
    for text in new {
        let is_chosen = !is_snapshot && exchange.loses_next.as_deref() == Some(name);
        if is_chosen {
            exchange.loses_next = None;
        } else if exchange.has_fault(10) {
            // A lost message. The server does not know it.
        } else if let Some(overtaken) = topic.overtaken.take() {
            texts.extend([text, overtaken]);
        } else if exchange.has_fault(5) {
            topic.overtaken = Some(text);
        } else if exchange.has_fault(5) {
            texts.extend([text.clone(), text]);
        } else if exchange.has_fault(3) {
            texts.push(format!("{name}{} garbage", if form.is_marked { "+" } else { "" }));
        } else if form.is_marked && !is_snapshot && exchange.has_fault(3) {
            // An unexpected snapshot between the increments.
            texts.push(format!("{name}! {}", exchange.books[name].snapshot('!')));
        } else {
            texts.push(text);
        }
    }
}
