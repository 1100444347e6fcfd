//! One topic: its subscription, and the messages before the acknowledgement.

use std::sync::Arc;

use crate::{MonotonicTime, PushKind, RawText, RequestId, TopicSettings};

/// The state of a topic's subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubscriptionState {
    /// There is no connection. The topic is subscribed again on the next one.
    Lost,
    /// The subscribe request is to be sent.
    Requested,
    /// The subscribe request was sent and is not acknowledged.
    Sent,
    /// The server acknowledged the subscription.
    Confirmed,
    /// The topic is being unsubscribed, either for good or in order to subscribe it again.
    Unsubscribing,
}

/// The progress of a topic's subscription on the current connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Requested,
    Sent { at: MonotonicTime, deadline: MonotonicTime },
    Confirmed,
    UnsubscribeRequested,
    Unsubscribing { deadline: MonotonicTime },
}

#[derive(Clone, Debug)]
pub(super) struct Topic {
    pub(super) name: Arc<str>,
    pub(super) settings: TopicSettings,
    pub(super) phase: Phase,
    /// `false` once the last subscriber left.
    pub(super) is_wanted: bool,
    pub(super) is_subscribed_by_server: bool,
    /// Whether a subscribe request was sent on this connection, so that messages may arrive.
    pub(super) is_sent: bool,
    /// Counts the subscriptions that were given up. The acknowledgement of an earlier subscription has no effect.
    pub(super) cycle: u64,
    /// The number of repeated subscriptions since the topic's data were continuous.
    pub(super) failures: u32,
    /// The end of the pause before the next subscribe request.
    pub(super) pause_end: MonotonicTime,
    pub(super) confirmed: MonotonicTime,
    /// The time of the last message, or of the acknowledgement.
    pub(super) last_datum: MonotonicTime,
    pub(super) is_stale: bool,
    pub(super) awaits_snapshot: bool,
    pub(super) held: HeldMessages,
}

impl Topic {
    pub(super) fn new(name: &str, settings: TopicSettings, is_subscribed_by_server: bool) -> Self {
        Self {
            name: name.into(),
            settings,
            phase: Phase::Requested,
            is_wanted: true,
            is_subscribed_by_server,
            is_sent: false,
            cycle: 0,
            failures: 0,
            pause_end: MonotonicTime::default(),
            confirmed: MonotonicTime::default(),
            last_datum: MonotonicTime::default(),
            is_stale: false,
            awaits_snapshot: false,
            held: HeldMessages::default(),
        }
    }

    /// Begins again on a new connection.
    pub(super) fn reset(&mut self) {
        self.phase = Phase::Requested;
        self.is_sent = false;
        self.cycle += 1;
        self.pause_end = MonotonicTime::default();
        self.held = HeldMessages::default();
    }

    pub(super) fn confirm(&mut self, now: MonotonicTime) {
        self.phase = Phase::Confirmed;
        self.confirmed = now;
        self.last_datum = now;
        self.is_stale = false;
        self.awaits_snapshot = self.settings.has_snapshots();
    }

    /// Whether messages are held back until the acknowledgement.
    pub(super) fn holds_messages(&self) -> bool {
        match self.phase {
            Phase::Requested => self.is_sent || self.is_subscribed_by_server,
            Phase::Sent { .. } => true,
            Phase::Confirmed | Phase::UnsubscribeRequested | Phase::Unsubscribing { .. } => false,
        }
    }

    /// When the topic becomes stale, unless a message arrives before.
    pub(super) fn stale_at(&self) -> Option<MonotonicTime> {
        let is_watched = self.phase == Phase::Confirmed && self.is_wanted && !self.is_stale;
        self.settings.stale_after.filter(|_| is_watched).map(|limit| self.last_datum + limit)
    }

    /// When the wait for the snapshot ends.
    pub(super) fn snapshot_due(&self) -> Option<MonotonicTime> {
        let is_due = self.phase == Phase::Confirmed && self.is_wanted && self.awaits_snapshot;
        self.settings.snapshot_timeout.filter(|_| is_due).map(|timeout| self.confirmed + timeout)
    }

    /// The next moment at which the topic needs a step, if requests may be sent from `next_request` on.
    pub(super) fn next_deadline(&self, next_request: MonotonicTime) -> Option<MonotonicTime> {
        match self.phase {
            Phase::Requested => Some(self.pause_end.max(next_request)),
            Phase::UnsubscribeRequested => Some(next_request),
            Phase::Sent { deadline, .. } | Phase::Unsubscribing { deadline } => Some(deadline),
            Phase::Confirmed => self.stale_at().into_iter().chain(self.snapshot_due()).min(),
        }
    }
}

/// A message that arrived between the subscribe request and its acknowledgement.
#[derive(Clone, Debug)]
pub(super) enum HeldMessage {
    Push { text: String, kind: PushKind, received: MonotonicTime },
    Unreadable(RawText),
}

/// The messages that arrived between the subscribe request and its acknowledgement, in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldMessages {
    pub(super) messages: Vec<HeldMessage>,
    bytes: usize,
    pub(super) skipped: u64,
}

impl HeldMessages {
    const MAX_MESSAGES: usize = 256;
    const MAX_BYTES: usize = 256 << 10;

    /// Keeps a message, or counts it as skipped if the limit is reached. The oldest messages are kept, because a snapshot comes first.
    pub(super) fn push(&mut self, text: &str, kind: PushKind, received: MonotonicTime) {
        if self.has_space(text.len()) {
            self.bytes += text.len();
            self.messages.push(HeldMessage::Push { text: text.into(), kind, received });
        }
    }

    /// Keeps the report of an unreadable message. One report is enough for a run of such messages.
    pub(super) fn push_unreadable(&mut self, raw: RawText) {
        if !matches!(self.messages.last(), Some(HeldMessage::Unreadable(_))) && self.has_space(0) {
            self.messages.push(HeldMessage::Unreadable(raw));
        }
    }

    /// Whether another message of this length fits. Counts it as skipped if not.
    fn has_space(&mut self, bytes: usize) -> bool {
        // One message always fits, because a snapshot can be larger than the limit. The transport limits the size of a message.
        let is_too_long = self.bytes > 0 && self.bytes.saturating_add(bytes) > Self::MAX_BYTES;
        let is_full = self.messages.len() >= Self::MAX_MESSAGES || is_too_long;
        if is_full || self.skipped > 0 {
            self.skipped += 1;
            return false;
        }
        true
    }
}

/// A request that was sent, and its topics with their cycles.
#[derive(Clone, Debug)]
pub(super) struct PendingRequest {
    pub(super) id: RequestId,
    pub(super) is_subscribe: bool,
    pub(super) topics: Vec<(usize, u64)>,
}
