//! A small exchange protocol, and a driver of the state machine that prints its outputs.

#![allow(dead_code, reason = "each test program uses a part of the support")]

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use venue_stream::state::{Input, Output, State};
use venue_stream::{
    Ack, AckOutcome, Event, Inbound, MonotonicTime, Protocol, PushKind, Request, RequestId, ResyncReason, Settings, TopicSettings,
};

/// A protocol of one line for each message.
///
/// | direction | text | meaning |
/// | --- | --- | --- |
/// | sent | `sub 7 a,b`, `unsub 8 a`, `ping 9` | requests |
/// | received | `ok 7`, `ok 7 a` | accepted, for all topics or for the listed ones |
/// | received | `ok - a` | accepted, without an id |
/// | received | `no 7`, `never 7` | rejected for now, rejected for ever |
/// | received | `pong 9`, `auth ok`, `auth no`, `hello` | reply to a ping, authentication, greeting |
/// | received | `a 1`, `a! 1`, `a+ 1` | message of topic `a`: unmarked, snapshot, update |
/// | received | `a? 1` | unreadable message of topic `a` |
/// | received | `panic` | the adapter panics |
///
/// The server subscribes topics that begin with `user` by itself. `s3cret` is a secret.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) topics_per_request: usize,
    pub(crate) has_no_ping: bool,
    pub(crate) has_no_unsubscribe: bool,
}

impl Protocol for Lines {
    fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String> {
        match request {
            Request::Subscribe { topics } => Some(format!("sub {id} {}", topics.join(","))),
            Request::Unsubscribe { topics } => (!self.has_no_unsubscribe).then(|| format!("unsub {id} {}", topics.join(","))),
            Request::Ping => (!self.has_no_ping).then(|| format!("ping {id}")),
            _ => None,
        }
    }

    fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let outcome = match first {
            "ok" => AckOutcome::Accepted,
            "no" => AckOutcome::Rejected { is_final: false },
            "never" => AckOutcome::Rejected { is_final: true },
            "pong" => return Inbound::Pong { id: rest.parse().ok().map(RequestId::new) },
            "auth" => return Inbound::Authentication { is_accepted: rest == "ok" },
            "hello" => return Inbound::Ignored,
            "panic" => panic!("a panic of the adapter, which the test expects"),
            _ if rest.is_empty() => return Inbound::Unreadable { topic: None },
            _ => return push(first),
        };
        let (id, topics) = rest.split_once(' ').map_or((rest, None), |(id, topics)| (id, Some(topics)));
        Inbound::Ack(Ack {
            id: id.parse().ok().map(RequestId::new),
            topics: topics.map(|topics| topics.split(',').map(Cow::Borrowed).collect()),
            outcome,
        })
    }

    fn max_topics_per_request(&self) -> usize {
        self.topics_per_request.max(1)
    }

    fn is_subscribed_by_server(&self, topic: &str) -> bool {
        topic.starts_with("user")
    }

    fn redact(&self, text: &mut String) {
        *text = text.replace("s3cret", "[redacted]");
    }
}

fn push(first: &str) -> Inbound<'_> {
    let (topic, kind) = match first.strip_suffix(['!', '+', '?']) {
        None => (first, PushKind::Unmarked),
        Some(topic) if first.ends_with('?') => return Inbound::Unreadable { topic: Some(Cow::Borrowed(topic)) },
        Some(topic) if first.ends_with('!') => (topic, PushKind::Snapshot),
        Some(topic) => (topic, PushKind::Update),
    };
    Inbound::Push { topic: Cow::Borrowed(topic), kind }
}

pub(crate) const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(crate) const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A state machine at a time, with printed outputs.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) state: State,
    pub(crate) now: MonotonicTime,
}

impl Machine {
    pub(crate) fn new(settings: Settings) -> Self {
        Self::with_protocol(Lines::default(), settings)
    }

    pub(crate) fn with_protocol(protocol: Lines, settings: Settings) -> Self {
        let start = MonotonicTime::from_start(secs(1));
        Self { state: State::new(Arc::new(protocol), settings, 7, 1), now: start }
    }

    /// A machine whose first connection is open, with these confirmed topics.
    pub(crate) fn subscribed(settings: Settings, topics: &[&str], topic_settings: TopicSettings) -> Self {
        let mut machine = Self::with_protocol(Lines { topics_per_request: 100, ..Lines::default() }, settings);
        for topic in topics {
            machine.subscribe_with(topic, topic_settings);
        }
        machine.open();
        machine.text("ok 1");
        machine
    }

    pub(crate) fn step(&mut self, input: Input<'_>) -> Vec<String> {
        let mut outputs = Vec::new();
        let names: Vec<String> = self.names();
        self.state.step(self.now, input, &mut outputs);
        let later = self.names();
        let name = |index: usize| later.get(index).filter(|name| !name.is_empty()).or(names.get(index)).cloned().unwrap_or_default();
        outputs.iter().map(|output| print(output, name)).collect()
    }

    /// The names of the topics by their index.
    fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for name in self.state.topic_names() {
            let index = self.state.topic_key(name).expect("a topic with subscribers").index();
            names.resize(names.len().max(index + 1), String::new());
            names[index] = name.to_owned();
        }
        names
    }

    pub(crate) fn subscribe(&mut self, topic: &str) -> Vec<String> {
        self.subscribe_with(topic, TopicSettings::new())
    }

    pub(crate) fn subscribe_with(&mut self, topic: &str, settings: TopicSettings) -> Vec<String> {
        self.step(Input::Subscribe { topic, settings })
    }

    pub(crate) fn unsubscribe(&mut self, topic: &str) -> Vec<String> {
        self.step(Input::Unsubscribe { topic })
    }

    pub(crate) fn resync(&mut self, topic: &str) -> Vec<String> {
        self.step(Input::Resync { topic, why: ResyncReason::Requested("a gap".to_owned()) })
    }

    pub(crate) fn open(&mut self) -> Vec<String> {
        self.step(Input::Opened { connection: self.state.connection(), has_login: false })
    }

    pub(crate) fn text(&mut self, text: &str) -> Vec<String> {
        self.step(Input::Text { connection: self.state.connection(), text })
    }

    pub(crate) fn pong_frame(&mut self) -> Vec<String> {
        self.step(Input::Control { connection: self.state.connection(), is_pong: true })
    }

    pub(crate) fn lose(&mut self, detail: &str) -> Vec<String> {
        let why = venue_stream::DisconnectReason::ConnectionFailed(detail.to_owned());
        self.step(Input::Lost { connection: self.state.connection(), why })
    }

    /// Lets time pass without a tick.
    pub(crate) fn pass(&mut self, duration: Duration) -> &mut Self {
        self.now = self.now + duration;
        self
    }

    /// Lets time pass, with a tick at each deadline.
    pub(crate) fn run(&mut self, duration: Duration) -> Vec<String> {
        let end = self.now + duration;
        let mut printed = Vec::new();
        while let Some(deadline) = self.state.next_deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            printed.extend(self.step(Input::Tick));
            self.check_progress();
        }
        self.now = end;
        printed
    }

    /// Lets time pass, with a tick at each deadline, and accepts each request at once.
    pub(crate) fn run_accepting(&mut self, duration: Duration) -> Vec<String> {
        let end = self.now + duration;
        let mut printed = Vec::new();
        while let Some(deadline) = self.state.next_deadline().filter(|deadline| *deadline <= end) {
            self.now = self.now.max(deadline);
            let mut new = self.step(Input::Tick);
            self.accept(&mut new);
            printed.extend(new);
            self.check_progress();
        }
        self.now = end;
        printed
    }

    /// A tick at a deadline has to postpone the deadline. Otherwise the task would tick in a loop.
    fn check_progress(&self) {
        assert!(self.state.next_deadline().is_none_or(|next| next > self.now), "a tick without progress: {:?}", self.state);
    }

    /// Accepts the requests among the outputs, and appends the outputs of that.
    pub(crate) fn accept(&mut self, printed: &mut Vec<String>) {
        for output in printed.clone() {
            let request = output.strip_prefix("send sub ").or(output.strip_prefix("send unsub "));
            if let Some((id, _)) = request.and_then(|request| request.split_once(' ')) {
                printed.extend(self.text(&format!("ok {id}")));
            }
        }
    }

    /// Lets time pass until the next deadline, and ticks. Returns the duration, too.
    pub(crate) fn run_to_deadline(&mut self) -> (Duration, Vec<String>) {
        let deadline = self.state.next_deadline().expect("a deadline");
        let passed = deadline.since(self.now);
        self.now = self.now.max(deadline);
        (passed, self.step(Input::Tick))
    }
}

pub(crate) fn print(output: &Output, name: impl Fn(usize) -> String) -> String {
    match output {
        Output::Connect { connection } => format!("connect {connection}"),
        Output::Disconnect { connection } => format!("disconnect {connection}"),
        Output::SendLogin => "send login".to_owned(),
        Output::SendText(text) => format!("send {text}"),
        Output::SendPing => "send ping frame".to_owned(),
        Output::Event { topic, event } => format!("{}: {}", name(topic.index()), print_event(event)),
        Output::Unreadable(raw) => format!("log {raw}"),
        Output::Finished => "finished".to_owned(),
        other => format!("{other:?}"),
    }
}

pub(crate) fn print_event(event: &Event) -> String {
    match event {
        Event::Connected { connection } => format!("connected {connection}"),
        Event::Subscribed => "subscribed".to_owned(),
        Event::Snapshot(message) => format!("snapshot {}", message.text()),
        Event::Update(message) => format!("update {}", message.text()),
        Event::Stale { since } => format!("stale since {} ms", since.as_duration().as_millis()),
        Event::Resync { why } => format!("resync: {why}"),
        Event::Lagged { skipped } => format!("lagged {skipped}"),
        Event::Unreadable { raw } => format!("unreadable {raw}"),
        Event::Disconnected { why } => format!("disconnected: {why}"),
        Event::Closed => "closed".to_owned(),
        other => format!("{other:?}"),
    }
}
