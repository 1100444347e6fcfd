//! The life of a book as a state machine, without a clock and without a network.
//!
//! [`State::step`] gets the time and an [`Event`] of the topic, and returns [`Output`]s: events of the book, and requests for a new
//! subscription. A [`Book`](crate::Book) is this state machine with a subscription. A program can also feed the events of a
//! [`Replay`](venue_stream::recording::Replay) to it, and gets the same books as the recorded connection:
//!
//! ```
//! use std::collections::BTreeMap;
//! use std::sync::Arc;
//! use venue_book::state::State;
//! use venue_book::{BookSettings, DepthDecoder};
//! use venue_stream::Protocol;
//! use venue_stream::recording::{Replay, ReplayError};
//!
//! fn replay(
//!     recording: &str,
//!     protocol: impl Protocol + 'static,
//!     decoder: Arc<dyn DepthDecoder>,
//! ) -> Result<BTreeMap<Arc<str>, State>, ReplayError> {
//!     let mut books = BTreeMap::new();
//!     for replayed in Replay::new(protocol, recording.as_bytes())? {
//!         let replayed = replayed?;
//!         let new = || State::new(Arc::clone(&decoder), BookSettings::new());
//!         let book = books.entry(replayed.topic).or_insert_with(new);
//!         // The recording contains the requests for new subscriptions.
//!         book.step(replayed.time, &replayed.event, &mut Vec::new());
//!     }
//!     Ok(books)
//! }
//! ```
//!
//! # Transitions of a book with a continuity rule
//!
//! | event | effect |
//! | --- | --- |
//! | `Subscribed` | the next snapshot is awaited |
//! | a snapshot | replaces the content; the book is live if the rule has been confirmed before |
//! | an increment that continues the book | is applied, and confirms the rule; ends all doubts |
//! | an outdated increment that changes nothing and has the book's version | is discarded, for it is a repetition or a sign of life |
//! | another outdated increment, before the first one that continues the snapshot | is discarded; a doubt from the 11th in succession on and later than 2 s after the snapshot; the 100th in succession is a loss |
//! | another outdated increment afterwards | is discarded, and is a doubt; a loss if it has the book's version, and from the 11th in succession on |
//! | a gap, a message without a version, an undecodable message, `Lagged` | loss; the book requests a new subscription |
//! | an increment in the place of the snapshot, or a message that can be either | loss; the book requests a new subscription |
//! | a crossed book, or a side of which only levels beyond the cap are left | loss; the book requests a new subscription |
//! | `Stale`, `Unreadable` | a doubt: loss, until an increment continues the book |
//! | `Resync`, `Disconnected` | loss, until the next snapshot |
//! | a rejected subscription | loss, also before the first snapshot |
//! | more requests than permitted | the book is unverified until [`State::verify_again`], and uses the message in spite of its rule |
//!
//! An increment is outdated if its version is not greater than the book's version. Such increments arrive after a snapshot that is newer, or
//! because the server repeats or delays a message. They also arrive after the exchange restarted its versions, and then the book is wrong.
//!
//! An unverified book applies all increments after the first snapshot of a subscription. A book without a rule requests a new subscription
//! that the limit did not permit with the next message for which the limit permits it.

mod budget;
mod messages;
mod progress;

use std::sync::Arc;

use venue_stream::{Event, MonotonicTime, ResyncReason};

use crate::levels::Levels;
use crate::{BookEvent, BookSettings, BookStatus, BookView, Depth, DepthDecoder, LossReason, NotLive};
use budget::Budget;
use progress::{Content, Rule, Subscription};

/// The state of one book: see the [module](self).
#[derive(Clone, Debug)]
pub struct State {
    decoder: Arc<dyn DepthDecoder>,
    rule: Option<Rule>,
    levels: Levels,
    /// Empty between two steps. Kept for its memory.
    depth: Depth,
    version: Option<u64>,
    received: Option<MonotonicTime>,
    subscription: Subscription,
    content: Content,
    /// Why the content is not known to be right.
    loss: Option<LossReason>,
    /// The number of outdated increments since the last one that continued the book, without repetitions of the last increment.
    outdated: u32,
    /// The time at which the last snapshot was applied.
    snapshot_time: MonotonicTime,
    /// Whether an increment has continued the last snapshot.
    has_continued: bool,
    budget: Budget,
    /// Whether [`BookEvent::Unverified`] was reported for the exhausted budget.
    is_exhausted: bool,
}

/// An effect of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// An event for the readers of the book.
    Event(BookEvent),
    /// The topic has to be subscribed again, for this reason: see [`Subscription::resync`](venue_stream::Subscription::resync).
    Resync(LossReason),
}

impl State {
    /// Creates a book without content.
    #[must_use]
    pub fn new(decoder: Arc<dyn DepthDecoder>, settings: BookSettings) -> Self {
        let confirmations = settings.rule.is_some().then_some(settings.confirmations);
        let rule = settings.rule.map(|rule| Rule { name: rule.name().into(), rule, needed: settings.confirmations, confirmed: 0 });
        Self {
            decoder,
            rule,
            levels: Levels::new(settings.tick_size, settings.step_size, settings.max_levels),
            depth: Depth::new(),
            version: None,
            received: None,
            subscription: Subscription::Pending,
            content: Content::Awaiting,
            loss: None,
            outdated: 0,
            snapshot_time: MonotonicTime::default(),
            has_continued: false,
            budget: Budget::new(settings.max_resyncs_per_minute, confirmations),
            is_exhausted: false,
        }
    }

    /// Applies an event of the topic, and appends the effects. The times of successive steps must not decrease.
    pub fn step(&mut self, now: MonotonicTime, event: &Event, outputs: &mut Vec<Output>) {
        if self.subscription == Subscription::Closed {
            return;
        }
        match event {
            Event::Snapshot(message) => self.on_message(now, message, true, outputs),
            Event::Update(message) => self.on_message(now, message, false, outputs),
            Event::Connected { .. } => {}
            Event::Subscribed => {
                self.subscription = Subscription::Confirmed;
                self.content = Content::Awaiting;
                self.outdated = 0;
            }
            Event::Resync { why } => {
                self.subscription = Subscription::Pending;
                let reason = LossReason::Resync(why.to_string().into());
                match why {
                    ResyncReason::Rejected(_) => self.reject(reason, outputs),
                    _ => self.interrupt(reason, outputs),
                }
            }
            Event::Disconnected { why } => {
                self.subscription = Subscription::Pending;
                self.interrupt(LossReason::Disconnected(why.to_string().into()), outputs);
            }
            Event::Stale { .. } => self.doubt(LossReason::Stale, outputs),
            Event::Unreadable { .. } => self.doubt(LossReason::Unreadable, outputs),
            Event::Lagged { skipped } => self.fail(now, LossReason::Lagged { skipped: *skipped }, outputs),
            Event::Closed => {
                self.subscription = Subscription::Closed;
                outputs.push(Output::Event(BookEvent::Closed));
            }
            // An event that this crate does not know may be a loss of trust.
            _ => self.doubt(LossReason::Unreadable, outputs),
        }
    }

    /// Verifies the continuity of an unverified book again, and requests a new subscription. A live book also has to confirm its rule again.
    /// Has no effect without a rule.
    pub fn verify_again(&mut self, now: MonotonicTime, outputs: &mut Vec<Output>) {
        let Some(rule) = &mut self.rule else { return };
        rule.confirmed = 0;
        self.is_exhausted = false;
        self.budget.reset();
        let reason = LossReason::Resync("the program verifies the book again".into());
        if self.subscription == Subscription::Confirmed {
            self.lose(Content::Broken, reason.clone(), outputs);
            self.request_resync(now, reason, outputs);
        }
    }

    /// Applies a message that is decoded already, for example one of a binary protocol. `is_first` corresponds to [`Event::Snapshot`].
    pub fn step_depth(&mut self, now: MonotonicTime, depth: &Depth, is_first: bool, outputs: &mut Vec<Output>) {
        if self.subscription == Subscription::Confirmed {
            self.request_again(now, outputs);
            self.on_depth(now, now, depth, is_first, outputs);
        }
    }

    /// Trusts the content again only after an increment that continues it.
    fn doubt(&mut self, reason: LossReason, outputs: &mut Vec<Output>) {
        if self.content == Content::Complete {
            self.lose(Content::Doubtful, reason, outputs);
        }
    }

    /// Loses trust because of the content, and requests a new subscription.
    fn fail(&mut self, now: MonotonicTime, reason: LossReason, outputs: &mut Vec<Output>) {
        let content = match self.content {
            // The new subscription was requested before.
            Content::Broken | Content::Refused => return,
            Content::Awaiting => Content::Refused,
            Content::Doubtful | Content::Complete => Content::Broken,
        };
        if self.subscription == Subscription::Confirmed {
            self.lose(content, reason.clone(), outputs);
            self.request_resync(now, reason, outputs);
        }
    }

    /// Loses trust because the subscription ended.
    fn interrupt(&mut self, reason: LossReason, outputs: &mut Vec<Output>) {
        match self.content {
            Content::Doubtful | Content::Complete => self.lose(Content::Awaiting, reason, outputs),
            // The loss was reported before.
            Content::Awaiting | Content::Refused | Content::Broken => {
                self.content = Content::Awaiting;
                // The new subscription is the effect of the first reason.
                if self.loss.is_none() || !matches!(reason, LossReason::Resync(_)) {
                    self.loss = Some(reason);
                }
            }
        }
    }

    /// Loses trust because the exchange rejected the subscription, which may be the only sign that the contract does not exist. The same
    /// rejection of the next attempt is not reported again.
    fn reject(&mut self, reason: LossReason, outputs: &mut Vec<Output>) {
        if self.loss.as_ref() == Some(&reason) && !matches!(self.content, Content::Doubtful | Content::Complete) {
            self.content = Content::Awaiting;
        } else {
            self.lose(Content::Awaiting, reason, outputs);
        }
    }

    fn lose(&mut self, content: Content, reason: LossReason, outputs: &mut Vec<Output>) {
        self.content = content;
        if let Some(rule) = self.rule.as_mut().filter(|rule| rule.confirmed < rule.needed) {
            rule.confirmed = 0;
        }
        self.loss = Some(reason.clone());
        outputs.push(Output::Event(BookEvent::Lost(reason)));
    }

    fn request_resync(&mut self, now: MonotonicTime, reason: LossReason, outputs: &mut Vec<Output>) {
        if self.budget.try_take(now) {
            if self.rule.is_none() {
                self.is_exhausted = false;
            }
            outputs.push(Output::Resync(reason));
        } else if !self.is_exhausted {
            self.is_exhausted = true;
            outputs.push(Output::Event(BookEvent::Unverified));
        }
    }

    /// Requests the new subscription of a book without a rule that was not permitted at its loss, as soon as the limit permits it.
    fn request_again(&mut self, now: MonotonicTime, outputs: &mut Vec<Output>) {
        let is_lost = matches!(self.content, Content::Broken | Content::Refused);
        if let Some(reason) = self.loss.clone().filter(|_| is_lost && self.is_exhausted && self.rule.is_none()) {
            self.request_resync(now, reason, outputs);
        }
    }

    /// The rule, unless the book is unverified.
    fn active_rule(&self) -> Option<&Rule> {
        self.rule.as_ref().filter(|_| !self.is_exhausted)
    }

    fn is_live(&self) -> bool {
        self.content == Content::Complete && self.active_rule().is_some_and(|rule| rule.confirmed >= rule.needed)
    }

    /// Whether the book is live, or why it is not.
    ///
    /// # Errors
    ///
    /// If the book is not live.
    pub fn trust(&self) -> Result<(), NotLive> {
        if self.subscription == Subscription::Closed {
            return Err(NotLive::Closed);
        }
        let Some(rule) = self.active_rule() else { return Err(NotLive::UnverifiedContinuity) };
        if self.content != Content::Complete {
            return Err(self.loss.clone().map_or(NotLive::AwaitingSnapshot, NotLive::Lost));
        }
        match rule.needed.saturating_sub(rule.confirmed) {
            0 => Ok(()),
            missing => Err(NotLive::AwaitingConfirmation { missing }),
        }
    }

    /// The state of the book.
    #[must_use]
    pub fn status(&self, now: MonotonicTime) -> BookStatus {
        BookStatus {
            trust: self.trust(),
            loss: self.loss.clone(),
            rule: self.rule.as_ref().map(|rule| Arc::clone(&rule.name)),
            version: self.version,
            age: self.received.map(|received| now.since(received)),
            recent_resyncs: self.budget.recent(now),
        }
    }

    /// The last content, which may be wrong.
    #[must_use]
    pub fn last_known(&self) -> BookView<'_> {
        BookView::new(&self.levels, self.version)
    }

    /// The content of a live book.
    ///
    /// # Errors
    ///
    /// If the book is not live.
    pub fn live(&self) -> Result<BookView<'_>, NotLive> {
        self.trust().map(|()| self.last_known())
    }
}
