//! Request bodies and responses.

use super::pattern::{Object, Pattern, optional, required};
use super::schema::{self, DATA_WRAPPER, REFERENCE};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) static REQUEST: Pattern = Pattern::Object(&Object {
    forbidden: &[("$ref", "write the body at its operation: only its schema is a component")],
    ..Object::new(
        "a request body",
        &[
            optional("description", &Pattern::Text),
            required("required", &Pattern::True),
            required("content", &REQUEST_CONTENT),
            optional("x-undocumented", &Pattern::Sentence),
        ],
    )
});

pub(crate) static RESPONSES: Pattern = Pattern::Object(&Object {
    forbidden: &[("default", "write `'4XX'` and `'5XX'`, each a `$ref` to the same response: the generator cannot hold two error types")],
    unknown_key_advice: Some("the generator holds one success type and one error type: describe other responses in words"),
    ..Object::new(
        "the responses",
        &[required("200", &RESPONSE), required("4XX", &RESPONSE_REFERENCE), required("5XX", &RESPONSE_REFERENCE)],
    )
});

pub(crate) static RESPONSE: Pattern = Pattern::Object(&Object {
    forbidden: &[
        ("headers", "response headers cannot be generated yet: say what they hold in the response's `description`"),
        ("links", "the generator knows no links: describe them"),
        ("$ref", "write the response out: each operation has its own"),
    ],
    ..Object::new(
        "a response",
        &[
            required("description", &Pattern::Text),
            required("content", &RESPONSE_CONTENT),
            optional("x-undocumented", &Pattern::Sentence),
            optional("x-provisional", &Pattern::Sentence),
        ],
    )
});

static RESPONSE_REFERENCE: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some("all operations share one error response, a component"),
    ..Object::new("a reference to a response", &[required("$ref", &Pattern::Reference("responses"))])
});

const ONE_MEDIA_TYPE: &str = "the generator holds one media type for each body: `application/json`";

static REQUEST_CONTENT: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(ONE_MEDIA_TYPE),
    ..Object::new("the content", &[required("application/json", &REQUEST_MEDIA)])
});

static RESPONSE_CONTENT: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(ONE_MEDIA_TYPE),
    ..Object::new("the content", &[required("application/json", &RESPONSE_MEDIA)])
});

static REQUEST_MEDIA: Pattern = Pattern::Object(&Object {
    forbidden: MEDIA_FORBIDDEN,
    ..Object::new("a media type", &[required("schema", &REFERENCE), optional("example", &Pattern::Anything)])
});

static RESPONSE_MEDIA: Pattern = Pattern::Object(&Object {
    forbidden: MEDIA_FORBIDDEN,
    ..Object::new("a media type", &[required("schema", &RESPONSE_SCHEMA), optional("example", &Pattern::Anything)])
});

const MEDIA_FORBIDDEN: &[(&str, &str)] =
    &[("examples", "write the documented one as `example`"), ("encoding", "it is for forms; the only media type is `application/json`")];

static RESPONSE_SCHEMA: Pattern = Pattern::Select(response_schema);

static ENVELOPED: Object = Object::new("a schema in the envelope", &[required("allOf", &Pattern::Tuple(&REFERENCE, &DATA_WRAPPER))]);

fn response_schema(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match cursor.node.get("allOf") {
        Some(_) => Some(&ENVELOPED),
        None => schema::data(cursor, diagnostics),
    }
}
