//! What a sound specification says, typed: operations, parameters, schemas, limits and rules.
//!
//! The generator, the snapshots and whatever else works from a specification read this, never the YAML itself.

mod inferences;
mod read;
mod stream;

use serde_json::Value;

pub use inferences::{Aspect, Inferences};
pub use stream::{Channel, Stream};

use crate::Document;

/// An exchange's API.
#[derive(Debug, Clone)]
pub struct Api {
    /// The specification's `info.title`.
    pub title: String,
    /// The specification's `info.version`.
    pub version: String,
    /// The specification's `info.description`.
    pub description: String,
    /// The first server's URL.
    pub server: String,
    /// Where the vendor's documentation starts.
    pub documentation: String,
    /// The sections of the documentation, in its order.
    pub sections: Vec<Section>,
    /// What wraps every answer.
    pub envelope: EnvelopeNames,
    /// Ways to authenticate.
    pub schemes: Vec<Scheme>,
    /// What an API key can be allowed to do.
    pub permissions: Vec<String>,
    /// What pushes messages, with its channels.
    pub streams: Vec<Stream>,
    /// The operations, in the order of the documentation.
    pub operations: Vec<Operation>,
    /// The named schemas, in the order of the file, without the envelope.
    pub types: Vec<Type>,
}

/// A section of the documentation.
#[derive(Debug, Clone)]
pub struct Section {
    /// The tag.
    pub name: String,
    /// What it holds.
    pub description: String,
    /// Its page.
    pub documentation: Option<String>,
}

/// The wire names of the envelope's fields.
#[derive(Debug, Clone)]
pub struct EnvelopeNames {
    /// The schema.
    pub schema: String,
    /// The schema's description.
    pub description: String,
    /// The business code.
    pub code: String,
    /// The codes that mean success.
    pub success: Vec<i64>,
    /// The codes of a refusal after which a write may have taken effect all the same.
    pub uncertain: Vec<i64>,
    /// The vendor's words.
    pub message: String,
    /// What is inside.
    pub data: String,
    /// What the vendor calls the request.
    pub request_id: String,
}

/// A way to authenticate.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Its name in `securitySchemes`.
    pub name: String,
    /// What it is.
    pub description: String,
    /// What the documentation does not say of it.
    pub undocumented: Option<String>,
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The path, below the server's URL.
    pub path: String,
    /// The section's name.
    pub section: String,
    /// One line.
    pub summary: String,
    /// More.
    pub description: String,
    /// The page and anchor of the documentation.
    pub documentation: String,
    /// Whether the exchange means to remove it.
    pub deprecated: bool,
    /// Alternatives of schemes, each of them complete.
    pub security: Vec<Vec<String>>,
    /// `none`, `read`, `trade`.
    pub permission: String,
    /// `safe`, `idempotent`, `once`.
    pub repeatable: String,
    /// Whether it places, amends or cancels orders.
    pub order_write: bool,
    /// Query, header and path parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The JSON body.
    pub body: Option<Body>,
    /// Conditions over several parameters.
    pub rules: Vec<Rule>,
    /// What a success holds.
    pub response: Success,
    /// What is concluded about it from the documentation.
    pub inferred: Inferences,
    /// The JSON pointer.
    pub pointer: String,
}

/// A parameter outside of the body.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// `query`, `header` or `path`.
    pub location: String,
    /// Name, type, limits and words.
    pub field: Field,
}

/// A JSON body.
#[derive(Debug, Clone)]
pub struct Body {
    /// The named schema.
    pub schema: String,
    /// The documented example.
    pub example: Option<Value>,
}

/// A successful answer.
#[derive(Debug, Clone)]
pub struct Success {
    /// The named schema of the data.
    pub schema: String,
    /// In words.
    pub description: String,
    /// What the documentation does not say.
    pub undocumented: Option<String>,
    /// The documented example, with its envelope.
    pub example: Option<Value>,
}

/// A named schema.
#[derive(Debug, Clone)]
pub struct Type {
    /// Its name, which is also the Rust type's.
    pub name: String,
    /// In words.
    pub description: String,
    /// What the documentation does not say of it.
    pub undocumented: Option<String>,
    /// The evidence, if the documentation says nothing and somebody else does.
    pub provisional: Option<String>,
    /// What is concluded about it from the documentation.
    pub inferred: Inferences,
    /// Whether a request sends it.
    pub sent: bool,
    /// Whether an answer holds it.
    pub received: bool,
    /// What it is.
    pub shape: Shape,
    /// The JSON pointer.
    pub pointer: String,
}

/// What a named schema is.
#[derive(Debug, Clone)]
pub enum Shape {
    /// An object.
    Object {
        /// Its fields, in the order of the file.
        fields: Vec<Field>,
        /// Conditions over several fields.
        rules: Vec<Rule>,
    },
    /// An enum.
    Enum {
        /// Whether its values are numbers.
        integer: bool,
        /// Its values.
        values: Vec<EnumValue>,
        /// Why a value that is not listed may be sent all the same.
        extensible: Option<String>,
        /// Which values end what the enum describes, if it describes states.
        states: Option<States>,
    },
    /// An id.
    Id,
    /// Nothing is known of it.
    Undocumented,
}

/// A value of an enum.
#[derive(Debug, Clone)]
pub struct EnumValue {
    /// On the wire: a string or an integer.
    pub wire: Value,
    /// The Rust variant.
    pub variant: String,
    /// In words.
    pub description: String,
    /// What the documentation does not say of it.
    pub undocumented: Option<String>,
    /// The evidence, if the documentation does not list it and somebody else does.
    pub provisional: Option<String>,
    /// What is concluded about it from the documentation.
    pub inferred: Inferences,
}

/// The values of an enum of states, as text. A value in neither list has no state that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// Something may still happen.
    pub open: Vec<String>,
    /// Nothing happens any more.
    pub r#final: Vec<String>,
}

impl EnumValue {
    /// The value as text.
    pub fn text(&self) -> String {
        match &self.wire {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}

/// A field of an object, or a parameter.
#[derive(Debug, Clone)]
pub struct Field {
    /// On the wire.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Its type.
    pub kind: Kind,
    /// In words.
    pub description: String,
    /// Whether the exchange means to remove it.
    pub deprecated: bool,
    /// What the server assumes when it is left out.
    pub default: Option<Value>,
    /// The documented example.
    pub example: Option<Value>,
    /// Documented limits.
    pub limits: Limits,
    /// What the documentation does not say of it.
    pub undocumented: Option<String>,
    /// The evidence, if the documentation says nothing and somebody else does; its own, or the object's.
    pub provisional: Option<String>,
    /// What is concluded about it from the documentation.
    pub inferred: Inferences,
}

/// The type of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    String,
    /// An exact decimal.
    Decimal,
    /// A secret.
    Secret,
    /// Unix milliseconds.
    UnixMillis,
    /// Unix seconds.
    UnixSeconds,
    /// 32 bits.
    Int32,
    /// 64 bits.
    Int64,
    /// True or false.
    Boolean,
    /// Anything.
    Any,
    /// A list.
    List(Box<Kind>),
    /// A named schema.
    Named(String),
}

/// Documented limits: of a text's characters, a number's value, or a list's items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// The least that is allowed.
    pub minimum: Option<i64>,
    /// The most that is allowed.
    pub maximum: Option<i64>,
}

impl Limits {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A condition over several fields, and whether the documentation states it.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The condition.
    pub condition: Condition,
    /// What of it is concluded from the documentation: the rule, or its exception.
    pub inferred: Inferences,
}

impl Rule {
    /// The evidence, if the documentation does not state the rule.
    pub fn evidence(&self) -> Option<&str> {
        self.inferred.of(Aspect::Rule)
    }
}

/// A condition over several fields.
#[derive(Debug, Clone)]
pub enum Condition {
    /// At least one of these fields.
    AnyOf(Vec<String>),
    /// A field that others make necessary.
    Require {
        /// The field.
        field: String,
        /// It is, if every one of these fields has one of these values.
        when: Vec<(String, Vec<Value>)>,
        /// It is not, if any of these fields has one of these values.
        unless: Vec<(String, Vec<Value>)>,
    },
}

impl Api {
    /// What a sound document says.
    pub fn new(document: &Document) -> Self {
        read::api(document.json())
    }

    /// A named schema.
    pub fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|candidate| candidate.name == name)
    }

    /// The operations of a section.
    pub fn operations_of<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations.iter().filter(move |operation| operation.section == section)
    }
}

impl Kind {
    /// The named schema inside, if there is one.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(item) => item.named(),
            _ => None,
        }
    }
}
