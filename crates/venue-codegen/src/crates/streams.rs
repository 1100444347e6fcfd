//! Generates `streams.rs`: the WebSocket addresses with their documentation, requests and channels.

use proc_macro2::TokenStream;
use quote::quote;
use venue_spec::model::{Aspect, Channel, Stream, StreamRequest};

use super::markdown::{after, code};
use super::source_file::{File, doc};
use super::text::{either, plural};
use super::{Context, names};

pub(super) fn file(context: &Context<'_>) -> anyhow::Result<String> {
    let mut file = File::new(
        &context.target.specification,
        "The WebSocket addresses of the exchange, and the channels to which a connected program can subscribe.",
    );
    for stream in &context.api.streams {
        let words = doc(&words(stream));
        let (constant, url) = (names::constant(&stream.name), &stream.url);
        file.tokens(quote! { #words pub const #constant: &str = #url; })?;
        if !stream.requests.is_empty() {
            file.tokens(requests(stream))?;
        }
        file.tokens(channels(stream))?;
    }
    Ok(file.finish())
}

/// Generates the table of the requests of a stream.
fn requests(stream: &Stream) -> TokenStream {
    let words = doc(&format!(
        "The requests of [`{}`]: each name, and its message as JSON. The text `{{id}}` is a placeholder for the id of the request, and `{{topics}}` \
         for the list of topics.",
        names::constant(&stream.name)
    ));
    let constant = names::constant(&format!("{}_requests", stream.name));
    let pairs = stream.requests.iter().map(|request| {
        let (name, frame) = (&request.name, request.frame.to_string());
        quote! { (#name, #frame) }
    });
    quote! { #words pub const #constant: &[(&str, &str)] = &[#(#pairs),*]; }
}

/// Generates the table of the channels of a stream.
fn channels(stream: &Stream) -> TokenStream {
    let words = doc(&format!("The channels of [`{}`].", names::constant(&stream.name)));
    let constant = names::constant(&format!("{}_channels", stream.name));
    let channels = stream.channels.iter().map(|channel| {
        let topic = &channel.topic;
        let private = channel.private.then(|| quote! { .private() });
        let by_server = channel.subscribed_by_server.as_ref().map(|_| quote! { .subscribed_by_server() });
        let version = channel.snapshot.as_ref().map(|snapshot| &snapshot.version).map(|field| quote! { .version_field(#field) });
        quote! { ::venue_core::StreamChannel::new(#topic) #private #by_server #version }
    });
    quote! { #words pub const #constant: &[::venue_core::StreamChannel] = &[#(#channels),*]; }
}

fn words(stream: &Stream) -> String {
    let Stream { url, description, documentation, .. } = stream;
    let mut words = after(&format!("`{url}`:"), description) + "\n\n";
    if !stream.authentication.is_empty() {
        words.push_str("The private channels need one of these query parameters in the address:\n\n");
        for (name, origin) in &stream.authentication {
            let preferred = if stream.preferred.as_ref() == Some(name) { " (preferred)" } else { "" };
            words.push_str(&(after(&format!("- {}{preferred}:", code(name)), origin) + "\n"));
        }
        words.push('\n');
    }
    if let Some(login) = &stream.login {
        words.push_str(&(after("This message opens the private channels:", login) + "\n\n"));
    }
    if !stream.requests.is_empty() {
        words.push_str("Requests:\n\n");
        words.extend(stream.requests.iter().map(|one| request(stream, one)));
        words.push('\n');
    }
    if !stream.messages.is_empty() {
        words.push_str("Received messages, each with the fields by which a program recognises it:\n\n");
        words.extend(stream.messages.iter().map(|message| {
            let conditions: Vec<String> =
                message.conditions.iter().map(|(field, values)| format!("`{field}` is {}", any_of(values))).collect();
            format!("- [`{0}`](crate::types::{0}): {1}\n", message.schema, conditions.join(", and "))
        }));
        words.push('\n');
    }
    if let Some(heartbeat) = &stream.heartbeat {
        let interval = heartbeat.seconds.map(|seconds| format!(" every {seconds} {}", plural(seconds, "second"))).unwrap_or_default();
        let sentence = format!("Heartbeat: the request `{}`{interval}.", heartbeat.request);
        let notes = notes(heartbeat.description.as_deref().unwrap_or_default(), heartbeat.undocumented.as_deref(), None);
        words.push_str(&(with_page(&after(&sentence, notes.trim()), heartbeat.documentation.as_deref()) + "\n\n"));
    }
    words.push_str("Channels:\n\n");
    words.extend(stream.channels.iter().map(channel));
    words + &format!("\nDocumentation: <{documentation}>")
}

fn request(stream: &Stream, request: &StreamRequest) -> String {
    let answer = stream.messages.iter().find(|message| Some(&message.name) == request.acknowledgement.as_ref());
    let answer = answer.map(|message| format!(" The response is [`{0}`](crate::types::{0}).", message.schema)).unwrap_or_default();
    let description = format!("{}{answer}", request.description.as_deref().unwrap_or_default());
    let notes = notes(description.trim(), request.undocumented.as_deref(), request.inferred.of(Aspect::Meaning));
    let words = after(&format!("- {}:", code(&request.frame.to_string())), notes.trim());
    with_page(&words, request.documentation.as_deref()) + "\n"
}

/// Appends the marks of a description to the description.
fn notes(description: &str, undocumented: Option<&str>, inferred: Option<&str>) -> String {
    let mut text = description.to_owned();
    for (mark, note) in [("Undocumented", undocumented), ("Inferred", inferred)] {
        text.extend(note.map(|note| format!(" **{mark}:** {note}")));
    }
    text
}

/// Appends the address of a page. If the text ends with a code block, an address on the same line would belong to the closing fence.
fn with_page(words: &str, documentation: Option<&str>) -> String {
    let space = if words.ends_with("```") { "\n\n" } else { " " };
    documentation.map_or(words.to_owned(), |documentation| format!("{words}{space}Documentation: <{documentation}>"))
}

/// Lists the values of a condition: `` `a`, `b` or a text that begins with `c.` ``.
fn any_of(values: &[String]) -> String {
    let each = values.iter().map(|value| match value.strip_suffix('*') {
        Some(prefix) => format!("a text that begins with {}", code(prefix)),
        None => code(value),
    });
    either(each.collect())
}

fn channel(channel: &Channel) -> String {
    let Channel { topic, description, documentation, .. } = channel;
    let access = if channel.private { "private" } else { "public" };
    let mut description = description.clone();
    for parameter in &channel.parameters {
        let name = code(&parameter.name);
        description.extend(parameter.source.as_ref().map(|(operation, field)| {
            format!(" The values of {name} are `{field}` of the response of [`{operation}`](crate::requests::{}).", names::type_(operation))
        }));
        description.extend(parameter.undocumented.as_ref().map(|gap| format!(" **Undocumented values of {name}:** {gap}")));
    }
    description.extend(channel.snapshot.as_ref().and_then(|snapshot| {
        let gap = snapshot.undocumented.as_ref()?;
        Some(format!(" **Undocumented rule of {}:** {gap}", code(&snapshot.version)))
    }));
    let words = after(&format!("- {} ({access}):", code(topic)), &notes(&description, channel.undocumented.as_deref(), None));
    with_page(&words, Some(documentation)) + "\n"
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;
    use venue_spec::model::Api;

    use super::*;

    #[test]
    fn a_stream_is_documented_with_its_requests_and_messages() {
        const SOURCE: &str = include_str!("../../../venue-spec/tests/messages.yaml");
        let document = Document::parse("messages.yaml", SOURCE).unwrap_or_else(|report| panic!("{report}"));
        insta::assert_snapshot!("stream_documentation", words(&Api::new(&document).streams[0]));
    }
}
