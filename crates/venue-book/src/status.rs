//! The trust in a book, and the events that change it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;

/// An event of a book. Each loss of trust is reported before the next change of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BookEvent {
    /// The book is live from now on.
    Live,
    /// The content of the book changed, by a snapshot or an increment.
    Changed,
    /// The content of the book is no longer known to be right.
    ///
    /// During a loss, another reason is reported only if it has a stronger effect, or if the subscription is rejected for another reason. For
    /// example, the topic was silent and then the connection is lost, or the snapshot after a gap cannot be used. A lost connection after a
    /// gap causes no second event.
    ///
    /// Before the first snapshot, a rejected subscription is reported, for example of a contract that does not exist, and a first message that
    /// cannot be used. A lost connection and silence are not reported then: [`BookStatus::loss`](crate::BookStatus::loss) contains the reason.
    ///
    /// If the book was live, `Live` follows when its content is known to be right again. A book without a continuity rule is never live: its
    /// next `Changed` after a snapshot shows the new content.
    Lost(LossReason),
    /// The book requested as many new subscriptions as [`BookSettings`](crate::BookSettings) permit, and requests no further ones for now.
    ///
    /// A book with a continuity rule is unverified from now on, until [`Book::verify_again`](crate::Book::verify_again). The rule is
    /// probably wrong, or the server loses many messages. A book without a rule subscribes again when the limit permits it.
    Unverified,
    /// The topic is closed. This is the last event.
    Closed,
}

/// Why the content of a book is not known to be right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossReason {
    /// An increment does not continue the book.
    Gap {
        /// The version of the book.
        previous: u64,
        /// The first version of the increment.
        first: Option<u64>,
        /// The last version of the increment.
        last: u64,
    },
    /// A message contains no version, but the continuity rule needs one.
    MissingVersion,
    /// The book received an increment of an older version, which is unusual at this time, so the exchange may have restarted its versions.
    /// The next increment that continues the book ends the doubt.
    Outdated {
        /// The version of the book.
        previous: u64,
        /// The last version of the increment.
        last: u64,
    },
    /// The exchange has probably restarted its versions: the book received only increments of older versions, or an increment that has the
    /// book's version and other levels.
    NoProgress {
        /// The version of the book.
        version: u64,
    },
    /// The first message after a subscription can be a snapshot or an increment.
    AmbiguousSnapshot,
    /// The message that should have been a snapshot is an increment.
    SnapshotMissing,
    /// The best bid is at least the best ask.
    Crossed {
        /// The price of the best bid.
        bid: Decimal,
        /// The price of the best ask.
        ask: Decimal,
    },
    /// All levels of a side are gone, except those that the cap on levels removed.
    Depleted,
    /// A message could not be decoded. Contains the explanation of the decoder.
    Undecodable(Arc<str>),
    /// A message of the connection could not be read. It may have belonged to this book.
    Unreadable,
    /// Messages were dropped because the book's task was too slow.
    Lagged {
        /// The number of the messages.
        skipped: u64,
    },
    /// The topic was silent for its limit.
    Stale,
    /// The topic is being subscribed again. Contains the reason.
    Resync(Arc<str>),
    /// The connection was lost. Contains the reason.
    Disconnected(Arc<str>),
}

impl fmt::Display for LossReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { previous, first: Some(first), last } => {
                write!(f, "a gap: versions {first} to {last} after version {previous}")
            }
            Self::Gap { previous, first: None, last } => write!(f, "a gap: version {last} after version {previous}"),
            Self::MissingVersion => f.write_str("a message without a version"),
            Self::Outdated { previous, last } => write!(f, "an outdated increment: version {last} after version {previous}"),
            Self::NoProgress { version } => {
                write!(f, "increments that do not follow version {version}: the exchange has probably restarted its versions")
            }
            Self::AmbiguousSnapshot => f.write_str("the first message can be a snapshot or an increment"),
            Self::SnapshotMissing => f.write_str("the first message is no snapshot"),
            Self::Crossed { bid, ask } => write!(f, "a crossed book: bid {bid}, ask {ask}"),
            Self::Depleted => f.write_str("only levels beyond the cap are left"),
            Self::Undecodable(explanation) => write!(f, "a message could not be decoded: {explanation}"),
            Self::Unreadable => f.write_str("a message of the connection could not be read"),
            Self::Lagged { skipped } => write!(f, "{skipped} messages were dropped"),
            Self::Stale => f.write_str("the topic is silent"),
            Self::Resync(why) => write!(f, "the topic is subscribed again: {why}"),
            Self::Disconnected(why) => write!(f, "the connection was lost: {why}"),
        }
    }
}

/// Why a book is not live. [`Book::last_known`](crate::Book::last_known) still returns its last content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotLive {
    /// There is no continuity rule, or the book was subscribed again too often with its rule.
    UnverifiedContinuity,
    /// The topic was not subscribed yet, or its snapshot has not arrived.
    AwaitingSnapshot,
    /// The rule has to be satisfied by more increments before the book is live for the first time.
    AwaitingConfirmation {
        /// The number of the missing increments.
        missing: u32,
    },
    /// Trust was lost and has not been regained.
    Lost(LossReason),
    /// The topic is closed, and the book does not change any more.
    Closed,
}

impl fmt::Display for NotLive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnverifiedContinuity => f.write_str("the continuity of the book is not verified: set a continuity rule that is right"),
            Self::AwaitingSnapshot => f.write_str("the snapshot has not arrived"),
            Self::AwaitingConfirmation { missing } => write!(f, "{missing} more increments have to satisfy the continuity rule"),
            Self::Lost(reason) => reason.fmt(f),
            Self::Closed => f.write_str("the topic is closed"),
        }
    }
}

impl std::error::Error for NotLive {}

/// The state of a book at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BookStatus {
    /// Whether the book is live, or why it is not.
    pub trust: Result<(), NotLive>,
    /// What made the content doubtful, until a snapshot or an increment ended the doubt. Also set for an unverified book.
    pub loss: Option<LossReason>,
    /// The name of the continuity rule.
    pub rule: Option<Arc<str>>,
    /// The version of the content, if the messages contain versions.
    pub version: Option<u64>,
    /// The time since the last message of the topic was received.
    pub age: Option<Duration>,
    /// The number of new subscriptions that the book requested in the last 60 seconds.
    pub recent_resyncs: usize,
}
