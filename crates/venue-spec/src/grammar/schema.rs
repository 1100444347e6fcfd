//! Schemas: the tables of each kind of schema, and the choice of the table for a schema.

use super::check::{check as check_pattern, mismatch};
use super::extension::{INFERRED_MEANING, INFERRED_OF_A_FIELD, INFERRED_OF_AN_ENUM, MARKS, RULES, STATES, UNIT};
use super::pattern::{Choices, Field, MapOf, Object, Pattern, optional, required};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::rust_names::pascal;
use crate::tree::Value;

/// The schema of a component.
pub(super) static NAMED: Pattern = Pattern::Select(named);

/// The schema of a property, of the items of a list, or of a parameter.
pub(super) static INNER: Pattern = Pattern::Select(inner);

/// A `$ref` to a schema, without other keys.
pub(super) static REFERENCE: Pattern = Pattern::Select(reference);

/// The second schema in the `allOf` of an enveloped response. It describes the data in the envelope.
pub(super) static DATA_WRAPPER: Pattern = Pattern::Object(&Object::new(
    "the wrapper of the data",
    &[
        required("type", &Pattern::OneOf(&Choices::new(&["object"]))),
        required("properties", &Pattern::Map(&MapOf { what: "properties", key: None, value: &DATA, min: 1 })),
    ],
));

/// The data of a response: a named schema, or a list of a named schema.
static DATA: Pattern = Pattern::Select(data);

static DATA_LIST: Object = Object {
    forbidden: FORBIDDEN,
    unknown_key_advice: Some("a list that is the data of a response has no other keys: describe the list at the response"),
    family: &[&ARRAY],
    ..Object::new("a list as the data", &[required("type", &Pattern::OneOf(&Choices::new(&["array"]))), required("items", &REFERENCE)])
};

static BARE_REFERENCE: Object = Object {
    forbidden: FORBIDDEN,
    unknown_key_advice: Some("OpenAPI 3.0 ignores the keys beside a `$ref`: write `allOf: [{ $ref: … }]` with the rest beside it"),
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new("a reference", &[required("$ref", &Pattern::Reference("schemas"))])
};

static TYPE: Choices = Choices {
    allowed: &["string", "integer", "boolean", "array", "object"],
    forbidden: &[
        ("number", "a binary float loses digits: an amount is `type: string, format: decimal`"),
        ("null", "this is OpenAPI 3.1: write `nullable: true` beside the type"),
    ],
};

static STRING: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a string schema",
        &[
            TYPE_FIELD,
            optional("format", &Pattern::OneOf(&Choices { allowed: &["decimal", "password"], forbidden: STRING_FORMATS })),
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            MIN_LENGTH,
            MAX_LENGTH,
            PATTERN,
            DEFAULT,
            EXAMPLE,
            UNIT_FIELD,
            ID,
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

const STRING_FORMATS: &[(&str, &str)] = &[
    ("date-time", "it would add a dependency to the client: use a string, and describe its format"),
    ("date", "it would add a dependency to the client: use a string, and describe its format"),
    ("uuid", "it would add a dependency to the client: use a string, and describe its format"),
    ("binary", "the only media type is `application/json`"),
    ("byte", "use a string, and describe its format"),
    ("double", "a binary float loses digits: write `decimal`"),
    ("float", "a binary float loses digits: write `decimal`"),
];

static INTEGER: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "an integer schema",
        &[
            TYPE_FIELD,
            optional("format", &Pattern::OneOf(&Choices { allowed: &["int32", "int64"], forbidden: INTEGER_FORMATS })),
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            optional("minimum", &Pattern::Integer(i64::MIN)),
            optional("maximum", &Pattern::Integer(i64::MIN)),
            DEFAULT,
            EXAMPLE,
            UNIT_FIELD,
            ID,
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

const INTEGER_FORMATS: &[(&str, &str)] = &[
    ("uint32", "write `int64` with `minimum: 0`"),
    ("uint64", "write `int64` with `minimum: 0`; an id that may not fit is `type: string`"),
    ("int8", "write `int32` with `minimum` and `maximum`"),
    ("int16", "write `int32` with `minimum` and `maximum`"),
];

static BOOLEAN: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a boolean schema",
        &[TYPE_FIELD, DESCRIPTION, NULLABLE, DEPRECATED, DEFAULT, EXAMPLE, UNDOCUMENTED, PROVISIONAL, INFERRED],
    )
};

static ARRAY: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &OBJECT, &ENUM],
    ..Object::new(
        "an array schema",
        &[
            TYPE_FIELD,
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            required("items", &INNER),
            optional("minItems", &Pattern::Integer(0)),
            optional("maxItems", &Pattern::Integer(1)),
            DEFAULT,
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

/// A row: a list whose positions have names.
static ROW: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a row",
        &[
            TYPE_FIELD,
            required("items", &NO_KEYS),
            DESCRIPTION,
            required("x-venue-positions", &Pattern::List { items: &POSITION, min: 1, max: usize::MAX }),
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            optional("x-venue-inferred", &INFERRED_MEANING),
        ],
    )
};

/// The items of a row. Each position has its own type in `x-venue-positions`.
static NO_KEYS: Pattern = Pattern::Object(&Object {
    unknown_key_advice: Some("write `items: {}`: each position of a row has its own type in `x-venue-positions`"),
    ..Object::new("the items of a row", &[])
});

static POSITION: Pattern = Pattern::Select(position);

static POSITION_OF_STRING: Object = Object { base: Some(&STRING), family: STRING.family, ..POSITION_OF_ANY_TYPE };
static POSITION_OF_INTEGER: Object = Object { base: Some(&INTEGER), family: INTEGER.family, ..POSITION_OF_ANY_TYPE };
static POSITION_OF_BOOLEAN: Object = Object { base: Some(&BOOLEAN), family: BOOLEAN.family, ..POSITION_OF_ANY_TYPE };
static POSITION_OF_REFERENCE: Object = Object { base: Some(&WRAPPER), family: WRAPPER.family, ..POSITION_OF_ANY_TYPE };
static POSITION_OF_RAW: Object = Object { base: Some(&RAW), family: RAW.family, ..POSITION_OF_ANY_TYPE };

const POSITION_OF_ANY_TYPE: Object = Object {
    forbidden: FORBIDDEN,
    ..Object::new("a position", &[required("name", &Pattern::Line), required("description", &Pattern::Text)])
};

static OBJECT: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &ENUM],
    ..Object::new(
        "an object schema",
        &[
            TYPE_FIELD,
            DESCRIPTION,
            optional("required", &Pattern::List { items: &Pattern::Line, min: 1, max: usize::MAX }),
            required("properties", &Pattern::Map(&MapOf { what: "properties", key: None, value: &INNER, min: 1 })),
            optional("x-venue-rules", &RULES),
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            optional("x-venue-inferred", &INFERRED_MEANING),
        ],
    )
};

static ENUM: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT],
    ..Object::new(
        "an enum",
        &[
            required("type", &Pattern::OneOf(&Choices::new(&["string", "integer"]))),
            optional("format", &Pattern::OneOf(&Choices::new(&["int32", "int64"]))),
            DESCRIPTION,
            required("enum", &Pattern::List { items: &Pattern::Scalar, min: 1, max: usize::MAX }),
            required("x-enum-varnames", &Pattern::List { items: &Pattern::Line, min: 1, max: usize::MAX }),
            required("x-enum-descriptions", &Pattern::List { items: &Pattern::Text, min: 1, max: usize::MAX }),
            optional("x-venue-extensible", &Pattern::Sentence),
            optional("x-enum-states", &STATES),
            DEFAULT,
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            optional("x-enum-marks", &MARKS),
            optional("x-venue-inferred", &INFERRED_OF_AN_ENUM),
        ],
    )
};

/// A reference with keys of its own, such as a description.
static WRAPPER: Object = Object {
    forbidden: FORBIDDEN,
    unknown_key_advice: Some("all other keys that describe the value belong into the schema that is referred to"),
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a reference with additions",
        &[
            required("allOf", &Pattern::List { items: &REFERENCE, min: 1, max: 1 }),
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            // The documentation may give one use of an integer a wider type than the others.
            optional("format", &Pattern::OneOf(&Choices::new(&["int32", "int64"]))),
            // The limits of an id belong to the requests that send the id, because responses are not checked.
            MIN_LENGTH,
            MAX_LENGTH,
            PATTERN,
            DEFAULT,
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

/// JSON of unknown structure.
static RAW: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a schema without `type`",
        &[DESCRIPTION, NULLABLE, DEPRECATED, EXAMPLE, required("x-undocumented", &Pattern::Sentence), PROVISIONAL, INFERRED],
    )
};

const TYPE_FIELD: Field = required("type", &TYPE_SHAPE);
static TYPE_SHAPE: Pattern = Pattern::OneOf(&TYPE);
const DESCRIPTION: Field = optional("description", &Pattern::Text);
const NULLABLE: Field = optional("nullable", &Pattern::True);
const DEPRECATED: Field = optional("deprecated", &Pattern::True);
const MIN_LENGTH: Field = optional("minLength", &Pattern::Integer(0));
const MAX_LENGTH: Field = optional("maxLength", &Pattern::Integer(1));
const PATTERN: Field = optional("pattern", &Pattern::Line);
const UNIT_FIELD: Field = optional("x-venue-unit", &UNIT_WORD);
static UNIT_WORD: Pattern = Pattern::OneOf(&UNIT);
const ID: Field = optional("x-venue-id", &Pattern::True);
const DEFAULT: Field = optional("default", &Pattern::Anything);
const EXAMPLE: Field = optional("example", &Pattern::Anything);
const UNDOCUMENTED: Field = optional("x-undocumented", &Pattern::Sentence);
const PROVISIONAL: Field = optional("x-provisional", &Pattern::Sentence);
const INFERRED: Field = optional("x-venue-inferred", &INFERRED_OF_A_FIELD);

/// Each key of `OpenAPI` that a schema must not have, with advice.
const FORBIDDEN: &[(&str, &str)] = &[
    (
        "oneOf",
        "the generator cannot decide between the schemas: write one object, and describe which fields occur together; for other types, \
         write `x-undocumented` and no `type`, and the client keeps the JSON unchanged",
    ),
    ("anyOf", "the generator would generate two optional fields: write one schema; values beyond an enum's list are `x-venue-extensible`"),
    ("not", "the generator cannot express it: describe it"),
    ("allOf", "write all properties out; `allOf` only adds something to one `$ref`"),
    ("discriminator", "it belongs to `oneOf`: write one object"),
    (
        "additionalProperties",
        "unknown properties are kept anyway: list the known ones. A map whose keys are data, such as symbols, cannot be generated yet: write \
         `x-undocumented` and no `type`, and the client keeps the JSON unchanged",
    ),
    ("patternProperties", "this is OpenAPI 3.1: list the properties"),
    ("multipleOf", "the generator ignores it: describe it"),
    ("uniqueItems", "the generator would generate a set: describe it"),
    ("exclusiveMinimum", "write the next number as `minimum`"),
    ("exclusiveMaximum", "write the number before it as `maximum`"),
    ("minProperties", "write `x-venue-rules` with `anyOf`"),
    ("maxProperties", "describe it"),
    ("readOnly", "requests and responses have separate objects: leave the field out of the request"),
    ("writeOnly", "requests and responses have separate objects: leave the field out of the response"),
    ("title", "the component's name is its title"),
    ("xml", "the only media type is `application/json`"),
    ("externalDocs", "operations have it; say it in `description`"),
    ("examples", "this is OpenAPI 3.1: write one `example`"),
    ("const", "this is OpenAPI 3.1: write an enum with one value"),
    (
        "prefixItems",
        "this is OpenAPI 3.1: a row such as `[price, quantity]` is a named schema with `type: array`, `items: {}` and `x-venue-positions`",
    ),
    ("$defs", "this is OpenAPI 3.1: write components"),
];

fn named(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if let Some(values) = cursor.get("enum") {
        if cursor.node.get("x-enum-varnames").is_none() {
            diagnostics.extend(collision(&values));
        }
        return Some(&ENUM);
    }
    if cursor.text("type") == Some("object") || cursor.node.get("properties").is_some() {
        return Some(&OBJECT);
    }
    if cursor.node.get("$ref").is_some() || cursor.node.get("allOf").is_some() {
        let diagnostic = cursor.error_at_head(format!("the schema `{}` only renames or combines others", cursor.name()));
        diagnostics.push(diagnostic.help("write its properties out, or refer to the other schema where this one is used"));
        return None;
    }
    if cursor.node.get("x-venue-positions").is_some() || has_items_without_keys(cursor) {
        return Some(&ROW);
    }
    by_type(cursor, diagnostics)
}

/// Whether the schema has `items: {}`, which only a row has.
fn has_items_without_keys(cursor: &Cursor<'_>) -> bool {
    cursor.node.get("items").is_some_and(|items| matches!(items.value, Value::Map(_)) && items.entries().is_empty())
}

/// Reports two enum values with the same Rust name. They need different names in `x-enum-varnames`.
fn collision(values: &Cursor<'_>) -> Option<Diagnostic> {
    let items: Vec<Cursor<'_>> = values.items().collect();
    items.iter().enumerate().find_map(|(index, item)| {
        let (wire, rust) = (item.node.as_str()?, pascal(item.node.as_str()?));
        let first = items[..index].iter().find(|first| first.node.as_str().is_some_and(|first| first != wire && pascal(first) == rust))?;
        let message = format!("`{}` and `{wire}` are both `{rust}` in Rust", first.node.as_str().unwrap_or_default());
        Some(item.error(message).related(first.node.span, "first").label("second").help("name the variants: `x-enum-varnames`"))
    })
}

/// Selects the table where only a `$ref` is allowed.
pub(super) fn reference(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let is_map = matches!(cursor.node.value, Value::Map(_));
    if cursor.node.get("$ref").is_some() || !is_map {
        return Some(&BARE_REFERENCE);
    }
    let what = if cursor.node.get("enum").is_some() { "enum" } else { "schema" };
    let found = if cursor.text("type") == Some("array") { Some(list(cursor)) } else { forbidden(cursor) };
    diagnostics.push(found.unwrap_or_else(|| inline(cursor, what)));
    None
}

/// Selects the table of the data of a response.
pub(super) fn data(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match cursor.text("type") {
        Some("array") if cursor.node.get("$ref").is_none() => Some(&DATA_LIST),
        _ => reference(cursor, diagnostics),
    }
}

/// Reports a list where a reference to a named schema is required. A list cannot be a named schema, because only objects, rows, enums and
/// ids can have names.
fn list(cursor: &Cursor<'_>) -> Diagnostic {
    if cursor.pointer.contains("/requestBody/") {
        let diagnostic = cursor.error_at_head("a body that is a list, which cannot be generated yet");
        let diagnostic = diagnostic.label("a list").note("a list is the type of a field, or the data of a response");
        return diagnostic.help("leave the operation out, with a comment, until the generator supports it");
    }
    let diagnostic = cursor.error_at_head("a list in the place of a reference").label("a list");
    let diagnostic = diagnostic.note("only objects, rows, enums and ids have names");
    diagnostic.help("refer to a named schema. For a row such as `[price, quantity]`, this is a schema with `x-venue-positions`")
}

fn position(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if let Some(reference) = cursor.get("$ref") {
        let diagnostic = reference.error_at_head("a position with a bare `$ref`").note("other tools ignore the keys beside a `$ref`");
        diagnostics.push(diagnostic.help("write `allOf: [{ $ref: … }]`, with `name` and `description` beside it"));
        return None;
    }
    if cursor.text("type") == Some("array") {
        let diagnostic = cursor.error_at_head("a position that is a list, which cannot be generated yet").label("a list");
        let help = "describe the position with `x-undocumented` and no `type`: the client then keeps the JSON unchanged";
        diagnostics.push(diagnostic.help(help));
        return None;
    }
    let table = inner(cursor, diagnostics)?;
    let tables = [
        (&STRING, &POSITION_OF_STRING),
        (&INTEGER, &POSITION_OF_INTEGER),
        (&BOOLEAN, &POSITION_OF_BOOLEAN),
        (&WRAPPER, &POSITION_OF_REFERENCE),
        (&RAW, &POSITION_OF_RAW),
    ];
    tables.into_iter().find(|(inner, _)| std::ptr::eq(*inner, table)).map(|(_, position)| position)
}

fn inner(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if cursor.node.get("$ref").is_some() {
        return Some(&BARE_REFERENCE);
    }
    if cursor.node.get("x-venue-positions").is_some() {
        diagnostics.push(inline(cursor, "row"));
        return None;
    }
    if cursor.node.get("allOf").is_some() {
        return Some(&WRAPPER);
    }
    if cursor.node.get("enum").is_some() {
        diagnostics.push(inline(cursor, "enum"));
        return None;
    }
    if cursor.text("type") == Some("object") || cursor.node.get("properties").is_some() {
        diagnostics.push(inline(cursor, "object"));
        return None;
    }
    by_type(cursor, diagnostics)
}

fn by_type(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let Some(kind) = cursor.get("type") else {
        return without_type(cursor, diagnostics);
    };
    match kind.node.as_str() {
        Some("string") => Some(&STRING),
        Some("integer") => Some(&INTEGER),
        Some("boolean") => Some(&BOOLEAN),
        Some("array") => Some(&ARRAY),
        _ if !kind.node.items().is_empty() => {
            let diagnostic = mismatch(&kind, "one word").note("a list of types is OpenAPI 3.1");
            diagnostics.push(diagnostic.help("write one type, and `nullable: true` beside it if it may be null"));
            None
        }
        _ => {
            check_pattern(&kind, &Pattern::OneOf(&TYPE), diagnostics);
            None
        }
    }
}

fn without_type(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if !matches!(cursor.node.value, Value::Map(_)) {
        diagnostics.push(mismatch(cursor, "a schema"));
        return None;
    }
    if cursor.node.get("x-undocumented").is_some() {
        return Some(&RAW);
    }
    let near = cursor.entries().find(|entry| message::nearest(entry.name(), ["type"]).is_some());
    diagnostics.push(match (forbidden(cursor), near) {
        (Some(forbidden), _) => forbidden,
        (None, Some(near)) => near.error_at_head(format!("unknown key `{}`", near.name())).label("did you mean `type`?"),
        (None, None) => cursor
            .error_at_head("a schema without `type`")
            .note(format!("types: {}", message::list(TYPE.allowed.iter().copied(), "or")))
            .help("if the documentation does not say what it is, write so as `x-undocumented`: the client then keeps the value unchanged"),
    });
    None
}

/// Reports the first key that a schema must not have.
fn forbidden(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    cursor.entries().find_map(|entry| {
        let (key, advice) = FORBIDDEN.iter().find(|(key, _)| *key == entry.name())?;
        Some(entry.error_at_head(format!("`{key}` is OpenAPI, but not used in a schema")).help(*advice))
    })
}

fn inline(cursor: &Cursor<'_>, what: &str) -> Diagnostic {
    let article = if what.starts_with(['e', 'o']) { "an" } else { "a" };
    let diagnostic = cursor.error_at_head(format!("{article} {what} without a name"));
    diagnostic
        .label(format!("inline {what}"))
        .note("the generator would derive a name from the position, and another one after each move")
        .help("move it to `components.schemas.<Name>`, and write `$ref: '#/components/schemas/<Name>'` here")
        .help("add other keys beside `allOf: [{ $ref: … }]`")
}
