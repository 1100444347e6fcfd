//! Paths, operations and parameters.

use super::extension::{INFERRED_MEANING, INFERRED_OF_A_FIELD, REPEATABLE, RULES};
use super::kind::INNER;
use super::root::EXTERNAL_DOCS;
use super::shape::{Names, Object, Order, Shape, Words, optional, required};
use super::{body, security};
use crate::diagnostic::Diagnostic;
use crate::place::Place;

pub(crate) static PATHS: Shape = Shape::Map(&Names {
    what: "paths",
    key: Some((|path| path.starts_with('/') && !path.contains(['?', '#']) && !path.contains(char::is_whitespace), PATH_RULE)),
    value: &PATH_ITEM,
    at_least: 1,
});

const PATH_RULE: &str = "a path begins with `/` and holds no query and no blank";

static PATH_ITEM: Shape = Shape::Object(&Object {
    refused: &[
        ("parameters", "write them at each operation: an operation can then be read by itself"),
        ("servers", "write them at the root: all operations share them"),
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

static OPERATION: Shape = Shape::Object(&Object {
    order: Order::Fixed,
    refused: &[
        ("callbacks", "the generator knows no callbacks: describe them"),
        ("servers", "write them at the root: all operations share them"),
    ],
    ..Object::new(
        "an operation",
        &[
            required("tags", &Shape::List { items: &Shape::Line, at_least: 1, at_most: 1 }),
            required("operationId", &Shape::Line),
            required("summary", &Shape::Line),
            required("description", &Shape::Text),
            required("externalDocs", &EXTERNAL_DOCS),
            required("security", &security::REQUIREMENTS),
            required("x-venue-permission", &Shape::Line),
            required("x-venue-repeatable", &Shape::Word(&REPEATABLE)),
            optional("x-venue-order-write", &Shape::True),
            optional("x-venue-inferred", &INFERRED_MEANING),
            optional("deprecated", &Shape::True),
            optional("parameters", &PARAMETERS),
            optional("x-venue-rules", &RULES),
            optional("requestBody", &body::REQUEST),
            required("responses", &body::RESPONSES),
        ],
    )
});

static PARAMETERS: Shape = Shape::List { items: &PARAMETER_OR_REFERENCE, at_least: 1, at_most: usize::MAX };

static PARAMETER_OR_REFERENCE: Shape = Shape::Choice(parameter);

static REFERENCE: Object = Object {
    otherwise: Some("OpenAPI 3.0 ignores what stands beside a `$ref`: write the parameter out if it differs"),
    ..Object::new("a reference", &[required("$ref", &Shape::Reference("parameters"))])
};

pub(crate) static PARAMETER: Object = Object {
    refused: &[
        ("content", "the generator reads `schema` only"),
        ("style", "the generator ignores it and sends a list as `a=1&a=2`"),
        ("explode", "the generator ignores it and sends a list as `a=1&a=2`"),
        ("allowReserved", "the generator ignores it"),
        ("allowEmptyValue", "the generator ignores it"),
        ("examples", "write one `example`"),
        ("$ref", "a component is written out"),
    ],
    otherwise: Some("what describes the value (`type`, `default`, `minimum`, …) stands in `schema`"),
    ..Object::new(
        "a parameter",
        &[
            required("name", &Shape::Line),
            required("in", &Shape::Word(&IN)),
            optional("required", &Shape::Truth),
            optional("deprecated", &Shape::True),
            required("description", &Shape::Text),
            required("schema", &INNER),
            optional("example", &Shape::Anything),
            optional("x-undocumented", &Shape::Sentence),
            optional("x-provisional", &Shape::Sentence),
            optional("x-venue-inferred", &INFERRED_OF_A_FIELD),
        ],
    )
};

static IN: Words = Words {
    allowed: &["query", "header", "path"],
    refused: &[("cookie", "the generator knows no cookie parameters: make it a security scheme, or describe it")],
};

fn parameter(place: &Place<'_>, _: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match place.node.get("$ref") {
        Some(_) => Some(&REFERENCE),
        None => Some(&PARAMETER),
    }
}
