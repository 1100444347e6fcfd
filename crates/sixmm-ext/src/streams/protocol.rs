//! `StreamProtocol`: how requests are written, and how incoming messages are recognised.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sixmm_api::{Secret, streams::WEBSOCKET_REQUESTS};
use venue_runtime::redact;
use venue_stream::{Ack, AckOutcome, Inbound, Protocol, PushKind, Request, RequestId};

use super::message::Envelope;
use super::{depth_scan, json, topics};

/// The largest number of topics in a request. The documentation states no limit.
const TOPICS_PER_REQUEST: usize = 20;

/// The values of `event` that mark a reply of the server.
const REPLIES: [&str; 6] = ["subscribe", "unsubscribe", "ping", "pong", "auth", "error"];

/// The messages of 6MM, for a [`StreamConnection`](venue_stream::StreamConnection) or for the replay of a recording.
///
/// | message | meaning |
/// | --- | --- |
/// | `event` is `subscribe` or `unsubscribe` | acknowledgement; `success` decides, and a rejection is repeated after a pause |
/// | `event` is `ping` or `pong` | reply to a ping; the form is not documented |
/// | `event` is `auth` | result of the authentication |
/// | `event` is `error` | rejection of the request with this `id`; not documented |
/// | `topic` begins with `market.`, `event` is `data` or missing | message of the topic |
/// | `topic` begins with `user.`, with or without `event` | private message: topic `user`, because no page documents the number |
/// | begins with a depth topic and the event `data`, in the documented order | message of the topic; its decoder reads the rest, so a damaged message affects only this topic |
/// | anything else | [`Event::Unreadable`](venue_stream::Event::Unreadable) |
///
/// Documentation: <https://docs.6mm.com/developer-api/websocket/connection-subscription-and-heartbeat>
#[derive(Clone, Debug, Default)]
pub struct StreamProtocol {
    secrets: Arc<SentSecrets>,
}

impl StreamProtocol {
    /// The protocol of a connection without credentials.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn redacting(secrets: Arc<SentSecrets>) -> Self {
        Self { secrets }
    }
}

impl Protocol for StreamProtocol {
    fn encode(&self, id: RequestId, request: Request<'_>) -> Option<String> {
        let (name, topics): (_, &[&str]) = match request {
            Request::Subscribe { topics } => ("subscribe", topics),
            Request::Unsubscribe { topics } => ("unsubscribe", topics),
            Request::Ping => ("ping", &[]),
            _ => return None,
        };
        let (_, template) = WEBSOCKET_REQUESTS.iter().find(|(request, _)| *request == name)?;
        let topics = serde_json::to_string(topics).ok()?;
        Some(template.replace("{id}", &id.to_string()).replace("\"{topics}\"", &topics))
    }

    fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
        // Depth messages are long, and their decoder reads them completely anyway.
        if let Some(topic) = depth_scan::topic(text) {
            return Inbound::Push { topic: Cow::Borrowed(topic), kind: PushKind::Unmarked };
        }
        let Ok(envelope) = Envelope::parse(text) else { return Inbound::Unreadable { topic: None } };
        match envelope {
            Envelope { event: Some(event), id, success, data, .. } if REPLIES.contains(&&*event) => {
                reply(&event, id, success.and_then(json::boolean), data)
            }
            Envelope { topic: Some(topic), event, .. } => push(topic, event.as_deref()),
            _ => Inbound::Unreadable { topic: None },
        }
    }

    fn max_topics_per_request(&self) -> usize {
        TOPICS_PER_REQUEST
    }

    fn is_subscribed_by_server(&self, topic: &str) -> bool {
        topic == topics::USER
    }

    fn redact(&self, text: &mut String) {
        self.secrets.redact(text);
    }
}

fn push<'a>(topic: Cow<'a, str>, event: Option<&str>) -> Inbound<'a> {
    let topic = if topics::is_private(&topic) { Cow::Borrowed(topics::USER) } else { topic };
    match event {
        // The first message of a depth topic is the snapshot. No page documents a marker.
        None | Some("data") => Inbound::Push { topic, kind: PushKind::Unmarked },
        Some(_) => Inbound::Unreadable { topic: Some(topic) },
    }
}

fn reply<'a>(event: &str, id: Option<&'a str>, success: Option<bool>, data: Option<&'a str>) -> Inbound<'a> {
    let id = id.and_then(json::integer).map(RequestId::new);
    let outcome = match success {
        Some(true) => AckOutcome::Accepted,
        // The codes of rejections are not documented, so no rejection is known to be final.
        Some(false) => AckOutcome::Rejected { is_final: false },
        None if event == "error" => AckOutcome::Rejected { is_final: false },
        None if matches!(event, "ping" | "pong") => AckOutcome::Accepted,
        None => return Inbound::Unreadable { topic: None },
    };
    match event {
        "subscribe" | "unsubscribe" => Inbound::Ack(Ack { id, topics: topic_list(data), outcome }),
        "ping" | "pong" => Inbound::Pong { id },
        "auth" => Inbound::Authentication { is_accepted: outcome == AckOutcome::Accepted },
        "error" if id.is_some() => Inbound::Ack(Ack { id, topics: topic_list(data), outcome }),
        _ => Inbound::Unreadable { topic: None },
    }
}

/// The topics of an acknowledgement. `None` if `data` is not a list of texts, or an empty list.
fn topic_list(data: Option<&str>) -> Option<Vec<Cow<'_, str>>> {
    let topics = json::items(data.filter(|data| data.starts_with('['))?).ok()?;
    let topics: Option<Vec<_>> = topics.into_iter().map(json::text).collect();
    topics.filter(|topics| !topics.is_empty())
}

/// The last listen keys or tokens that a connection used. A server may repeat them in its messages.
#[derive(Debug, Default)]
pub(super) struct SentSecrets(Mutex<VecDeque<Secret>>);

impl SentSecrets {
    /// Old keys may be in messages that arrive late.
    const KEPT: usize = 16;

    pub(super) fn add(&self, secret: &Secret) {
        let mut secrets = self.lock();
        if !secrets.contains(secret) {
            secrets.truncate(Self::KEPT - 1);
            secrets.push_front(secret.clone());
        }
    }

    fn redact(&self, text: &mut String) {
        redact::secrets(text, self.lock().iter());
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
