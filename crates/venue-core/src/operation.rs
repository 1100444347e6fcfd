//! `Operation`: the properties of one operation of an exchange, such as its path and the credentials that it requires.

use std::fmt;

use reqwest::Method;

/// The properties of one operation of an exchange's API, taken from the specification.
///
/// The generated crate contains a table of all operations. [`Error::operation`](crate::Error::operation) and
/// [`Attempt::operation`](crate::Attempt) refer to the operation of the current call.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId` of the specification, which is also the name of the Rust method.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path, below the base URL.
    pub path: &'static str,
    /// The section of the vendor's documentation.
    pub section: &'static str,
    /// The alternative sets of credentials. One complete set is enough; within a set, every scheme is required. If there is no set, or one
    /// set is empty, the operation can be called without credentials.
    pub security: &'static [&'static [SecurityScheme]],
    /// The permission that an API key needs, or `None` if the documentation does not name one.
    pub permission: Option<Permission>,
    /// Whether a call with an unknown outcome may be sent again. The specification decides this; the vendor does not document it.
    pub repeatable: Repeatable,
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
        Self { id, method, path, section, security, permission, repeatable, documentation }
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
/// The vendors do not document this property. The specification assigns it, and assigns [`Once`](Self::Once) in case of doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeatable {
    /// The operation only reads, so it can be repeated without a limit.
    Safe,
    /// The operation sets or extends a value. A second request results in the same state and in the same response.
    Idempotent,
    /// A second request could be executed a second time, or fail although the first one succeeded. Reconcile the first request before
    /// sending it again.
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
