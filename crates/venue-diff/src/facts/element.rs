//! What has facts of its own, and where it stands.

use std::collections::BTreeSet;
use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use venue_spec::tree::{Node, Span};

use super::{Condition, TypeExpression};

/// A part of a specification, with what is said of it.
#[derive(Debug, Clone)]
pub struct Element {
    /// What it is.
    pub subject: Subject,
    /// Where it begins.
    pub position: Position,
    /// Where its name stands, if that is not where it begins.
    pub name: Option<Position>,
    /// What is said of it, in the order of the file; no name occurs twice.
    pub attributes: Vec<Attribute>,
}

/// What a specification speaks of. The order of the variants is the order of reports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The file as a whole.
    Api,
    /// A server, by its position from 1: programs call the first.
    Server(usize),
    /// Something that an API key can be allowed to do.
    Permission(String),
    /// An address to which a program connects to be told of what happens, by its name.
    Stream(String),
    /// A kind of messages of a stream.
    Channel {
        /// The stream.
        stream: String,
        /// The topic.
        topic: String,
    },
    /// A section of the documentation.
    Section(String),
    /// A way to authenticate.
    Scheme(String),
    /// An operation, by its `operationId`.
    Operation(String),
    /// A parameter of an operation.
    Parameter {
        /// The operation.
        operation: String,
        /// `query`, `header` or `path`.
        location: String,
        /// On the wire.
        name: String,
    },
    /// A parameter that several operations share.
    SharedParameter(String),
    /// A response that several operations share.
    SharedResponse(String),
    /// A named schema.
    Type(String),
    /// A field of an object.
    Field {
        /// The named schema.
        owner: String,
        /// On the wire.
        name: String,
    },
    /// A value of an enum.
    Value {
        /// The named schema.
        owner: String,
        /// On the wire.
        value: String,
    },
    /// A condition over several fields of an object, or parameters of an operation.
    Condition {
        /// The named schema or the operation.
        holder: String,
        /// The condition in words.
        text: String,
    },
}

/// What kind of thing a subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The file as a whole.
    Api,
    /// A server.
    Server,
    /// Something that an API key can be allowed to do.
    Permission,
    /// A stream.
    Stream,
    /// A channel of a stream.
    Channel,
    /// A section of the documentation.
    Section,
    /// A way to authenticate.
    Scheme,
    /// An operation.
    Operation,
    /// A parameter of an operation.
    Parameter,
    /// A parameter that several operations share.
    SharedParameter,
    /// A response that several operations share.
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
    /// What kind of thing this is.
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

/// The first half of a change's id: operations are in snake case and schemas begin with a capital, so that no two subjects are one text.
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

/// Something that is said of an element.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// What is said: `required`, `maximum`, `description`, `security`.
    pub name: String,
    /// The fact itself.
    pub content: Content,
    /// Where it stands.
    pub position: Position,
}

/// A fact, as far as a comparison must understand it.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A text, a number or a truth value, as text.
    Text(String),
    /// Whatever else stands there.
    Tree(Node),
    /// A type.
    Type(TypeExpression),
    /// A component that is referred to.
    Reference(String),
    /// Alternatives of credentials, each of several schemes, in an order of their own. None at all and an alternative without schemes both
    /// mean: without credentials.
    Credentials(BTreeSet<BTreeSet<String>>),
    /// A condition over several fields.
    Condition(Condition),
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Reference(text) => f.write_str(text),
            Self::Tree(node) => write!(f, "{}", node.to_json()),
            Self::Type(expression) => expression.fmt(f),
            Self::Condition(condition) => condition.fmt(f),
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

/// A place in a specification.
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

    /// Whether a request without it is refused, or an answer always has it.
    pub(crate) fn is_required(&self) -> bool {
        self.text("required") == Some("true")
    }
}
