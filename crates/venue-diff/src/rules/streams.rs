//! Rules about streams and their channels.

use super::rule::{Case, Rule, last};
use crate::change::Class::{Breaking, Compatible, Documentation, Risky};
use crate::change::Edit;
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
    Rule::new("stream-preference-changed", Documentation, "all listed query parameters still open the private channels")
        .of(STREAM)
        .changes(&["preferred"]),
    Rule::new("stream-part-described", Documentation, "only a description or the statement of what is known changed")
        .of(STREAM)
        .changes(&["requests.", "messages.", "heartbeat."])
        .when(is_description),
    Rule::new("stream-request-added", Compatible, "no program sends the request yet")
        .of(STREAM)
        .changes(&["requests."])
        .when(|case| is_missing_part(case, Side::Old))
        .inverse("stream-request-removed"),
    Rule::new("stream-request-removed", Breaking, "the exchange no longer accepts the request")
        .of(STREAM)
        .changes(&["requests."])
        .when(|case| is_missing_part(case, Side::New))
        .inverse("stream-request-added"),
    Rule::new("stream-frame-changed", Breaking, "the exchange does not accept requests in the old form")
        .of(STREAM)
        .changes(&["requests."])
        .when(|case| attribute(case).contains(".frame.")),
    Rule::new("stream-acknowledgement-added", Compatible, "no program waits for the acknowledgement yet")
        .of(STREAM)
        .changes(&["requests."])
        .when(|case| case.from().is_none())
        .inverse("stream-acknowledgement-removed"),
    Rule::new("stream-acknowledgement-removed", Breaking, "programs wait for an acknowledgement that the exchange does not send")
        .of(STREAM)
        .changes(&["requests."])
        .when(|case| case.to().is_none())
        .inverse("stream-acknowledgement-added"),
    Rule::new("stream-acknowledgement-changed", Breaking, "programs do not recognise the new acknowledgement")
        .of(STREAM)
        .changes(&["requests."]),
    Rule::new("stream-correlation-changed", Breaking, "programs cannot assign acknowledgements to their requests")
        .of(STREAM)
        .changes(&["correlation"]),
    Rule::new("stream-message-added", Compatible, "programs can ignore a message that they do not recognise")
        .of(STREAM)
        .changes(&["messages."])
        .when(|case| is_missing_part(case, Side::Old))
        .inverse("stream-message-removed"),
    Rule::new("stream-message-removed", Breaking, "programs wait for a message that the exchange no longer sends")
        .of(STREAM)
        .changes(&["messages."])
        .when(|case| is_missing_part(case, Side::New))
        .inverse("stream-message-added"),
    Rule::new("stream-message-schema-changed", Breaking, "programs read the message with the old schema")
        .of(STREAM)
        .changes(&["messages."])
        .when(|case| attribute(case).ends_with(".schema")),
    Rule::new("stream-message-match-changed", Breaking, "programs do not recognise the message").of(STREAM).changes(&["messages."]),
    Rule::new("stream-heartbeat-required", Risky, "the exchange may close connections without this heartbeat")
        .of(STREAM)
        .changes(&["heartbeat."])
        .when(|case| case.from().is_none())
        .inverse("stream-heartbeat-dropped"),
    Rule::new("stream-heartbeat-dropped", Compatible, "the exchange still accepts the previous heartbeat")
        .of(STREAM)
        .changes(&["heartbeat."])
        .when(|case| case.to().is_none())
        .inverse("stream-heartbeat-required"),
    Rule::new("stream-heartbeat-extended", Compatible, "the previous heartbeat is frequent enough")
        .of(STREAM)
        .changes(&["heartbeat.seconds"])
        .when(|case| matches!(case.numbers(), (Some(old), Some(new)) if new > old))
        .inverse("stream-heartbeat-shortened"),
    Rule::new("stream-heartbeat-shortened", Breaking, "the exchange closes connections with the previous heartbeat")
        .of(STREAM)
        .changes(&["heartbeat.seconds"])
        .inverse("stream-heartbeat-extended"),
    Rule::new("stream-heartbeat-changed", Breaking, "the exchange does not accept the previous heartbeat")
        .of(STREAM)
        .changes(&["heartbeat."]),
    Rule::new("channel-part-described", Documentation, "only a description or the statement of what is known changed")
        .of(CHANNEL)
        .changes(&["parameters.", "snapshot."])
        .when(is_description),
    Rule::new(
        "channel-parameter-described",
        Documentation,
        "the source of a placeholder's values was documented or is no longer documented",
    )
    .of(CHANNEL)
    .changes(&["parameters."])
    .when(|case| case.from().is_none() || case.to().is_none()),
    Rule::new("channel-parameter-changed", Risky, "the previous source may have other values").of(CHANNEL).changes(&["parameters."]),
    Rule::new("channel-snapshot-changed", Breaking, "programs combine the messages by the old rule").of(CHANNEL).changes(&["snapshot."]),
    Rule::new("channel-message-described", Documentation, "the message of the channel was described or is no longer described")
        .of(CHANNEL)
        .changes(&["message"])
        .when(|case| case.from().is_none() || case.to().is_none()),
    Rule::new("channel-message-changed", Breaking, "programs expect the old message").of(CHANNEL).changes(&["message"]),
    Rule::new("channel-subscribed-by-server", Risky, "the exchange may reject requests that subscribe to the channel")
        .of(CHANNEL)
        .changes(&["subscribedByServer"])
        .when(|case| case.from().is_none())
        .inverse("channel-subscribed-by-request"),
    Rule::new("channel-subscribed-by-request", Breaking, "programs that do not subscribe receive no messages")
        .of(CHANNEL)
        .changes(&["subscribedByServer"])
        .when(|case| case.to().is_none())
        .inverse("channel-subscribed-by-server"),
    Rule::new("channel-confirmation-changed", Breaking, "programs wait for the old message as the confirmation")
        .of(CHANNEL)
        .changes(&["subscribedByServer"]),
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

/// Keys whose values have no effect on programs.
const DESCRIPTIONS: [&str; 4] = ["description", "url", "x-undocumented", "meaning"];

fn attribute<'a>(case: &Case<'a>) -> &'a str {
    match &case.difference.edit {
        Edit::Changed { attribute, .. } => attribute,
        _ => "",
    }
}

fn is_description(case: &Case<'_>) -> bool {
    !attribute(case).contains(".frame.") && !attribute(case).contains(".match.") && DESCRIPTIONS.contains(&last(attribute(case)))
}

/// Whether one side lacks the complete request or message of an attribute. For `requests.ping.frame.op`, this is the request `ping`.
fn is_missing_part(case: &Case<'_>, side: Side) -> bool {
    let part: Vec<&str> = attribute(case).split('.').take(2).collect();
    let part = format!("{}.", part.join("."));
    let element = match side {
        Side::Old => case.difference.old,
        Side::New => case.difference.new,
    };
    element.is_none_or(|element| element.attributes.iter().all(|attribute| !attribute.name.starts_with(&part)))
}

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
