//! A subscriber that checks every event against the messages of the server.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::StreamExt;
use venue_core::TimeSource;
use venue_stream::{Buffering, Event, Message, MonotonicTime, Subscription};

use crate::exchange::{self, Shared};
use crate::pace::Pace;
use crate::support::print_event;

/// The limit of all topics.
pub(crate) fn stale_after(pace: Pace) -> Duration {
    pace.secs(5)
}

/// The time that a timer may be late.
const TICK: Duration = Duration::from_millis(2);

/// What a subscriber has read so far.
#[derive(Debug)]
pub(crate) struct Subscriber {
    topic: &'static str,
    exchange: Shared,
    time: Arc<dyn TimeSource>,
    pace: Pace,
    buffering: Buffering,
    /// The pause after each event. With a pause of zero, the subscriber reads each event at once.
    pause: Duration,
    is_connected: bool,
    is_subscribed: bool,
    is_stale: bool,
    /// Whether trust was lost since the last datum.
    lost_trust: bool,
    /// Whether the buffer dropped messages since the last datum.
    has_lagged: bool,
    last: MonotonicTime,
    has_datum_of_subscription: bool,
    number: Option<u64>,
    /// The last events, for the message of a failed check.
    trace: VecDeque<String>,
    pub(crate) data: u64,
    pub(crate) losses: u64,
}

impl Subscriber {
    pub(crate) fn new(
        topic: &'static str,
        exchange: Shared,
        time: Arc<dyn TimeSource>,
        pace: Pace,
        buffering: Buffering,
        pause: Duration,
    ) -> Self {
        Self {
            topic,
            exchange,
            time,
            pace,
            buffering,
            pause,
            is_connected: false,
            is_subscribed: false,
            is_stale: false,
            lost_trust: true,
            has_lagged: false,
            last: MonotonicTime::default(),
            has_datum_of_subscription: false,
            number: None,
            trace: VecDeque::new(),
            data: 0,
            losses: 0,
        }
    }

    /// Whether the subscriber can trust its data now.
    pub(crate) fn is_live(&self) -> bool {
        self.is_subscribed && !self.is_stale && self.data > 0
    }

    /// Reads until the stream ends, and checks each event.
    pub(crate) async fn read(shared: &Mutex<Self>, subscription: &mut Subscription) {
        loop {
            let (silent_at, pause) = lock(shared).next_deadline();
            let next = match silent_at {
                Some(left) => tokio::time::timeout(left, subscription.next()).await,
                None => Ok(subscription.next().await),
            };
            let Ok(next) = next else { panic!("a silence was not reported: {:?}", lock(shared)) };
            let Some(event) = next else { return };
            if lock(shared).check(event) && subscription.topic().starts_with("book") {
                subscription.resync("a gap");
            }
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
    }

    /// The time until which an event is due, for a subscriber that reads each event at once, and the pause after the event.
    fn next_deadline(&self) -> (Option<Duration>, Duration) {
        let is_watched = self.pace.is_exact && self.pause.is_zero() && self.is_subscribed && !self.is_stale;
        let due = self.last + stale_after(self.pace) + TICK + TICK;
        (is_watched.then(|| due.since(self.now())), self.pause)
    }

    fn now(&self) -> MonotonicTime {
        MonotonicTime::from_start(self.time.monotonic())
    }

    /// Returns `true` if the server left out a message.
    fn check(&mut self, event: Event) -> bool {
        if self.trace.len() >= 10 {
            self.trace.pop_front();
        }
        self.trace.push_back(format!("{} {}", self.now(), print_event(&event)));
        if event.is_loss_of_trust() {
            self.lost_trust = true;
            self.losses += 1;
        }
        match event {
            Event::Connected { .. } => {
                assert!(!self.is_connected, "{} was connected twice", self.topic);
                self.is_connected = true;
            }
            Event::Subscribed => {
                assert!(self.is_connected && !self.is_subscribed, "{}: {event:?}", self.topic);
                (self.is_subscribed, self.is_stale, self.last) = (true, false, self.now());
                (self.has_datum_of_subscription, self.has_lagged) = (false, false);
            }
            Event::Stale { since } => {
                assert!(self.is_subscribed);
                if self.pace.is_exact && self.pause.is_zero() {
                    // A subscriber that joins later does not know the time of the last message.
                    let is_known = self.has_datum_of_subscription;
                    assert!(since == self.last || !is_known && since < self.last, "{}: {since} {}", self.topic, self.last);
                    let is_late = since == self.last && self.now().since(since) > stale_after(self.pace) + TICK;
                    assert!(!is_late, "{} is silent since {since}", self.topic);
                }
                assert!(self.now().since(since) >= stale_after(self.pace));
                self.is_stale = true;
            }
            Event::Resync { .. } => {
                assert!(self.is_connected);
                (self.is_subscribed, self.is_stale) = (false, false);
            }
            Event::Lagged { .. } => self.has_lagged = true,
            Event::Disconnected { .. } => (self.is_connected, self.is_subscribed, self.is_stale) = (false, false, false),
            Event::Snapshot(message) | Event::Update(message) => return self.check_datum(&message),
            _ => {}
        }
        false
    }

    fn check_datum(&mut self, message: &Message) -> bool {
        assert!(self.is_connected && self.is_subscribed, "{}: {message:?} without a subscription", self.topic);
        let is_complete = self.buffering != Buffering::Conflate;
        // The dropped messages may have arrived long after the last datum, unless this subscriber reads each message in the moment of its
        // arrival.
        let is_silence_known = self.pace.is_exact || !self.has_lagged;
        if is_complete && self.pause.is_zero() && is_silence_known {
            let silence = message.received().since(self.last);
            let is_reported = self.is_stale || silence < stale_after(self.pace);
            let trace = &self.trace;
            assert!(is_reported, "{}: the silence before {message:?} was not reported: {:?} {trace:?}", self.topic, self.buffering);
        }
        let text = message.text();
        let number: u64 = text.rsplit(' ').next().and_then(|number| number.parse().ok()).expect("a number");
        let mut is_gap = false;
        if let Some(last) = self.number.filter(|_| is_complete && !self.lost_trust) {
            let exchange = exchange::lock(&self.exchange);
            let lost = &exchange.lost[self.topic];
            for missing in last + 1..number {
                let trace = &self.trace;
                assert!(lost.contains(&missing), "{}: no event reports that {missing} is missing before {number}: {trace:?}", self.topic);
                is_gap = true;
            }
        }
        self.data += 1;
        self.has_datum_of_subscription = true;
        self.number = Some(number.max(self.number.filter(|_| !self.lost_trust).unwrap_or(number)));
        (self.lost_trust, self.has_lagged, self.is_stale) = (false, false, false);
        // A message may have arrived before the acknowledgement.
        self.last = message.received().max(self.last);
        is_gap
    }
}

pub(crate) fn lock(subscriber: &Mutex<Subscriber>) -> MutexGuard<'_, Subscriber> {
    subscriber.lock().expect("no test panics while it holds the lock")
}
