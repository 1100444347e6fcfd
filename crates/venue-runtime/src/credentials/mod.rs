//! Reads API keys from values, from environment variables, from a file, or from the operating system's keyring.
//!
//! The same [`VariableNames`] apply to all sources. A value with a mistake, such as a trailing newline, is rejected and not corrected.
//! Values are never printed.

mod error;
mod file;
#[cfg(feature = "keyring")]
mod keyring;

use std::fmt;

use venue_core::Secret;
use venue_core::reqwest::header::HeaderValue;

use error::{ErrorKind, Source, ValueProblem};

use crate::redact;

pub use error::CredentialsError;

/// The names of the parts of an API key. The same names are used for environment variables, for lines in a file, and for accounts in a
/// keyring.
///
/// ```
/// use venue_runtime::credentials::VariableNames;
///
/// const NAMES: VariableNames =
///     VariableNames::new("EXAMPLE_API_KEY", "EXAMPLE_API_SECRET");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VariableNames {
    id: &'static str,
    secret: &'static str,
    memo: Option<&'static str>,
}

impl VariableNames {
    /// Sets the names of the id, which is sent with each request, and of the secret, which signs requests.
    #[must_use]
    pub const fn new(id: &'static str, secret: &'static str) -> Self {
        Self { id, secret, memo: None }
    }

    /// Sets the name of the memo or passphrase, which some exchanges use. The memo is then required.
    #[must_use]
    pub const fn with_memo(self, memo: &'static str) -> Self {
        Self { memo: Some(memo), ..self }
    }
}

/// An API key: a public id, a secret that signs requests, and at some exchanges a memo or passphrase.
///
/// `Debug` prints only the first four characters of the id, to distinguish keys, and only if the id has at least 16 characters. The memory
/// of the secrets is overwritten on drop.
#[derive(Clone)]
pub struct ApiKey {
    id: String,
    secret: Secret,
    memo: Option<Secret>,
}

impl ApiKey {
    /// Creates an API key from its id and its secret. The id can also be passed as a [`Secret`], because a response that creates an API key
    /// contains the id as a [`Secret`].
    ///
    /// # Errors
    ///
    /// Returns an error if a value is empty, begins or ends with white space, is in quotes, or contains a control character. Also returns
    /// an error if the id contains other characters than visible ASCII, because the id is sent in a header. White space is not removed,
    /// because it can mean that the value was copied incorrectly.
    pub fn new(id: impl Into<Secret>, secret: impl Into<Secret>) -> Result<Self, CredentialsError> {
        let given = |part: &'static str| move |problem| CredentialsError::unusable(part, Source::Argument, problem);
        let (id, secret) = (id.into(), secret.into());
        check_id(id.expose_secret()).map_err(given("the id of the API key"))?;
        check(secret.expose_secret()).map_err(given("the secret of the API key"))?;
        Ok(Self { id: id.expose_secret().to_owned(), secret, memo: None })
    }

    /// Adds the memo or passphrase.
    ///
    /// # Errors
    ///
    /// Returns an error if the memo is not usable (see [`new`](Self::new)).
    pub fn with_memo(self, memo: impl Into<Secret>) -> Result<Self, CredentialsError> {
        let memo = memo.into();
        check(memo.expose_secret()).map_err(|problem| CredentialsError::unusable("the memo of the API key", Source::Argument, problem))?;
        Ok(Self { memo: Some(memo), ..self })
    }

    /// Reads an API key from environment variables.
    ///
    /// A file or the keyring protects a secret better, because all child processes inherit the environment variables of a process, and
    /// tools for diagnosis often print the variables.
    ///
    /// # Errors
    ///
    /// Returns an error if a variable is not set, or its value is not usable (see [`new`](Self::new)).
    pub fn from_env(names: VariableNames) -> Result<Self, CredentialsError> {
        Self::from_variables(names, |name| std::env::var(name))
    }

    fn from_variables(names: VariableNames, read: impl Fn(&str) -> Result<String, std::env::VarError>) -> Result<Self, CredentialsError> {
        Self::assemble(names, &Source::Environment, |name| match read(name) {
            Ok(value) => Ok(Some(Secret::from(value))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            // The error of the standard library contains the value, so it is dropped.
            Err(std::env::VarError::NotUnicode(_)) => Err(CredentialsError::unusable(name, Source::Environment, ValueProblem::NotUnicode)),
        })
    }

    /// Reads all parts of an API key from a source, by their names.
    fn assemble(
        names: VariableNames,
        source: &Source,
        find: impl Fn(&'static str) -> Result<Option<Secret>, CredentialsError>,
    ) -> Result<Self, CredentialsError> {
        let part = |name, check: fn(&str) -> Result<(), ValueProblem>| {
            let value = find(name)?.ok_or_else(|| CredentialsError::of(ErrorKind::Missing { name, source: source.clone() }))?;
            check(value.expose_secret()).map_err(|problem| CredentialsError::unusable(name, source.clone(), problem))?;
            Ok(value)
        };
        let id = part(names.id, check_id)?.expose_secret().to_owned();
        let secret = part(names.secret, check)?;
        let memo = names.memo.map(|name| part(name, check)).transpose()?;
        Ok(Self { id, secret, memo })
    }

    /// The id, which is public and sent with each request.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The secret, which signs requests.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The memo or passphrase, if the key has one.
    #[must_use]
    pub fn memo(&self) -> Option<&Secret> {
        self.memo.as_ref()
    }

    /// The value of a header that contains the id. The value is marked as sensitive.
    #[must_use]
    pub fn id_header(&self) -> HeaderValue {
        let mut header = HeaderValue::try_from(&*self.id).expect("the id of an `ApiKey` is visible ASCII");
        header.set_sensitive(true);
        header
    }

    /// Redacts each occurrence of the id, the secret and the memo in a text that the server sent, however short they are. The longest value
    /// is redacted first, so that a short memo that is a part of the id does not leave the rest of the id in the text.
    pub fn redact(&self, text: &mut String) {
        let memo = self.memo.as_ref().map_or("", Secret::expose_secret);
        let mut values = [&*self.id, self.secret.expose_secret(), memo];
        values.sort_unstable_by_key(|value| std::cmp::Reverse(value.len()));
        for value in values {
            redact::value(text, value);
        }
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The id is ASCII. Four characters of a short id would reveal too much.
        let beginning = if self.id.len() >= 16 { &self.id[..4] } else { "" };
        f.debug_struct("ApiKey").field("id", &format_args!("{beginning}…")).finish_non_exhaustive()
    }
}

fn check(value: &str) -> Result<(), ValueProblem> {
    if value.is_empty() {
        Err(ValueProblem::Empty)
    } else if value.trim() != value {
        Err(ValueProblem::SurroundingWhiteSpace)
    } else if value.len() > 1 && ['"', '\''].iter().any(|quote| value.starts_with(*quote) && value.ends_with(*quote)) {
        Err(ValueProblem::Quoted)
    } else if value.chars().any(char::is_control) {
        Err(ValueProblem::ControlCharacter)
    } else {
        Ok(())
    }
}

fn check_id(value: &str) -> Result<(), ValueProblem> {
    check(value)?;
    if value.bytes().all(|byte| byte.is_ascii_graphic()) { Ok(()) } else { Err(ValueProblem::NotVisibleAscii) }
}

#[cfg(test)]
mod tests {
    use std::env::VarError;

    use super::*;

    const NAMES: VariableNames = VariableNames::new("X_KEY", "X_SECRET");

    fn from(variables: &[(&str, &str)], names: VariableNames) -> Result<ApiKey, CredentialsError> {
        ApiKey::from_variables(names, |name| {
            let found = variables.iter().find(|(of, _)| *of == name);
            found.map(|(_, value)| String::from(*value)).ok_or(VarError::NotPresent)
        })
    }

    #[test]
    fn each_part_is_read_by_its_name() {
        let key =
            from(&[("X_KEY", "public"), ("X_SECRET", "hunter2"), ("X_MEMO", "my memo")], NAMES.with_memo("X_MEMO")).expect("complete");
        assert_eq!((key.id(), key.secret().expose_secret()), ("public", "hunter2"));
        assert_eq!(key.memo().map(Secret::expose_secret), Some("my memo"));
        assert!(from(&[("X_KEY", "public"), ("X_SECRET", "hunter2")], NAMES).expect("complete").memo().is_none());
    }

    #[test]
    fn an_error_contains_the_name_of_the_missing_part() {
        let error = from(&[("X_KEY", "public")], NAMES).expect_err("no secret");
        assert_eq!(error.to_string(), "`X_SECRET` is not set in the environment");
        assert!(error.is_missing());
        let memo = from(&[("X_KEY", "public"), ("X_SECRET", "hunter2")], NAMES.with_memo("X_MEMO")).expect_err("no memo");
        assert_eq!(memo.to_string(), "`X_MEMO` is not set in the environment");
    }

    #[test]
    fn a_value_that_was_copied_badly_is_rejected_and_not_printed() {
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
    fn each_part_of_a_key_is_redacted_from_a_text_even_if_the_memo_is_a_part_of_the_id() {
        let key = ApiKey::new("public-id-4711", "hunter2").and_then(|key| key.with_memo("id")).expect("a key");
        let mut text = String::from("expected HMAC(hunter2, 1#id#{}) for public-id-4711");
        key.redact(&mut text);
        assert_eq!(text, "expected HMAC([redacted], 1#[redacted]#{}) for [redacted]");
    }

    #[test]
    fn an_id_must_be_visible_ascii() {
        let error = ApiKey::new("schlüssel", "hunter2").expect_err("not ASCII");
        assert_eq!(error.to_string(), "the id of the API key is not visible ASCII: was the right value copied?");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_unicode_is_rejected_and_not_printed() {
        use std::os::unix::ffi::OsStringExt as _;

        let error = ApiKey::from_variables(NAMES, |_| Err(VarError::NotUnicode(std::ffi::OsString::from_vec(b"hunter2\xff".to_vec()))))
            .expect_err("not Unicode");
        assert_eq!(error.to_string(), "`X_KEY` in the environment is not valid Unicode: was the right value copied?");
        assert!(!format!("{error:?}").contains("hunter2"));
    }

    #[test]
    fn debug_prints_only_the_beginning_of_a_long_id() {
        let key = ApiKey::new("0123456789abcdef", "hunter2").and_then(|key| key.with_memo("my memo")).expect("usable");
        assert_eq!(format!("{key:?}"), "ApiKey { id: 0123…, .. }");
        assert_eq!(format!("{:?}", ApiKey::new("public", "hunter2").expect("usable")), "ApiKey { id: …, .. }");
    }
}
