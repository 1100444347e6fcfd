//! The settings of a book.

use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;
use venue_core::{SystemTime, TimeSource};
use venue_stream::TopicSettings;

use crate::Continuity;

/// The settings of a book. By default, a book has no continuity rule and is therefore never live.
///
/// ```
/// use std::time::Duration;
/// use venue_book::{BookSettings, VersionRule};
///
/// let settings = BookSettings::new()
///     .continuity(VersionRule::FirstFollowsPrevious)
///     .stale_after(Duration::from_secs(10))
///     .max_levels(1_000);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct BookSettings {
    pub(crate) rule: Option<Arc<dyn Continuity>>,
    pub(crate) confirmations: u32,
    pub(crate) max_levels: usize,
    pub(crate) max_resyncs_per_minute: usize,
    pub(crate) tick_size: Option<Decimal>,
    pub(crate) step_size: Option<Decimal>,
    pub(crate) topic: TopicSettings,
    pub(crate) max_messages: usize,
    pub(crate) time: Arc<dyn TimeSource>,
}

impl BookSettings {
    /// The time to wait for a snapshot by default.
    const SNAPSHOT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Creates the default settings.
    pub fn new() -> Self {
        Self {
            rule: None,
            confirmations: 3,
            max_levels: 10_000,
            max_resyncs_per_minute: 5,
            tick_size: None,
            step_size: None,
            topic: TopicSettings::new().snapshot_then_updates(Self::SNAPSHOT_TIMEOUT),
            max_messages: 4_096,
            time: Arc::new(SystemTime),
        }
    }

    /// Verifies the versions of all messages by this rule, so that the book can be live.
    pub fn continuity(mut self, rule: impl Continuity + 'static) -> Self {
        self.rule = Some(Arc::new(rule));
        self
    }

    /// Sets the number of increments in succession that have to satisfy the rule before the book is live for the first time. 3 by default.
    ///
    /// A wrong rule can be satisfied by chance if a message is lost. With 0, the book is live from its first snapshot on: use 0 if the
    /// exchange documents the rule.
    pub fn confirmations(mut self, increments: u32) -> Self {
        self.confirmations = increments;
        self
    }

    /// Limits the number of levels of each side. 10,000 by default; 0 counts as 1.
    ///
    /// The worst levels are removed, and [`SideView::known_to`](crate::SideView::known_to) then reports up to which price the book is
    /// complete.
    pub fn max_levels(mut self, levels: usize) -> Self {
        self.max_levels = levels;
        self
    }

    /// Limits the number of new subscriptions that the book requests in any 60 seconds. 5 by default.
    ///
    /// Further limits apply to requests at any rate, if the book has a continuity rule. The same number of requests is permitted in succession
    /// without a [confirmation](Self::confirmations) of the rule between two of them, and at least one increment has to satisfy the rule even
    /// if no confirmations are required. Ten times the number is permitted in succession without 100 increments that satisfy the rule between
    /// two of them.
    ///
    /// Beyond these limits, the book becomes unverified, because its continuity rule is probably wrong: see
    /// [`BookEvent::Unverified`](crate::BookEvent::Unverified).
    pub fn max_resyncs_per_minute(mut self, resyncs: usize) -> Self {
        self.max_resyncs_per_minute = resyncs;
        self
    }

    /// Sets the usual distance of two prices. Prices are integers of this precision inside of the book, so the first messages need no
    /// conversion. Other prices are permitted and stay exact.
    pub fn tick_size(mut self, size: Decimal) -> Self {
        self.tick_size = Some(size);
        self
    }

    /// Sets the usual distance of two quantities: see [`tick_size`](Self::tick_size).
    pub fn step_size(mut self, size: Decimal) -> Self {
        self.step_size = Some(size);
        self
    }

    /// The book is no longer live if its topic is silent for this time: see [`TopicSettings::stale_after`]. No limit by default.
    pub fn stale_after(mut self, limit: Duration) -> Self {
        self.topic = self.topic.stale_after(limit);
        self
    }

    /// Subscribes the topic again whenever it is stale. By default, staleness is only reported.
    pub fn resubscribe_when_stale(mut self) -> Self {
        self.topic = self.topic.resubscribe_when_stale();
        self
    }

    /// Subscribes the topic again if no snapshot arrives within this time after the acknowledgement. 10 seconds by default.
    pub fn snapshot_timeout(mut self, timeout: Duration) -> Self {
        self.topic = self.topic.snapshot_then_updates(timeout);
        self
    }

    /// Limits the number of messages that wait for the book's task. 4,096 by default. Messages beyond the limit are lost, so the book is
    /// subscribed again.
    pub fn max_messages(mut self, messages: usize) -> Self {
        self.max_messages = messages;
        self
    }

    /// Replaces the clock, for example by virtual time. It has to be the clock of the connection.
    pub fn time(mut self, time: Arc<dyn TimeSource>) -> Self {
        self.time = time;
        self
    }
}

impl Default for BookSettings {
    fn default() -> Self {
        Self::new()
    }
}
