//! The pages of streams.

use venue_spec::model::{Channel, Stream};

use super::super::names;
use super::{inferred, note};

/// The page of a stream.
pub(super) fn stream(stream: &Stream) -> String {
    let mut page = format!("{}\n{}\n  {:<14}{}\n", stream.url, stream.description, "page", stream.documentation);
    page.push_str("\nauthentication\n");
    page.extend(stream.authentication.iter().map(|(name, origin)| format!("  {name:<14}{origin}\n")));
    page.push_str(&note("preferred", stream.preferred.as_deref()));
    page.push_str(&note("login", stream.login.as_deref()));
    if !stream.requests.is_empty() {
        page.push_str("\nrequests\n");
        page.push_str(&note("correlation", stream.correlation.as_deref()));
        for request in &stream.requests {
            let answer = request.acknowledgement.as_ref().map(|name| format!(" → {name}")).unwrap_or_default();
            page.push_str(&format!("  {:<14}{}{answer}\n", request.name, request.frame));
            page.push_str(&note("undocumented", request.undocumented.as_deref()));
            page.push_str(&inferred(&request.inferred));
        }
    }
    if !stream.messages.is_empty() {
        page.push_str("\nmessages\n");
        for message in &stream.messages {
            let conditions: Vec<String> =
                message.conditions.iter().map(|(field, values)| format!("{field} = {}", values.join(" or "))).collect();
            page.push_str(&format!("  {:<18}{:<24}{}\n", message.name, message.schema, conditions.join(", ")));
        }
    }
    if let Some(heartbeat) = &stream.heartbeat {
        let interval = heartbeat.seconds.map(|seconds| format!(" every {seconds} s")).unwrap_or_default();
        page.push_str(&format!("\nheartbeat\n  {}{interval}\n", heartbeat.request));
        page.push_str(&note("undocumented", heartbeat.undocumented.as_deref()));
    }
    page.push_str("\nchannels\n");
    page.extend(stream.channels.iter().map(channel));
    page + &format!("\nrust\n  streams::{}\n", names::constant(&stream.name))
}

pub(super) fn channel(channel: &Channel) -> String {
    let access = if channel.private { "private" } else { "public" };
    let mut text = format!("  {:<34}{access:<9}{}\n", channel.topic, channel.description);
    text.push_str(&note("message", channel.message.as_deref()));
    text.push_str(&note("subscribed", channel.subscribed_by_server.as_ref().map(|name| format!("by the server, after {name}")).as_deref()));
    text.push_str(&note("version", channel.snapshot.as_ref().map(|snapshot| snapshot.version.as_str())));
    for parameter in &channel.parameters {
        let source = parameter.source.as_ref().map_or("undocumented".to_owned(), |(operation, field)| format!("{operation}, {field}"));
        text.push_str(&note("parameter", Some(&format!("{}: {source}", parameter.name))));
    }
    text + &note("undocumented", channel.undocumented.as_deref())
}
