//! Elements: the parts of a specification that have facts.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use venue_spec::tree::{Node, Span};

use super::{Condition, RateLimit, TypeExpression};

/// A part of a specification, with its facts.
#[derive(Debug, Clone)]
pub struct Element {
    /// The identity of the element.
    pub subject: Subject,
    /// The position of the element.
    pub position: Position,
    /// The position of the element's name, if the element begins at another position.
    pub name: Option<Position>,
    /// The facts in the order of the file, without duplicate names.
    pub attributes: Vec<Attribute>,
}

/// The identity of a part of a specification. Reports use the order of the variants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The complete file.
    Api,
    /// A server, identified by its place in the file, starting with 1. Programs call the first server, unless an operation names another
    /// server.
    Server(usize),
    /// A permission of an API key.
    Permission(String),
    /// A WebSocket address that pushes messages, by its name.
    Stream(String),
    /// A channel of a stream.
    Channel {
        /// The name of the stream.
        stream: String,
        /// The topic.
        topic: String,
    },
    /// A section of the exchange's documentation.
    Section(String),
    /// A security scheme.
    Scheme(String),
    /// An operation, by its `operationId`.
    Operation(String),
    /// A parameter of an operation.
    Parameter {
        /// The `operationId` of the operation.
        operation: String,
        /// `query`, `header` or `path`.
        location: String,
        /// The wire name.
        name: String,
    },
    /// A parameter that is a component.
    SharedParameter(String),
    /// A response that is a component.
    SharedResponse(String),
    /// A named schema.
    Type(String),
    /// A field of an object.
    Field {
        /// The name of the schema.
        owner: String,
        /// The wire name.
        name: String,
    },
    /// A value of an enum.
    Value {
        /// The name of the schema.
        owner: String,
        /// The wire value.
        value: String,
    },
    /// A condition over several fields of an object, or parameters of an operation.
    Condition {
        /// The name of the schema or of the operation.
        holder: String,
        /// The condition in words.
        text: String,
    },
}

/// The kind of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The complete file.
    Api,
    /// A server.
    Server,
    /// A permission of an API key.
    Permission,
    /// A stream.
    Stream,
    /// A channel of a stream.
    Channel,
    /// A section of the exchange's documentation.
    Section,
    /// A security scheme.
    Scheme,
    /// An operation.
    Operation,
    /// A parameter of an operation.
    Parameter,
    /// A parameter that is a component.
    SharedParameter,
    /// A response that is a component.
    SharedResponse,
    /// A named schema.
    Type,
    /// A field of an object.
    Field,
    /// A value of an enum.
    Value,
    /// A condition over several fields.
    Condition,
}

impl Subject {
    /// The kind of this subject.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Api => Kind::Api,
            Self::Server(_) => Kind::Server,
            Self::Permission(_) => Kind::Permission,
            Self::Stream(_) => Kind::Stream,
            Self::Channel { .. } => Kind::Channel,
            Self::Section(_) => Kind::Section,
            Self::Scheme(_) => Kind::Scheme,
            Self::Operation(_) => Kind::Operation,
            Self::Parameter { .. } => Kind::Parameter,
            Self::SharedParameter(_) => Kind::SharedParameter,
            Self::SharedResponse(_) => Kind::SharedResponse,
            Self::Type(_) => Kind::Type,
            Self::Field { .. } => Kind::Field,
            Self::Value { .. } => Kind::Value,
            Self::Condition { .. } => Kind::Condition,
        }
    }

    /// The last part of the name: a field without its schema, a parameter without its operation.
    pub fn name(&self) -> String {
        match self {
            Self::Api => String::from("api"),
            Self::Server(position) => position.to_string(),
            Self::Permission(name)
            | Self::Stream(name)
            | Self::Channel { topic: name, .. }
            | Self::Section(name)
            | Self::Scheme(name)
            | Self::Operation(name)
            | Self::SharedParameter(name)
            | Self::SharedResponse(name)
            | Self::Type(name)
            | Self::Parameter { name, .. }
            | Self::Field { name, .. }
            | Self::Value { value: name, .. }
            | Self::Condition { text: name, .. } => name.clone(),
        }
    }
}

/// Formats the subject for the id of a change. Different subjects have different texts, because the names of operations are in snake case,
/// and the names of schemas begin with a capital letter.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api => f.write_str("api"),
            Self::Server(position) => write!(f, "server:{position}"),
            Self::Permission(name) => write!(f, "permission:{name}"),
            Self::Stream(name) => write!(f, "stream:{name}"),
            Self::Channel { stream, topic } => write!(f, "stream:{stream}.{topic}"),
            Self::Section(name) => write!(f, "section:{name}"),
            Self::Scheme(name) => write!(f, "scheme:{name}"),
            Self::Operation(name) | Self::Type(name) => f.write_str(name),
            Self::Parameter { operation, location, name } => write!(f, "{operation}.{location}.{name}"),
            Self::SharedParameter(name) => write!(f, "parameter:{name}"),
            Self::SharedResponse(name) => write!(f, "response:{name}"),
            Self::Field { owner, name } => write!(f, "{owner}.{name}"),
            Self::Value { owner, value } => write!(f, "{owner}={value}"),
            Self::Condition { holder, text } => write!(f, "{holder}: {text}"),
        }
    }
}

/// A fact about an element.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name of the fact: `required`, `maximum`, `description`, `security`.
    pub name: String,
    /// The content of the fact.
    pub content: Content,
    /// The position of the fact.
    pub position: Position,
}

/// The content of a fact. The comparison treats most contents as text.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A scalar, as text.
    Text(String),
    /// A list or a map.
    Tree(Node),
    /// A type.
    Type(TypeExpression),
    /// The name of a component.
    Reference(String),
    /// The alternative sets of security schemes, of which one set is sufficient. No credentials are needed if there is no set, or if one of
    /// the sets is empty.
    Credentials(BTreeSet<BTreeSet<String>>),
    /// A condition over several fields.
    Condition(Condition),
    /// A documented rate limit.
    RateLimit(RateLimit),
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Reference(text) => f.write_str(text),
            Self::Tree(node) => write!(f, "{}", node.to_json()),
            Self::Type(expression) => expression.fmt(f),
            Self::Condition(condition) => condition.fmt(f),
            Self::RateLimit(limit) => limit.fmt(f),
            Self::Credentials(alternatives) => {
                let words = |all: &BTreeSet<String>| all.iter().map(String::as_str).collect::<Vec<_>>().join(" + ");
                let alternatives: Vec<String> =
                    alternatives.iter().map(|all| if all.is_empty() { "none".to_owned() } else { words(all) }).collect();
                f.write_str(if alternatives.is_empty() { "none" } else { "" })?;
                f.write_str(&alternatives.join(", or "))
            }
        }
    }
}

/// A position in a specification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Position {
    /// The JSON pointer.
    pub pointer: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl Position {
    pub(super) fn new(pointer: &str, span: Span) -> Self {
        Self { pointer: pointer.to_owned(), line: span.line, column: span.column }
    }
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    pub(crate) fn content(&self, name: &str) -> Option<&Content> {
        self.attribute(name).map(|attribute| &attribute.content)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.content(name)? {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn type_expression(&self, name: &str) -> Option<&TypeExpression> {
        match self.content(name)? {
            Content::Type(expression) => Some(expression),
            _ => None,
        }
    }

    /// Whether a request must have the field, or a response always has it.
    pub(crate) fn is_required(&self) -> bool {
        self.text("required") == Some("true")
    }
}
