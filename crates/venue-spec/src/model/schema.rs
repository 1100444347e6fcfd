//! The model of a named schema: its fields, types, limits and enum values.

use serde_json::Value;

use super::inferences::Inferences;
use super::pattern::Pattern;
use super::rule::Rule;

/// A named schema.
#[derive(Debug, Clone)]
pub struct Type {
    /// The name of the schema, which is also the name of the Rust type.
    pub name: String,
    /// The description of the schema.
    pub description: String,
    /// What the exchange's documentation leaves open about the schema.
    pub undocumented: Option<String>,
    /// The evidence from another source that the schema exists, if the exchange's documentation does not describe the schema.
    pub provisional: Option<String>,
    /// Properties of the schema that are inferred from the documentation.
    pub inferred: Inferences,
    /// Whether a request contains the schema.
    pub sent: bool,
    /// Whether a response contains the schema.
    pub received: bool,
    /// The content of the schema.
    pub shape: Shape,
    /// The JSON pointer of the schema.
    pub pointer: String,
}

/// The content of a named schema.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object.
    Object {
        /// The fields of the object, in the order of the file.
        fields: Vec<Field>,
        /// Conditions over several fields.
        rules: Vec<Rule>,
    },
    /// An enum.
    Enum {
        /// Whether the values are integers; otherwise they are strings.
        integer: bool,
        /// The values of the enum, in the order of the file.
        values: Vec<EnumValue>,
        /// Why a request may also send unlisted values; `None` if it may not.
        extensible: Option<String>,
        /// The classification of the values into open and final states, if the enum describes states.
        states: Option<States>,
    },
    /// A row: a JSON array in which each position has its own meaning, such as `[price, quantity]`. Only responses contain rows.
    Tuple {
        /// The positions, in the order of the array. The name of a position is not on the wire.
        fields: Vec<Field>,
    },
    /// A string that identifies something.
    Id {
        /// Whether the id is a JSON integer in requests instead of a string. In Rust, the id is always a string.
        integer: bool,
    },
    /// JSON of unknown structure.
    Undocumented,
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// The wire value: a string or an integer.
    pub wire: Value,
    /// The name of the Rust variant.
    pub variant: String,
    /// The description of the value.
    pub description: String,
    /// What the exchange's documentation leaves open about the value.
    pub undocumented: Option<String>,
    /// The evidence from another source, if the exchange's documentation does not list the value.
    pub provisional: Option<String>,
    /// Properties of the value that are inferred from the documentation.
    pub inferred: Inferences,
}

impl EnumValue {
    /// The wire value as text.
    pub fn text(&self) -> String {
        match &self.wire {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// The classification of the values of a state enum, such as an order status, into open and final states. It is unknown whether a state in
/// neither list can still change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// States that can still change.
    pub open: Vec<String>,
    /// States that do not change any more.
    pub r#final: Vec<String>,
}

/// A field of an object, a position of a row, or a parameter of an operation.
#[derive(Debug, Clone)]
pub struct Field {
    /// The wire name.
    pub name: String,
    /// Whether the field is always present and never `null`.
    pub required: bool,
    /// The type of the field.
    pub kind: Kind,
    /// The description of the field.
    pub description: String,
    /// Whether the exchange has announced the removal of the field.
    pub deprecated: bool,
    /// The value that the server uses if the field is missing.
    pub default: Option<Value>,
    /// The documented example.
    pub example: Option<Value>,
    /// The documented limits.
    pub limits: Limits,
    /// The documented characters and length of a string that is sent.
    pub pattern: Option<Pattern>,
    /// What the exchange's documentation leaves open about the field.
    pub undocumented: Option<String>,
    /// The evidence from another source that the field exists, if the exchange's documentation does not describe the field or its object.
    pub provisional: Option<String>,
    /// Properties of the field that are inferred from the documentation.
    pub inferred: Inferences,
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    String,
    /// An exact decimal number, sent as text.
    Decimal,
    /// Text that must not be logged, such as a password.
    Secret,
    /// A time in Unix milliseconds.
    UnixMillis,
    /// A time in Unix seconds.
    UnixSeconds,
    /// A time in Unix milliseconds, sent as text.
    UnixMillisText,
    /// A time in Unix seconds, sent as text.
    UnixSecondsText,
    /// A signed 32-bit integer.
    Int32,
    /// A signed 64-bit integer.
    Int64,
    /// A boolean.
    Boolean,
    /// JSON of unknown structure.
    Any,
    /// A list of values of one type.
    List(Box<Kind>),
    /// A reference to a named schema.
    Named(String),
}

impl Kind {
    /// The name of the schema that this type refers to, directly or as the items of a list.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(item) => item.named(),
            _ => None,
        }
    }
}

/// Inclusive limits of the number of characters, of a number, or of the number of items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The minimum.
    pub minimum: Option<i64>,
    /// The maximum.
    pub maximum: Option<i64>,
}

impl Limits {
    /// Whether there is neither a minimum nor a maximum.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
