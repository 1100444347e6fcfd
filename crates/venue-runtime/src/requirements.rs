//! Which credentials an operation needs, by the operation table alone.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use venue_core::{Operation, Permission, Refusal, SecurityScheme};

/// The credentials at hand.
///
/// ```
/// use venue_runtime::Access;
/// use venue_core::SecurityScheme;
///
/// const HMAC: SecurityScheme = SecurityScheme("hmac");
/// let access = Access::new(&[HMAC]).with_remedy(SecurityScheme("jwt"), "log in first");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Access {
    held: Vec<SecurityScheme>,
    permissions: Option<(SecurityScheme, Vec<Permission>)>,
    remedies: Vec<(SecurityScheme, Cow<'static, str>)>,
}

impl Access {
    /// Credentials for these schemes, the preferred ones first. None at all, with `&[]`, are enough for public operations.
    #[must_use]
    pub fn new(held: &[SecurityScheme]) -> Self {
        Self { held: held.to_vec(), ..Self::default() }
    }

    /// Declares all that the key of this scheme is allowed to do. Without a declaration, the server is left to judge.
    ///
    /// No permission contains another one here: declare `Read` beside `Trade`, if the key has it.
    #[must_use]
    pub fn with_permissions(mut self, scheme: SecurityScheme, permissions: &[Permission]) -> Self {
        self.permissions = Some((scheme, permissions.to_vec()));
        self
    }

    /// What the caller is told to do when credentials for this scheme are missing, such as "log in first".
    #[must_use]
    pub fn with_remedy(mut self, scheme: SecurityScheme, remedy: impl Into<Cow<'static, str>>) -> Self {
        self.remedies.push((scheme, remedy.into()));
        self
    }

    /// Which of the operation's alternatives to use: all of its schemes are at hand. Empty if the operation can be called without
    /// credentials; it then goes out without.
    ///
    /// Of several, the one whose least preferred scheme is preferred over the others' is taken; then the one that needs fewer.
    ///
    /// # Errors
    ///
    /// If no alternative is complete, or the key that would complete one is declared without the operation's permission.
    pub fn choose(&self, operation: &'static Operation) -> Result<&'static [SecurityScheme], Refused> {
        if operation.is_public() {
            return Ok(&[]);
        }
        let complete =
            || operation.security.iter().copied().filter(|alternative| alternative.iter().all(|scheme| self.held.contains(scheme)));
        let allowed = complete().filter(|alternative| !self.lacks_permission(operation, alternative));
        match allowed.min_by_key(|alternative| (alternative.iter().map(|scheme| self.rank(*scheme)).max(), alternative.len())) {
            Some(alternative) => Ok(alternative),
            None if complete().next().is_some() => Err(Refused::new(operation, Lack::Permission, self.permission_message(operation))),
            None => Err(Refused::new(operation, Lack::Credentials, self.credentials_message(operation))),
        }
    }

    fn rank(&self, scheme: SecurityScheme) -> usize {
        self.held.iter().position(|held| *held == scheme).unwrap_or(usize::MAX)
    }

    fn lacks_permission(&self, operation: &Operation, alternative: &[SecurityScheme]) -> bool {
        match (&self.permissions, operation.permission) {
            (Some((scheme, declared)), Some(needed)) => alternative.contains(scheme) && !declared.contains(&needed),
            _ => false,
        }
    }

    fn credentials_message(&self, operation: &Operation) -> String {
        let needed = operation.security.iter().map(|alternative| together(alternative)).collect::<Vec<_>>().join(", or ");
        let permission = operation.permission.map_or_else(String::new, |permission| format!(" (a key with permission `{permission}`)"));
        let held = if self.held.is_empty() { String::from("no credentials") } else { together(&self.held) };
        format!("it needs {needed}{permission}, and the client has {held}: {}", self.what_to_do(operation))
    }

    fn permission_message(&self, operation: &Operation) -> String {
        let needed = operation.permission.map_or("", |permission| permission.0);
        let declared = match &self.permissions {
            Some((_, declared)) if !declared.is_empty() => listed(declared, ", "),
            _ => String::from("none"),
        };
        format!(
            "it needs permission `{needed}`, and the key's permissions are declared as {declared}: use a key that has it, or declare it if this one does"
        )
    }

    /// Each remedy once: one login may bring several schemes.
    fn what_to_do(&self, operation: &Operation) -> String {
        let missing = self.missing(operation);
        let mut remedies = Vec::new();
        for remedy in missing.iter().filter_map(|scheme| self.remedy(*scheme)) {
            if !remedies.contains(&remedy) {
                remedies.push(remedy);
            }
        }
        if remedies.is_empty() { format!("give it {}", listed(&missing, " or ")) } else { remedies.join(", or ") }
    }

    /// What would complete an alternative, in the order of the operation's alternatives.
    fn missing(&self, operation: &Operation) -> Vec<SecurityScheme> {
        let mut missing = Vec::new();
        for scheme in operation.security.iter().copied().flatten() {
            if !self.held.contains(scheme) && !missing.contains(scheme) {
                missing.push(*scheme);
            }
        }
        missing
    }

    fn remedy(&self, scheme: SecurityScheme) -> Option<&str> {
        self.remedies.iter().find(|(of, _)| *of == scheme).map(|(_, remedy)| &**remedy)
    }
}

/// Why an operation was not called: the credentials at hand are not enough. Nothing was sent.
///
/// It turns into a [`Refusal`], and is what [`venue_core::Error::refusal`] can be downcast to.
#[derive(Clone, Debug)]
pub struct Refused {
    operation: &'static Operation,
    lack: Lack,
    message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    Credentials,
    Permission,
}

impl Refused {
    fn new(operation: &'static Operation, lack: Lack, message: String) -> Self {
        Self { operation, lack, message }
    }

    /// The operation that was to be called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Whether credentials of another kind are needed, or any at all.
    #[must_use]
    pub fn is_missing_credentials(&self) -> bool {
        self.lack == Lack::Credentials
    }

    /// Whether the key is declared without the permission that the operation needs.
    #[must_use]
    pub fn is_missing_permission(&self) -> bool {
        self.lack == Lack::Permission
    }
}

/// What is needed, what there is, and what to do. The operation's name is not repeated: the client's error begins with it.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Refused {}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        Self::new(refused)
    }
}

/// `` `jwt` + `cookie` ``
fn together(schemes: &[SecurityScheme]) -> String {
    listed(schemes, " + ")
}

fn listed(words: &[impl fmt::Display], between: &str) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(between)
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

    fn refused(access: &Access, operation: &'static Operation) -> Refused {
        access.choose(operation).expect_err("not enough")
    }

    #[test]
    fn a_public_operation_goes_out_without_credentials() {
        for access in [Access::default(), Access::new(&[JWT]).with_permissions(JWT, &[])] {
            assert_eq!(access.choose(&TIME).expect("public"), []);
            assert_eq!(access.choose(&TICKER).expect("public, too"), []);
        }
    }

    #[test]
    fn the_preferred_alternative_is_taken() {
        assert_eq!(Access::new(&[HMAC, JWT]).choose(&PLACE).expect("both"), [HMAC]);
        assert_eq!(Access::new(&[JWT, HMAC]).choose(&PLACE).expect("both"), [JWT]);
        assert_eq!(Access::new(&[COOKIE, HMAC]).choose(&PLACE).expect("one"), [HMAC]);
    }

    #[test]
    fn all_schemes_of_an_alternative_are_needed() {
        assert_eq!(Access::new(&[COOKIE, JWT]).choose(&LOGOUT).expect("both"), [JWT, COOKIE]);
        assert_eq!(
            refused(&Access::new(&[JWT]), &LOGOUT).to_string(),
            "it needs `jwt` + `cookie`, and the client has `jwt`: give it `cookie`"
        );
    }

    #[test]
    fn a_refusal_says_what_is_needed_what_there_is_and_what_to_do() {
        let access = Access::default().with_remedy(HMAC, "set EXAMPLE_API_KEY and EXAMPLE_API_SECRET").with_remedy(JWT, "log in");
        let refused = refused(&access, &PLACE);
        assert_eq!(
            refused.to_string(),
            "it needs `jwt`, or `hmac` (a key with permission `Trade`), and the client has no credentials: \
             log in, or set EXAMPLE_API_KEY and EXAMPLE_API_SECRET"
        );
        assert!(refused.is_missing_credentials() && !refused.is_missing_permission());
    }

    #[test]
    fn a_remedy_for_several_schemes_is_named_once() {
        let access = Access::default().with_remedy(JWT, "log in").with_remedy(COOKIE, "log in");
        assert_eq!(refused(&access, &LOGOUT).to_string(), "it needs `jwt` + `cookie`, and the client has no credentials: log in");
    }

    #[test]
    fn a_key_declared_without_the_permission_is_not_used() {
        let read_only = Access::new(&[HMAC]).with_permissions(HMAC, &[READ]);
        let refused = refused(&read_only, &PLACE);
        assert_eq!(
            refused.to_string(),
            "it needs permission `Trade`, and the key's permissions are declared as `Read`: use a key that has it, or declare it if this one does"
        );
        assert!(refused.is_missing_permission());
        let either = Access::new(&[HMAC, JWT]).with_permissions(HMAC, &[READ]);
        assert_eq!(either.choose(&PLACE).expect("the other one"), [JWT]);
        assert!(Access::new(&[HMAC]).with_permissions(HMAC, &[READ, TRADE]).choose(&PLACE).is_ok());
        assert!(Access::new(&[HMAC]).choose(&PLACE).is_ok(), "undeclared: the server judges");
    }

    #[test]
    fn it_can_be_found_again_in_the_clients_error() {
        let refusal = Refusal::from(refused(&Access::default(), &LOGOUT));
        assert_eq!(refusal.reason().downcast_ref::<Refused>().map(Refused::operation), Some(&LOGOUT));
    }
}
