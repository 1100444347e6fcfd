//! The file itself, what introduces it, and its components.

use super::extension::{ENVELOPE, PERMISSIONS, SOURCE};
use super::operation::{PARAMETER, PATHS};
use super::shape::{NameRule, Names, Object, Order, Shape, Words, optional, required};
use super::stream::STREAMS;
use super::{body, kind, security};

pub(crate) static FILE: Shape = Shape::Object(&Object {
    order: Order::Fixed,
    refused: &[
        ("security", "every operation says it itself: write `security` there"),
        ("webhooks", "this is OpenAPI 3.1: write streams and their channels as `x-venue-streams`"),
        ("jsonSchemaDialect", "this is OpenAPI 3.1; these files are 3.0.3"),
    ],
    ..Object::new(
        "the file",
        &[
            required("openapi", &Shape::Word(&VERSION)),
            required("info", &INFO),
            required("servers", &Shape::List { items: &SERVER, at_least: 1, at_most: usize::MAX }),
            optional("externalDocs", &EXTERNAL_DOCS),
            required("tags", &Shape::List { items: &TAG, at_least: 1, at_most: usize::MAX }),
            required("x-venue-source", &SOURCE),
            required("x-venue-envelope", &ENVELOPE),
            optional("x-venue-permissions", &PERMISSIONS),
            optional("x-venue-streams", &STREAMS),
            required("paths", &PATHS),
            required("components", &COMPONENTS),
        ],
    )
});

static VERSION: Words = Words {
    allowed: &["3.0.3"],
    refused: &[
        ("3.0.0", "write 3.0.3: nothing else changes"),
        ("3.0.1", "write 3.0.3: nothing else changes"),
        ("3.0.2", "write 3.0.3: nothing else changes"),
        ("3.0.4", "write 3.0.3: nothing else changes"),
        ("3.1.0", "the generator reads 3.0 only: schemas are written differently there"),
        ("3.1.1", "the generator reads 3.0 only: schemas are written differently there"),
    ],
};

static INFO: Shape = Shape::Object(&Object {
    refused: &[
        ("contact", "nothing is made of it: say it in `description`"),
        ("termsOfService", "nothing is made of it: say it in `description`"),
        ("summary", "this is OpenAPI 3.1: say it in `description`"),
    ],
    ..Object::new(
        "the info",
        &[
            required("title", &Shape::Line),
            required("version", &Shape::Text),
            required("description", &Shape::Text),
            optional("license", &LICENSE),
        ],
    )
});

static LICENSE: Shape = Shape::Object(&Object::new("the license", &[required("name", &Shape::Line), optional("url", &Shape::Address)]));

static SERVER: Shape = Shape::Object(&Object {
    refused: &[("variables", "write one server for each address")],
    ..Object::new("a server", &[required("url", &Shape::Address), required("description", &Shape::Text)])
});

pub(crate) static EXTERNAL_DOCS: Shape =
    Shape::Object(&Object::new("the external documentation", &[optional("description", &Shape::Text), required("url", &Shape::Address)]));

static TAG: Shape = Shape::Object(&Object::new(
    "a tag",
    &[required("name", &Shape::Line), required("description", &Shape::Text), optional("externalDocs", &EXTERNAL_DOCS)],
));

static COMPONENTS: Shape = Shape::Object(&Object {
    refused: &[
        ("requestBodies", "write the body at its operation: only its schema is a component"),
        ("examples", "write the `example` at its media type"),
        ("headers", "nothing is made of response headers: describe them at the response"),
        ("links", "the generator knows no links: describe them"),
        ("callbacks", "the generator knows no callbacks: describe them"),
    ],
    ..Object::new(
        "the components",
        &[
            optional(
                "securitySchemes",
                &Shape::Map(&Names { what: "security schemes", key: Some(COMPONENT), value: &security::SCHEME, at_least: 0 }),
            ),
            optional(
                "parameters",
                &Shape::Map(&Names { what: "parameters", key: Some(COMPONENT), value: &Shape::Object(&PARAMETER), at_least: 0 }),
            ),
            optional("responses", &Shape::Map(&Names { what: "responses", key: Some(COMPONENT), value: &body::RESPONSE, at_least: 0 })),
            required("schemas", &Shape::Map(&Names { what: "schemas", key: Some(TYPE_NAME), value: &kind::NAMED, at_least: 1 })),
        ],
    )
});

const COMPONENT: NameRule = (is_component_name, "a component's name begins with a letter and consists of letters and digits");

/// A schema's name becomes the name of a Rust type.
const TYPE_NAME: NameRule = (
    |name| is_component_name(name) && name.starts_with(|c: char| c.is_ascii_uppercase()),
    "a schema's name becomes a Rust type: it begins with a capital and consists of letters and digits",
);

fn is_component_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
