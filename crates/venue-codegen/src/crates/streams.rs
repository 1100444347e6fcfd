//! Generates `streams.rs`: the WebSocket addresses and the documentation of their channels.

use quote::quote;
use venue_spec::model::{Channel, Stream};

use super::markdown::{after, code};
use super::source_file::{File, doc};
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
    }
    Ok(file.finish())
}

fn words(stream: &Stream) -> String {
    let Stream { url, description, documentation, .. } = stream;
    let mut words = after(&format!("`{url}`:"), description) + "\n\n";
    if !stream.authentication.is_empty() {
        words.push_str("The private channels need one of these query parameters in the address:\n\n");
        words.extend(stream.authentication.iter().map(|(name, origin)| after(&format!("- {}:", code(name)), origin) + "\n"));
        words.push('\n');
    }
    if let Some(login) = &stream.login {
        words.push_str(&(after("This message opens the private channels:", login) + "\n\n"));
    }
    words.push_str("Channels:\n\n");
    words.extend(stream.channels.iter().map(channel));
    words + &format!("\nDocumentation: <{documentation}>")
}

fn channel(channel: &Channel) -> String {
    let Channel { topic, description, documentation, .. } = channel;
    let access = if channel.private { "private" } else { "public" };
    let gap = channel.undocumented.as_ref().map(|gap| format!(" **Undocumented:** {gap}")).unwrap_or_default();
    let words = after(&format!("- {} ({access}):", code(topic)), &format!("{description}{gap}"));
    // If the description ends with a code block, an address on the same line would belong to the closing fence.
    let page = if words.ends_with("```") { "\n\n" } else { " " };
    format!("{words}{page}Documentation: <{documentation}>\n")
}
