//! One run: two minutes with faults, and two minutes in which everything has to recover.

use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use venue_core::{BoxFuture, Secret, SystemTime, TimeSource, UnixMillis};
use venue_stream::transport::{Connect, Outgoing, Received, Transport, TransportError};
use venue_stream::{Backoff, Buffering, Heartbeat, Reconnect, Settings, StreamConnection, TopicSettings};
use venue_test_support::virtual_time::VirtualTime;

use crate::exchange::{self, Exchange, Shared, TOPICS};
use crate::network::{Library, MemoryNetwork, Server};
use crate::pace::Pace;
use crate::sockets::Sockets;
use crate::subscriber::{self, Subscriber, stale_after};
use crate::support::Lines;

const ATTEMPTS_PER_MINUTE: u32 = 20;

/// The sums of all runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) connections: u64,
    pub(crate) requests: u64,
    pub(crate) data: u64,
    pub(crate) losses: u64,
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.connections += other.connections;
        self.requests += other.requests;
        self.data += other.data;
        self.losses += other.losses;
    }
}

fn settings(pace: Pace) -> Settings {
    let reconnect = Reconnect::new()
        .backoff(Backoff::new(pace.ms(100), pace.secs(4)))
        .stable_after(pace.secs(10))
        .max_attempts_per_minute(ATTEMPTS_PER_MINUTE * pace.divisor);
    Settings::new()
        .connect_timeout(pace.secs(3))
        .ack_timeout(pace.secs(4))
        .heartbeat(Heartbeat::new(pace.secs(5), pace.secs(3)))
        .request_interval(pace.ms(50))
        .resubscribe(Backoff::new(pace.ms(100), pace.secs(4)))
        .write_timeout(pace.secs(5))
        .reconnect(reconnect)
}

/// A run in virtual time over pipes in memory.
pub(crate) async fn in_memory(seed: u64, library: Library) -> Summary {
    let time: Arc<dyn TimeSource> = Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000)));
    let exchange = Exchange::new(seed, Pace::VIRTUAL);
    let (network, server) = MemoryNetwork::new(library);
    let accepting = tokio::spawn(accept(server, Arc::clone(&exchange)));
    let summary = run(seed, Pace::VIRTUAL, time, exchange, Box::new(network)).await;
    accepting.abort();
    summary
}

/// A run in real time over sockets.
pub(crate) async fn over_sockets(seed: u64, library: Library) -> Summary {
    let exchange = Exchange::new(seed, Pace::REAL);
    let (network, accepting) = Sockets::start(library, Arc::clone(&exchange)).await;
    let summary = run(seed, Pace::REAL, Arc::new(SystemTime), exchange, Box::new(network)).await;
    accepting.abort();
    summary
}

async fn run(seed: u64, pace: Pace, time: Arc<dyn TimeSource>, exchange: Shared, network: Box<dyn Connect>) -> Summary {
    let mut random = fastrand::Rng::with_seed(seed);
    let network = Arc::new(Observed { network, refused: Mutex::new(0), log: Arc::default() });
    let protocol = Lines { topics_per_request: random.usize(1..4), ..Lines::default() };
    let mut builder = StreamConnection::builder(protocol, "ws://exchange.invalid/ws");
    if let Ok(folder) = std::env::var("VENUE_STREAM_FAULT_RECORDINGS") {
        builder = builder.record(std::fs::File::create(format!("{folder}/{seed}.txt")).expect("a folder that exists"));
    }
    let connection = builder
        .settings(settings(pace))
        .time(Arc::clone(&time))
        .seed(random.u64(..))
        .connect_with(Arc::clone(&network) as Arc<dyn Connect>)
        .build()
        .expect("valid settings");
    let world = World { pace, time, exchange, network, connection };

    let mut readers: Vec<Reader> = Vec::new();
    let end = Instant::now() + pace.secs(120);
    while Instant::now() < end {
        world.change(&mut random, &mut readers).await;
        tokio::time::sleep(pace.ms(random.u64(0..6_000))).await;
    }
    for topic in TOPICS {
        readers.push(world.start(topic, Buffering::lossless(1_000), Duration::ZERO));
    }
    exchange::lock(&world.exchange).is_faulty = false;
    *world.network.refused.lock().expect("no panic") = 0;
    tokio::time::sleep(pace.secs(120)).await;
    world.expect_recovery(&readers, "after the faults").await;
    world.connection.reconnect();
    tokio::time::sleep(pace.secs(30)).await;
    world.expect_recovery(&readers, "after a reconnect").await;

    world.connection.close();
    let mut summary = world.network.check_rates(pace);
    summary.connections = exchange::lock(&world.exchange).connections;
    for reader in readers {
        let (data, losses) = reader.finish().await;
        summary.data += data;
        summary.losses += losses;
    }
    summary
}

async fn accept(mut server: Server, exchange: Shared) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let stream = server.accept_raw().await;
        connections.spawn(exchange::serve(Arc::clone(&exchange), stream));
    }
}

/// The parts of a run.
struct World {
    pace: Pace,
    time: Arc<dyn TimeSource>,
    exchange: Shared,
    network: Arc<Observed>,
    connection: StreamConnection,
}

impl World {
    /// Starts or ends a subscriber, or disturbs the connection.
    async fn change(&self, random: &mut fastrand::Rng, readers: &mut Vec<Reader>) {
        match random.u32(0..10) {
            0..6 => {
                let topic = TOPICS[random.usize(0..TOPICS.len())];
                let buffering = match random.u32(0..4) {
                    0 => Buffering::Conflate,
                    1 => Buffering::bounded(8),
                    2 => Buffering::lossless(8),
                    _ => Buffering::lossless(1_000),
                };
                // A subscriber without a pause has to read all messages.
                let is_slow = buffering != Buffering::lossless(1_000) && random.bool();
                let pause = if is_slow { self.pace.ms(random.u64(1..3_000)) } else { Duration::ZERO };
                readers.push(self.start(topic, buffering, pause));
            }
            6 | 7 if !readers.is_empty() => {
                readers.swap_remove(random.usize(0..readers.len())).finish().await;
            }
            8 => self.connection.reconnect(),
            _ => *self.network.refused.lock().expect("no panic") += random.usize(1..5),
        }
    }

    /// Starts a subscriber.
    fn start(&self, topic: &'static str, buffering: Buffering, pause: Duration) -> Reader {
        let mut settings = TopicSettings::new().stale_after(stale_after(self.pace));
        if topic.starts_with("book") {
            settings = settings.snapshot_then_updates(self.pace.secs(8)).resubscribe_when_stale();
        }
        let mut subscription = self.connection.subscribe(topic, settings, buffering);
        let (exchange, time) = (Arc::clone(&self.exchange), Arc::clone(&self.time));
        let subscriber = Subscriber::new(topic, exchange, time, self.pace, buffering, pause);
        let subscriber = Arc::new(Mutex::new(subscriber));
        let shared = Arc::clone(&subscriber);
        let task = tokio::spawn(async move { Subscriber::read(&shared, &mut subscription).await });
        Reader { topic, is_fast: pause.is_zero(), subscriber, task }
    }

    /// Everything has recovered. On a machine under load, the recovery may take longer.
    async fn expect_recovery(&self, readers: &[Reader], when: &str) {
        let mut retries = if self.pace.is_exact { 0 } else { 2_400 };
        while let Err(problem) = self.check_recovery(readers) {
            assert!(retries > 0, "{when}: {problem}");
            retries -= 1;
            tokio::time::sleep(self.pace.secs(1)).await;
        }
    }

    /// The connection is open, the subscriptions are those that were asked for, and each subscriber trusts its data.
    fn check_recovery(&self, readers: &[Reader]) -> Result<(), String> {
        if !self.connection.is_open() {
            return Err(format!("not open: {:?}", self.connection));
        }
        let wanted: BTreeSet<_> = readers.iter().map(|reader| reader.topic).collect();
        let subscribed = exchange::lock(&self.exchange).subscribed.clone();
        if subscribed != wanted {
            return Err(format!("{subscribed:?} instead of {wanted:?}: {:?}", self.connection));
        }
        let mut fast = readers.iter().filter(|reader| reader.is_fast);
        match fast.find(|reader| !subscriber::lock(&reader.subscriber).is_live()) {
            Some(reader) => Err(format!("{:?}", subscriber::lock(&reader.subscriber))),
            None => Ok(()),
        }
    }
}

/// A task that reads a subscription.
struct Reader {
    topic: &'static str,
    is_fast: bool,
    subscriber: Arc<Mutex<Subscriber>>,
    task: JoinHandle<()>,
}

impl Reader {
    /// Ends the subscription. Returns the numbers of the data and of the losses of trust.
    async fn finish(self) -> (u64, u64) {
        if !self.task.is_finished() {
            self.task.abort();
        }
        match self.task.await {
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            _ => {}
        }
        let subscriber = subscriber::lock(&self.subscriber);
        (subscriber.data, subscriber.losses)
    }
}

/// A network that records the attempts and the requests.
#[derive(Debug)]
struct Observed {
    network: Box<dyn Connect>,
    /// The number of the attempts that are refused from now on.
    refused: Mutex<usize>,
    log: Arc<Mutex<Log>>,
}

/// The times of the attempts, and of the requests of each connection.
#[derive(Debug, Default)]
struct Log {
    attempts: Vec<Instant>,
    requests: Vec<(usize, Instant, String)>,
}

impl Observed {
    /// Neither attempts nor requests are more frequent than the settings state.
    fn check_rates(&self, pace: Pace) -> Summary {
        let log = self.log.lock().expect("no panic");
        let per_minute = usize::try_from(ATTEMPTS_PER_MINUTE * pace.divisor).expect("a small number");
        for window in log.attempts.windows(per_minute + 1) {
            assert!(window[per_minute] - window[0] >= Duration::from_secs(60), "too many attempts");
        }
        for pair in log.requests.windows(2) {
            let is_same_connection = pair[0].0 == pair[1].0;
            // The task may be late with the first request of a pair, but only in real time.
            let is_early = pace.is_exact && is_same_connection && pair[1].1 - pair[0].1 < pace.ms(50);
            assert!(!is_early, "{pair:?}");
        }
        Summary { requests: log.requests.len().try_into().expect("a small number"), ..Summary::default() }
    }
}

impl Connect for Observed {
    fn connect(&self, query: Option<Secret>) -> BoxFuture<'static, Result<Box<dyn Transport>, TransportError>> {
        let connection = {
            let mut log = self.log.lock().expect("no panic");
            log.attempts.push(Instant::now());
            log.attempts.len()
        };
        let mut refused = self.refused.lock().expect("no panic");
        if *refused > 0 {
            *refused -= 1;
            return Box::pin(async { Err(TransportError::new("connection refused")) });
        }
        let connecting = self.network.connect(query);
        let log = Arc::clone(&self.log);
        Box::pin(async move {
            let transport = connecting.await?;
            Ok(Box::new(ObservedTransport { transport, log, connection }) as Box<dyn Transport>)
        })
    }
}

struct ObservedTransport {
    transport: Box<dyn Transport>,
    log: Arc<Mutex<Log>>,
    connection: usize,
}

impl Transport for ObservedTransport {
    fn poll_receive(&mut self, context: &mut Context<'_>, receive: &mut dyn FnMut(Received<'_>)) -> Poll<Result<(), TransportError>> {
        self.transport.poll_receive(context, receive)
    }

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.transport.poll_ready(context)
    }

    fn start_send(&mut self, message: Outgoing) -> Result<(), TransportError> {
        if let Outgoing::Text(text) = &message
            && !text.starts_with("ping")
        {
            self.log.lock().expect("no panic").requests.push((self.connection, Instant::now(), text.clone()));
        }
        self.transport.start_send(message)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.transport.poll_flush(context)
    }

    fn poll_close(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.transport.poll_close(context)
    }
}
