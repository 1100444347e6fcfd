//! The events that a subscriber has not read yet.

mod statuses;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::{Buffering, Event, Message};

/// A queue of events with limited memory.
///
/// The events between two messages are called a run. A run contains each kind of event at most once, so the memory of the queue is limited
/// by the limit of the messages.
#[derive(Debug)]
pub(crate) struct Buffer {
    policy: Buffering,
    events: VecDeque<Event>,
    /// The number of messages in `events`, and the bytes of their texts.
    messages: usize,
    bytes: usize,
    /// The messages that [`take`](Self::take) took in advance, and the bytes of their texts. They count towards the limits.
    taken_messages: usize,
    taken_bytes: usize,
}

/// The largest number of messages that are taken in advance. Also at most an eighth of the buffer's limits, so that a small buffer drops
/// exactly the messages that its policy names.
const MAX_TAKEN: usize = 32;

impl Buffer {
    pub(crate) fn new(policy: Buffering) -> Self {
        Self { policy, events: VecDeque::new(), messages: 0, bytes: 0, taken_messages: 0, taken_bytes: 0 }
    }

    /// Removes the first event, and appends following events to `ahead`. The caller has to read those events before the next call.
    pub(crate) fn take(&mut self, ahead: &mut VecDeque<Event>) -> Option<Event> {
        (self.taken_messages, self.taken_bytes) = (0, 0);
        let first = self.pop()?;
        let (max_messages, max_bytes) = match self.policy {
            Buffering::Conflate => return Some(first),
            Buffering::Bounded { messages, bytes } | Buffering::Lossless { messages, bytes } => {
                ((messages.get() / 8).min(MAX_TAKEN), bytes / 8)
            }
        };
        while let Some(length) = self.events.front().and_then(datum).map(|message| message.text().len())
            && self.taken_messages < max_messages
            && self.taken_bytes.saturating_add(length) <= max_bytes
        {
            let Some(event) = self.pop() else { break };
            self.taken_messages += 1;
            self.taken_bytes += length;
            ahead.push_back(event);
        }
        Some(first)
    }

    #[inline]
    fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        if let Some(message) = datum(&event) {
            self.messages -= 1;
            self.bytes -= message.text().len();
        }
        Some(event)
    }

    #[inline]
    pub(crate) fn push(&mut self, event: Event) {
        let Some(length) = datum(&event).map(|message| message.text().len()) else {
            return self.push_status(event);
        };
        let all_messages = |buffer: &Self| buffer.messages + buffer.taken_messages;
        let all_bytes = |buffer: &Self| buffer.bytes.saturating_add(buffer.taken_bytes).saturating_add(length);
        let is_kept = match self.policy {
            Buffering::Conflate => {
                while self.messages > 0 {
                    self.drop_oldest(0);
                }
                true
            }
            Buffering::Bounded { messages, bytes } => {
                while self.messages > 0 && (all_messages(self) >= messages.get() || all_bytes(self) > bytes) {
                    self.drop_oldest(1);
                }
                length <= bytes
            }
            Buffering::Lossless { messages, bytes } => all_messages(self) < messages.get() && all_bytes(self) <= bytes,
        };
        if is_kept {
            self.messages += 1;
            self.bytes += length;
            self.events.push_back(event);
        } else {
            self.push_status(Event::Lagged { skipped: 1 });
        }
    }

    fn push_status(&mut self, status: Event) {
        let start = self.events.iter().rposition(Event::is_datum).map_or(0, |last| last + 1);
        statuses::merge(&mut self.events, start, status);
    }

    /// Removes the oldest message, counts it as `skipped`, and merges the runs before and after it.
    fn drop_oldest(&mut self, skipped: u64) {
        let Some(index) = self.events.iter().position(Event::is_datum) else { return };
        if let Some(message) = self.events.remove(index).as_ref().and_then(datum) {
            self.messages -= 1;
            self.bytes -= message.text().len();
        }
        let is_followed_by_status = self.events.get(index).is_some_and(|next| !next.is_datum());
        if !is_followed_by_status {
            // The usual case of a slow subscriber: messages without other events between them.
            return self.count_skipped_before(index, skipped);
        }
        let end = self.events.iter().skip(index).position(Event::is_datum).map_or(self.events.len(), |length| index + length);
        let mut rest = self.events.split_off(end);
        let following = self.events.split_off(index);
        if skipped > 0 {
            statuses::merge(&mut self.events, 0, Event::Lagged { skipped });
        }
        for status in following {
            statuses::merge(&mut self.events, 0, status);
        }
        self.events.append(&mut rest);
    }

    /// Adds to the number of skipped messages at the end of the first run, which has this length.
    fn count_skipped_before(&mut self, end: usize, skipped: u64) {
        if skipped == 0 {
            return;
        }
        match end.checked_sub(1).and_then(|last| self.events.get_mut(last)) {
            Some(Event::Lagged { skipped: before }) => *before += skipped,
            None => self.events.push_front(Event::Lagged { skipped }),
            Some(_) => {
                let mut rest = self.events.split_off(end);
                statuses::merge(&mut self.events, 0, Event::Lagged { skipped });
                self.events.append(&mut rest);
            }
        }
    }
}

fn datum(event: &Event) -> Option<&Message> {
    match event {
        Event::Snapshot(message) | Event::Update(message) => Some(message),
        _ => None,
    }
}
