//! Rules about streams and their channels.

use super::rule::{Case, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation};
use crate::facts::{Kind, Subject, without_placeholders};

const STREAM: &[Kind] = &[Kind::Stream];
const CHANNEL: &[Kind] = &[Kind::Channel];

pub(super) const RULES: &[Rule] = &[
    Rule::new("stream-moved", Breaking, "the stream is no longer at the old address").of(STREAM).changes(&["url"]),
    Rule::new("stream-added", Compatible, "no program uses the stream yet").of(STREAM).added().inverse("stream-removed"),
    Rule::new("stream-removed", Breaking, "connections to the stream fail").of(STREAM).removed().inverse("stream-added"),
    Rule::new("stream-renamed", Documentation, "a stream's name in the specification is not on the wire").of(STREAM).renamed(),
    Rule::new("stream-opened-by-more", Compatible, "the previous credentials still open the private channels")
        .of(STREAM)
        .changes(&["authentication.", "login"])
        .when(|case| case.from().is_none())
        .inverse("stream-opened-by-less"),
    Rule::new("stream-opened-by-less", Breaking, "connections with these credentials are rejected")
        .of(STREAM)
        .changes(&["authentication.", "login"])
        .when(|case| case.to().is_none())
        .inverse("stream-opened-by-more"),
    Rule::new("stream-authentication-described", Documentation, "only the description changed")
        .of(STREAM)
        .changes(&["authentication.", "login"]),
    Rule::new("channel-added", Compatible, "no program subscribes to the channel yet").of(CHANNEL).added().inverse("channel-removed"),
    Rule::new("channel-removed", Breaking, "subscriptions to the channel fail").of(CHANNEL).removed().inverse("channel-added"),
    Rule::new("channel-placeholder-renamed", Documentation, "the names of a topic's placeholders are not on the wire")
        .of(CHANNEL)
        .renamed()
        .when(|case| topic(case, Side::Old).is_some_and(|old| Some(old) == topic(case, Side::New))),
    Rule::new("channel-renamed", Breaking, "subscriptions under the old topic fail").of(CHANNEL).renamed(),
    Rule::new("channel-opened", Compatible, "all previous subscribers can still subscribe")
        .of(CHANNEL)
        .changes(&["access"])
        .when(|case| case.is_now("public"))
        .inverse("channel-closed"),
    Rule::new("channel-closed", Breaking, "subscriptions without credentials are rejected")
        .of(CHANNEL)
        .changes(&["access"])
        .inverse("channel-opened"),
];

enum Side {
    Old,
    New,
}

/// The topic of a channel without the names of its placeholders.
fn topic(case: &Case<'_>, side: Side) -> Option<String> {
    let element = match side {
        Side::Old => case.difference.old,
        Side::New => case.difference.new,
    };
    match &element?.subject {
        Subject::Channel { topic, .. } => Some(without_placeholders(topic)),
        _ => None,
    }
}
