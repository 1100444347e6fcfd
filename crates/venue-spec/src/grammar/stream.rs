//! Streams: addresses to which a program connects, and what they tell.

use super::root::EXTERNAL_DOCS;
use super::shape::{NameRule, Names, Object, Shape, Words, optional, required};

pub(crate) static STREAMS: Shape = Shape::Map(&Names { what: "streams", key: Some(STREAM_NAME), value: &STREAM, at_least: 1 });

/// A stream's name becomes the name of a Rust constant.
const STREAM_NAME: NameRule = (
    |name| name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('_').all(is_word),
    "a stream's name becomes a Rust constant: it is in snake case, as in `market_data`",
);

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

static STREAM: Shape = Shape::Object(&Object::new(
    "a stream",
    &[
        required("url", &Shape::StreamAddress),
        required("description", &Shape::Text),
        required("externalDocs", &EXTERNAL_DOCS),
        optional("authentication", &AUTHENTICATION),
        required("channels", &Shape::Map(&Names { what: "channels", key: Some(TOPIC), value: &CHANNEL, at_least: 1 })),
    ],
));

/// Query parameters of the address, any one of which is enough.
static AUTHENTICATION: Shape =
    Shape::Map(&Names { what: "query parameters, each with where it comes from", key: None, value: &Shape::Sentence, at_least: 1 });

const TOPIC: NameRule = (
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

static CHANNEL: Shape = Shape::Object(&Object::new(
    "a channel",
    &[
        required("access", &Shape::Word(&Words::new(&["public", "private"]))),
        required("description", &Shape::Text),
        required("externalDocs", &EXTERNAL_DOCS),
        optional("x-undocumented", &Shape::Sentence),
    ],
));
