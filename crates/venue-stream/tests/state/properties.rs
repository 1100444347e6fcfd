//! Properties of all sequences of inputs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use venue_stream::state::{Input, Output, State};
use venue_stream::{Backoff, DisconnectReason, Event, Heartbeat, MonotonicTime, Reconnect, ResyncReason, Settings, TopicSettings};

use crate::support::{Lines, ms, secs};

/// `book` has snapshots, and the server subscribes `user` by itself.
const TOPICS: [&str; 5] = ["a", "b", "c", "book", "user"];
const STALE_AFTER: Duration = secs(5);
const REQUEST_INTERVAL: Duration = ms(100);
const ATTEMPTS_PER_MINUTE: usize = 10;
/// The shortest pause between two subscriptions of one topic on the same connection.
const SHORTEST_PAUSE: Duration = ms(125);

#[derive(Clone, Debug)]
enum Act {
    Subscribe(usize),
    Unsubscribe(usize),
    Resync(usize),
    Reconnect,
    Open,
    Fail,
    Authenticate(bool),
    /// The server responds to its oldest unanswered request.
    Accept,
    Reject,
    /// The server never responds to its oldest unanswered request.
    Swallow,
    Push(usize),
    Garbage,
    Pong,
    Pass(u64),
    /// Time passes without a tick.
    Sleep(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let topic = 0..TOPICS.len();
    prop_oneof![
        3 => topic.clone().prop_map(Act::Subscribe),
        1 => topic.clone().prop_map(Act::Unsubscribe),
        1 => topic.clone().prop_map(Act::Resync),
        1 => Just(Act::Reconnect),
        6 => Just(Act::Open),
        2 => Just(Act::Fail),
        4 => prop::bool::weighted(0.9).prop_map(Act::Authenticate),
        6 => Just(Act::Accept),
        1 => Just(Act::Reject),
        1 => Just(Act::Swallow),
        8 => topic.prop_map(Act::Push),
        1 => Just(Act::Garbage),
        1 => Just(Act::Pong),
        6 => (0..4_000_u64).prop_map(Act::Pass),
        1 => (0..20_000_u64).prop_map(Act::Sleep),
    ]
}

/// What a subscriber of one topic knows.
#[derive(Debug, Default)]
struct Subscriber {
    is_connected: bool,
    is_subscribed: bool,
    is_stale: bool,
    awaits_snapshot: bool,
    last: MonotonicTime,
}

/// The state machine, a server, and the subscribers that check the events.
struct World {
    state: State,
    now: MonotonicTime,
    subscribers: BTreeMap<&'static str, Subscriber>,
    /// The topics that the server sends on the present connection.
    subscribed_at_server: BTreeSet<&'static str>,
    /// The requests that the server did not respond to: the id, and the topics to add or to remove.
    requests: VecDeque<(String, bool, Vec<&'static str>)>,
    connects: Vec<MonotonicTime>,
    last_request: Option<MonotonicTime>,
    last_subscribe: BTreeMap<&'static str, MonotonicTime>,
    is_opening: bool,
    /// Whether the server sends the topic that it subscribes by itself.
    is_open: bool,
}

impl World {
    fn new(seed: u64, batch: usize, has_authentication: bool) -> Self {
        let mut settings = Settings::new()
            .request_interval(REQUEST_INTERVAL)
            .heartbeat(Heartbeat::new(secs(7), secs(3)))
            .ack_timeout(secs(4))
            .reconnect(Reconnect::new().backoff(Backoff::new(ms(20), secs(2))).max_attempts_per_minute(10));
        if has_authentication {
            settings = settings.authentication(secs(5));
        }
        let protocol = Lines { topics_per_request: batch, ..Lines::default() };
        Self {
            state: State::new(Arc::new(protocol), settings, seed, 1),
            now: MonotonicTime::default(),
            subscribers: BTreeMap::new(),
            subscribed_at_server: BTreeSet::new(),
            requests: VecDeque::new(),
            connects: Vec::new(),
            last_request: None,
            last_subscribe: BTreeMap::new(),
            is_opening: false,
            is_open: false,
        }
    }

    fn act(&mut self, act: &Act) {
        let connection = self.state.connection();
        match act {
            Act::Subscribe(topic) => {
                let topic = TOPICS[*topic];
                self.subscribers.entry(topic).or_default();
                let mut settings = TopicSettings::new().stale_after(STALE_AFTER);
                if topic == "book" {
                    settings = settings.snapshot_then_updates(secs(3));
                }
                self.step(Input::Subscribe { topic, settings });
            }
            Act::Unsubscribe(topic) => {
                self.step(Input::Unsubscribe { topic: TOPICS[*topic] });
                self.subscribers.remove(TOPICS[*topic]);
            }
            Act::Resync(topic) => {
                self.step(Input::Resync { topic: TOPICS[*topic], why: ResyncReason::Requested("a gap".to_owned()) });
            }
            Act::Reconnect => self.step(Input::Reconnect),
            Act::Open if self.is_opening => {
                (self.is_opening, self.is_open) = (false, true);
                self.step(Input::Opened { connection, has_login: false });
            }
            Act::Fail => {
                self.is_opening = false;
                self.step(Input::Lost { connection, why: DisconnectReason::Unresponsive });
            }
            Act::Authenticate(is_accepted) => self.text(if *is_accepted { "auth ok" } else { "auth no" }),
            Act::Accept | Act::Reject | Act::Swallow => self.respond(act),
            Act::Push(topic) if self.is_sent(TOPICS[*topic]) => self.text(&format!("{} 1", TOPICS[*topic])),
            Act::Garbage => self.text("???"),
            Act::Pong => self.step(Input::Control { connection, is_pong: true }),
            Act::Pass(duration) => self.pass(ms(*duration)),
            Act::Sleep(duration) => self.now = self.now + ms(*duration),
            Act::Open | Act::Push(_) => {}
        }
    }

    /// Whether the server sends messages of the topic.
    fn is_sent(&self, topic: &str) -> bool {
        self.subscribed_at_server.contains(topic) || topic == "user" && self.is_open
    }

    fn respond(&mut self, act: &Act) {
        let Some((id, is_subscribe, topics)) = self.requests.pop_front() else { return };
        let is_rejected = matches!(act, Act::Reject);
        // A server rejects to unsubscribe a topic that it does not send.
        if !is_rejected || !is_subscribe {
            for topic in topics {
                if is_subscribe {
                    self.subscribed_at_server.insert(topic);
                } else {
                    self.subscribed_at_server.remove(topic);
                }
            }
        }
        if !matches!(act, Act::Swallow) {
            self.text(&format!("{} {id}", if is_rejected { "no" } else { "ok" }));
        }
    }

    fn text(&mut self, text: &str) {
        self.step(Input::Text { connection: self.state.connection(), text });
    }

    /// Lets time pass, with a tick at each deadline.
    fn pass(&mut self, duration: Duration) {
        let end = self.now + duration;
        let mut ticks = 0;
        self.check_next_deadline();
        while let Some(deadline) = self.state.next_deadline().filter(|deadline| *deadline <= end) {
            ticks += 1;
            assert!(ticks < 1_000 + 50 * duration.as_secs(), "a hot loop");
            self.now = self.now.max(deadline);
            self.step(Input::Tick);
            assert!(self.state.next_deadline().is_none_or(|next| next > self.now), "a tick without progress: {:?}", self.state);
            self.check_stalls();
            self.check_next_deadline();
        }
        self.now = self.now.max(end);
    }

    fn step(&mut self, input: Input<'_>) {
        let mut outputs = Vec::new();
        let wanted: BTreeMap<usize, &'static str> =
            TOPICS.iter().filter_map(|topic| Some((self.state.topic_key(topic)?.index(), *topic))).collect();
        self.state.step(self.now, input, &mut outputs);
        for output in &outputs {
            match output {
                Output::Connect { .. } => self.on_connect(),
                Output::Disconnect { .. } => self.on_disconnect(),
                Output::SendText(text) => self.on_request(text),
                Output::Event { topic, event } => {
                    let added = TOPICS.iter().find(|name| self.state.topic_key(name) == Some(*topic));
                    let name = added.or(wanted.get(&topic.index())).expect("a topic that was subscribed");
                    self.on_event(name, event);
                }
                _ => {}
            }
        }
    }

    fn on_connect(&mut self) {
        self.is_opening = true;
        self.connects.push(self.now);
        if let Some(earlier) = self.connects.len().checked_sub(ATTEMPTS_PER_MINUTE + 1) {
            assert!(self.now.since(self.connects[earlier]) >= secs(60), "too many attempts: {:?}", self.connects);
        }
    }

    fn on_disconnect(&mut self) {
        (self.is_opening, self.is_open) = (false, false);
        self.subscribed_at_server.clear();
        self.requests.clear();
        self.last_request = None;
        self.last_subscribe.clear();
    }

    fn on_request(&mut self, text: &str) {
        let mut parts = text.split(' ');
        let (operation, id) = (parts.next().expect("an operation"), parts.next().expect("an id"));
        if operation == "ping" {
            return;
        }
        let is_too_early = self.last_request.is_some_and(|last| self.now.since(last) < REQUEST_INTERVAL);
        assert!(!is_too_early, "a request before the end of the interval");
        self.last_request = Some(self.now);
        let names = parts.next().expect("topics").split(',');
        let topics: Vec<_> = names.map(|name| *TOPICS.iter().find(|topic| **topic == name).expect("a topic")).collect();
        assert!(!topics.contains(&"user"), "a request for a topic of the server");
        for topic in topics.iter().filter(|_| operation == "sub") {
            let last = self.last_subscribe.insert(topic, self.now);
            // A topic that all subscribers left is subscribed again without a pause, because this is a new request of the program.
            let is_new = !self.subscribers.get(topic).is_some_and(|subscriber| subscriber.is_connected);
            assert!(is_new || last.is_none_or(|last| self.now.since(last) >= SHORTEST_PAUSE), "{topic} without a pause");
        }
        self.requests.push_back((id.to_owned(), operation == "sub", topics));
    }

    fn on_event(&mut self, topic: &'static str, event: &Event) {
        let now = self.now;
        let subscriber = self.subscribers.get_mut(topic).expect("an event without a subscriber");
        match event {
            Event::Connected { .. } => {
                assert!(!subscriber.is_connected, "connected twice");
                subscriber.is_connected = true;
            }
            Event::Subscribed => {
                assert!(subscriber.is_connected, "subscribed without a connection");
                assert!(!subscriber.is_subscribed, "subscribed twice");
                (subscriber.is_subscribed, subscriber.is_stale, subscriber.last) = (true, false, now);
                subscriber.awaits_snapshot = topic == "book";
            }
            Event::Snapshot(_) | Event::Update(_) => {
                assert!(subscriber.is_subscribed, "a datum of {topic} without a subscription");
                assert!(subscriber.is_stale || now.since(subscriber.last) < STALE_AFTER, "the silence was not reported");
                assert_eq!(matches!(event, Event::Snapshot(_)), subscriber.awaits_snapshot, "{topic}: {event:?}");
                (subscriber.is_stale, subscriber.awaits_snapshot, subscriber.last) = (false, false, now);
            }
            Event::Stale { since } => {
                assert!(subscriber.is_subscribed && !subscriber.is_stale);
                assert_eq!(*since, subscriber.last);
                subscriber.is_stale = true;
            }
            Event::Resync { .. } => {
                assert!(subscriber.is_connected);
                subscriber.is_subscribed = false;
            }
            Event::Disconnected { .. } => *subscriber = Subscriber::default(),
            _ => {}
        }
    }

    /// The next tick is not later than the moment at which a topic becomes stale.
    fn check_next_deadline(&self) {
        let deadline = self.state.next_deadline();
        for (topic, subscriber) in &self.subscribers {
            let is_watched = subscriber.is_subscribed && !subscriber.is_stale;
            let is_in_time = deadline.is_some_and(|deadline| deadline <= subscriber.last + STALE_AFTER);
            assert!(!is_watched || is_in_time, "{topic} would be reported late");
        }
    }

    /// Every topic that is silent for its limit was reported.
    fn check_stalls(&self) {
        for (topic, subscriber) in &self.subscribers {
            let is_silent = subscriber.is_subscribed && self.now.since(subscriber.last) >= STALE_AFTER;
            assert!(!is_silent || subscriber.is_stale, "{topic} is silent since {}", subscriber.last);
        }
    }

    /// Lets a healthy server respond for two minutes.
    fn settle(&mut self) {
        for _ in 0..240 {
            self.act(&Act::Open);
            self.act(&Act::Authenticate(true));
            while !self.requests.is_empty() {
                self.act(&Act::Accept);
            }
            for topic in 0..TOPICS.len() {
                self.act(&Act::Push(topic));
            }
            self.pass(ms(500));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn losses_of_trust_come_first_and_the_subscriptions_are_those_that_were_asked_for(
        seed: u64, batch in 1..4_usize, has_authentication: bool, acts in prop::collection::vec(act(), 0..200)
    ) {
        let mut world = World::new(seed, batch, has_authentication);
        for act in &acts {
            world.act(act);
        }
        world.settle();
        let wanted: BTreeSet<_> = world.subscribers.keys().copied().filter(|topic| *topic != "user").collect();
        prop_assert_eq!(&world.subscribed_at_server, &wanted);
        for (topic, subscriber) in &world.subscribers {
            prop_assert!(subscriber.is_subscribed && !subscriber.is_stale, "{} is not live", topic);
        }
    }

    #[test]
    fn the_same_inputs_give_the_same_outputs(seed: u64, acts in prop::collection::vec(act(), 0..100)) {
        let run = || {
            let mut world = World::new(seed, 2, seed % 2 == 0);
            acts.iter().for_each(|act| world.act(act));
            format!("{:?} {:?} {:?}", world.state, world.connects, world.requests)
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn no_text_makes_the_machine_panic(texts in prop::collection::vec("[ab?!+ okneverauth0-9,-]{0,20}", 0..100)) {
        let mut world = World::new(1, 2, false);
        world.act(&Act::Subscribe(0));
        world.act(&Act::Open);
        for text in &texts {
            let mut outputs = Vec::new();
            let connection = world.state.connection();
            world.state.step(world.now, Input::Text { connection, text }, &mut outputs);
        }
    }
}
