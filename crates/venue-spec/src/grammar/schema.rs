//! What each kind of schema may hold.

use super::extension::{INFERRED_MEANING, INFERRED_OF_A_FIELD, INFERRED_OF_AN_ENUM, MARKS, RULES, STATES, UNIT};
use super::kind::{INNER, REFERENCE};
use super::shape::{Field, Names, Object, Shape, Words, optional, required};

/// The second half of an enveloped schema.
pub(super) static DATA_WRAPPER: Shape = Shape::Object(&Object::new(
    "the wrapper of the data",
    &[
        required("type", &Shape::Word(&Words::new(&["object"]))),
        required("properties", &Shape::Map(&Names { what: "properties", key: None, value: &REFERENCE, at_least: 1 })),
    ],
));

pub(super) static BARE_REFERENCE: Object = Object {
    refused: REFUSED,
    otherwise: Some("OpenAPI 3.0 ignores what stands beside a `$ref`: write `allOf: [{ $ref: … }]` with the rest beside it"),
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new("a reference", &[required("$ref", &Shape::Reference("schemas"))])
};

pub(super) static TYPE: Words = Words {
    allowed: &["string", "integer", "boolean", "array", "object"],
    refused: &[
        ("number", "a binary float loses digits: an amount is `type: string, format: decimal`"),
        ("null", "this is OpenAPI 3.1: write `nullable: true` beside the type"),
    ],
};

pub(super) static STRING: Object = Object {
    refused: REFUSED,
    family: &[&INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a string schema",
        &[
            TYPE_FIELD,
            optional("format", &Shape::Word(&Words { allowed: &["decimal", "password"], refused: STRING_FORMATS })),
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            optional("minLength", &Shape::Whole(0)),
            optional("maxLength", &Shape::Whole(1)),
            DEFAULT,
            EXAMPLE,
            optional("x-venue-id", &Shape::True),
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

const STRING_FORMATS: &[(&str, &str)] = &[
    ("date-time", "it would draw another crate into the client: leave it a string, and describe its form"),
    ("date", "it would draw another crate into the client: leave it a string, and describe its form"),
    ("uuid", "it would draw another crate into the client: leave it a string, and describe its form"),
    ("binary", "the only media type is `application/json`"),
    ("byte", "leave it a string, and describe its form"),
    ("double", "a binary float loses digits: write `decimal`"),
    ("float", "a binary float loses digits: write `decimal`"),
];

pub(super) static INTEGER: Object = Object {
    refused: REFUSED,
    family: &[&STRING, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "an integer schema",
        &[
            TYPE_FIELD,
            optional("format", &Shape::Word(&Words { allowed: &["int32", "int64"], refused: INTEGER_FORMATS })),
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            optional("minimum", &Shape::Whole(i64::MIN)),
            optional("maximum", &Shape::Whole(i64::MIN)),
            DEFAULT,
            EXAMPLE,
            optional("x-venue-unit", &Shape::Word(&UNIT)),
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
    refused: REFUSED,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a boolean schema",
        &[TYPE_FIELD, DESCRIPTION, NULLABLE, DEPRECATED, DEFAULT, EXAMPLE, UNDOCUMENTED, PROVISIONAL, INFERRED],
    )
};

pub(super) static ARRAY: Object = Object {
    refused: REFUSED,
    family: &[&STRING, &INTEGER, &OBJECT, &ENUM],
    ..Object::new(
        "an array schema",
        &[
            TYPE_FIELD,
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            required("items", &INNER),
            optional("minItems", &Shape::Whole(0)),
            optional("maxItems", &Shape::Whole(1)),
            DEFAULT,
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

pub(super) static OBJECT: Object = Object {
    refused: REFUSED,
    family: &[&STRING, &INTEGER, &ARRAY, &ENUM],
    ..Object::new(
        "an object schema",
        &[
            TYPE_FIELD,
            DESCRIPTION,
            optional("required", &Shape::List { items: &Shape::Line, at_least: 1, at_most: usize::MAX }),
            required("properties", &Shape::Map(&Names { what: "properties", key: None, value: &INNER, at_least: 1 })),
            optional("x-venue-rules", &RULES),
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            optional("x-venue-inferred", &INFERRED_MEANING),
        ],
    )
};

pub(super) static ENUM: Object = Object {
    refused: REFUSED,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT],
    ..Object::new(
        "an enum",
        &[
            required("type", &Shape::Word(&Words::new(&["string", "integer"]))),
            optional("format", &Shape::Word(&Words::new(&["int32", "int64"]))),
            DESCRIPTION,
            required("enum", &Shape::List { items: &Shape::Scalar, at_least: 1, at_most: usize::MAX }),
            required("x-enum-varnames", &Shape::List { items: &Shape::Line, at_least: 1, at_most: usize::MAX }),
            required("x-enum-descriptions", &Shape::List { items: &Shape::Text, at_least: 1, at_most: usize::MAX }),
            optional("x-venue-extensible", &Shape::Sentence),
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

/// A reference with something to add.
pub(super) static WRAPPER: Object = Object {
    refused: REFUSED,
    otherwise: Some("whatever else describes the value stands in the schema that is referred to"),
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a reference with additions",
        &[
            required("allOf", &Shape::List { items: &REFERENCE, at_least: 1, at_most: 1 }),
            DESCRIPTION,
            NULLABLE,
            DEPRECATED,
            // The documentation may type one use of a number wider than the others.
            optional("format", &Shape::Word(&Words::new(&["int32", "int64"]))),
            DEFAULT,
            EXAMPLE,
            UNDOCUMENTED,
            PROVISIONAL,
            INFERRED,
        ],
    )
};

/// JSON of which nothing is known.
pub(super) static RAW: Object = Object {
    refused: REFUSED,
    family: &[&STRING, &INTEGER, &ARRAY, &OBJECT, &ENUM],
    ..Object::new(
        "a schema without `type`",
        &[DESCRIPTION, NULLABLE, DEPRECATED, EXAMPLE, required("x-undocumented", &Shape::Sentence), PROVISIONAL, INFERRED],
    )
};

const TYPE_FIELD: Field = required("type", &TYPE_SHAPE);
static TYPE_SHAPE: Shape = Shape::Word(&TYPE);
const DESCRIPTION: Field = optional("description", &Shape::Text);
const NULLABLE: Field = optional("nullable", &Shape::True);
const DEPRECATED: Field = optional("deprecated", &Shape::True);
const DEFAULT: Field = optional("default", &Shape::Anything);
const EXAMPLE: Field = optional("example", &Shape::Anything);
const UNDOCUMENTED: Field = optional("x-undocumented", &Shape::Sentence);
const PROVISIONAL: Field = optional("x-provisional", &Shape::Sentence);
const INFERRED: Field = optional("x-venue-inferred", &INFERRED_OF_A_FIELD);

/// What `OpenAPI` has for schemas and these files do not use.
pub(super) const REFUSED: &[(&str, &str)] = &[
    (
        "oneOf",
        "the generator makes a guess of it: write one object, and say in the descriptions which fields come together; where it is no object, \
         write `x-undocumented` and no `type`, and the JSON is kept as it came",
    ),
    ("anyOf", "the generator makes two options of it: write one schema; values beyond an enum's list are `x-venue-extensible`"),
    ("not", "the generator cannot express it: describe it"),
    ("allOf", "write all properties out; `allOf` only adds something to one `$ref`"),
    ("discriminator", "it belongs to `oneOf`: write one object"),
    (
        "additionalProperties",
        "unknown properties are kept anyway: list the known ones. A map whose keys are data, such as symbols, cannot be generated yet: write \
         `x-undocumented` and no `type`, and the JSON is kept as it came",
    ),
    ("patternProperties", "this is OpenAPI 3.1: list the properties"),
    ("pattern", "it would become a type of its own: describe the form"),
    ("multipleOf", "the generator ignores it: describe it"),
    ("uniqueItems", "the generator would make a set of it: describe it"),
    ("exclusiveMinimum", "write the next number as `minimum`"),
    ("exclusiveMaximum", "write the number before it as `maximum`"),
    ("minProperties", "write `x-venue-rules` with `anyOf`"),
    ("maxProperties", "describe it"),
    ("readOnly", "what is received has an object of its own: leave the field out of the one that is sent"),
    ("writeOnly", "what is sent has an object of its own: leave the field out of the one that is received"),
    ("title", "the component's name is its title"),
    ("xml", "the only media type is `application/json`"),
    ("externalDocs", "operations have it; say it in `description`"),
    ("examples", "this is OpenAPI 3.1: write one `example`"),
    ("const", "this is OpenAPI 3.1: write an enum with one value"),
    (
        "prefixItems",
        "a row that is a list of different things, such as `[price, quantity]`, cannot be generated yet: write `x-undocumented` and no `type`, \
         and the JSON is kept as it came",
    ),
    ("$defs", "this is OpenAPI 3.1: write components"),
];
