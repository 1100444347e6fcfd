//! The types of the model.

use serde_json::Value;

use super::inferences::{Aspect, Inferences};
use super::pattern::Pattern;
use super::stream::Stream;

/// The API of an exchange, as its specification describes it.
#[derive(Debug, Clone)]
pub struct Api {
    /// The specification's `info.title`.
    pub title: String,
    /// The specification's `info.version`.
    pub version: String,
    /// The specification's `info.description`.
    pub description: String,
    /// The servers, in the order of the file. The first server is the server of every operation that names no other server.
    pub servers: Vec<Server>,
    /// The start page of the exchange's documentation.
    pub documentation: String,
    /// The sections of the exchange's documentation, in its order.
    pub sections: Vec<Section>,
    /// The dates of the exchange's end, if the exchange has announced one.
    pub lifecycle: Option<Lifecycle>,
    /// The names of the envelope that wraps every response, unless the operation has none.
    pub envelope: EnvelopeNames,
    /// The security schemes.
    pub schemes: Vec<Scheme>,
    /// The permissions that an API key can have.
    pub permissions: Vec<String>,
    /// The streams, each with its channels.
    pub streams: Vec<Stream>,
    /// The operations, in the order of the file.
    pub operations: Vec<Operation>,
    /// The named schemas, in the order of the file, without the envelope.
    pub types: Vec<Type>,
}

/// A section of the exchange's documentation.
#[derive(Debug, Clone)]
pub struct Section {
    /// The name of the tag.
    pub name: String,
    /// The description of the tag.
    pub description: String,
    /// The URL of the section's page.
    pub documentation: Option<String>,
}

/// A server of the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// The base URL, without a slash at its end.
    pub url: String,
    /// The description of the server.
    pub description: String,
}

/// The announced end of an exchange. Each date has the form `2026-07-26`. The dates are in chronological order and can be equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// The date of the announcement.
    pub announced: String,
    /// The date on which trading ends.
    pub trading_ends: Option<String>,
    /// The date on which the exchange closes.
    pub closed: Option<String>,
    /// The source of the dates, in a sentence.
    pub source: String,
}

/// The envelope's schema, and the wire names of its fields.
#[derive(Debug, Clone)]
pub struct EnvelopeNames {
    /// The name of the envelope's schema.
    pub schema: String,
    /// The description of the envelope's schema.
    pub description: String,
    /// The field with the business code.
    pub code: String,
    /// The business codes that mean success.
    pub success: Vec<i64>,
    /// The business codes of errors after which a write may have been executed.
    pub uncertain: Vec<i64>,
    /// The field with the error message.
    pub message: String,
    /// The field with the data.
    pub data: String,
    /// The field with the request id; empty if the exchange sends none.
    pub request_id: String,
}

/// A security scheme.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// The name of the scheme in `securitySchemes`.
    pub name: String,
    /// The description of the scheme.
    pub description: String,
    /// What the exchange's documentation leaves open about the scheme.
    pub undocumented: Option<String>,
}

/// A method of the trading client, such as `client.account().change_logs()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientMethod {
    /// The group of methods, in snake case, such as `account`.
    pub group: String,
    /// The method, in snake case, such as `change_logs`.
    pub name: String,
}

/// The documented maximum of requests to an operation in a period of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests, at least 1.
    pub requests: u32,
    /// The period in seconds, at least 1.
    pub seconds: u32,
    /// The requests that the exchange counts together.
    pub scope: RateLimitScope,
}

/// The requests that the exchange counts together for a rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimitScope {
    /// The requests from one IP address.
    Ip,
    /// The requests with one API key.
    Key,
    /// The requests of one user, with any of the user's API keys.
    User,
}

impl RateLimitScope {
    /// The word of the scope in `x-venue-rate-limit`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Key => "key",
            Self::User => "user",
        }
    }
}

/// A success marker: a field of the response's data, with the value that the field has if the operation succeeded. Another value means a
/// failure, even if the HTTP status and the envelope of the response mean success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuccessCondition {
    /// The path of the field below the data: the wire names, separated by dots, such as `failIds` or `result.code`.
    pub field: String,
    /// The value: an integer, a boolean, a string, or an empty list.
    pub expected: Value,
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The `operationId`.
    pub id: String,
    /// The HTTP method, in upper case.
    pub method: String,
    /// The URL of the operation's server; `None` for the first server of the specification.
    pub server: Option<String>,
    /// The path, below the server's URL.
    pub path: String,
    /// The name of the operation's section.
    pub section: String,
    /// The summary, in one line.
    pub summary: String,
    /// The description.
    pub description: String,
    /// The URL of the operation's documentation, with the anchor.
    pub documentation: String,
    /// Whether the exchange has announced the removal of the operation.
    pub deprecated: bool,
    /// The `operationId` of the operation that replaces a deprecated one.
    pub successor: Option<String>,
    /// Whether the exchange has removed the operation, so that no request can succeed.
    pub removed: bool,
    /// The alternative sets of security schemes. Each set is sufficient by itself.
    pub security: Vec<Vec<String>>,
    /// The required permission, such as `none`, `read` or `trade`.
    pub permission: String,
    /// Whether the operation can be repeated: `safe`, `idempotent` or `once`.
    pub repeatable: String,
    /// Whether the operation places, amends or cancels orders.
    pub order_write: bool,
    /// The method of the trading client that only forwards the request; `None` if the client has no such method.
    pub client_method: Option<ClientMethod>,
    /// The documented rate limit.
    pub rate_limit: Option<RateLimit>,
    /// The success markers: values of the data that success requires in addition to the HTTP status and the envelope. The data must have
    /// all of these values.
    pub success: Vec<SuccessCondition>,
    /// Query, header and path parameters, in the order of the file.
    pub parameters: Vec<Parameter>,
    /// The JSON request body.
    pub body: Option<Body>,
    /// Conditions over several parameters.
    pub rules: Vec<Rule>,
    /// The response in case of success.
    pub response: SuccessResponse,
    /// Properties of the operation that are inferred from the documentation.
    pub inferred: Inferences,
    /// The JSON pointer of the operation.
    pub pointer: String,
}

/// A query, header or path parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// `query`, `header` or `path`.
    pub location: String,
    /// The name, type, limits and description.
    pub field: Field,
}

/// A JSON request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// The name of the body's schema.
    pub schema: String,
    /// The documented example.
    pub example: Option<Value>,
}

/// The response of an operation in case of success.
#[derive(Debug, Clone)]
pub struct SuccessResponse {
    /// The name of the data's schema, or of the items' schema if the data is a list.
    pub schema: String,
    /// Whether the data is a list of `schema`.
    pub is_list: bool,
    /// Whether the response is in the envelope. Without an envelope, the complete body is the data.
    pub enveloped: bool,
    /// The description of the response.
    pub description: String,
    /// What the exchange's documentation leaves open about the response.
    pub undocumented: Option<String>,
    /// The documented example, including the envelope if there is one.
    pub example: Option<Value>,
}

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

/// The classification of the values of a state enum, such as an order status, into open and final states. It is unknown whether a state in
/// neither list can still change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct States {
    /// States that can still change.
    pub open: Vec<String>,
    /// States that do not change any more.
    pub r#final: Vec<String>,
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

/// A condition over several fields of a request, with its inferred parts.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The condition.
    pub condition: Condition,
    /// The evidence for the inferred parts of the condition. Both the rule itself and its exception can be inferred from the documentation.
    pub inferred: Inferences,
}

impl Rule {
    /// The evidence for the rule, if the documentation does not state the rule.
    pub fn evidence(&self) -> Option<&str> {
        self.inferred.of(Aspect::Rule)
    }
}

/// A condition over several fields of a request.
#[derive(Debug, Clone)]
pub enum Condition {
    /// At least one of these fields must be present.
    AnyOf(Vec<String>),
    /// Exactly one of these fields must be present.
    OneOf(Vec<String>),
    /// A field is required under a condition.
    Require {
        /// The required field.
        field: String,
        /// The field is required only if each of these fields has one of the listed values.
        when: Vec<(String, Vec<Value>)>,
        /// The field is not required if any of these fields has one of the listed values.
        unless: Vec<(String, Vec<Value>)>,
    },
}

impl Api {
    /// Finds a named schema.
    pub fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.iter().find(|candidate| candidate.name == name)
    }

    /// The operations of a section, in the order of the file.
    pub fn operations_of<'a>(&'a self, section: &'a str) -> impl Iterator<Item = &'a Operation> {
        self.operations.iter().filter(move |operation| operation.section == section)
    }
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
