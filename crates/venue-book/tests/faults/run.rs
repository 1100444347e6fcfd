//! One run: two minutes with faults, and two minutes in which every book has to become live.

use std::ops::AddAssign;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use venue_book::{Book, BookEvent, BookSettings, DecodeError, Depth, DepthDecoder, NotLive, VersionRule};
use venue_core::{TimeSource, UnixMillis};
use venue_stream::{Backoff, Heartbeat, Reconnect, Settings, StreamConnection};
use venue_test_support::virtual_time::VirtualTime;

use crate::connection_support::Lines as Protocol;
use crate::exchange::{self, Exchange, Form, Shared};
use crate::network::{Library, MemoryNetwork, Server};
use crate::support::{Lines, print_book};

/// The new subscriptions that a book may request in a minute.
const MAX_RESYNCS: usize = 5;

/// Decodes the texts of the server, which begin with the topic.
#[derive(Debug)]
pub(crate) struct WithTopic;

impl DepthDecoder for WithTopic {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        Lines.decode(message.split_once(' ').ok_or(DecodeError::new("no topic"))?.1, depth)
    }
}

/// The sums of all runs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Summary {
    pub(crate) runs: u64,
    pub(crate) wrong_rules: u64,
    /// The number of live books that were compared with the exchange.
    pub(crate) live_checks: u64,
    pub(crate) losses: u64,
    pub(crate) resubscriptions: u64,
    pub(crate) unverified: u64,
    /// The number of times that the versions of a book restarted.
    pub(crate) restarts: u64,
}

impl AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.runs += other.runs;
        self.wrong_rules += other.wrong_rules;
        self.live_checks += other.live_checks;
        self.losses += other.losses;
        self.resubscriptions += other.resubscriptions;
        self.unverified += other.unverified;
        self.restarts += other.restarts;
    }
}

pub(crate) fn settings() -> Settings {
    let (ms, secs) = (Duration::from_millis, Duration::from_secs);
    let reconnect = Reconnect::new().backoff(Backoff::new(ms(100), secs(4))).stable_after(secs(10));
    Settings::new()
        .connect_timeout(secs(3))
        .ack_timeout(secs(4))
        .heartbeat(Heartbeat::new(secs(5), secs(3)))
        .request_interval(ms(50))
        .resubscribe(Backoff::new(ms(100), secs(4)))
        .write_timeout(secs(5))
        .reconnect(reconnect)
}

pub(crate) async fn accept(mut server: Server, exchange: Shared) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let stream = server.accept_raw().await;
        connections.spawn(exchange::serve(Arc::clone(&exchange), stream));
    }
}

/// A rule that the exchange does not have.
fn wrong(rule: VersionRule) -> VersionRule {
    match rule {
        VersionRule::FirstEqualsPrevious => VersionRule::FirstFollowsPrevious,
        _ => VersionRule::FirstEqualsPrevious,
    }
}

/// Runs a seed. Every fourth seed uses a rule that the exchange does not have.
pub(crate) async fn run(seed: u64) -> Summary {
    let mut random = fastrand::Rng::with_seed(seed);
    let rules = [VersionRule::FirstFollowsPrevious, VersionRule::FirstEqualsPrevious, VersionRule::Contiguous];
    let form = Form { is_marked: random.bool(), rule: rules[random.usize(0..5) / 2] };
    let uses_wrong_rule = seed.is_multiple_of(4);
    let confirmations = [Some(0), Some(1), None, None][random.usize(0..4)];
    let rule = match uses_wrong_rule {
        false => form.rule,
        // Messages of one version satisfy this rule by chance.
        true if confirmations.is_some() && form.rule != VersionRule::Contiguous && random.bool() => VersionRule::Contiguous,
        true => wrong(form.rule),
    };
    // Snapshots of this form cannot be recognised.
    let is_right = !uses_wrong_rule && (form.is_marked || form.rule != VersionRule::Contiguous);
    let time: Arc<dyn TimeSource> = Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000)));
    let topics: Vec<String> = (0..3).map(|number| format!("book{number}")).collect();
    let exchange = Exchange::new(seed, form, &topics);
    let library = Library::BOTH[random.usize(0..2)];
    let (network, server) = MemoryNetwork::new(library);
    let accepting = tokio::spawn(accept(server, Arc::clone(&exchange)));
    let connection =
        StreamConnection::builder(Protocol { topics_per_request: random.usize(1..4), ..Protocol::default() }, "ws://exchange.invalid/ws")
            .settings(settings())
            .time(Arc::clone(&time))
            .seed(random.u64(..))
            .connect_with(Arc::new(network))
            .build()
            .expect("valid settings");
    let correctness = match (is_right, confirmations) {
        (true, _) => Correctness::Right,
        (false, None) => Correctness::Wrong,
        (false, Some(_)) => Correctness::WrongAndUnconfirmed,
    };
    let environment = Environment { time, exchange, connection, rule, correctness, confirmations };
    let mut summary = Summary { runs: 1, wrong_rules: u64::from(!is_right), ..Summary::default() };

    let mut readers: Vec<Reader> = topics.iter().map(|topic| environment.start(topic, &mut random)).collect();
    let end = Instant::now() + Duration::from_secs(120);
    while Instant::now() < end {
        match random.u32(0..100) {
            0 => environment.connection.reconnect(),
            // The book of a topic is dropped and created again on the same connection.
            1 | 2 => {
                let index = random.usize(0..readers.len());
                let topic = readers.swap_remove(index).finish(&mut summary).await;
                tokio::time::sleep(Duration::from_millis(random.u64(0..300))).await;
                readers.push(environment.start(&topic, &mut random));
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(random.u64(0..1_000))).await;
        for reader in &readers {
            environment.check(&reader.book, &mut summary);
        }
    }
    exchange::lock(&environment.exchange).is_faulty = false;
    tokio::time::sleep(Duration::from_secs(100)).await;
    environment.check_end(&readers, form, &mut summary);
    for reader in readers {
        reader.finish(&mut summary).await;
    }
    let requests: usize = exchange::lock(&environment.exchange).requests.values().map(Vec::len).sum();
    summary.resubscriptions = u64::try_from(requests).expect("a small number");
    summary.restarts = exchange::lock(&environment.exchange).restarts;
    accepting.abort();
    summary
}

/// The relation of the books' rule to the rule of the exchange.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Correctness {
    Right,
    /// The books are never live.
    Wrong,
    /// The rule is wrong and needs less than the usual confirmations, so the books are live after a snapshot or by chance.
    WrongAndUnconfirmed,
}

/// The exchange and the connection of a run, and the settings of its books.
struct Environment {
    time: Arc<dyn TimeSource>,
    exchange: Shared,
    connection: StreamConnection,
    rule: VersionRule,
    correctness: Correctness,
    confirmations: Option<u32>,
}

impl Environment {
    fn start(&self, topic: &str, random: &mut fastrand::Rng) -> Reader {
        let settings = BookSettings::new()
            .continuity(self.rule)
            .max_resyncs_per_minute(MAX_RESYNCS)
            .stale_after(Duration::from_secs(5))
            .resubscribe_when_stale()
            .snapshot_timeout(Duration::from_secs(8))
            // The messages that arrive before the acknowledgement are reported at once.
            .max_messages(random.usize(32..256))
            .time(Arc::clone(&self.time));
        let settings = self.confirmations.into_iter().fold(settings, BookSettings::confirmations);
        let book = Book::subscribe(&self.connection, topic, Arc::new(WithTopic), settings).expect("a runtime");
        let exchange = Arc::clone(&self.exchange);
        let followed = Arc::new(Mutex::new(Followed::default()));
        let task = tokio::spawn(follow(book.clone(), exchange, self.correctness, random.u64(..), Arc::clone(&followed)));
        Reader { topic: topic.to_owned(), book, task, followed }
    }

    fn check(&self, book: &Book, summary: &mut Summary) {
        summary.live_checks += u64::from(check(book, &self.exchange, self.correctness));
    }

    /// Without faults, the books with the right rule are live, and those with a wrong rule are unverified and request nothing.
    fn check_end(&self, readers: &[Reader], form: Form, summary: &mut Summary) {
        for reader in readers {
            let status = reader.book.status();
            if self.correctness == Correctness::Right {
                assert_eq!(status.trust, Ok(()), "{form:?}: {status:?}");
            } else {
                assert_eq!(status.trust, Err(NotLive::UnverifiedContinuity), "{form:?}: {status:?}");
                let exchange = exchange::lock(&self.exchange);
                let last = exchange.requests[&reader.topic].last().expect("a request").elapsed();
                assert!(last >= Duration::from_secs(60), "{form:?}: a request {last:?} ago: {status:?}");
            }
            self.check(&reader.book, summary);
        }
    }
}

/// Compares a live book with the exchange. Returns whether the book is live.
fn check(book: &Book, exchange: &Shared, correctness: Correctness) -> bool {
    let Ok(live) = book.live() else { return false };
    if correctness == Correctness::WrongAndUnconfirmed {
        return true;
    }
    assert!(correctness == Correctness::Right, "{} is live with the wrong rule: {:?}", book.topic(), live.view());
    let exchange = exchange::lock(exchange);
    assert!(exchange.books[book.topic()].has_been(live.view()), "{} is wrong: {:?}", book.topic(), print_book(live.view()));
    true
}

/// What a task saw of a book.
#[derive(Default)]
struct Followed {
    live_checks: u64,
    losses: u64,
    unverified: u64,
}

/// Checks a book at each of its events.
async fn follow(mut book: Book, exchange: Shared, correctness: Correctness, seed: u64, followed: Arc<Mutex<Followed>>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let followed = || followed.lock().expect("no panic");
    let mut may_be_live = false;
    loop {
        match book.changed().await {
            BookEvent::Live => may_be_live = true,
            BookEvent::Lost(_) => {
                may_be_live = false;
                followed().losses += 1;
            }
            BookEvent::Unverified => {
                may_be_live = false;
                followed().unverified += 1;
                if correctness == Correctness::Right {
                    tokio::time::sleep(Duration::from_secs(random.u64(0..20))).await;
                    book.verify_again();
                }
            }
            BookEvent::Closed => return,
            _ => {
                let is_live = check(&book, &exchange, correctness);
                followed().live_checks += u64::from(is_live);
                // Without a pause between event and check, the trust is the one that the events reported.
                assert!(may_be_live || !is_live, "no event reported that {} is live", book.topic());
            }
        }
    }
}

/// A book with the task that follows it.
struct Reader {
    topic: String,
    book: Book,
    task: JoinHandle<()>,
    followed: Arc<Mutex<Followed>>,
}

impl Reader {
    /// Ends the subscription. Returns the topic.
    async fn finish(self, summary: &mut Summary) -> String {
        drop(self.book);
        self.task.abort();
        match self.task.await {
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            _ => {}
        }
        let followed = self.followed.lock().expect("no panic");
        summary.live_checks += followed.live_checks;
        summary.losses += followed.losses;
        summary.unverified += followed.unverified;
        self.topic
    }
}
