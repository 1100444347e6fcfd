//! The root of the file and its components.

use super::common::EXTERNAL_DOCS;
use super::extension::{ENVELOPE, LIFECYCLE, PERMISSIONS, SOURCE};
use super::operation::{PARAMETER, PATHS};
use super::pattern::{Choices, KeyOrder, KeyRule, MapOf, Object, Pattern, optional, required};
use super::stream::STREAMS;
use super::{body, schema, security};

pub(crate) static FILE: Pattern = Pattern::Object(&Object {
    order: KeyOrder::Fixed,
    forbidden: &[
        ("security", "every operation has its own security: write `security` there"),
        ("webhooks", "this is OpenAPI 3.1: write streams and their channels as `x-venue-streams`"),
        ("jsonSchemaDialect", "this is OpenAPI 3.1; these files are 3.0.3"),
    ],
    ..Object::new(
        "the file",
        &[
            required("openapi", &Pattern::OneOf(&VERSION)),
            required("info", &INFO),
            required("servers", &Pattern::List { items: &SERVER, min: 1, max: usize::MAX }),
            optional("externalDocs", &EXTERNAL_DOCS),
            required("tags", &Pattern::List { items: &TAG, min: 1, max: usize::MAX }),
            required("x-venue-source", &SOURCE),
            optional("x-venue-lifecycle", &LIFECYCLE),
            required("x-venue-envelope", &ENVELOPE),
            optional("x-venue-permissions", &PERMISSIONS),
            optional("x-venue-streams", &STREAMS),
            required("paths", &PATHS),
            required("components", &COMPONENTS),
        ],
    )
});

static VERSION: Choices = Choices {
    allowed: &["3.0.3"],
    forbidden: &[
        ("3.0.0", "write 3.0.3: nothing else changes"),
        ("3.0.1", "write 3.0.3: nothing else changes"),
        ("3.0.2", "write 3.0.3: nothing else changes"),
        ("3.0.4", "write 3.0.3: nothing else changes"),
        ("3.1.0", "the generator reads 3.0 only: schemas are written differently there"),
        ("3.1.1", "the generator reads 3.0 only: schemas are written differently there"),
    ],
};

static INFO: Pattern = Pattern::Object(&Object {
    forbidden: &[
        ("contact", "the generator does not use it: write it in `description`"),
        ("termsOfService", "the generator does not use it: write it in `description`"),
        ("summary", "this is OpenAPI 3.1: write it in `description`"),
    ],
    ..Object::new(
        "the info",
        &[
            required("title", &Pattern::Line),
            required("version", &Pattern::Text),
            required("description", &Pattern::Text),
            optional("license", &LICENSE),
        ],
    )
});

static LICENSE: Pattern =
    Pattern::Object(&Object::new("the license", &[required("name", &Pattern::Line), optional("url", &Pattern::Address)]));

static SERVER: Pattern = Pattern::Object(&Object {
    forbidden: &[("variables", "write one server for each address")],
    ..Object::new("a server", &[required("url", &Pattern::Address), required("description", &Pattern::Text)])
});

static TAG: Pattern = Pattern::Object(&Object::new(
    "a tag",
    &[required("name", &Pattern::Line), required("description", &Pattern::Text), optional("externalDocs", &EXTERNAL_DOCS)],
));

static COMPONENTS: Pattern = Pattern::Object(&Object {
    forbidden: &[
        ("requestBodies", "write the body at its operation: only its schema is a component"),
        ("examples", "write the `example` at its media type"),
        ("headers", "the generator does not use response headers: describe them at the response"),
        ("links", "the generator knows no links: describe them"),
        ("callbacks", "the generator knows no callbacks: describe them"),
    ],
    ..Object::new(
        "the components",
        &[
            optional(
                "securitySchemes",
                &Pattern::Map(&MapOf { what: "security schemes", key: Some(COMPONENT), value: &security::SCHEME, min: 0 }),
            ),
            optional(
                "parameters",
                &Pattern::Map(&MapOf { what: "parameters", key: Some(COMPONENT), value: &Pattern::Object(&PARAMETER), min: 0 }),
            ),
            optional("responses", &Pattern::Map(&MapOf { what: "responses", key: Some(COMPONENT), value: &body::RESPONSE, min: 0 })),
            required("schemas", &Pattern::Map(&MapOf { what: "schemas", key: Some(TYPE_NAME), value: &schema::NAMED, min: 1 })),
        ],
    )
});

const COMPONENT: KeyRule = (is_component_name, "a component's name begins with a letter and consists of letters and digits");

/// The name of a schema is also the name of a Rust type.
const TYPE_NAME: KeyRule = (
    |name| is_component_name(name) && name.starts_with(|c: char| c.is_ascii_uppercase()),
    "a schema's name becomes a Rust type: it begins with a capital and consists of letters and digits",
);

fn is_component_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
