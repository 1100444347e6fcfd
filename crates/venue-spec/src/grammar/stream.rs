//! Streams and their channels.

use super::common::EXTERNAL_DOCS;
use super::pattern::{Choices, KeyRule, MapOf, Object, Pattern, optional, required};

pub(crate) static STREAMS: Pattern = Pattern::Map(&MapOf { what: "streams", key: Some(STREAM_NAME), value: &STREAM, min: 1 });

/// The name of a stream is also the name of a Rust constant.
const STREAM_NAME: KeyRule = (
    |name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('_').all(is_word),
    "a stream's name becomes a Rust constant: it is in snake case, as in `market_data`",
);

fn is_word(one_of: &str) -> bool {
    !one_of.is_empty() && one_of.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

static STREAM: Pattern = Pattern::Object(&Object::new(
    "a stream",
    &[
        required("url", &Pattern::StreamAddress),
        required("description", &Pattern::Text),
        required("externalDocs", &EXTERNAL_DOCS),
        optional("authentication", &AUTHENTICATION),
        optional("login", &Pattern::Sentence),
        required("channels", &Pattern::Map(&MapOf { what: "channels", key: Some(TOPIC), value: &CHANNEL, min: 1 })),
    ],
));

/// Query parameters of the address. Any one of them is sufficient.
static AUTHENTICATION: Pattern =
    Pattern::Map(&MapOf { what: "query parameters, each with where it comes from", key: None, value: &Pattern::Sentence, min: 1 });

const TOPIC: KeyRule = (
    |name| !name.contains(char::is_whitespace) && has_whole_placeholders(name),
    "a channel is named by its topic, with `{name}` where something is filled in",
);

/// Whether each brace opens or closes a placeholder that has a name.
fn has_whole_placeholders(topic: &str) -> bool {
    let mut parts = topic.split('{');
    let before = parts.next().unwrap_or_default();
    let is_whole = |part: &str| part.split_once('}').is_some_and(|(name, rest)| !name.is_empty() && !rest.contains('}'));
    !before.contains('}') && parts.all(is_whole)
}

static CHANNEL: Pattern = Pattern::Object(&Object::new(
    "a channel",
    &[
        required("access", &Pattern::OneOf(&Choices::new(&["public", "private"]))),
        required("description", &Pattern::Text),
        required("externalDocs", &EXTERNAL_DOCS),
        optional("x-undocumented", &Pattern::Sentence),
    ],
));
