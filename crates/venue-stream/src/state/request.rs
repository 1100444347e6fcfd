//! The requests: which are sent, and what their acknowledgements mean.

use super::topic::{PendingRequest, Phase};
use super::{Output, State, TopicKey};
use crate::{Ack, AckOutcome, Event, RawText, Request, ResyncReason};

/// The largest number of requests without an acknowledgement that are remembered.
const MAX_PENDING: usize = 1024;

impl State {
    /// Sends the requests that are due, at most one in each interval.
    pub(super) fn send_requests(&mut self, outputs: &mut Vec<Output>) {
        while self.is_open() && self.now >= self.next_request {
            let Some((is_subscribe, batch)) = self.next_batch() else { return };
            self.send_request(is_subscribe, batch, outputs);
        }
    }

    /// The topics of the next request. The search begins after the topics of the last request, so that no topic waits for ever.
    fn next_batch(&mut self) -> Option<(bool, Vec<usize>)> {
        let count = self.topics.len();
        let limit = self.protocol.max_topics_per_request().max(1);
        let mut batch = Vec::new();
        let mut is_subscribe = false;
        for index in (0..count).map(|offset| (self.next_topic + offset) % count) {
            let Some(topic) = self.topics.get(index) else { continue };
            let subscribes = match topic.phase {
                Phase::Requested if self.now >= topic.pause_end => true,
                Phase::UnsubscribeRequested => false,
                _ => continue,
            };
            // A topic whose subscription failed gets its own request, so that it cannot cause the rejection of another topic again.
            let is_separate = topic.failures > 0;
            if batch.is_empty() {
                is_subscribe = subscribes;
            } else if subscribes != is_subscribe || is_separate {
                continue;
            }
            batch.push(index);
            if is_separate || batch.len() >= limit {
                break;
            }
        }
        self.next_topic = batch.last().map_or(0, |last| last + 1);
        (!batch.is_empty()).then_some((is_subscribe, batch))
    }

    fn send_request(&mut self, is_subscribe: bool, batch: Vec<usize>, outputs: &mut Vec<Output>) {
        let id = self.take_request_id();
        let names: Vec<&str> = batch.iter().filter_map(|index| Some(&*self.topics.get(*index)?.name)).collect();
        let request = if is_subscribe { Request::Subscribe { topics: &names } } else { Request::Unsubscribe { topics: &names } };
        let Some(text) = self.protocol.encode(id, request) else {
            return self.complete_without_request(is_subscribe, &batch, outputs);
        };
        outputs.push(Output::SendText(text));
        let deadline = self.now + self.settings.ack_timeout;
        let mut topics = Vec::with_capacity(batch.len());
        for index in batch {
            let Some(topic) = self.topics.get_mut(index) else { continue };
            topic.is_sent |= is_subscribe;
            topic.phase = if is_subscribe { Phase::Sent { at: self.now, deadline } } else { Phase::Unsubscribing { deadline } };
            topics.push((index, topic.cycle));
        }
        if self.pending.len() >= MAX_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(PendingRequest { id, is_subscribe, topics });
        self.next_request = self.now + self.settings.request_interval;
    }

    /// Continues with topics for which the exchange has no such request.
    fn complete_without_request(&mut self, is_subscribe: bool, batch: &[usize], outputs: &mut Vec<Output>) {
        for index in batch {
            if is_subscribe {
                self.confirm(*index, outputs);
            } else {
                self.on_unsubscribed(*index);
            }
        }
    }

    /// Applies an acknowledgement to the topics that it is about.
    ///
    /// An acknowledgement after the timeout still counts, unless the subscription was given up since then.
    pub(super) fn on_ack(&mut self, ack: &Ack<'_>, text: &str, outputs: &mut Vec<Output>) {
        let is_about = |name: &str| ack.topics.as_ref().is_none_or(|topics| topics.iter().any(|topic| topic == name));
        let mut acknowledged = Vec::new();
        for request in &mut self.pending {
            if ack.id.map_or(ack.topics.is_none(), |id| id != request.id) {
                continue;
            }
            request.topics.retain(|(index, cycle)| {
                let Some(topic) = self.topics.get(*index).filter(|topic| topic.cycle == *cycle) else { return false };
                let is_acknowledged = is_about(&topic.name);
                if is_acknowledged {
                    acknowledged.push((*index, request.is_subscribe));
                }
                !is_acknowledged
            });
        }
        self.pending.retain(|request| !request.topics.is_empty());
        for (index, is_subscribe) in acknowledged {
            self.on_topic_ack(index, is_subscribe, ack.outcome, text, outputs);
        }
    }

    fn on_topic_ack(&mut self, index: usize, is_subscribe: bool, outcome: AckOutcome, text: &str, outputs: &mut Vec<Output>) {
        let Some(topic) = self.topics.get(index) else { return };
        let is_awaited =
            matches!((topic.phase, is_subscribe), (Phase::Sent { .. } | Phase::Requested, true) | (Phase::Unsubscribing { .. }, false));
        if !is_awaited {
            return;
        }
        match outcome {
            // A server that rejects to unsubscribe a topic has usually lost the subscription already.
            _ if !is_subscribe => self.on_unsubscribed(index),
            AckOutcome::Accepted => self.confirm(index, outputs),
            AckOutcome::Rejected { is_final: false } => {
                let why = ResyncReason::Rejected(self.redacted(text));
                self.retry_subscription(index, why, outputs);
            }
            AckOutcome::Rejected { is_final: true } => {
                let key = TopicKey(index);
                let why = ResyncReason::Rejected(self.redacted(text));
                outputs.push(Output::Event { topic: key, event: Event::Resync { why } });
                outputs.push(Output::Event { topic: key, event: Event::Closed });
                self.remove_topic(index);
            }
        }
    }

    /// The beginning of a text, without the secrets that the protocol knows.
    pub(crate) fn redacted(&self, text: &str) -> RawText {
        crate::redaction::redacted(&*self.protocol, text)
    }
}
