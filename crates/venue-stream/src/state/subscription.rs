//! Subscribing, joining, resynchronizing and unsubscribing.

use super::connection;
use super::topic::{HeldMessage, HeldMessages, Phase, Topic};
use super::{Output, State, TopicKey};
use crate::{Event, Message, MonotonicTime, PushKind, ResyncReason, TopicSettings};

impl State {
    pub(super) fn subscribe(&mut self, name: &str, settings: TopicSettings, outputs: &mut Vec<Output>) {
        if matches!(self.phase, connection::Phase::Closed) {
            return;
        }
        let Some(index) = self.topics.find(name) else {
            let index = self.topics.insert(Topic::new(name, settings, self.protocol.is_subscribed_by_server(name)));
            return self.start(index, outputs);
        };
        let Some(topic) = self.topics.get_mut(index) else { return };
        if !topic.is_wanted {
            // The topic is being unsubscribed. It is subscribed again once the server has acknowledged that.
            topic.is_wanted = true;
            topic.settings = settings;
            if self.is_open() {
                outputs.push(Output::Event { topic: TopicKey(index), event: Event::Connected { connection: self.connection } });
            }
            return;
        }
        if let Some(limit) = settings.stale_after {
            topic.settings.stale_after = Some(topic.settings.stale_after.map_or(limit, |shortest| shortest.min(limit)));
        }
        if topic.settings.has_snapshots() {
            self.resync_topic(index, ResyncReason::NewSubscriber, outputs);
        }
    }

    fn start(&mut self, index: usize, outputs: &mut Vec<Output>) {
        match self.phase {
            connection::Phase::Idle => self.connect(outputs),
            connection::Phase::Open { .. } => {
                outputs.push(Output::Event { topic: TopicKey(index), event: Event::Connected { connection: self.connection } });
                if self.topics.get(index).is_some_and(|topic| topic.is_subscribed_by_server) {
                    self.confirm(index, outputs);
                }
            }
            _ => {}
        }
    }

    /// Marks a topic as confirmed, and reports the messages that were held back until now.
    pub(super) fn confirm(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let Some(topic) = self.topics.get_mut(index) else { return };
        topic.confirm(self.now);
        let held = std::mem::take(&mut topic.held);
        let key = TopicKey(index);
        outputs.push(Output::Event { topic: key, event: Event::Subscribed });
        for message in held.messages {
            match message {
                HeldMessage::Push { text, kind, received } => self.deliver(index, Message::new(text, received), kind, outputs),
                HeldMessage::Unreadable(raw) => outputs.push(Output::Event { topic: key, event: Event::Unreadable { raw } }),
            }
        }
        if held.skipped > 0 {
            outputs.push(Output::Event { topic: key, event: Event::Lagged { skipped: held.skipped } });
        }
    }

    /// Reports a message of a confirmed topic.
    #[inline]
    pub(super) fn deliver(&mut self, index: usize, message: Message, kind: PushKind, outputs: &mut Vec<Output>) {
        let Some(topic) = self.topics.get_mut(index) else { return };
        let is_snapshot = match kind {
            PushKind::Snapshot => true,
            PushKind::Update => false,
            PushKind::Unmarked => topic.awaits_snapshot,
        };
        topic.awaits_snapshot &= !is_snapshot;
        topic.last_datum = self.now;
        topic.is_stale = false;
        if topic.failures > 0 && self.now.since(topic.confirmed) >= self.settings.reconnect.stable_after {
            topic.failures = 0;
        }
        let event = if is_snapshot { Event::Snapshot(message) } else { Event::Update(message) };
        outputs.push(Output::Event { topic: TopicKey(index), event });
    }

    pub(super) fn unsubscribe(&mut self, name: &str) {
        let Some(index) = self.topics.find(name) else { return };
        let is_open = self.is_open();
        let Some(topic) = self.topics.get_mut(index) else { return };
        topic.is_wanted = false;
        if !is_open || !topic.is_sent {
            self.remove_topic(index);
            self.rest_without_topics();
            return;
        }
        match topic.phase {
            Phase::Requested | Phase::Sent { .. } | Phase::Confirmed => {
                topic.phase = Phase::UnsubscribeRequested;
                topic.cycle += 1;
                topic.held = HeldMessages::default();
            }
            Phase::UnsubscribeRequested | Phase::Unsubscribing { .. } => {}
        }
    }

    /// Does not connect again if the last topic left during the pause.
    fn rest_without_topics(&mut self) {
        if self.topics.is_empty() && matches!(self.phase, connection::Phase::Waiting { .. }) {
            self.phase = connection::Phase::Idle;
        }
    }

    pub(super) fn resync(&mut self, name: &str, why: ResyncReason, outputs: &mut Vec<Output>) {
        if let Some(index) = self.topics.find(name) {
            self.resync_topic(index, why, outputs);
        }
    }

    /// Unsubscribes a confirmed topic and subscribes it again. Has no effect while the topic is not confirmed, because it is then
    /// subscribed anyway.
    pub(super) fn resync_topic(&mut self, index: usize, why: ResyncReason, outputs: &mut Vec<Output>) {
        let is_open = self.is_open();
        let Some(topic) = self.topics.get_mut(index) else { return };
        if !is_open || topic.phase != Phase::Confirmed || !topic.is_wanted {
            return;
        }
        outputs.push(Output::Event { topic: TopicKey(index), event: Event::Resync { why } });
        if topic.is_subscribed_by_server {
            // No request exists that could repeat the subscription.
            self.confirm(index, outputs);
            return;
        }
        topic.cycle += 1;
        topic.phase = Phase::UnsubscribeRequested;
        self.pause_subscription(index);
    }

    /// Repeats a subscription that the server did not confirm, after a pause.
    pub(super) fn retry_subscription(&mut self, index: usize, why: ResyncReason, outputs: &mut Vec<Output>) {
        let Some(topic) = self.topics.get_mut(index) else { return };
        topic.phase = Phase::Requested;
        outputs.push(Output::Event { topic: TopicKey(index), event: Event::Resync { why } });
        self.pause_subscription(index);
    }

    fn pause_subscription(&mut self, index: usize) {
        let Some(topic) = self.topics.get_mut(index) else { return };
        topic.failures = topic.failures.saturating_add(1);
        topic.pause_end = self.now + self.settings.resubscribe.pause(topic.failures, &mut self.random);
    }

    /// Continues after a topic was unsubscribed: removes the topic, or subscribes it again.
    pub(super) fn on_unsubscribed(&mut self, index: usize) {
        let Some(topic) = self.topics.get_mut(index) else { return };
        topic.is_sent = false;
        if topic.is_wanted {
            topic.phase = Phase::Requested;
        } else {
            self.remove_topic(index);
        }
    }

    /// Removes a topic, and forgets its pending requests. Otherwise a late acknowledgement of such a request would confirm the next topic
    /// that gets the same index.
    pub(super) fn remove_topic(&mut self, index: usize) {
        self.topics.remove(index);
        for request in &mut self.pending {
            request.topics.retain(|(topic, _)| *topic != index);
        }
        self.pending.retain(|request| !request.topics.is_empty());
    }

    /// The earliest moment at which a topic needs a step.
    pub(super) fn earliest_topic_deadline(&self) -> Option<MonotonicTime> {
        self.topics.iter().filter_map(|(_, topic)| topic.next_deadline(self.next_request)).min()
    }
}
