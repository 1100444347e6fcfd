//! What `OpenAPI` has no words for.

use super::check::mismatch;
use super::shape::{Names, Object, Shape, Words, optional, required};
use crate::diagnostic::Diagnostic;
use crate::place::Place;

pub(crate) static SOURCE: Shape = Shape::Object(&Object::new(
    "`x-venue-source`",
    &[required("repository", &Shape::Line), required("commit", &Shape::Line), required("read", &Shape::Line)],
));

pub(crate) static ENVELOPE: Shape = Shape::Object(&Object::new(
    "`x-venue-envelope`",
    &[
        required("schema", &Shape::Line),
        required("code", &Shape::Line),
        required("success", &Shape::List { items: &Shape::Scalar, at_least: 1, at_most: usize::MAX }),
        optional("uncertain", &Shape::List { items: &Shape::Scalar, at_least: 1, at_most: usize::MAX }),
        required("message", &Shape::Line),
        required("data", &Shape::Line),
        optional("requestId", &Shape::Line),
    ],
));

/// What an exchange calls the permissions of a key: words that become constants.
pub(crate) static PERMISSIONS: Shape = Shape::List { items: &Shape::Line, at_least: 1, at_most: usize::MAX };

pub(crate) static REPEATABLE: Words = Words::new(&["safe", "idempotent", "once"]);

pub(crate) static UNIT: Words = Words { allowed: &["ms", "s"], refused: &[] };

/// Which values of an enum are states that end, and which do not.
pub(crate) static STATES: Shape = Shape::Object(&Object::new(
    "the states of an enum",
    &[required("open", &VALUES), required("final", &VALUES), optional("unclear", &VALUES)],
));

/// What a field has that the documentation does not state.
pub(crate) static INFERRED_OF_A_FIELD: Shape = Shape::Object(&Object {
    otherwise: Some(EVIDENCE),
    ..Object::new(
        "what is inferred of a field",
        &[
            optional("required", &Shape::Sentence),
            optional("limits", &Shape::Sentence),
            optional("items", &Shape::Sentence),
            optional("unit", &Shape::Sentence),
            optional("meaning", &Shape::Sentence),
        ],
    )
});

/// The same of an enum.
pub(crate) static INFERRED_OF_AN_ENUM: Shape = Shape::Object(&Object {
    otherwise: Some(EVIDENCE),
    ..Object::new("what is inferred of an enum", &[optional("states", &Shape::Sentence), optional("meaning", &Shape::Sentence)])
});

/// The same of an object, a value or an operation.
pub(crate) static INFERRED_MEANING: Shape =
    Shape::Object(&Object { otherwise: Some(EVIDENCE), ..Object::new("what is inferred here", &[required("meaning", &Shape::Sentence)]) });

/// The same of a rule without an exception.
static INFERRED_RULE: Shape = Shape::Object(&Object {
    otherwise: Some(EVIDENCE),
    ..Object::new("what is inferred of a rule", &[required("rule", &Shape::Sentence)])
});

/// The same of a rule that may have an exception.
static INFERRED_OF_A_RULE: Shape = Shape::Object(&Object {
    otherwise: Some(EVIDENCE),
    ..Object::new("what is inferred of a rule", &[optional("rule", &Shape::Sentence), optional("unless", &Shape::Sentence)])
});

const EVIDENCE: &str = "each key names what the documentation does not state, with the evidence in a sentence behind it";

/// Marks of single values of an enum, by the value as text.
pub(crate) static MARKS: Shape = Shape::Map(&Names { what: "values", key: None, value: &VALUE_MARKS, at_least: 1 });

static VALUE_MARKS: Shape = Shape::Object(&Object::new(
    "the marks of a value",
    &[
        optional("x-undocumented", &Shape::Sentence),
        optional("x-provisional", &Shape::Sentence),
        optional("x-venue-inferred", &INFERRED_MEANING),
    ],
));

static VALUES: Shape = Shape::List { items: &Shape::Scalar, at_least: 1, at_most: usize::MAX };

/// Conditions over several fields.
pub(crate) static RULES: Shape = Shape::List { items: &RULE, at_least: 1, at_most: usize::MAX };

static RULE: Shape = Shape::Choice(rule);

static ANY_OF: Object = Object::new(
    "a rule",
    &[
        required("anyOf", &Shape::List { items: &Shape::Line, at_least: 2, at_most: usize::MAX }),
        optional("x-venue-inferred", &INFERRED_RULE),
    ],
);

static REQUIRE: Object = Object::new(
    "a rule",
    &[
        required("require", &Shape::Line),
        optional("when", &CONDITION),
        optional("unless", &CONDITION),
        optional("x-venue-inferred", &INFERRED_OF_A_RULE),
    ],
);

static CONDITION: Shape = Shape::Map(&Names { what: "fields, each with a list of values", key: None, value: &VALUES, at_least: 1 });

fn rule(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let has = |key: &str| place.node.get(key).is_some();
    if has("anyOf") {
        return Some(&ANY_OF);
    }
    if has("require") {
        if !has("when") && !has("unless") {
            let diagnostic = place.error("a rule that always holds").label("neither `when` nor `unless`");
            diagnostics.push(diagnostic.help("add a condition, or list the field under `required`"));
        }
        return Some(&REQUIRE);
    }
    diagnostics.push(
        mismatch(place, "a rule")
            .note("`anyOf: [a, b]` asks for at least one of the fields")
            .note("`require: a` with `when: { b: [1] }` or `unless: { c: [2] }` asks for a field under a condition"),
    );
    None
}
