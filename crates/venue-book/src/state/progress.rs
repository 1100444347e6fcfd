//! The progress of a book: its subscription, its content, and the confirmation of its rule.

use std::sync::Arc;

use crate::Continuity;

/// The continuity rule of a book, and its confirmation.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) rule: Arc<dyn Continuity>,
    pub(super) name: Arc<str>,
    /// The number of increments in succession after which the rule is confirmed.
    pub(super) needed: u32,
    /// The number of increments in succession that satisfied the rule, at most `needed`.
    pub(super) confirmed: u32,
}

/// The progress of the topic's subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subscription {
    /// Not subscribed, so no message is expected.
    Pending,
    /// The server acknowledged the subscription.
    Confirmed,
    Closed,
}

/// The relation of the levels to the messages of the current subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// There was no snapshot in this subscription.
    Awaiting,
    /// There was no usable snapshot in this subscription, and a new subscription was requested.
    Refused,
    /// A message is missing or wrong since the snapshot, and a new subscription was requested. An unverified book still applies increments.
    Broken,
    /// Complete unless a doubt is confirmed: the next increment decides.
    Doubtful,
    /// All messages since the snapshot were applied.
    Complete,
}
