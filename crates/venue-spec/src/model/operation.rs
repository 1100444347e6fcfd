//! The model of an operation: its parameters, body, response, rate limit and success markers.

use serde_json::Value;

use super::inferences::Inferences;
use super::rule::Rule;
use super::schema::Field;

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
