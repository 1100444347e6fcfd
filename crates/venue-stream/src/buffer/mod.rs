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
    messages: usize,
    bytes: usize,
}

impl Buffer {
    pub(crate) fn new(policy: Buffering) -> Self {
        Self { policy, events: VecDeque::new(), messages: 0, bytes: 0 }
    }

    pub(crate) fn pop(&mut self) -> Option<Event> {
        let event = self.events.pop_front()?;
        if let Some(message) = datum(&event) {
            self.messages -= 1;
            self.bytes -= message.text().len();
        }
        Some(event)
    }

    pub(crate) fn push(&mut self, event: Event) {
        let Some(length) = datum(&event).map(|message| message.text().len()) else {
            return self.push_status(event);
        };
        let is_kept = match self.policy {
            Buffering::Conflate => {
                while self.messages > 0 {
                    self.drop_oldest(0);
                }
                true
            }
            Buffering::Bounded { messages, bytes } => {
                while self.messages > 0 && (self.messages >= messages.get() || self.bytes.saturating_add(length) > bytes) {
                    self.drop_oldest(1);
                }
                length <= bytes
            }
            Buffering::Lossless { messages, bytes } => self.messages < messages.get() && self.bytes.saturating_add(length) <= bytes,
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
