//! How a request is authenticated.

use super::check::check as check_pattern;
use super::pattern::{Choices, MapOf, Object, Pattern, optional, required};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) static SCHEME: Pattern = Pattern::Select(scheme);

/// The security of an operation: a list of alternatives. Each alternative names all security schemes that are needed together. The
/// alternative `{}` needs no credentials.
pub(crate) static REQUIREMENTS: Pattern = Pattern::List { items: &REQUIREMENT, min: 0, max: usize::MAX };

static REQUIREMENT: Pattern = Pattern::Map(&MapOf {
    what: "security schemes, each with `[]`",
    key: None,
    value: &Pattern::List { items: &Pattern::Line, min: 0, max: 0 },
    min: 0,
});

static TYPE: Choices = Choices {
    allowed: &["apiKey", "http"],
    forbidden: &[
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
            required("type", &Pattern::OneOf(&TYPE)),
            required("in", &Pattern::OneOf(&Choices::new(&["header", "query", "cookie"]))),
            required("name", &Pattern::Line),
            required("description", &Pattern::Text),
            optional("x-undocumented", &Pattern::Sentence),
            optional("x-provisional", &Pattern::Sentence),
        ],
    )
};

static HTTP: Object = Object::new(
    "a security scheme with `type: http`",
    &[
        required("type", &Pattern::OneOf(&TYPE)),
        required("scheme", &Pattern::OneOf(&Choices::new(&["bearer", "basic"]))),
        optional("bearerFormat", &Pattern::Line),
        required("description", &Pattern::Text),
        optional("x-undocumented", &Pattern::Sentence),
        optional("x-provisional", &Pattern::Sentence),
    ],
);

fn scheme(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match cursor.text("type") {
        Some("http") => Some(&HTTP),
        Some("apiKey") | None => Some(&KEY),
        Some(_) => {
            check_pattern(&cursor.get("type")?, &Pattern::OneOf(&TYPE), diagnostics);
            None
        }
    }
}
