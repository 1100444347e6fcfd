//! A server with numbered messages, whose responses fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::time::Instant;
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

use crate::pace::Pace;
use crate::proxy::{self, Link, NetworkState};

/// The topics. The messages of those that begin with `book` are marked as snapshots and updates.
pub(crate) const TOPICS: [&str; 5] = ["book1", "book2", "trade1", "trade2", "tick"];

/// What the server did, and what it is to do.
#[derive(Debug)]
pub(crate) struct Exchange {
    random: fastrand::Rng,
    pace: Pace,
    /// Whether faults still occur.
    pub(crate) is_faulty: bool,
    /// The last number of each topic. A subscriber that gets the numbers without a gap has all messages.
    numbers: BTreeMap<&'static str, u64>,
    /// The numbers that the server did not send although it should have, or sent twice.
    pub(crate) lost: BTreeMap<&'static str, BTreeSet<u64>>,
    /// The topics that are sent on the present connection.
    pub(crate) subscribed: BTreeSet<&'static str>,
    pub(crate) connections: u64,
}

pub(crate) type Shared = Arc<Mutex<Exchange>>;

impl Exchange {
    pub(crate) fn new(seed: u64, pace: Pace) -> Shared {
        Arc::new(Mutex::new(Self {
            random: fastrand::Rng::with_seed(seed),
            pace,
            is_faulty: true,
            numbers: TOPICS.iter().map(|topic| (*topic, 0)).collect(),
            lost: TOPICS.iter().map(|topic| (*topic, BTreeSet::new())).collect(),
            subscribed: BTreeSet::new(),
            connections: 0,
        }))
    }

    /// Whether a fault with this probability occurs now.
    fn has_fault(&mut self, percent: u32) -> bool {
        // Drawn in any case, so that the random numbers do not depend on the end of the faults.
        let drawn = self.random.u32(0..1000) < percent * 10;
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
    let pace = lock(&exchange).pace;
    let (near, far) = tokio::io::duplex(1 << 14);
    let link = proxy::connect(client, far, pace);
    let (is_silent, number) = {
        let mut exchange = lock(&exchange);
        exchange.connections += 1;
        exchange.subscribed.clear();
        if exchange.has_fault(5) {
            link.set(NetworkState::Reset);
        }
        (exchange.has_fault(5), exchange.connections)
    };
    if is_silent {
        // No response to the handshake.
        tokio::time::sleep(pace.secs(1000)).await;
        return;
    }
    let Ok((_, stream)) = ServerBuilder::new().accept(near).await else { return };
    let connection =
        Connection { number, stream, link, stalled: BTreeMap::new(), fresh: BTreeSet::new(), delayed: Vec::new(), held: None, exchange };
    connection.run().await;
}

struct Connection {
    /// The connection serves the topics as long as it is the newest one.
    number: u64,
    stream: WebSocketStream<DuplexStream>,
    link: Link,
    /// The topics that are silent until a time.
    stalled: BTreeMap<&'static str, Instant>,
    /// The topics whose snapshot was not sent yet.
    fresh: BTreeSet<&'static str>,
    /// Responses that are sent at a time.
    delayed: Vec<(Instant, String)>,
    /// A message that is sent after the next one.
    held: Option<String>,
    exchange: Shared,
}

impl Connection {
    async fn run(mut self) {
        let pace = self.pace();
        // A random first tick, so that an old connection can tick after the first message of the newest one.
        let first = Instant::now() + pace.ms(lock(&self.exchange).random.u64(0..100));
        let mut interval = tokio::time::interval_at(first, pace.ms(100));
        loop {
            let event = tokio::select! {
                // In this order, so that a run depends on its seed only.
                biased;
                message = self.stream.next() => Some(message),
                _ = interval.tick() => None,
            };
            // Checked before the event has an effect, because an old connection must neither change the topics of the newest connection nor use
            // up numbers of messages, which the newest connection would then leave out.
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

    fn pace(&self) -> Pace {
        lock(&self.exchange).pace
    }

    async fn send(&mut self, text: String) -> bool {
        let pace = self.pace();
        tokio::time::timeout(pace.secs(30), self.stream.send(Message::text(text))).await.is_ok_and(|sent| sent.is_ok())
    }

    async fn on_request(&mut self, text: &str) -> bool {
        let mut parts = text.split(' ');
        let (word, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let names = parts.next().unwrap_or_default();
        let topics: Vec<_> = TOPICS.iter().copied().filter(|topic| names.split(',').any(|name| name == *topic)).collect();
        let response = {
            let mut exchange = lock(&self.exchange);
            if word == "ping" {
                (!exchange.has_fault(20)).then(|| format!("pong {id}"))
            } else if exchange.has_fault(8) {
                Some(format!("no {id}"))
            } else {
                for topic in topics {
                    if word == "sub" {
                        exchange.subscribed.insert(topic);
                        self.fresh.insert(topic);
                    } else {
                        exchange.subscribed.remove(topic);
                    }
                }
                match exchange.random.u32(0..20) {
                    0 if exchange.is_faulty => None,
                    1 if exchange.is_faulty => Some(format!("ok - {names}")),
                    2 if exchange.is_faulty => {
                        let delay = exchange.pace.ms(exchange.random.u64(0..8_000));
                        self.delayed.push((Instant::now() + delay, format!("ok {id}")));
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
        for topic in TOPICS {
            self.next_message(topic, now, &mut texts);
        }
        {
            let mut exchange = lock(&self.exchange);
            if exchange.has_fault(1) {
                texts.push(["???", "hello", "zzz 1", "ok 99999", "never 12345"][exchange.random.usize(0..5)].to_owned());
            }
        }
        for text in texts {
            if !self.send(text).await {
                return false;
            }
        }
        let is_closing = lock(&self.exchange).has_fault(1);
        if is_closing {
            let _ = self.stream.send(Message::close(Some(CloseCode::SERVICE_RESTART), "restart")).await;
        }
        !is_closing
    }

    /// Changes the network. Returns `false` if the server ends the connection.
    fn change_network(&self) -> bool {
        let mut exchange = lock(&self.exchange);
        if !exchange.is_faulty {
            self.link.clear();
            return true;
        }
        match exchange.random.u32(0..1500) {
            0..20 => self.link.set(NetworkState::Slow),
            20..40 => self.link.set(NetworkState::Delayed),
            40..100 => self.link.set(NetworkState::Clear),
            100..104 => self.link.set(NetworkState::HalfOpen),
            104..107 => self.link.set(NetworkState::Corrupt),
            107..110 => self.link.set(NetworkState::Truncated),
            110..113 => self.link.set(NetworkState::Reset),
            113..116 => return false,
            _ => {}
        }
        true
    }

    /// Sends the next message of a topic, or a faulty one.
    fn next_message(&mut self, topic: &'static str, now: Instant, texts: &mut Vec<String>) {
        let mut exchange = lock(&self.exchange);
        if exchange.random.u32(0..5) > 1 {
            return;
        }
        if self.stalled.get(topic).is_none_or(|until| *until <= now) && exchange.has_fault(1) {
            let silence = exchange.pace.secs(exchange.random.u64(1..20));
            self.stalled.insert(topic, now + silence);
        }
        let is_stalled = self.stalled.get(topic).is_some_and(|until| *until > now);
        if is_stalled || !exchange.subscribed.contains(topic) {
            return;
        }
        let number = exchange.numbers.get_mut(topic).expect("a topic");
        *number += 1;
        let number = *number;
        let text = |number: u64, is_snapshot: bool| match (topic.starts_with("book"), is_snapshot) {
            (false, _) => format!("{topic} {number}"),
            (true, true) => format!("{topic}! {number}"),
            (true, false) => format!("{topic}+ {number}"),
        };
        if exchange.has_fault(1) {
            // A lost increment. The server does not know it.
            exchange.lost.get_mut(topic).expect("a topic").insert(number);
            return;
        }
        let is_snapshot = self.fresh.remove(topic);
        if is_snapshot && exchange.has_fault(5) {
            exchange.lost.get_mut(topic).expect("a topic").insert(number);
            return;
        }
        let text = text(number, is_snapshot);
        if let Some(held) = self.held.take() {
            // A subscriber that missed this message would see the overtaken one first.
            exchange.lost.get_mut(topic).expect("a topic").insert(number);
            texts.extend([text, held]);
        } else if exchange.has_fault(1) && !is_snapshot {
            // The next message overtakes this one, so a gap is seen before it.
            exchange.lost.get_mut(topic).expect("a topic").insert(number);
            self.held = Some(text);
        } else if exchange.has_fault(1) {
            texts.extend([text.clone(), text]);
        } else {
            texts.push(text);
        }
    }
}
