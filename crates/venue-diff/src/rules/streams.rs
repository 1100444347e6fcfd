//! Streams: where a program connects, and what it is told there.

use super::rule::{Case, Rule};
use crate::change::Class::{Breaking, Compatible, Documentation};
use crate::facts::{Kind, Subject, without_placeholders};

const STREAM: &[Kind] = &[Kind::Stream];
const CHANNEL: &[Kind] = &[Kind::Channel];

pub(super) const RULES: &[Rule] = &[
    Rule::new("stream-moved", Breaking, "programs connect to an address where the stream no longer is").of(STREAM).changes(&["url"]),
    Rule::new("stream-added", Compatible, "nobody connects to it yet").of(STREAM).added().inverse("stream-removed"),
    Rule::new("stream-removed", Breaking, "connections to it fail").of(STREAM).removed().inverse("stream-added"),
    Rule::new("stream-renamed", Documentation, "a stream's name in the specification is not on the wire").of(STREAM).renamed(),
    Rule::new("stream-opened-by-more", Compatible, "whatever opened the private channels still does")
        .of(STREAM)
        .changes(&["authentication."])
        .when(|case| case.from().is_none())
        .inverse("stream-opened-by-less"),
    Rule::new("stream-opened-by-less", Breaking, "connections with these credentials are refused")
        .of(STREAM)
        .changes(&["authentication."])
        .when(|case| case.to().is_none())
        .inverse("stream-opened-by-more"),
    Rule::new("stream-authentication-described", Documentation, "other words for the same").of(STREAM).changes(&["authentication."]),
    Rule::new("channel-added", Compatible, "nobody subscribes to it yet").of(CHANNEL).added().inverse("channel-removed"),
    Rule::new("channel-removed", Breaking, "subscriptions to it fail").of(CHANNEL).removed().inverse("channel-added"),
    Rule::new("channel-placeholder-renamed", Documentation, "the names of a topic's placeholders are not on the wire")
        .of(CHANNEL)
        .renamed()
        .when(|case| topic(case, Side::Old).is_some_and(|old| Some(old) == topic(case, Side::New))),
    Rule::new("channel-renamed", Breaking, "subscriptions under the old topic fail").of(CHANNEL).renamed(),
    Rule::new("channel-opened", Compatible, "who could listen still can")
        .of(CHANNEL)
        .changes(&["access"])
        .when(|case| case.is_now("public"))
        .inverse("channel-closed"),
    Rule::new("channel-closed", Breaking, "who listens without credentials is refused")
        .of(CHANNEL)
        .changes(&["access"])
        .inverse("channel-opened"),
];

enum Side {
    Old,
    New,
}

/// A channel's topic with its placeholders left blank.
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
