//! How a request is authenticated.

use super::check::check as check_shape;
use super::shape::{Names, Object, Shape, Words, optional, required};
use crate::diagnostic::Diagnostic;
use crate::place::Place;

pub(crate) static SCHEME: Shape = Shape::Choice(scheme);

/// The schemes of an operation: one item for each alternative, with all schemes that it takes together. `{}` is the alternative
/// without credentials.
pub(crate) static REQUIREMENTS: Shape = Shape::List { items: &REQUIREMENT, at_least: 0, at_most: usize::MAX };

static REQUIREMENT: Shape = Shape::Map(&Names {
    what: "security schemes, each with `[]`",
    key: None,
    value: &Shape::List { items: &Shape::Line, at_least: 0, at_most: 0 },
    at_least: 0,
});

static TYPE: Words = Words {
    allowed: &["apiKey", "http"],
    refused: &[
        ("oauth2", "no exchange here uses it; describe the token as `type: http`, `scheme: bearer`"),
        ("openIdConnect", "no exchange here uses it; describe the token as `type: http`, `scheme: bearer`"),
        ("mutualTLS", "this is OpenAPI 3.1, and nothing here can send a client certificate"),
    ],
};

static KEY: Object = Object {
    family: &[&HTTP],
    ..Object::new(
        "a security scheme with `type: apiKey`",
        &[
            required("type", &Shape::Word(&TYPE)),
            required("in", &Shape::Word(&Words::new(&["header", "query", "cookie"]))),
            required("name", &Shape::Line),
            required("description", &Shape::Text),
            optional("x-undocumented", &Shape::Sentence),
            optional("x-provisional", &Shape::Sentence),
        ],
    )
};

static HTTP: Object = Object::new(
    "a security scheme with `type: http`",
    &[
        required("type", &Shape::Word(&TYPE)),
        required("scheme", &Shape::Word(&Words::new(&["bearer", "basic"]))),
        optional("bearerFormat", &Shape::Line),
        required("description", &Shape::Text),
        optional("x-undocumented", &Shape::Sentence),
        optional("x-provisional", &Shape::Sentence),
    ],
);

fn scheme(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match place.text("type") {
        Some("http") => Some(&HTTP),
        Some("apiKey") | None => Some(&KEY),
        Some(_) => {
            check_shape(&place.get("type")?, &Shape::Word(&TYPE), diagnostics);
            None
        }
    }
}
