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

    pub(super) fn on_binary(&self, length: usize, outputs: &mut Vec<Output>) {
        self.on_unreadable(None, RawText::new(&format!("a binary message of {length} bytes")), outputs);
    }

    fn on_unreadable(&self, topic: Option<&str>, raw: RawText, outputs: &mut Vec<Output>) {
        let event = Event::Unreadable { raw: raw.clone() };
        match topic.map(|topic| self.topic_key(topic)) {
            Some(Some(topic)) => outputs.push(Output::Event { topic, event }),
            // The topic has no subscriber.
            Some(None) => {}
            None => self.report_to_subscribed(&event, outputs),
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
