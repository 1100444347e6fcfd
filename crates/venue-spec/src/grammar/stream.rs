//! Streams and their channels.

use super::common::EXTERNAL_DOCS;
use super::extension::{INFERRED_MEANING, VALUES};
use super::pattern::{Choices, KeyRule, MapOf, Object, Pattern, optional, required};
use super::schema::REFERENCE;

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
        optional("preferred", &Pattern::Line),
        optional("login", &Pattern::Sentence),
        optional("correlation", &Pattern::Line),
        optional("requests", &Pattern::Map(&MapOf { what: "requests", key: None, value: &REQUEST, min: 1 })),
        optional("messages", &Pattern::Map(&MapOf { what: "messages", key: None, value: &MESSAGE, min: 1 })),
        optional("heartbeat", &HEARTBEAT),
        required("channels", &Pattern::Map(&MapOf { what: "channels", key: Some(TOPIC), value: &CHANNEL, min: 1 })),
    ],
));

/// Query parameters of the address. Any one of them is sufficient.
static AUTHENTICATION: Pattern =
    Pattern::Map(&MapOf { what: "query parameters, each with where it comes from", key: None, value: &Pattern::Sentence, min: 1 });

/// A message that a program sends.
static REQUEST: Pattern = Pattern::Object(&Object::new(
    "a request of a stream",
    &[
        required("frame", &Pattern::Map(&MapOf { what: "fields of the message", key: None, value: &Pattern::Expected, min: 1 })),
        optional("description", &Pattern::Text),
        optional("externalDocs", &EXTERNAL_DOCS),
        optional("acknowledgement", &Pattern::Line),
        optional("x-undocumented", &Pattern::Sentence),
        optional("x-venue-inferred", &INFERRED_MEANING),
    ],
));

/// A message that a program receives, with the values by which a program recognises the message.
static MESSAGE: Pattern = Pattern::Object(&Object::new(
    "a message of a stream",
    &[
        required("schema", &REFERENCE),
        required("match", &Pattern::Map(&MapOf { what: "fields, each with a list of values", key: None, value: &VALUES, min: 1 })),
    ],
));

static HEARTBEAT: Pattern = Pattern::Object(&Object::new(
    "a heartbeat",
    &[
        required("request", &Pattern::Line),
        optional("seconds", &Pattern::Integer(1)),
        optional("description", &Pattern::Text),
        optional("externalDocs", &EXTERNAL_DOCS),
        optional("x-undocumented", &Pattern::Sentence),
    ],
));

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
        optional("parameters", &Pattern::Map(&MapOf { what: "placeholders", key: None, value: &PARAMETER, min: 1 })),
        optional("message", &Pattern::Line),
        optional("subscribedByServer", &Pattern::Line),
        optional("snapshot", &SNAPSHOT),
        optional("x-undocumented", &Pattern::Sentence),
    ],
));

/// The source of the values of a placeholder: a field of the response of an operation, or a sentence about the omission.
static PARAMETER: Pattern = Pattern::Object(&Object::new(
    "a placeholder of a topic",
    &[optional("operation", &Pattern::Line), optional("field", &Pattern::Line), optional("x-undocumented", &Pattern::Sentence)],
));

/// The first message after a subscription is a snapshot, and the following messages are increments.
static SNAPSHOT: Pattern =
    Pattern::Object(&Object::new("a snapshot", &[required("version", &Pattern::Line), optional("x-undocumented", &Pattern::Sentence)]));
