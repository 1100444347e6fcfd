//! Which credentials an operation needs, by the operation table.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use venue_core::{Operation, Permission, SecurityScheme, Veto, VetoKind};

/// The credentials that a client has, and the selection of the credentials for each operation.
///
/// ```
/// use venue_core::SecurityScheme;
/// use venue_runtime::AvailableCredentials;
///
/// const HMAC: SecurityScheme = SecurityScheme("hmac");
/// const JWT: SecurityScheme = SecurityScheme("jwt");
/// let available =
///     AvailableCredentials::new(&[HMAC]).remedy(JWT, "log in first");
/// ```
#[derive(Clone, Debug, Default)]
pub struct AvailableCredentials {
    schemes: Vec<SecurityScheme>,
    permissions: Option<(SecurityScheme, Vec<Permission>)>,
    remedies: Vec<(SecurityScheme, Cow<'static, str>)>,
}

impl AvailableCredentials {
    /// Declares credentials for these schemes, in the order of preference. Without any scheme (`&[]`), only public operations can be
    /// called.
    #[must_use]
    pub fn new(schemes: &[SecurityScheme]) -> Self {
        Self { schemes: schemes.to_vec(), ..Self::default() }
    }

    /// Declares all permissions of the key that this scheme uses. Without this declaration, only the server checks permissions.
    ///
    /// No permission includes another one: declare both `Read` and `Trade` if the key has both.
    #[must_use]
    pub fn permissions(mut self, scheme: SecurityScheme, permissions: &[Permission]) -> Self {
        self.permissions = Some((scheme, permissions.to_vec()));
        self
    }

    /// Sets the advice, such as "log in first", that the error contains when credentials for this scheme are missing.
    #[must_use]
    pub fn remedy(mut self, scheme: SecurityScheme, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedies.push((scheme, remedy.into()));
        self
    }

    /// Selects the schemes with which a request of the operation is sent: one of the operation's alternative sets of schemes, for which the
    /// client has all credentials. The result is empty if the operation is public, because its request is sent without credentials.
    ///
    /// If several alternatives are possible, the alternative whose least preferred scheme comes first in the client's order of preference
    /// is selected. If several alternatives have the same least preferred scheme, the alternative with the fewest schemes is selected.
    ///
    /// # Errors
    ///
    /// Returns an error if each alternative has a scheme without available credentials, or uses a key that is declared without the
    /// operation's permission.
    pub fn select(&self, operation: &'static Operation) -> Result<&'static [SecurityScheme], MissingCredentials> {
        if operation.is_public() {
            return Ok(&[]);
        }
        let complete =
            || operation.security.iter().copied().filter(|alternative| alternative.iter().all(|scheme| self.schemes.contains(scheme)));
        let allowed = complete().filter(|alternative| !self.lacks_permission(operation, alternative));
        match allowed.min_by_key(|alternative| (alternative.iter().map(|scheme| self.rank(*scheme)).max(), alternative.len())) {
            Some(alternative) => Ok(alternative),
            None if complete().next().is_some() => {
                Err(MissingCredentials::new(operation, Missing::Permission, self.permission_message(operation)))
            }
            None => Err(MissingCredentials::new(operation, Missing::Credentials, self.credentials_message(operation))),
        }
    }

    fn rank(&self, scheme: SecurityScheme) -> usize {
        self.schemes.iter().position(|available| *available == scheme).unwrap_or(usize::MAX)
    }

    fn lacks_permission(&self, operation: &Operation, alternative: &[SecurityScheme]) -> bool {
        match (&self.permissions, operation.permission) {
            (Some((scheme, declared)), Some(needed)) => alternative.contains(scheme) && !declared.contains(&needed),
            _ => false,
        }
    }

    fn credentials_message(&self, operation: &Operation) -> String {
        let needed = operation.security.iter().map(|alternative| join_schemes(alternative)).collect::<Vec<_>>().join(", or ");
        let permission = operation.permission.map_or_else(String::new, |permission| format!(" (a key with permission `{permission}`)"));
        let available = if self.schemes.is_empty() { String::from("no credentials") } else { join_schemes(&self.schemes) };
        format!("it needs {needed}{permission}, and the client has {available}: {}", self.remedies_for(operation))
    }

    fn permission_message(&self, operation: &Operation) -> String {
        let needed = operation.permission.map_or("", |permission| permission.0);
        let declared = match &self.permissions {
            Some((_, declared)) if !declared.is_empty() => join_quoted(declared, ", "),
            _ => String::from("none"),
        };
        format!(
            "it needs permission `{needed}`, and the key's permissions are declared as {declared}: use a key that has it, or declare it if this one does"
        )
    }

    /// Each remedy once, because one login may provide several schemes.
    fn remedies_for(&self, operation: &Operation) -> String {
        let missing = self.missing(operation);
        let mut remedies = Vec::new();
        for remedy in missing.iter().filter_map(|scheme| self.remedy_for(*scheme)) {
            if !remedies.contains(&remedy) {
                remedies.push(remedy);
            }
        }
        if remedies.is_empty() { format!("give it {}", join_quoted(&missing, " or ")) } else { remedies.join(", or ") }
    }

    /// The schemes for which the client has no credentials, in the order of the operation's alternatives.
    fn missing(&self, operation: &Operation) -> Vec<SecurityScheme> {
        let mut missing = Vec::new();
        for scheme in operation.security.iter().copied().flatten() {
            if !self.schemes.contains(scheme) && !missing.contains(scheme) {
                missing.push(*scheme);
            }
        }
        missing
    }

    fn remedy_for(&self, scheme: SecurityScheme) -> Option<&str> {
        self.remedies.iter().find(|(of, _)| *of == scheme).map(|(_, remedy)| &**remedy)
    }
}

/// The error of an operation for which the client's credentials are not sufficient. Nothing was sent.
///
/// Converts into a [`Veto`] of the kind [`VetoKind::MissingCredentials`] or [`VetoKind::MissingPermission`].
#[derive(Clone, Debug)]
pub struct MissingCredentials {
    operation: &'static Operation,
    missing: Missing,
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Credentials,
    Permission,
}

impl MissingCredentials {
    fn new(operation: &'static Operation, missing: Missing, message: String) -> Self {
        Self { operation, missing, message }
    }

    /// The operation that was to be called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Whether the client has no credentials that the operation accepts.
    #[must_use]
    pub fn is_missing_credentials(&self) -> bool {
        self.missing == Missing::Credentials
    }

    /// Whether the key is declared without the permission that the operation needs.
    #[must_use]
    pub fn is_missing_permission(&self) -> bool {
        self.missing == Missing::Permission
    }
}

/// Prints which kinds of credentials the operation needs, which kinds the client has, and how to correct this. Prints no credentials. The
/// name of the operation is left out, because the message of the client's error begins with it.
impl fmt::Display for MissingCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for MissingCredentials {}

impl From<MissingCredentials> for Veto {
    fn from(error: MissingCredentials) -> Self {
        let kind = match error.missing {
            Missing::Credentials => VetoKind::MissingCredentials,
            Missing::Permission => VetoKind::MissingPermission,
        };
        Self::of_kind(kind, error)
    }
}

/// `` `jwt` + `cookie` ``
fn join_schemes(schemes: &[SecurityScheme]) -> String {
    join_quoted(schemes, " + ")
}

fn join_quoted(names: &[impl fmt::Display], separator: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use venue_core::{Repeatable, reqwest::Method};

    use super::*;

    const HMAC: SecurityScheme = SecurityScheme("hmac");
    const JWT: SecurityScheme = SecurityScheme("jwt");
    const COOKIE: SecurityScheme = SecurityScheme("cookie");
    const READ: Permission = Permission("Read");
    const TRADE: Permission = Permission("Trade");

    static PLACE: Operation = operation("place", &[&[JWT], &[HMAC]], Some(TRADE));
    static LOGOUT: Operation = operation("logout", &[&[JWT, COOKIE]], None);
    static TIME: Operation = operation("time", &[], None);
    static TICKER: Operation = operation("ticker", &[&[JWT], &[]], Some(READ));

    const fn operation(id: &'static str, security: &'static [&'static [SecurityScheme]], permission: Option<Permission>) -> Operation {
        Operation::new(id, Method::POST, "/v1", "X", security, permission, Repeatable::Once, "")
    }

    fn rejected(available: &AvailableCredentials, operation: &'static Operation) -> MissingCredentials {
        available.select(operation).expect_err("not sufficient")
    }

    #[test]
    fn a_public_operation_is_called_without_credentials() {
        for available in [AvailableCredentials::default(), AvailableCredentials::new(&[JWT]).permissions(JWT, &[])] {
            assert_eq!(available.select(&TIME).expect("public"), []);
            assert_eq!(available.select(&TICKER).expect("also public"), []);
        }
    }

    #[test]
    fn the_preferred_alternative_is_selected() {
        assert_eq!(AvailableCredentials::new(&[HMAC, JWT]).select(&PLACE).expect("both"), [HMAC]);
        assert_eq!(AvailableCredentials::new(&[JWT, HMAC]).select(&PLACE).expect("both"), [JWT]);
        assert_eq!(AvailableCredentials::new(&[COOKIE, HMAC]).select(&PLACE).expect("a complete alternative"), [HMAC]);
    }

    #[test]
    fn all_schemes_of_an_alternative_are_needed() {
        assert_eq!(AvailableCredentials::new(&[COOKIE, JWT]).select(&LOGOUT).expect("both"), [JWT, COOKIE]);
        assert_eq!(
            rejected(&AvailableCredentials::new(&[JWT]), &LOGOUT).to_string(),
            "it needs `jwt` + `cookie`, and the client has `jwt`: give it `cookie`"
        );
    }

    #[test]
    fn the_error_names_what_the_operation_needs_what_the_client_has_and_what_to_do() {
        let available = AvailableCredentials::default().remedy(HMAC, "set EXAMPLE_API_KEY and EXAMPLE_API_SECRET").remedy(JWT, "log in");
        let error = rejected(&available, &PLACE);
        assert_eq!(
            error.to_string(),
            "it needs `jwt`, or `hmac` (a key with permission `Trade`), and the client has no credentials: \
             log in, or set EXAMPLE_API_KEY and EXAMPLE_API_SECRET"
        );
        assert!(error.is_missing_credentials() && !error.is_missing_permission());
    }

    #[test]
    fn a_remedy_for_several_schemes_is_named_once() {
        let available = AvailableCredentials::default().remedy(JWT, "log in").remedy(COOKIE, "log in");
        assert_eq!(rejected(&available, &LOGOUT).to_string(), "it needs `jwt` + `cookie`, and the client has no credentials: log in");
    }

    #[test]
    fn a_key_declared_without_the_permission_is_not_used() {
        let read_only = AvailableCredentials::new(&[HMAC]).permissions(HMAC, &[READ]);
        let error = rejected(&read_only, &PLACE);
        assert_eq!(
            error.to_string(),
            "it needs permission `Trade`, and the key's permissions are declared as `Read`: use a key that has it, or declare it if this one does"
        );
        assert!(error.is_missing_permission());
        let either = AvailableCredentials::new(&[HMAC, JWT]).permissions(HMAC, &[READ]);
        assert_eq!(either.select(&PLACE).expect("the other scheme"), [JWT]);
        assert!(AvailableCredentials::new(&[HMAC]).permissions(HMAC, &[READ, TRADE]).select(&PLACE).is_ok());
        assert!(AvailableCredentials::new(&[HMAC]).select(&PLACE).is_ok(), "without a declaration only the server checks permissions");
    }

    #[test]
    fn the_veto_has_the_kind_of_what_is_missing() {
        let without_key = Veto::from(rejected(&AvailableCredentials::default(), &LOGOUT));
        let read_only = Veto::from(rejected(&AvailableCredentials::new(&[HMAC]).permissions(HMAC, &[READ]), &PLACE));
        assert_eq!((without_key.kind(), read_only.kind()), (VetoKind::MissingCredentials, VetoKind::MissingPermission));
    }
}
