//! The table of each kind of schema.

use super::super::extension::{INFERRED_MEANING, INFERRED_OF_A_FIELD, INFERRED_OF_AN_ENUM, MARKS, RULES, STATES, UNIT};
use super::super::pattern::{Choices, Field, MapOf, Object, Pattern, optional, required};
use super::{INNER, POSITION, REFERENCE};

pub(super) static DATA_LIST: Object = Object {
    forbidden: FORBIDDEN,
    unknown_key_advice: Some("a list that is the data of a response has no other keys: describe the list at the response"),
    family: &[&ARRAY],
    ..Object::new("a list as the data", &[required("type", &Pattern::OneOf(&Choices::new(&["array"]))), required("items", &REFERENCE)])
};

pub(super) static BARE_REFERENCE: Object = Object {
    forbidden: FORBIDDEN,
    unknown_key_advice: Some("OpenAPI 3.0 ignores the keys beside a `$ref`: write `allOf: [{ $ref: … }]` with the rest beside it"),
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new("a reference", &[required("$ref", &Pattern::Reference("schemas"))])
};

pub(super) static TYPE: Choices = Choices {
    allowed: &["string", "integer", "boolean", "array", "object"],
    forbidden: &[
        ("number", "a binary float loses digits: an amount is `type: string, format: decimal`"),
        ("null", "this is OpenAPI 3.1: write `nullable: true` beside the type"),
    ],
};

pub(super) static STRING: Object = Object {
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

pub(super) static INTEGER: Object = Object {
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

pub(super) static BOOLEAN: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a boolean schema",
        &[TYPE_FIELD, DESCRIPTION, NULLABLE, DEPRECATED, DEFAULT, EXAMPLE, UNDOCUMENTED, PROVISIONAL, INFERRED],
    )
};

pub(super) static ARRAY: Object = Object {
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
pub(super) static ROW: Object = Object {
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

pub(super) static POSITION_OF_STRING: Object = Object { base: Some(&STRING), family: STRING.family, ..POSITION_OF_ANY_TYPE };
pub(super) static POSITION_OF_INTEGER: Object = Object { base: Some(&INTEGER), family: INTEGER.family, ..POSITION_OF_ANY_TYPE };
pub(super) static POSITION_OF_BOOLEAN: Object = Object { base: Some(&BOOLEAN), family: BOOLEAN.family, ..POSITION_OF_ANY_TYPE };
pub(super) static POSITION_OF_REFERENCE: Object = Object { base: Some(&WRAPPER), family: WRAPPER.family, ..POSITION_OF_ANY_TYPE };
pub(super) static POSITION_OF_RAW: Object = Object { base: Some(&RAW), family: RAW.family, ..POSITION_OF_ANY_TYPE };

const POSITION_OF_ANY_TYPE: Object = Object {
    forbidden: FORBIDDEN,
    ..Object::new("a position", &[required("name", &Pattern::Line), required("description", &Pattern::Text)])
};

pub(super) static OBJECT: Object = Object {
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

pub(super) static ENUM: Object = Object {
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
pub(super) static WRAPPER: Object = Object {
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
pub(super) static RAW: Object = Object {
    forbidden: FORBIDDEN,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a schema without `type`",
        &[DESCRIPTION, NULLABLE, DEPRECATED, EXAMPLE, required("x-undocumented", &Pattern::Sentence), PROVISIONAL, INFERRED],
    )
};

const TYPE_FIELD: Field = required("type", &TYPE_PATTERN);
static TYPE_PATTERN: Pattern = Pattern::OneOf(&TYPE);
const DESCRIPTION: Field = optional("description", &Pattern::Text);
const NULLABLE: Field = optional("nullable", &Pattern::True);
const DEPRECATED: Field = optional("deprecated", &Pattern::True);
const MIN_LENGTH: Field = optional("minLength", &Pattern::Integer(0));
const MAX_LENGTH: Field = optional("maxLength", &Pattern::Integer(1));
const PATTERN: Field = optional("pattern", &Pattern::Line);
const UNIT_FIELD: Field = optional("x-venue-unit", &UNIT_PATTERN);
static UNIT_PATTERN: Pattern = Pattern::OneOf(&UNIT);
const ID: Field = optional("x-venue-id", &Pattern::True);
const DEFAULT: Field = optional("default", &Pattern::Anything);
const EXAMPLE: Field = optional("example", &Pattern::Anything);
const UNDOCUMENTED: Field = optional("x-undocumented", &Pattern::Sentence);
const PROVISIONAL: Field = optional("x-provisional", &Pattern::Sentence);
const INFERRED: Field = optional("x-venue-inferred", &INFERRED_OF_A_FIELD);

/// Each key of `OpenAPI` that a schema must not have, with advice.
pub(super) const FORBIDDEN: &[(&str, &str)] = &[
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
