//! API keys: from given values, the environment, a file, or the operating system's keyring.
//!
//! Whatever the source, the values go by the same [`Names`], are never repaired, and never printed.

mod error;
mod file;
#[cfg(feature = "keyring")]
mod keyring;

use std::fmt;

use venue_core::Secret;

use error::{Kind, Place, Problem};

pub use error::CredentialsError;

/// What the parts of an API key are called: as variables of the environment, in a file, and as accounts in a keyring.
///
/// ```
/// use venue_runtime::credentials::Names;
///
/// const NAMES: Names = Names::new("EXAMPLE_API_KEY", "EXAMPLE_API_SECRET");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Names {
    id: &'static str,
    secret: &'static str,
    memo: Option<&'static str>,
}

impl Names {
    /// Of the key itself, as it is sent along, and of the secret that signs.
    #[must_use]
    pub const fn new(id: &'static str, secret: &'static str) -> Self {
        Self { id, secret, memo: None }
    }

    /// Of the third part that some exchanges know (a memo, a passphrase). Named, it is required.
    #[must_use]
    pub const fn with_memo(self, memo: &'static str) -> Self {
        Self { memo: Some(memo), ..self }
    }
}

/// An API key: a public id, the secret that signs, and at some exchanges a memo or passphrase.
///
/// `Debug` shows the first characters of a long id, to tell keys apart, and nothing else. The secrets are overwritten on drop.
#[derive(Clone)]
pub struct ApiKey {
    id: String,
    secret: Secret,
    memo: Option<Secret>,
}

impl ApiKey {
    /// From values that the program has. The id may come as a secret, as an exchange's answer holds it.
    ///
    /// # Errors
    ///
    /// If a value is empty, is surrounded by white space or quotes, or contains a control character; the id must be visible ASCII, because
    /// it goes into a header. Nothing is trimmed: what is wrong at the end may be wrong in the middle.
    pub fn new(id: impl Into<Secret>, secret: impl Into<Secret>) -> Result<Self, CredentialsError> {
        let given = |part: &'static str| move |problem| CredentialsError::unusable(part, Place::Given, problem);
        let (id, secret) = (id.into(), secret.into());
        check_id(id.expose_secret()).map_err(given("the id of the API key"))?;
        check(secret.expose_secret()).map_err(given("the secret of the API key"))?;
        Ok(Self { id: id.expose_secret().to_owned(), secret, memo: None })
    }

    /// Adds the memo (or passphrase) that goes with the key.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_memo(self, memo: impl Into<Secret>) -> Result<Self, CredentialsError> {
        let memo = memo.into();
        check(memo.expose_secret()).map_err(|problem| CredentialsError::unusable("the memo of the API key", Place::Given, problem))?;
        Ok(Self { memo: Some(memo), ..self })
    }

    /// From variables of the environment.
    ///
    /// They stay there, and other programs of the same user can read them; a file or the keyring keeps a secret better.
    ///
    /// # Errors
    ///
    /// If a variable is not set, or its value is not usable (see [`new`](Self::new)).
    pub fn from_env(names: Names) -> Result<Self, CredentialsError> {
        Self::from_variables(names, |name| std::env::var(name))
    }

    fn from_variables(names: Names, read: impl Fn(&str) -> Result<String, std::env::VarError>) -> Result<Self, CredentialsError> {
        Self::assemble(names, &Place::Environment, |name| match read(name) {
            Ok(value) => Ok(Some(Secret::from(value))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            // The error holds the value: it ends here.
            Err(std::env::VarError::NotUnicode(_)) => Err(CredentialsError::unusable(name, Place::Environment, Problem::NotUnicode)),
        })
    }

    /// From a place where each part is found by its name.
    fn assemble(
        names: Names,
        place: &Place,
        find: impl Fn(&'static str) -> Result<Option<Secret>, CredentialsError>,
    ) -> Result<Self, CredentialsError> {
        let part = |name, check: fn(&str) -> Result<(), Problem>| {
            let value = find(name)?.ok_or_else(|| CredentialsError::of(Kind::Missing { name, place: place.clone() }))?;
            check(value.expose_secret()).map_err(|problem| CredentialsError::unusable(name, place.clone(), problem))?;
            Ok(value)
        };
        let id = part(names.id, check_id)?.expose_secret().to_owned();
        let secret = part(names.secret, check)?;
        let memo = names.memo.map(|name| part(name, check)).transpose()?;
        Ok(Self { id, secret, memo })
    }

    /// The public part, which is sent along.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The part that signs.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The memo or passphrase, if there is one.
    #[must_use]
    pub fn memo(&self) -> Option<&Secret> {
        self.memo.as_ref()
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An id is ASCII; of a short one, four characters would be too much.
        let beginning = if self.id.len() >= 16 { &self.id[..4] } else { "" };
        f.debug_struct("ApiKey").field("id", &format_args!("{beginning}…")).finish_non_exhaustive()
    }
}

fn check(value: &str) -> Result<(), Problem> {
    if value.is_empty() {
        Err(Problem::Empty)
    } else if value.trim() != value {
        Err(Problem::Surrounded)
    } else if value.len() > 1 && ['"', '\''].iter().any(|quote| value.starts_with(*quote) && value.ends_with(*quote)) {
        Err(Problem::Quoted)
    } else if value.chars().any(char::is_control) {
        Err(Problem::Control)
    } else {
        Ok(())
    }
}

fn check_id(value: &str) -> Result<(), Problem> {
    check(value)?;
    if value.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(()) } else { Err(Problem::NotVisibleAscii) }
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use super::*;

    const NAMES: Names = Names::new("X_KEY", "X_SECRET");

    fn from(variables: &[(&str, &str)], names: Names) -> Result<ApiKey, CredentialsError> {
        ApiKey::from_variables(names, |name| {
            let found = variables.iter().find(|(of, _)| *of == name);
            found.map(|(_, value)| String::from(*value)).ok_or(VarError::NotPresent)
        })
    }

    #[test]
    fn each_part_is_found_by_its_name() {
        let key =
            from(&[("X_KEY", "public"), ("X_SECRET", "hunter2"), ("X_MEMO", "my memo")], NAMES.with_memo("X_MEMO")).expect("complete");
        assert_eq!((key.id(), key.secret().expose_secret()), ("public", "hunter2"));
        assert_eq!(key.memo().map(Secret::expose_secret), Some("my memo"));
        assert!(from(&[("X_KEY", "public"), ("X_SECRET", "hunter2")], NAMES).expect("complete").memo().is_none());
    }

    #[test]
    fn an_error_names_what_is_missing() {
        let error = from(&[("X_KEY", "public")], NAMES).expect_err("no secret");
        assert_eq!(error.to_string(), "`X_SECRET` is not set in the environment");
        assert!(error.is_missing());
        let memo = from(&[("X_KEY", "public"), ("X_SECRET", "hunter2")], NAMES.with_memo("X_MEMO")).expect_err("no memo");
        assert_eq!(memo.to_string(), "`X_MEMO` is not set in the environment");
    }

    #[test]
    fn a_value_that_was_copied_badly_is_refused_and_not_printed() {
        for (secret, hint) in [
            ("", "is empty"),
            ("hunter2\n", "begins or ends with white space; a trailing newline is the usual cause: `printf %s` writes none"),
            (" hunter2", "begins or ends with white space; a trailing newline is the usual cause: `printf %s` writes none"),
            ("'hunter2'", "is in quotes: write it without them"),
            ("hun\nter2", "contains a control character: was more copied than the value?"),
        ] {
            let error = from(&[("X_KEY", "public"), ("X_SECRET", secret)], NAMES).expect_err(hint);
            assert_eq!(error.to_string(), format!("`X_SECRET` in the environment {hint}"));
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
            let given = ApiKey::new("public", secret).expect_err(hint);
            assert_eq!(given.to_string(), format!("the secret of the API key {hint}"));
        }
    }

    #[test]
    fn an_id_must_fit_into_a_header() {
        let error = ApiKey::new("schlüssel", "hunter2").expect_err("not ASCII");
        assert_eq!(error.to_string(), "the id of the API key is not visible ASCII: was the right value copied?");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_text_is_not_printed() {
        use std::os::unix::ffi::OsStringExt as _;

        let error = ApiKey::from_variables(NAMES, |_| Err(VarError::NotUnicode(std::ffi::OsString::from_vec(b"hunter2\xff".to_vec()))))
            .expect_err("not Unicode");
        assert_eq!(error.to_string(), "`X_KEY` in the environment is not valid Unicode: was the right value copied?");
        assert!(!format!("{error:?}").contains("hunter2"));
    }

    #[test]
    fn debug_shows_the_beginning_of_a_long_id_alone() {
        let key = ApiKey::new("0123456789abcdef", "hunter2").and_then(|key| key.with_memo("my memo")).expect("usable");
        assert_eq!(format!("{key:?}"), "ApiKey { id: 0123…, .. }");
        assert_eq!(format!("{:?}", ApiKey::new("public", "hunter2").expect("usable")), "ApiKey { id: …, .. }");
    }
}
