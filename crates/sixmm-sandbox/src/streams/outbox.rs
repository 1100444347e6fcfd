//! The messages that wait for one connection, with a limit.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::close_codes;
use super::faults::MalformedForm;
use crate::clock::Clock;
use crate::{UnixMillis, clock};

/// Maximum number of bytes that wait for one connection.
const MAX_QUEUED_BYTES: usize = 16 << 20;

/// A message or another action of the server on a connection.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) action: Action,
    /// The time before which the item must not be sent.
    pub(super) due: Option<UnixMillis>,
}

#[derive(Debug, Clone)]
pub(super) enum Action {
    Text(Arc<str>),
    /// Sends the message one byte at a time, with a pause before each byte.
    Slow(Arc<str>, Duration),
    /// Sends the first half of the frame and closes the socket.
    Truncated(Arc<str>),
    Malformed(Arc<str>, MalformedForm),
    /// Closes the socket without a close frame.
    Drop,
    /// Sends no more bytes, and keeps the socket open.
    HalfOpen,
    /// Sends a close frame and closes the socket.
    Close(u16, &'static str),
}

impl Action {
    fn length(&self) -> usize {
        match self {
            Self::Text(text) | Self::Slow(text, _) | Self::Truncated(text) | Self::Malformed(text, _) => text.len(),
            Self::Drop | Self::HalfOpen | Self::Close(..) => 0,
        }
    }
}

/// The queue of a connection.
#[derive(Debug)]
pub(super) struct Outbox {
    queue: Mutex<Queue>,
    changed: Notify,
    overflow: Notify,
}

#[derive(Debug)]
struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    max_items: usize,
    /// A message that a fault holds back until the next message.
    held_back: Option<Item>,
    /// Actions of a replay by their time. They are not limited, because the recording is in memory.
    scheduled: BTreeMap<(UnixMillis, u64), Action>,
    has_overflowed: bool,
}

impl Outbox {
    pub(super) fn new(max_items: usize) -> Arc<Self> {
        let queue =
            Queue { items: VecDeque::new(), bytes: 0, max_items, held_back: None, scheduled: BTreeMap::new(), has_overflowed: false };
        Arc::new(Self { queue: Mutex::new(queue), changed: Notify::new(), overflow: Notify::new() })
    }

    /// Adds an item. If the queue is full, all items are replaced by a close frame.
    pub(super) fn push(&self, item: Item) {
        let mut queue = self.lock();
        queue.push(item);
        if let Some(held_back) = queue.held_back.take() {
            queue.push(held_back);
        }
        drop(queue);
        self.wake();
    }

    /// Holds a message back until the next message was added.
    pub(super) fn hold_back(&self, item: Item) {
        let mut queue = self.lock();
        if let Some(earlier) = queue.held_back.replace(item) {
            queue.push(earlier);
        }
        drop(queue);
        self.wake();
    }

    /// Adds an action of a replay. `number` orders actions with the same time, and identifies the action.
    pub(super) fn schedule(&self, due: UnixMillis, number: u64, action: Action) {
        self.lock().scheduled.insert((due, number), action);
    }

    /// Removes the scheduled actions with these numbers, and returns the numbers of those that were not sent yet.
    pub(super) fn unschedule(&self, numbers: &BTreeSet<u64>) -> BTreeSet<u64> {
        let mut unsent = BTreeSet::new();
        self.lock().scheduled.retain(|(_, number), _| {
            let is_selected = numbers.contains(number);
            if is_selected {
                unsent.insert(*number);
            }
            !is_selected
        });
        unsent
    }

    /// Discards all items and closes the connection.
    pub(super) fn close(&self, code: u16, reason: &'static str) {
        self.lock().overflow(code, reason);
        self.wake();
    }

    /// Notifies the connection that the time or the queue changed.
    pub(super) fn wake(&self) {
        self.changed.notify_one();
        if self.lock().has_overflowed {
            self.overflow.notify_one();
        }
    }

    /// Number of waiting messages.
    pub(super) fn length(&self) -> usize {
        self.lock().items.len()
    }

    /// Returns the next item whose time has come, if there is one.
    pub(super) fn pop(&self, now: UnixMillis) -> Option<Item> {
        let mut queue = self.lock();
        if queue.items.front().is_some_and(|item| item.due.is_none_or(|due| due <= now)) {
            let item = queue.items.pop_front()?;
            queue.bytes -= item.action.length();
            return Some(item);
        }
        let next = queue.scheduled.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(Item { action: next.remove(), due: None })
    }

    /// Waits until [`pop`](Self::pop) may return another item.
    pub(super) async fn changed(&self, clock: &Clock) {
        let next = {
            let queue = self.lock();
            let first = queue.items.front().map(|item| item.due);
            let scheduled = queue.scheduled.first_key_value().map(|((due, _), _)| *due);
            first.flatten().into_iter().chain(scheduled).min()
        };
        match next.filter(|_| clock.is_real()) {
            Some(due) => {
                let wait = clock::until(clock.now(), due);
                tokio::time::timeout(wait, self.changed.notified()).await.ok();
            }
            None => self.changed.notified().await,
        }
    }

    /// Waits until the items are discarded.
    pub(super) async fn overflowed(&self) {
        loop {
            let notified = self.overflow.notified();
            if self.lock().has_overflowed {
                return;
            }
            notified.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn push(&mut self, item: Item) {
        if self.has_overflowed {
            return;
        }
        let bytes = self.bytes + item.action.length();
        if self.items.len() >= self.max_items || bytes > MAX_QUEUED_BYTES {
            self.overflow(close_codes::SLOW_READER, "the client reads too slowly");
        } else {
            self.bytes = bytes;
            self.items.push_back(item);
        }
    }

    fn overflow(&mut self, code: u16, reason: &'static str) {
        if self.has_overflowed {
            return;
        }
        self.has_overflowed = true;
        self.held_back = None;
        self.scheduled.clear();
        self.bytes = 0;
        self.items = VecDeque::from([Item { action: Action::Close(code, reason), due: None }]);
    }
}
