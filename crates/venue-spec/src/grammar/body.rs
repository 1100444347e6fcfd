//! What is sent and what comes back.

use super::kind::{self, REFERENCE};
use super::schema::DATA_WRAPPER;
use super::shape::{Object, Shape, optional, required};
use crate::diagnostic::Diagnostic;
use crate::place::Place;

pub(crate) static REQUEST: Shape = Shape::Object(&Object {
    refused: &[("$ref", "write the body at its operation: only its schema is a component")],
    ..Object::new(
        "a request body",
        &[
            optional("description", &Shape::Text),
            required("required", &Shape::True),
            required("content", &REQUEST_CONTENT),
            optional("x-undocumented", &Shape::Sentence),
        ],
    )
});

pub(crate) static RESPONSES: Shape = Shape::Object(&Object {
    refused: &[("default", "write `'4XX'` and `'5XX'`, each a `$ref` to the same response: the generator cannot hold two error types")],
    otherwise: Some("the generator holds one success type and one error type: what comes back otherwise is described in words"),
    ..Object::new(
        "the responses",
        &[required("200", &RESPONSE), required("4XX", &RESPONSE_REFERENCE), required("5XX", &RESPONSE_REFERENCE)],
    )
});

pub(crate) static RESPONSE: Shape = Shape::Object(&Object {
    refused: &[
        ("headers", "response headers cannot be generated yet: say what they hold in the response's `description`"),
        ("links", "the generator knows no links: describe them"),
        ("$ref", "write the response out: each operation has its own"),
    ],
    ..Object::new(
        "a response",
        &[
            required("description", &Shape::Text),
            required("content", &RESPONSE_CONTENT),
            optional("x-undocumented", &Shape::Sentence),
            optional("x-provisional", &Shape::Sentence),
        ],
    )
});

static RESPONSE_REFERENCE: Shape = Shape::Object(&Object {
    otherwise: Some("all operations share one error response, a component"),
    ..Object::new("a reference to a response", &[required("$ref", &Shape::Reference("responses"))])
});

const ONE_MEDIA_TYPE: &str = "the generator holds one media type for each body: `application/json`";

static REQUEST_CONTENT: Shape = Shape::Object(&Object {
    otherwise: Some(ONE_MEDIA_TYPE),
    ..Object::new("the content", &[required("application/json", &REQUEST_MEDIA)])
});

static RESPONSE_CONTENT: Shape = Shape::Object(&Object {
    otherwise: Some(ONE_MEDIA_TYPE),
    ..Object::new("the content", &[required("application/json", &RESPONSE_MEDIA)])
});

static REQUEST_MEDIA: Shape = Shape::Object(&Object {
    refused: MEDIA_REFUSED,
    ..Object::new("a media type", &[required("schema", &REFERENCE), optional("example", &Shape::Anything)])
});

static RESPONSE_MEDIA: Shape = Shape::Object(&Object {
    refused: MEDIA_REFUSED,
    ..Object::new("a media type", &[required("schema", &RESPONSE_SCHEMA), optional("example", &Shape::Anything)])
});

const MEDIA_REFUSED: &[(&str, &str)] =
    &[("examples", "write the documented one as `example`"), ("encoding", "it is for forms; the only media type is `application/json`")];

static RESPONSE_SCHEMA: Shape = Shape::Choice(response_schema);

static ENVELOPED: Object = Object::new("a schema in the envelope", &[required("allOf", &Shape::Pair(&REFERENCE, &DATA_WRAPPER))]);

fn response_schema(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match place.node.get("allOf") {
        Some(_) => Some(&ENVELOPED),
        None => kind::reference(place, diagnostics),
    }
}
