//! The type `Operation`: the properties of one operation of an exchange, such as its path and the credentials that it requires.

use std::fmt;

use reqwest::Method;

use crate::{RateLimit, SuccessCondition};

/// The properties of one operation of an exchange's API, taken from the specification.
///
/// The generated crate contains a table of all operations. [`Error::operation`](crate::Error::operation) and
/// [`Attempt::operation`](crate::Attempt) refer to the operation of the current call.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId` of the specification. The name of the request type is the same name in pascal case.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The documented URL of the server, or `None` for the first server of the specification, which is the base URL of a client.
    pub server: Option<&'static str>,
    /// The path, below the URL of the server.
    pub path: &'static str,
    /// The section of the vendor's documentation.
    pub section: &'static str,
    /// The credentials that the operation requires, as alternative sets of security schemes. A request needs all schemes of one of these
    /// sets. If there is no set, or if a set is empty, the operation can be called without credentials.
    pub security: &'static [&'static [SecurityScheme]],
    /// The permission that an API key needs, or `None` if the documentation does not name one.
    pub permission: Option<Permission>,
    /// Whether a call with an unknown outcome may be sent again. The vendor does not document this, so the specification assigns a value to
    /// each operation.
    pub repeatable: Repeatable,
    /// Whether the operation places, amends or cancels orders. The outcome of an order write has to be reconciled if its response is lost.
    pub is_order_write: bool,
    /// The documented rate limit, or `None` if the documentation does not state one.
    pub rate_limit: Option<RateLimit>,
    /// Conditions on the data of a response. A response is a success only if all of them hold.
    pub success: &'static [SuccessCondition],
    /// The id of the operation that replaces this deprecated operation.
    pub successor: Option<&'static str>,
    /// Whether the exchange has removed the operation. The client sends no request of such an operation.
    pub is_removed: bool,
    /// The parameters in the order of the documentation. The fields of the body follow the path, query and header parameters.
    pub parameters: &'static [Parameter],
    /// The URL of the page of the vendor's documentation, with the anchor.
    pub documentation: &'static str,
}

impl Operation {
    /// Creates an entry of the table of operations.
    #[doc(hidden)]
    #[expect(clippy::too_many_arguments, reason = "called only by generated code, which passes the fields in order")]
    #[must_use]
    pub const fn new(
        id: &'static str,
        method: Method,
        path: &'static str,
        section: &'static str,
        security: &'static [&'static [SecurityScheme]],
        permission: Option<Permission>,
        repeatable: Repeatable,
        documentation: &'static str,
    ) -> Self {
        Self {
            id,
            method,
            server: None,
            path,
            section,
            security,
            permission,
            repeatable,
            is_order_write: false,
            rate_limit: None,
            success: &[],
            successor: None,
            is_removed: false,
            parameters: &[],
            documentation,
        }
    }

    /// Sets the documented URL of the operation's server, for an operation that does not use the first server of the specification. Only
    /// generated code calls this method.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_server(mut self, url: &'static str) -> Self {
        self.server = Some(url);
        self
    }

    /// The same row with the documented rate limit, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_rate_limit(mut self, rate_limit: RateLimit) -> Self {
        self.rate_limit = Some(rate_limit);
        self
    }

    /// The same row with the conditions of a successful response, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_success(mut self, conditions: &'static [SuccessCondition]) -> Self {
        self.success = conditions;
        self
    }

    /// The same row with the id of the operation that replaces it, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_successor(mut self, id: &'static str) -> Self {
        self.successor = Some(id);
        self
    }

    /// The same row of an operation that the exchange has removed, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn removed(mut self) -> Self {
        self.is_removed = true;
        self
    }

    /// The same row of an order write, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn order_write(mut self) -> Self {
        self.is_order_write = true;
        self
    }

    /// The same row with parameters, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_parameters(mut self, parameters: &'static [Parameter]) -> Self {
        self.parameters = parameters;
        self
    }

    /// Whether the operation can be called without any credentials.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.accepts(&[])
    }

    /// Whether credentials of these schemes are enough to call the operation.
    #[must_use]
    pub fn accepts(&self, schemes: &[SecurityScheme]) -> bool {
        self.security.is_empty() || self.security.iter().any(|alternative| alternative.iter().all(|scheme| schemes.contains(scheme)))
    }
}

/// `place_order (POST /v1/private/order/place)`
impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", self.id, self.method, self.path)
    }
}

/// A parameter of an operation, or a field of its body.
///
/// A command-line program or a tool for agents can build its interface from an operation's parameters, and needs no second description of
/// the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// The part of the HTTP request that contains the parameter.
    pub location: ParameterLocation,
    /// The type of the value.
    pub value_type: ParameterType,
    /// Whether the documentation requires the parameter.
    pub is_required: bool,
    /// The value that the server uses if the parameter is left out, as JSON: `"GTC"`, `20`.
    pub default: Option<&'static str>,
    /// The documented minimum: of a number's value, of a text's characters, or of a list's items.
    pub minimum: Option<i64>,
    /// The documented maximum: of a number's value, of a text's characters, or of a list's items.
    pub maximum: Option<i64>,
    /// The documented regular expression of a text.
    pub pattern: Option<&'static str>,
    /// The first line of the description.
    pub summary: &'static str,
}

impl Parameter {
    /// A row of the table, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(name: &'static str, location: ParameterLocation, value_type: ParameterType, summary: &'static str) -> Self {
        Self { name, location, value_type, is_required: false, default: None, minimum: None, maximum: None, pattern: None, summary }
    }

    /// The same row of a required parameter.
    #[doc(hidden)]
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// The same row with a default value, as JSON.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// The same row with the regular expression of a text.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_pattern(mut self, pattern: &'static str) -> Self {
        self.pattern = Some(pattern);
        self
    }

    /// The same row with limits.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_limits(mut self, minimum: Option<i64>, maximum: Option<i64>) -> Self {
        (self.minimum, self.maximum) = (minimum, maximum);
        self
    }
}

/// The part of an HTTP request that contains a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ParameterLocation {
    /// A segment of the path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A field of the JSON body.
    Body,
}

/// The type of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterType {
    /// A text.
    Text,
    /// An exact decimal, written as a text.
    Decimal,
    /// A text that must not be printed or logged.
    Secret,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    UnixMillis,
    /// Seconds since 1970-01-01T00:00:00Z.
    UnixSeconds,
    /// An integer of 32 bits.
    Int32,
    /// An integer of 64 bits.
    Int64,
    /// `true` or `false`.
    Boolean,
    /// Any JSON value.
    Any,
    /// The id of something, as a text.
    Id,
    /// The id of something, as the digits of an integer of 64 bits.
    IntegerId,
    /// Milliseconds since 1970-01-01T00:00:00Z, as a text of digits.
    UnixMillisText,
    /// Seconds since 1970-01-01T00:00:00Z, as a text of digits.
    UnixSecondsText,
    /// One of these texts.
    TextEnum(&'static [&'static str]),
    /// One of these integers.
    IntegerEnum(&'static [&'static str]),
    /// An object of the generated type with this name.
    Object(&'static str),
    /// A list of values of this type.
    List(&'static ParameterType),
}

/// A way to authenticate, named as in the specification's `securitySchemes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SecurityScheme(pub &'static str);

impl fmt::Display for SecurityScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A permission of an API key, with the exchange's own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Permission(pub &'static str);

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Whether a call may be sent again if its outcome is unknown, in the terms of RFC 9110.
///
/// The vendors do not document this property, so the specification assigns it to each operation. In case of doubt it assigns
/// [`Once`](Self::Once).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeatable {
    /// The operation only reads, so it can be repeated without a limit.
    Safe,
    /// The operation is idempotent. For example, it sets or extends a value. A second equal request results in the same state and in the
    /// same response.
    Idempotent,
    /// If the request is sent again, the exchange may execute it twice, or reject the second request although the first one was executed.
    /// Determine the outcome of the first request before you send it again.
    Once,
}

impl Repeatable {
    /// Whether a call may be sent again while the outcome of the first attempt is unknown.
    #[must_use]
    pub const fn is_repeatable(self) -> bool {
        !matches!(self, Self::Once)
    }
}

impl fmt::Display for Repeatable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Safe => "safe",
            Self::Idempotent => "idempotent",
            Self::Once => "once",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: SecurityScheme = SecurityScheme("jwt");
    const KEY: SecurityScheme = SecurityScheme("apiKey");
    const COOKIE: SecurityScheme = SecurityScheme("cookie");

    fn with(security: &'static [&'static [SecurityScheme]]) -> Operation {
        Operation::new("x", Method::GET, "/x", "X", security, None, Repeatable::Safe, "")
    }

    #[test]
    fn one_complete_set_of_credentials_is_enough() {
        let either = with(&[&[JWT], &[KEY]]);
        assert!(either.accepts(&[JWT]) && either.accepts(&[KEY]));
        assert!(!either.accepts(&[COOKIE]) && !either.is_public());
        let both = with(&[&[JWT, COOKIE]]);
        assert!(!both.accepts(&[JWT]) && both.accepts(&[COOKIE, JWT]));
    }

    #[test]
    fn an_operation_without_sets_or_with_an_empty_set_is_public() {
        assert!(with(&[]).is_public());
        assert!(with(&[&[], &[JWT]]).is_public());
    }
}
