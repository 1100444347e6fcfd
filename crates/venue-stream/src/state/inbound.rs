//! Incoming messages.

use venue_core::panics::contain_panic;

use super::topic::Phase;
use super::{Output, State, TopicKey};
use crate::{DisconnectReason, Event, Inbound, Message, PushKind, RawText, RequestId};

impl State {
    /// Applies a text. Returns `true` if the text cannot have made a deadline earlier, as most messages of topics.
    #[inline]
    pub(super) fn on_text(&mut self, text: &str, outputs: &mut Vec<Output>) -> bool {
        if self.phase.liveness().is_none() {
            return true;
        }
        match contain_panic(|| self.protocol.classify(text)).unwrap_or(Inbound::Unreadable { topic: None }) {
            Inbound::Push { topic, kind } => return self.on_push(&topic, text, kind, outputs),
            Inbound::Ack(ack) => self.on_ack(&ack, text, outputs),
            Inbound::Pong { id } => self.on_pong(id),
            Inbound::Authentication { is_accepted: true } => self.on_authenticated(outputs),
            Inbound::Authentication { is_accepted: false } => {
                let why = DisconnectReason::AuthenticationRejected(self.redacted(text));
                self.lose(why, outputs);
            }
            Inbound::Ignored => {}
            Inbound::Unreadable { topic } => {
                let raw = self.redacted(text);
                self.on_unreadable(topic.as_deref(), raw, outputs);
            }
        }
        false
    }

    /// Applies a message of a topic. Returns `false` if the message ends the staleness of the topic, which can become stale again.
    #[inline]
    fn on_push(&mut self, topic: &str, text: &str, kind: PushKind, outputs: &mut Vec<Output>) -> bool {
        let Some(index) = self.topics.find_again(topic) else { return true };
        let Some(topic) = self.topics.get_mut(index) else { return true };
        if topic.phase == Phase::Confirmed {
            let was_stale = topic.is_stale;
            let message = Message::shared(self.texts.copy(text), self.now);
            self.deliver(index, message, kind, outputs);
            return !was_stale;
        }
        if topic.holds_messages() {
            topic.held.push(text, kind, self.now);
        }
        true
    }

    pub(super) fn on_pong(&mut self, id: Option<RequestId>) {
        let now = self.now;
        if let Some(liveness) = self.phase.liveness_mut() {
            liveness.on_reply(id, now);
        }
    }

    pub(super) fn on_binary(&mut self, length: usize, outputs: &mut Vec<Output>) {
        self.on_unreadable(None, RawText::new(&format!("a binary message of {length} bytes")), outputs);
    }

    /// Reports an unreadable message to its topic, or to all topics that it may belong to. A topic that waits for its acknowledgement gets
    /// the report in the place of the message, after the messages that are held back.
    fn on_unreadable(&mut self, topic: Option<&str>, raw: RawText, outputs: &mut Vec<Output>) {
        let concerned = match topic {
            Some(name) => self.topics.find(name).map_or(0..0, |index| index..index + 1),
            None => 0..self.topics.len(),
        };
        for index in concerned {
            let Some(topic) = self.topics.get_mut(index) else { continue };
            if topic.is_wanted && topic.phase == Phase::Confirmed {
                outputs.push(Output::Event { topic: TopicKey(index), event: Event::Unreadable { raw: raw.clone() } });
            } else if topic.is_wanted && topic.holds_messages() {
                topic.held.push_unreadable(raw.clone());
            }
        }
        outputs.push(Output::Unreadable(raw));
    }

    pub(super) fn report_stale(&mut self, index: usize, outputs: &mut Vec<Output>) {
        let Some(topic) = self.topics.get_mut(index) else { return };
        topic.is_stale = true;
        let since = topic.last_datum;
        let resubscribes = topic.settings.resubscribes_when_stale;
        outputs.push(Output::Event { topic: TopicKey(index), event: Event::Stale { since } });
        if resubscribes {
            self.resync_topic(index, crate::ResyncReason::Stale, outputs);
        }
    }
}
