//! Types in a specification, and the set of wire values of a type.

use std::collections::BTreeSet;
use std::fmt;

use venue_spec::tree::Node;

use super::{Content, Element, Listing, Subject};

/// A type as the specification defines it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypeExpression {
    /// No type: every JSON value is allowed.
    Any,
    /// A scalar with its `type`, `format` and unit.
    Scalar {
        /// `string`, `integer`, `boolean`, or an unknown type.
        name: String,
        /// The format, such as `decimal` or `int64`.
        format: Option<String>,
        /// The unit of a time: `ms` or `s`.
        unit: Option<String>,
    },
    /// A list of values of one type.
    List(Box<TypeExpression>),
    /// A reference to a named schema. If the schema is an integer, the reference can state a wider integer format than the schema.
    Named {
        /// The name of the schema.
        name: String,
        /// The format of the reference.
        format: Option<String>,
    },
    /// An object. Its fields are elements of their own.
    Object,
    /// An enum. Its values are elements of their own.
    Enum {
        /// Whether the values are integers.
        is_integer: bool,
    },
    /// A list whose positions have names. Its positions are elements of their own.
    Row,
    /// An id with a Rust type of its own.
    Id {
        /// Whether requests contain the id as an integer; otherwise the id is a string.
        is_integer: bool,
        /// The format of an integer.
        format: Option<String>,
    },
}

/// The set of wire values of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WireType {
    /// Every JSON value.
    Any,
    /// Every string.
    Text,
    /// A string that is a decimal number.
    Decimal,
    /// One of these strings.
    Texts(BTreeSet<String>),
    /// An integer of at most this number of bits.
    Integer(u8),
    /// One of these integers.
    Integers(BTreeSet<String>),
    /// A Unix time in this unit.
    Time(String),
    /// A string of digits that is a Unix time in this unit.
    TextTime(String),
    /// `true` or `false`.
    Boolean,
    /// A list.
    List(Box<WireType>),
    /// An object with this name.
    Object(String),
    /// A row with this name.
    Row(String),
    /// A type that this crate does not know.
    Other(String),
}

/// How the set of allowed values changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueSetChange {
    Same,
    Wider,
    Narrower,
    Different,
}

impl TypeExpression {
    /// Reads the type of a schema. Also returns the keys that determine the type.
    pub(super) fn read(schema: &Node) -> (Self, &'static [&'static str]) {
        let word = |key: &str| schema.get(key).and_then(Node::as_str).map(str::to_owned);
        if let Some(name) = schema.get("$ref").and_then(reference) {
            return (Self::Named { name, format: None }, &["$ref"]);
        }
        if let Some(name) =
            schema.get("allOf").filter(|list| list.items().len() == 1).and_then(|list| reference(list.items()[0].get("$ref")?))
        {
            return (Self::Named { name, format: word("format") }, &["allOf", "format"]);
        }
        let Some(name) = word("type") else { return (Self::Any, &[]) };
        if schema.get("enum").is_some() {
            // The format of an enum is not part of its type, but an attribute of its own.
            return (Self::Enum { is_integer: name == "integer" }, &["type"]);
        }
        let is_id = schema.get("x-venue-id").and_then(Node::as_bool) == Some(true);
        match name.as_str() {
            "object" => (Self::Object, &["type"]),
            "array" if schema.get("x-venue-positions").is_some() => (Self::Row, &["type"]),
            "array" => (Self::List(Box::new(schema.get("items").map_or(Self::Any, |items| Self::read(items).0))), &["type"]),
            "string" if is_id => (Self::Id { is_integer: false, format: None }, &["type", "x-venue-id"]),
            "integer" if is_id => (Self::Id { is_integer: true, format: word("format") }, &["type", "format", "x-venue-id"]),
            _ => (Self::Scalar { name, format: word("format"), unit: word("x-venue-unit") }, &["type", "format", "x-venue-unit"]),
        }
    }

    /// The name of the schema that this type refers to, directly or as the items of a list.
    pub(crate) fn named(&self) -> Option<&str> {
        match self {
            Self::Named { name, .. } => Some(name),
            Self::List(item) => item.named(),
            _ => None,
        }
    }

    /// Applies the new names of schemas.
    pub(crate) fn renamed(&self, rename: &impl Fn(&str) -> String) -> Self {
        match self {
            Self::Named { name, format } => Self::Named { name: rename(name), format: format.clone() },
            Self::List(item) => Self::List(Box::new(item.renamed(rename))),
            other => other.clone(),
        }
    }
}

impl fmt::Display for TypeExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Scalar { name, format, unit } => {
                f.write_str(name)?;
                let notes: Vec<&str> = [format, unit].into_iter().flatten().map(String::as_str).collect();
                if notes.is_empty() { Ok(()) } else { write!(f, " ({})", notes.join(", ")) }
            }
            Self::List(item) => write!(f, "list of {item}"),
            Self::Named { name, format: None } => f.write_str(name),
            Self::Named { name, format: Some(format) } => write!(f, "{name} ({format})"),
            Self::Object => f.write_str("object"),
            Self::Enum { is_integer: true } => f.write_str("enum of integers"),
            Self::Enum { is_integer: false } => f.write_str("enum of strings"),
            Self::Row => f.write_str("row"),
            Self::Id { is_integer: false, .. } => f.write_str("id"),
            Self::Id { is_integer: true, format: None } => f.write_str("id (integer)"),
            Self::Id { is_integer: true, format: Some(format) } => write!(f, "id (integer, {format})"),
        }
    }
}

/// Resolves a type to its set of wire values.
pub(super) fn wire_type(listing: &Listing, expression: &TypeExpression) -> WireType {
    match expression {
        TypeExpression::Any => WireType::Any,
        TypeExpression::Scalar { name, format, unit } => match (name.as_str(), format.as_deref(), unit) {
            ("string", Some("decimal"), _) => WireType::Decimal,
            ("string", None, Some(unit)) => WireType::TextTime(unit.clone()),
            ("string", None | Some("password"), _) => WireType::Text,
            ("integer", _, Some(unit)) => WireType::Time(unit.clone()),
            ("integer", Some("int32"), None) => WireType::Integer(32),
            ("integer", None | Some("int64"), None) => WireType::Integer(64),
            ("boolean", ..) => WireType::Boolean,
            _ => WireType::Other(expression.to_string()),
        },
        TypeExpression::List(item) => WireType::List(Box::new(wire_type(listing, item))),
        TypeExpression::Id { is_integer: false, .. } => WireType::Text,
        TypeExpression::Id { is_integer: true, format } => WireType::Integer(if format.as_deref() == Some("int32") { 32 } else { 64 }),
        TypeExpression::Named { name, .. } => {
            let named = listing.element(&Subject::Type(name.clone())).and_then(|element: &Element| element.content("type"));
            match named {
                Some(Content::Type(TypeExpression::Object)) => WireType::Object(name.clone()),
                Some(Content::Type(TypeExpression::Row)) => WireType::Row(name.clone()),
                Some(Content::Type(TypeExpression::Enum { is_integer })) => values(listing, name, *is_integer),
                Some(Content::Type(other @ (TypeExpression::Any | TypeExpression::Id { .. } | TypeExpression::Scalar { .. }))) => {
                    wire_type(listing, other)
                }
                _ => WireType::Other(name.clone()),
            }
        }
        TypeExpression::Object | TypeExpression::Row | TypeExpression::Enum { .. } => WireType::Other(expression.to_string()),
    }
}

/// The values of an enum. An extensible enum allows every value of its type.
fn values(listing: &Listing, name: &str, is_integer: bool) -> WireType {
    if listing.is_open(name) {
        let format = listing.element(&Subject::Type(name.to_owned())).and_then(|element| element.text("format"));
        let bits = if format == Some("int32") { 32 } else { 64 };
        return if is_integer { WireType::Integer(bits) } else { WireType::Text };
    }
    let values = listing.values(name).map(str::to_owned).collect();
    if is_integer { WireType::Integers(values) } else { WireType::Texts(values) }
}

impl WireType {
    /// Compares the allowed values with those of an older type.
    pub(crate) fn value_set_change_from(&self, old: &Self) -> ValueSetChange {
        match (old.is_within(self), self.is_within(old)) {
            (true, true) => ValueSetChange::Same,
            (true, false) => ValueSetChange::Wider,
            (false, true) => ValueSetChange::Narrower,
            (false, false) => ValueSetChange::Different,
        }
    }

    /// Whether this is an object or a row, or a list of objects or rows.
    pub(crate) fn is_of_objects(&self) -> bool {
        match self {
            Self::List(item) => item.is_of_objects(),
            other => matches!(other, Self::Object(_) | Self::Row(_)),
        }
    }

    /// Whether each value of this type is also a value of the other.
    fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Any) | (Self::Decimal | Self::Texts(_) | Self::TextTime(_), Self::Text) => true,
            (Self::Texts(one), Self::Texts(other)) | (Self::Integers(one), Self::Integers(other)) => one.is_subset(other),
            (Self::Integer(one), Self::Integer(other)) => one <= other,
            (Self::Integers(_), Self::Integer(_)) => true,
            // A time is an integer in JSON, whatever its epoch and unit. So an integer can become a time, and a time an integer.
            (Self::Time(_), Self::Integer(64)) | (Self::Integer(_), Self::Time(_)) => true,
            (Self::List(one), Self::List(other)) => one.is_within(other),
            (one, other) => one == other,
        }
    }
}

/// The last segment of a `$ref`.
pub(super) fn reference(node: &Node) -> Option<String> {
    node.as_str()?.rsplit('/').next().map(str::to_owned)
}
