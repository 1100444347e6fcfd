//! The life of a connection as a state machine without a clock and without input or output.
//!
//! [`State::step`] is the only function that changes the state. It depends on the state, the time and the input only, so every transition
//! can be tested separately, and a recording of the inputs gives the same outputs again.
//!
//! | file | aspect |
//! | --- | --- |
//! | `connection` | connecting, authentication, loss, closing |
//! | `reconnect` | when the next attempt may start |
//! | `heartbeat` | the signs of life of a connection |
//! | `subscription` | subscribing, joining, resynchronizing, unsubscribing |
//! | `request` | which requests are sent, and their acknowledgements |
//! | `inbound` | incoming messages |
//! | `texts` | the memory of the texts of messages |
//! | `deadline` | deadlines that have passed, and the next one |

mod connection;
mod deadline;
mod heartbeat;
mod inbound;
mod input;
mod output;
mod reconnect;
mod request;
mod subscription;
mod texts;
mod topic;
mod topics;

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use input::Input;
pub use output::{Output, TopicKey};
pub use topic::SubscriptionState;

use connection::Phase;
use reconnect::Attempts;
use texts::Texts;
use topic::PendingRequest;
use topics::Topics;

use crate::{DisconnectReason, Event, MonotonicTime, Protocol, RequestId, Settings};

/// The state of a connection and of its topics.
///
/// ```
/// # use std::borrow::Cow;
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use venue_stream::state::{Input, Output, State};
/// # use venue_stream::{Inbound, MonotonicTime, Protocol, Request};
/// # use venue_stream::{RequestId, Settings, TopicSettings};
/// # #[derive(Debug)]
/// # struct Lines;
/// # impl Protocol for Lines {
/// #     fn encode(&self, _: RequestId, _: Request<'_>) -> Option<String> {
/// #         Some("subscribe".to_owned())
/// #     }
/// #     fn classify<'a>(&self, _: &'a str) -> Inbound<'a> {
/// #         Inbound::Ignored
/// #     }
/// # }
/// let mut state = State::new(Arc::new(Lines), Settings::new(), 7, 1);
/// let now = MonotonicTime::from_start(Duration::from_secs(1));
///
/// let mut outputs = Vec::new();
/// let settings = TopicSettings::new();
/// state.step(now, Input::Subscribe { topic: "trades", settings }, &mut outputs);
/// assert_eq!(outputs, [Output::Connect { connection: 1 }]);
/// ```
#[derive(Clone)]
pub struct State {
    protocol: Arc<dyn Protocol>,
    settings: Settings,
    random: fastrand::Rng,
    /// The time of the last step.
    now: MonotonicTime,
    phase: Phase,
    /// The number of the current or last connection.
    connection: u64,
    attempts: Attempts,
    last_loss: Option<DisconnectReason>,
    topics: Topics,
    texts: Texts,
    next_request_id: u64,
    /// The earliest time of the next request.
    next_request: MonotonicTime,
    /// The topic at which the search for the next request begins.
    next_topic: usize,
    /// The requests of this connection without an acknowledgement, oldest first.
    pending: VecDeque<PendingRequest>,
    /// At most the earliest deadline. It may be earlier after a deadline was postponed.
    next_deadline: Option<MonotonicTime>,
}

impl State {
    /// Creates a state without topics. The connection is opened with the first subscription.
    ///
    /// `seed` determines the random parts of all pauses. `first_request` is the number of the first request.
    #[must_use]
    pub fn new(protocol: Arc<dyn Protocol>, settings: Settings, seed: u64, first_request: u64) -> Self {
        Self {
            protocol,
            settings,
            random: fastrand::Rng::with_seed(seed),
            now: MonotonicTime::default(),
            phase: Phase::Idle,
            connection: 0,
            attempts: Attempts::default(),
            last_loss: None,
            topics: Topics::default(),
            texts: Texts::default(),
            next_request_id: first_request,
            next_request: MonotonicTime::default(),
            next_topic: 0,
            pending: VecDeque::new(),
            next_deadline: None,
        }
    }

    /// Applies an input at a time, and appends the outputs.
    ///
    /// Deadlines that have passed at `now` are handled before the input. So the silence of a topic is reported before the message that ends
    /// it, even if the input arrives long after the deadline. A frame is a sign of life of the connection before deadlines are handled,
    /// because the frame may have waited in a buffer of the operating system while the program was suspended.
    ///
    /// A time that is earlier than the last step's counts as the time of the last step.
    pub fn step(&mut self, now: MonotonicTime, input: Input<'_>, outputs: &mut Vec<Output>) {
        let now = now.max(self.now);
        self.now = now;
        let frame_of = input.frame_of();
        if let Some(connection) = frame_of {
            match self.phase.liveness_mut() {
                Some(liveness) if connection == self.connection => liveness.on_frame(now),
                _ => return,
            }
        }
        let is_due = self.next_deadline.is_some_and(|deadline| now >= deadline);
        if is_due {
            self.on_deadlines(outputs);
        }
        let is_settled = self.on_input(input, outputs);
        if is_due || !is_settled {
            self.send_requests(outputs);
            self.next_deadline = self.earliest_deadline();
        }
    }

    /// Returns `true` if the input cannot have made a deadline earlier or a request necessary.
    fn on_input(&mut self, input: Input<'_>, outputs: &mut Vec<Output>) -> bool {
        match input {
            Input::Text { connection, text } if connection == self.connection => return self.on_text(text, outputs),
            Input::Binary { connection, length } if connection == self.connection => self.on_binary(length, outputs),
            Input::Control { connection, is_pong: true } if connection == self.connection => self.on_pong(None),
            Input::Text { .. } | Input::Binary { .. } | Input::Control { .. } => return true,
            Input::Subscribe { topic, settings } => self.subscribe(topic, settings, outputs),
            Input::Unsubscribe { topic } => self.unsubscribe(topic),
            Input::Resync { topic, why } => self.resync(topic, why, outputs),
            Input::Opened { connection, has_login } if connection == self.connection => self.on_opened(has_login, outputs),
            Input::Lost { connection, why } if connection == self.connection => self.lose(why, outputs),
            Input::Opened { .. } | Input::Lost { .. } | Input::Tick => {}
            Input::Reconnect => self.reconnect(outputs),
            Input::Close => self.close(outputs),
        }
        false
    }

    /// The moment at which the next [`Input::Tick`] is required, if no other input is applied before.
    #[must_use]
    pub fn next_deadline(&self) -> Option<MonotonicTime> {
        self.next_deadline
    }

    /// The topic with this name, while it has subscribers.
    #[must_use]
    pub fn topic_key(&self, name: &str) -> Option<TopicKey> {
        let index = self.topics.find(name)?;
        self.topics.get(index)?.is_wanted.then_some(TopicKey(index))
    }

    /// The name of a topic.
    #[must_use]
    pub fn topic_name(&self, key: TopicKey) -> Option<&str> {
        self.topics.get(key.0).map(|topic| &*topic.name)
    }

    /// The names of all topics that have subscribers.
    pub fn topic_names(&self) -> impl Iterator<Item = &str> {
        self.topics.iter().filter(|(_, topic)| topic.is_wanted).map(|(_, topic)| &*topic.name)
    }

    /// The state of a topic's subscription.
    #[must_use]
    pub fn subscription_state(&self, key: TopicKey) -> Option<SubscriptionState> {
        let topic = self.topics.get(key.0)?;
        Some(match topic.phase {
            _ if !self.is_open() => SubscriptionState::Lost,
            topic::Phase::Requested => SubscriptionState::Requested,
            topic::Phase::Sent { .. } => SubscriptionState::Sent,
            topic::Phase::Confirmed => SubscriptionState::Confirmed,
            topic::Phase::UnsubscribeRequested | topic::Phase::Unsubscribing { .. } => SubscriptionState::Unsubscribing,
        })
    }

    /// The events that inform a new subscriber about the present state of a topic: `Connected`, `Subscribed` and `Stale`, as far as they
    /// apply.
    pub fn events_for_new_subscriber(&self, key: TopicKey) -> impl Iterator<Item = Event> {
        let state = self.subscription_state(key);
        let connected = self.is_open().then_some(Event::Connected { connection: self.connection });
        let subscribed = (state == Some(SubscriptionState::Confirmed)).then_some(Event::Subscribed);
        let stale = self.topics.get(key.0).filter(|topic| topic.is_stale && subscribed.is_some());
        let stale = stale.map(|topic| Event::Stale { since: topic.last_datum });
        connected.into_iter().chain(subscribed).chain(stale)
    }

    /// Whether the connection is open and authenticated.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
    }

    /// Whether the connection is closed for good.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed)
    }

    /// The number of the current or last connection. 0 before the first attempt.
    #[must_use]
    pub fn connection(&self) -> u64 {
        self.connection
    }

    /// Why the last connection was lost. `None` before the first loss.
    #[must_use]
    pub fn last_loss(&self) -> Option<&DisconnectReason> {
        self.last_loss.as_ref()
    }

    /// The last measured time between a ping and the exchange's own reply to it, on this connection.
    #[must_use]
    pub fn round_trip(&self) -> Option<Duration> {
        self.phase.liveness()?.round_trip
    }

    fn take_request_id(&mut self) -> RequestId {
        let id = RequestId::new(self.next_request_id);
        self.next_request_id = self.next_request_id.wrapping_add(1);
        id
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("now", &self.now)
            .field("phase", &self.phase)
            .field("connection", &self.connection)
            .field("topics", &self.topics.iter().map(|(_, topic)| (&*topic.name, topic.phase)).collect::<Vec<_>>())
            .field("next_deadline", &self.next_deadline)
            .finish_non_exhaustive()
    }
}
