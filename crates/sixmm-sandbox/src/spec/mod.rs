//! The specification as tables: which operations there are, what each of them takes, and what it answers.
//!
//! The build script writes the tables from `openapi/6mm.yaml`. Nothing here knows the client that is generated from the same file.

mod check;
mod inferences;
mod input;
mod json;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub(crate) use check::{Violation, body, query};
pub use inferences::Inferences;
pub(crate) use input::Input;

include!(concat!(env!("OUT_DIR"), "/spec.rs"));

/// What the specification says of an operation.
pub(crate) struct Facts {
    /// The operation's name.
    pub(crate) name: &'static str,
    /// The HTTP method, in upper case.
    pub(crate) method: &'static str,
    /// The path, below the server's address.
    pub(crate) path: &'static str,
    /// Which credentials go with it.
    pub(crate) access: Access,
    /// What an API key must be allowed to do.
    pub(crate) permission: Permission,
    /// Parameters of the query, credentials aside.
    pub(crate) query: &'static [Field],
    /// Conditions over several parameters.
    pub(crate) rules: &'static [Rule],
    /// The body's schema.
    pub(crate) body: Option<usize>,
    /// The schema of the answer's data.
    pub(crate) answer: usize,
}

/// Which credentials go with an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// None; what comes is not looked at.
    Public,
    /// None, or a token.
    TokenIfAny,
    /// A token, and no API key.
    Token,
    /// A token, or an API key with a signature.
    TokenOrKey,
    /// The cookie of a session.
    Cookie,
    /// A token and the cookie of the same session.
    TokenAndCookie,
}

/// What an API key must be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    /// Nothing.
    None,
    /// Read.
    Read,
    /// Trade.
    Trade,
}

/// A named schema.
pub(crate) type Schema = Shape;

/// What a named schema is.
#[derive(Debug)]
pub(crate) enum Shape {
    /// An object.
    Object {
        /// Its fields.
        fields: &'static [Field],
        /// Conditions over several of them.
        rules: &'static [Rule],
    },
    /// One of these texts.
    Words {
        /// The texts.
        values: &'static [&'static str],
        /// Whether others may come.
        open: bool,
        /// Whether the documentation lists them.
        documented: bool,
    },
    /// One of these numbers.
    Numbers {
        /// The numbers.
        values: &'static [i64],
        /// Whether others may come.
        open: bool,
        /// Whether the documentation lists them.
        documented: bool,
    },
    /// A text that names something.
    Id,
    /// Nothing is documented.
    Anything,
}

/// A field of an object, or a parameter.
#[derive(Debug)]
pub(crate) struct Field {
    /// Its name on the wire.
    pub(crate) name: &'static str,
    /// Whether it must be there.
    pub(crate) need: Need,
    /// Its type.
    pub(crate) kind: Kind,
    /// The least: of a number, a text's characters, a list's items.
    pub(crate) minimum: Option<i64>,
    /// The most.
    pub(crate) maximum: Option<i64>,
    /// Whether these limits are inferred.
    pub(crate) inferred_limits: bool,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It need not.
    None,
    /// It must, by inference.
    Inferred,
    /// It must, by the documentation.
    Documented,
}

/// The type of a field.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A text.
    Text,
    /// A decimal number in a text.
    Decimal,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// True or false.
    Boolean,
    /// A list.
    List(&'static Kind),
    /// A named schema, by its place in the table.
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
    /// At least one of them must be there.
    AnyOf(&'static [&'static str]),
    /// A field that others make necessary.
    Require {
        /// The field.
        field: &'static str,
        /// It is, if each of these fields has one of these values.
        when: Conditions,
        /// It is not, if any of these fields has one of these values.
        unless: Conditions,
    },
}

/// Fields, and the values that matter.
pub(crate) type Conditions = &'static [(&'static str, &'static [Literal])];

/// A value that a rule compares with.
#[derive(Debug)]
pub(crate) enum Literal {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(i64),
    /// True or false.
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

    /// Whether the vendor counts the operation's path among the order paths, which refuse a signature that they have seen.
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

/// A name that no operation has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOperation(String);

impl fmt::Display for UnknownOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no operation is called `{}`; the names are those of the specification, such as `place_order`", self.0)
    }
}

impl std::error::Error for UnknownOperation {}
