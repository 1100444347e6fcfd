//! The trait through which an exchange's messages plug in.

use std::borrow::Cow;
use std::fmt;

/// The messages of one exchange: how requests are written, and what an incoming text is.
///
/// The methods must be deterministic and must not block, because the connection's state machine calls them for each message.
///
/// ```
/// use std::borrow::Cow;
/// use venue_stream::{Ack, AckOutcome, Inbound, Protocol, PushKind};
/// use venue_stream::{Request, RequestId};
///
/// /// Lines such as `ok 7`, `no 7` and `TOPIC DATA`.
/// #[derive(Debug)]
/// struct Lines;
///
/// impl Protocol for Lines {
///     fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String> {
///         Some(match request {
///             Request::Subscribe { topics } => {
///                 format!("sub {id} {}", topics.join(","))
///             }
///             Request::Unsubscribe { topics } => {
///                 format!("unsub {id} {}", topics.join(","))
///             }
///             // No ping of its own: only the ping frame of WebSocket.
///             _ => return None,
///         })
///     }
///
///     fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
///         let Some((first, rest)) = text.split_once(' ') else {
///             return Inbound::Unreadable { topic: None };
///         };
///         let outcome = match first {
///             "ok" => AckOutcome::Accepted,
///             "no" => AckOutcome::Rejected { is_final: false },
///             topic => return Inbound::Push {
///                 topic: Cow::Borrowed(topic),
///                 kind: PushKind::Unmarked,
///             },
///         };
///         match rest.parse() {
///             Ok(id) => Inbound::Ack(Ack::of(RequestId::new(id), outcome)),
///             Err(_) => Inbound::Unreadable { topic: None },
///         }
///     }
/// }
/// ```
pub trait Protocol: fmt::Debug + Send + Sync {
    /// Writes a request. Returns `None` if the exchange has no such request.
    ///
    /// If [`Request::Ping`] has no text, the connection sends only the ping frame of WebSocket.
    fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String>;

    /// Determines what an incoming text is. A text that the adapter does not recognise is [`Inbound::Unreadable`]. If `classify` panics, the
    /// text counts as unreadable.
    fn classify<'a>(&self, text: &'a str) -> Inbound<'a>;

    /// The largest number of topics that one subscribe request may contain. 1 by default.
    fn max_topics_per_request(&self) -> usize {
        1
    }

    /// Whether the server subscribes this topic by itself after the authentication. No request is sent for such a topic, and it is
    /// confirmed as soon as the connection is authenticated.
    fn is_subscribed_by_server(&self, topic: &str) -> bool {
        let _ = topic;
        false
    }

    /// Removes secrets, such as a listen key or a token, from a text before it is recorded or printed. Removes nothing by default.
    fn redact(&self, text: &mut String) {
        let _ = text;
    }
}

/// The number of a request. It is unique for a connection's lifetime, including all its reconnects. `Display` writes decimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

impl RequestId {
    /// The request with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A request that the connection sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Request<'a> {
    /// Subscribes to topics.
    Subscribe {
        /// At most [`Protocol::max_topics_per_request`] topics.
        topics: &'a [&'a str],
    },
    /// Unsubscribes from topics.
    Unsubscribe {
        /// At most [`Protocol::max_topics_per_request`] topics.
        topics: &'a [&'a str],
    },
    /// Requests a sign of life.
    Ping,
}

/// The meaning of an incoming text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inbound<'a> {
    /// A message of a topic.
    Push {
        /// The topic by the name under which the program subscribed to it.
        topic: Cow<'a, str>,
        /// Whether the message contains a complete state.
        kind: PushKind,
    },
    /// The response to a subscribe or unsubscribe request.
    Ack(Ack<'a>),
    /// The response to a ping.
    Pong {
        /// The id of the ping, if the response contains it. The round-trip time is measured only with an id.
        id: Option<RequestId>,
    },
    /// The server accepted or rejected the credentials, or revoked them.
    Authentication {
        /// `true` if the connection is authenticated.
        is_accepted: bool,
    },
    /// A message that the adapter recognises and that has no effect on the connection, such as a greeting.
    Ignored,
    /// A message that the adapter does not recognise.
    Unreadable {
        /// The topic that the message belongs to, if it can be determined. Otherwise the message may belong to any topic, and the event
        /// is reported to all of them.
        topic: Option<Cow<'a, str>>,
    },
}

/// Whether a message contains a complete state or a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushKind {
    /// The message contains the complete state of the topic.
    Snapshot,
    /// The message continues the earlier messages.
    Update,
    /// The exchange does not mark its messages. The first message after a subscription counts as a snapshot if the topic has
    /// [snapshots](crate::TopicSettings::snapshot_then_updates), and every other message counts as an update.
    Unmarked,
}

/// The response to a subscribe or unsubscribe request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack<'a> {
    /// The id of the request, if the response contains it. Otherwise the response belongs to the pending requests that contain its topics.
    pub id: Option<RequestId>,
    /// The topics that the response is about, if it lists them. Otherwise the response is about all topics of the request.
    pub topics: Option<Vec<Cow<'a, str>>>,
    /// Whether the server accepted the request.
    pub outcome: AckOutcome,
}

impl Ack<'_> {
    /// The response to all topics of the request with this id.
    #[must_use]
    pub fn of(id: RequestId, outcome: AckOutcome) -> Self {
        Self { id: Some(id), topics: None, outcome }
    }
}

/// Whether the server accepted a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckOutcome {
    /// The server accepted the request.
    Accepted,
    /// The server rejected the request.
    Rejected {
        /// `true` if the same request can never be accepted, for example because the topic does not exist. The subscription then ends with
        /// [`Event::Closed`](crate::Event::Closed). `false` if the connection should repeat the request after a pause.
        is_final: bool,
    },
}
