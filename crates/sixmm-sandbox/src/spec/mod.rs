//! The specification as constant tables: the operations, their parameters and their responses.
//!
//! `cargo xtask codegen` generates the tables from `openapi/6mm.yaml`. The client is generated from the same file, but this module does not
//! depend on the client.

mod inferences;
mod input;
mod json;
mod validation;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use inferences::Inferences;
pub(crate) use input::Input;
pub(crate) use validation::{Violation, validate_body, validate_query};

include!("../generated/spec.rs");

/// Properties of an operation in the specification.
pub(crate) struct Facts {
    /// The operation's name.
    pub(crate) name: &'static str,
    /// The HTTP method, in upper case.
    pub(crate) method: &'static str,
    /// The path, relative to the base URL.
    pub(crate) path: &'static str,
    /// The required credentials.
    pub(crate) access: Access,
    /// The permission that an API key needs.
    pub(crate) permission: Permission,
    /// Query parameters, without credentials.
    pub(crate) query: &'static [Field],
    /// Conditions over several parameters.
    pub(crate) rules: &'static [Rule],
    /// Index of the body's schema.
    pub(crate) body: Option<usize>,
    /// Index of the schema of the response's data.
    pub(crate) answer: usize,
}

/// The credentials that an operation requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// None. Credentials are ignored.
    Public,
    /// An optional access token.
    TokenIfAny,
    /// An access token. An API key is rejected.
    Token,
    /// An access token, or an API key with a signature.
    TokenOrKey,
    /// A session cookie.
    Cookie,
    /// An access token and the cookie of the same session.
    TokenAndCookie,
}

/// The permission that an API key needs for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    /// None.
    None,
    /// Read.
    Read,
    /// Trade.
    Trade,
}

/// A named schema.
pub(crate) type Schema = Shape;

/// The definition of a named schema.
#[derive(Debug)]
pub(crate) enum Shape {
    /// An object.
    Object {
        /// Fields of the object.
        fields: &'static [Field],
        /// Conditions over several fields.
        rules: &'static [Rule],
    },
    /// A string enum.
    Words {
        /// The documented values.
        values: &'static [&'static str],
        /// Whether the enum is extensible.
        open: bool,
        /// Whether the documentation lists the values.
        documented: bool,
    },
    /// An integer enum.
    Numbers {
        /// The documented values.
        values: &'static [i64],
        /// Whether the enum is extensible.
        open: bool,
        /// Whether the documentation lists the values.
        documented: bool,
    },
    /// A string that identifies an entity.
    Id,
    /// An undocumented schema.
    Anything,
}

/// A field of an object, or a query parameter.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name in JSON or in the query.
    pub(crate) name: &'static str,
    /// Whether the field is required.
    pub(crate) need: Need,
    /// Type of the field.
    pub(crate) kind: Kind,
    /// Minimum of a number, of the number of characters, or of the number of items.
    pub(crate) minimum: Option<i64>,
    /// Maximum of a number, of the number of characters, or of the number of items.
    pub(crate) maximum: Option<i64>,
    /// Whether these limits are inferred.
    pub(crate) inferred_limits: bool,
}

/// Whether a field is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// The field is optional.
    None,
    /// The field is required by inference.
    Inferred,
    /// The field is required by the documentation.
    Documented,
}

/// The type of a field.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A decimal number in a string.
    Decimal,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A boolean.
    Boolean,
    /// A list.
    List(&'static Kind),
    /// A named schema, by its index in the table.
    Named(usize),
}

/// A condition over several fields, and whether the documentation states it.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The condition.
    pub(crate) condition: Condition,
    /// Whether the rule is inferred.
    pub(crate) inferred: bool,
    /// Whether its exception is inferred.
    pub(crate) inferred_exception: bool,
}

/// A condition over several fields.
#[derive(Debug)]
pub(crate) enum Condition {
    /// At least one of these fields is required.
    AnyOf(&'static [&'static str]),
    /// A field that is required depending on other fields.
    Require {
        /// The field.
        field: &'static str,
        /// The field is required if each of these fields has one of its listed values.
        when: Conditions,
        /// Exception: the field is not required if one of these fields has one of its listed values.
        unless: Conditions,
    },
}

/// Fields with the values that satisfy a condition.
pub(crate) type Conditions = &'static [(&'static str, &'static [Literal])];

/// A value that a condition compares with.
#[derive(Debug)]
pub(crate) enum Literal {
    /// A string.
    Text(&'static str),
    /// An integer.
    Number(i64),
    /// A boolean.
    Flag(bool),
}

impl Operation {
    /// The name in the specification, such as `place_order`.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    pub(crate) fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// Whether the operation is on an order path. Order paths reject a signature that was already used.
    pub(crate) fn is_on_order_path(self) -> bool {
        self.facts().path.starts_with("/v1/private/order")
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Operation {
    type Err = UnknownOperation;

    fn from_str(name: &str) -> Result<Self, UnknownOperation> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name).ok_or_else(|| UnknownOperation(name.to_owned()))
    }
}

impl Serialize for Operation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Operation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Error for an unknown operation name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOperation(String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no operation has the name `{}`. Operations have the names of the specification, such as `place_order`", self.0)
    }
}

impl std::error::Error for UnknownOperation {}
