//! The extensions of these specifications to `OpenAPI`: the keys that begin with `x-`.

use super::check::mismatch;
use super::pattern::{Choices, MapOf, Object, Pattern, optional, required};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) static SOURCE: Pattern = Pattern::Object(&Object::new(
    "`x-venue-source`",
    &[required("repository", &Pattern::Line), required("commit", &Pattern::Line), required("read", &Pattern::Line)],
));

/// The dates of the exchange's end.
pub(crate) static LIFECYCLE: Pattern = Pattern::Object(&Object::new(
    "`x-venue-lifecycle`",
    &[
        required("announced", &Pattern::Date),
        optional("tradingEnds", &Pattern::Date),
        optional("closed", &Pattern::Date),
        required("source", &Pattern::Sentence),
    ],
));

pub(crate) static ENVELOPE: Pattern = Pattern::Object(&Object::new(
    "`x-venue-envelope`",
    &[
        required("schema", &Pattern::Line),
        required("code", &Pattern::Line),
        required("success", &Pattern::List { items: &Pattern::Scalar, min: 1, max: usize::MAX }),
        optional("uncertain", &Pattern::List { items: &Pattern::Scalar, min: 1, max: usize::MAX }),
        required("message", &Pattern::Line),
        required("data", &Pattern::Line),
        optional("requestId", &Pattern::Line),
    ],
));

/// The names of the permissions that an API key can have. Each name becomes a constant.
pub(crate) static PERMISSIONS: Pattern = Pattern::List { items: &Pattern::Line, min: 1, max: usize::MAX };

pub(crate) static REPEATABLE: Choices = Choices::new(&["safe", "idempotent", "once"]);

/// The documented rate limit of an operation.
pub(crate) static RATE_LIMIT: Pattern = Pattern::Object(&Object::new(
    "a rate limit",
    &[
        required("requests", &Pattern::Integer(1)),
        required("seconds", &Pattern::Integer(1)),
        required("scope", &Pattern::OneOf(&Choices::new(&["ip", "key", "user"]))),
    ],
));

/// The values that success requires of fields of the data.
pub(crate) static SUCCESS: Pattern =
    Pattern::Map(&MapOf { what: "fields of the data, each with its value after a success", key: None, value: &Pattern::Expected, min: 1 });

pub(crate) static UNIT: Choices = Choices { allowed: &["ms", "s"], forbidden: &[] };

/// The classification of an enum's values into open and final states.
pub(crate) static STATES: Pattern = Pattern::Object(&Object::new(
    "the states of an enum",
    &[required("open", &VALUES), required("final", &VALUES), optional("unclear", &VALUES)],
));

/// Properties of a field that are inferred from the documentation.
pub(crate) static INFERRED_OF_A_FIELD: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(EVIDENCE),
    ..Object::new(
        "what is inferred of a field",
        &[
            optional("required", &Pattern::Sentence),
            optional("limits", &Pattern::Sentence),
            optional("items", &Pattern::Sentence),
            optional("unit", &Pattern::Sentence),
            optional("meaning", &Pattern::Sentence),
        ],
    )
});

/// Properties of an enum that are inferred from the documentation.
pub(crate) static INFERRED_OF_AN_ENUM: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(EVIDENCE),
    ..Object::new("what is inferred of an enum", &[optional("states", &Pattern::Sentence), optional("meaning", &Pattern::Sentence)])
});

/// The pattern of `x-venue-inferred` on an object, a value or an operation. The only allowed key is `meaning`, because only their meaning
/// can be inferred.
pub(crate) static INFERRED_MEANING: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(EVIDENCE),
    ..Object::new("what is inferred here", &[required("meaning", &Pattern::Sentence)])
});

/// The evidence for an inferred rule without an exception.
static INFERRED_RULE: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(EVIDENCE),
    ..Object::new("what is inferred of a rule", &[required("rule", &Pattern::Sentence)])
});

/// The evidence for an inferred rule, or for its inferred exception.
static INFERRED_OF_A_RULE: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some(EVIDENCE),
    ..Object::new("what is inferred of a rule", &[optional("rule", &Pattern::Sentence), optional("unless", &Pattern::Sentence)])
});

const EVIDENCE: &str = "each key names what the documentation does not state, with the evidence in a sentence behind it";

/// Marks of an enum's values. The key is the value as text.
pub(crate) static MARKS: Pattern = Pattern::Map(&MapOf { what: "values", key: None, value: &VALUE_MARKS, min: 1 });

static VALUE_MARKS: Pattern = Pattern::Object(&Object::new(
    "the marks of a value",
    &[
        optional("x-undocumented", &Pattern::Sentence),
        optional("x-provisional", &Pattern::Sentence),
        optional("x-venue-inferred", &INFERRED_MEANING),
    ],
));

pub(crate) static VALUES: Pattern = Pattern::List { items: &Pattern::Scalar, min: 1, max: usize::MAX };

/// Conditions over several fields.
pub(crate) static RULES: Pattern = Pattern::List { items: &RULE, min: 1, max: usize::MAX };

static RULE: Pattern = Pattern::Select(rule);

static ANY_OF: Object = Object::new(
    "a rule",
    &[required("anyOf", &Pattern::List { items: &Pattern::Line, min: 2, max: usize::MAX }), optional("x-venue-inferred", &INFERRED_RULE)],
);

static ONE_OF: Object = Object::new(
    "a rule",
    &[required("oneOf", &Pattern::List { items: &Pattern::Line, min: 2, max: usize::MAX }), optional("x-venue-inferred", &INFERRED_RULE)],
);

static REQUIRE: Object = Object::new(
    "a rule",
    &[
        required("require", &Pattern::Line),
        optional("when", &CONDITION),
        optional("unless", &CONDITION),
        optional("x-venue-inferred", &INFERRED_OF_A_RULE),
    ],
);

static CONDITION: Pattern = Pattern::Map(&MapOf { what: "fields, each with a list of values", key: None, value: &VALUES, min: 1 });

fn rule(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let has = |key: &str| cursor.node.get(key).is_some();
    if has("anyOf") {
        return Some(&ANY_OF);
    }
    if has("oneOf") {
        return Some(&ONE_OF);
    }
    if has("require") {
        if !has("when") && !has("unless") {
            let diagnostic = cursor.error("a rule that always holds").label("neither `when` nor `unless`");
            diagnostics.push(diagnostic.help("add a condition, or list the field under `required`"));
        }
        return Some(&REQUIRE);
    }
    diagnostics.push(
        mismatch(cursor, "a rule")
            .note("`anyOf: [a, b]` asks for at least one of the fields, and `oneOf: [a, b]` for exactly one of them")
            .note("`require: a` with `when: { b: [1] }` or `unless: { c: [2] }` asks for a field under a condition"),
    );
    None
}
