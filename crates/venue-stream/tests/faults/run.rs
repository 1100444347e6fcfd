//! One run: two minutes with faults, and two minutes in which everything has to recover.

use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use venue_core::{BoxFuture, Secret, TimeSource, UnixMillis};
use venue_stream::transport::{Connect, Outgoing, Received, Transport, TransportError};
use venue_stream::{Backoff, Buffering, Heartbeat, Reconnect, Settings, StreamConnection, Subscription, TopicSettings};
use venue_test_support::virtual_time::VirtualTime;

use crate::exchange::{self, Exchange, Shared, TOPICS};
use crate::network::{Library, MemoryNetwork, Server};
use crate::subscriber::{self, STALE_AFTER, Subscriber};
use crate::support::{Lines, ms, secs};

const FAULTS: Duration = secs(120);
const RECOVERY: Duration = secs(120);
const REQUEST_INTERVAL: Duration = ms(50);
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

pub(crate) fn settings() -> Settings {
    Settings::new()
        .connect_timeout(secs(3))
        .ack_timeout(secs(4))
        .heartbeat(Heartbeat::new(secs(5), secs(3)))
        .request_interval(REQUEST_INTERVAL)
        .resubscribe(Backoff::new(ms(100), secs(4)))
        .write_timeout(secs(5))
        .reconnect(
            Reconnect::new().backoff(Backoff::new(ms(100), secs(4))).stable_after(secs(10)).max_attempts_per_minute(ATTEMPTS_PER_MINUTE),
        )
}

pub(crate) async fn run(seed: u64, library: Library) -> Summary {
    let mut random = fastrand::Rng::with_seed(seed);
    let time: Arc<dyn TimeSource> = Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000)));
    let exchange = Exchange::new(random.u64(..));
    let (network, server) = MemoryNetwork::new(library);
    let network = Arc::new(Observed { network, log: Arc::default() });
    let accepting = tokio::spawn(accept(server, Arc::clone(&exchange)));
    let protocol = Lines { topics_per_request: random.usize(1..4), ..Lines::default() };
    let mut builder = StreamConnection::builder(protocol, "ws://exchange.invalid/ws");
    if let Ok(folder) = std::env::var("VENUE_STREAM_FAULT_RECORDINGS") {
        builder = builder.record(std::fs::File::create(format!("{folder}/{seed}.txt")).expect("a folder that exists"));
    }
    let connection = builder
        .settings(settings())
        .time(Arc::clone(&time))
        .seed(random.u64(..))
        .connect_with(Arc::clone(&network) as Arc<dyn Connect>)
        .build()
        .expect("valid settings");

    let mut readers: Vec<Reader> = Vec::new();
    let end = Instant::now() + FAULTS;
    while Instant::now() < end {
        change(&mut random, &mut readers, &connection, &exchange, &time, &network).await;
        tokio::time::sleep(ms(random.u64(0..6_000))).await;
    }
    for topic in TOPICS {
        readers.push(Reader::start(topic, Buffering::lossless(1_000), Duration::ZERO, &connection, &exchange, &time));
    }
    exchange::lock(&exchange).is_faulty = false;
    *network.network.refused.lock().expect("no panic") = 0;
    tokio::time::sleep(RECOVERY).await;
    check_recovery(&readers, &connection, &exchange, "after the faults");
    connection.reconnect();
    tokio::time::sleep(secs(30)).await;
    check_recovery(&readers, &connection, &exchange, "after a reconnect");

    connection.close();
    let mut summary = network.check_rates();
    summary.connections = exchange::lock(&exchange).connections;
    for reader in readers {
        let (data, losses) = reader.finish().await;
        summary.data += data;
        summary.losses += losses;
    }
    accepting.abort();
    summary
}

async fn accept(mut server: Server, exchange: Shared) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let stream = server.accept_raw().await;
        connections.spawn(exchange::serve(Arc::clone(&exchange), stream));
    }
}

/// Starts or ends a subscriber, or disturbs the connection.
async fn change(
    random: &mut fastrand::Rng,
    readers: &mut Vec<Reader>,
    connection: &StreamConnection,
    exchange: &Shared,
    time: &Arc<dyn TimeSource>,
    network: &Observed,
) {
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
            let pause = if is_slow { ms(random.u64(1..3_000)) } else { Duration::ZERO };
            readers.push(Reader::start(topic, buffering, pause, connection, exchange, time));
        }
        6 | 7 if !readers.is_empty() => {
            readers.swap_remove(random.usize(0..readers.len())).finish().await;
        }
        8 => connection.reconnect(),
        _ => *network.network.refused.lock().expect("no panic") += random.usize(1..5),
    }
}

/// The connection is open, the subscriptions are those that were asked for, and each subscriber trusts its data.
fn check_recovery(readers: &[Reader], connection: &StreamConnection, exchange: &Shared, when: &str) {
    assert!(connection.is_open(), "{when}: {connection:?}");
    let wanted: BTreeSet<_> = readers.iter().map(|reader| reader.topic).collect();
    assert_eq!(exchange::lock(exchange).subscribed, wanted, "{when}: {connection:?}");
    for reader in readers.iter().filter(|reader| reader.is_fast) {
        let subscriber = subscriber::lock(&reader.subscriber);
        assert!(subscriber.is_live(), "{when}: {subscriber:?}");
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
    fn start(
        topic: &'static str,
        buffering: Buffering,
        pause: Duration,
        connection: &StreamConnection,
        exchange: &Shared,
        time: &Arc<dyn TimeSource>,
    ) -> Self {
        let mut settings = TopicSettings::new().stale_after(STALE_AFTER);
        if topic.starts_with("book") {
            settings = settings.snapshot_then_updates(secs(8)).resubscribe_when_stale();
        }
        let mut subscription: Subscription = connection.subscribe(topic, settings, buffering);
        let subscriber = Subscriber::new(topic, Arc::clone(exchange), Arc::clone(time), buffering, pause);
        let subscriber = Arc::new(Mutex::new(subscriber));
        let shared = Arc::clone(&subscriber);
        let task = tokio::spawn(async move { Subscriber::read(&shared, &mut subscription).await });
        Self { topic, is_fast: pause.is_zero(), subscriber, task }
    }

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
    network: MemoryNetwork,
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
    fn check_rates(&self) -> Summary {
        let log = self.log.lock().expect("no panic");
        let per_minute = usize::try_from(ATTEMPTS_PER_MINUTE).expect("a small number");
        for window in log.attempts.windows(per_minute + 1) {
            assert!(window[per_minute] - window[0] >= secs(60), "too many attempts");
        }
        for pair in log.requests.windows(2) {
            let is_same_connection = pair[0].0 == pair[1].0;
            assert!(!is_same_connection || pair[1].1 - pair[0].1 >= REQUEST_INTERVAL, "{pair:?}");
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
