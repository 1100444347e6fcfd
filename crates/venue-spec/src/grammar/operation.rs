//! Paths, operations and parameters.

use super::common::EXTERNAL_DOCS;
use super::extension::{INFERRED_MEANING, INFERRED_OF_A_FIELD, RATE_LIMIT, REPEATABLE, RULES, SUCCESS};
use super::pattern::{Choices, KeyOrder, MapOf, Object, Pattern, optional, required};
use super::schema::INNER;
use super::{body, security};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) static PATHS: Pattern = Pattern::Map(&MapOf {
    what: "paths",
    key: Some((|path| path.starts_with('/') && !path.contains(['?', '#']) && !path.contains(char::is_whitespace), PATH_RULE)),
    value: &PATH_ITEM,
    min: 1,
});

const PATH_RULE: &str = "a path begins with `/` and holds no query and no blank";

static PATH_ITEM: Pattern = Pattern::Object(&Object {
    forbidden: &[
        ("parameters", "write them at each operation: an operation can then be read by itself"),
        ("servers", "write them at the operations that use another server than the first one of the root"),
        ("summary", "write it at each operation"),
        ("description", "write it at each operation"),
        ("$ref", "write the operations here"),
        ("head", "the client has no use for it"),
        ("options", "the client has no use for it"),
        ("trace", "the client has no use for it"),
    ],
    ..Object::new(
        "a path",
        &[
            optional("get", &OPERATION),
            optional("put", &OPERATION),
            optional("post", &OPERATION),
            optional("delete", &OPERATION),
            optional("patch", &OPERATION),
        ],
    )
});

static OPERATION: Pattern = Pattern::Object(&Object {
    order: KeyOrder::Fixed,
    forbidden: &[("callbacks", "the generator knows no callbacks: describe them")],
    ..Object::new(
        "an operation",
        &[
            required("tags", &Pattern::List { items: &Pattern::Line, min: 1, max: 1 }),
            required("operationId", &Pattern::Line),
            required("summary", &Pattern::Line),
            required("description", &Pattern::Text),
            required("externalDocs", &EXTERNAL_DOCS),
            optional("servers", &Pattern::List { items: &SERVER, min: 1, max: 1 }),
            required("security", &security::REQUIREMENTS),
            required("x-venue-permission", &Pattern::Line),
            required("x-venue-repeatable", &Pattern::OneOf(&REPEATABLE)),
            optional("x-venue-order-write", &Pattern::True),
            optional("x-venue-client-method", &Pattern::Line),
            optional("x-venue-rate-limit", &RATE_LIMIT),
            optional("x-venue-success", &SUCCESS),
            optional("x-venue-inferred", &INFERRED_MEANING),
            optional("deprecated", &Pattern::True),
            optional("x-venue-successor", &Pattern::Line),
            optional("x-venue-removed", &Pattern::True),
            optional("parameters", &PARAMETERS),
            optional("x-venue-rules", &RULES),
            optional("requestBody", &body::REQUEST),
            required("responses", &body::RESPONSES),
        ],
    )
});

/// The server of an operation: the URL of one of the servers of the root.
static SERVER: Pattern = Pattern::Object(&Object {
    forbidden: &[("description", "the server is described at the root"), ("variables", "write one server for each address")],
    ..Object::new("the server of an operation", &[required("url", &Pattern::Address)])
});

static PARAMETERS: Pattern = Pattern::List { items: &PARAMETER_OR_REFERENCE, min: 1, max: usize::MAX };

static PARAMETER_OR_REFERENCE: Pattern = Pattern::Select(parameter);

static REFERENCE: Object = Object {
    unknown_key_advice: Some("OpenAPI 3.0 ignores the keys beside a `$ref`: write the parameter out if it differs"),
    ..Object::new("a reference", &[required("$ref", &Pattern::Reference("parameters"))])
};

pub(crate) static PARAMETER: Object = Object {
    forbidden: &[
        ("content", "the generator reads `schema` only"),
        ("style", "the generator ignores it and sends a list as `a=1&a=2`"),
        ("explode", "the generator ignores it and sends a list as `a=1&a=2`"),
        ("allowReserved", "the generator ignores it"),
        ("allowEmptyValue", "the generator ignores it"),
        ("examples", "write one `example`"),
        ("$ref", "a component is written out"),
    ],
    unknown_key_advice: Some("the keys that describe the value (`type`, `default`, `minimum`, …) belong into `schema`"),
    ..Object::new(
        "a parameter",
        &[
            required("name", &Pattern::Line),
            required("in", &Pattern::OneOf(&IN)),
            optional("required", &Pattern::Bool),
            optional("deprecated", &Pattern::True),
            required("description", &Pattern::Text),
            required("schema", &INNER),
            optional("example", &Pattern::Anything),
            optional("x-undocumented", &Pattern::Sentence),
            optional("x-provisional", &Pattern::Sentence),
            optional("x-venue-inferred", &INFERRED_OF_A_FIELD),
        ],
    )
};

static IN: Choices = Choices {
    allowed: &["query", "header", "path"],
    forbidden: &[("cookie", "the generator knows no cookie parameters: make it a security scheme, or describe it")],
};

fn parameter(cursor: &Cursor<'_>, _: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match cursor.node.get("$ref") {
        Some(_) => Some(&REFERENCE),
        None => Some(&PARAMETER),
    }
}
