//! `CredentialsError`: the error of reading an API key.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::{fmt, io};

/// The error of reading an API key. Its message names the part of the key, the source and what to do, and never contains a value.
#[derive(Debug)]
pub struct CredentialsError(Box<ErrorKind>);

#[derive(Debug)]
pub(super) enum ErrorKind {
    Missing {
        name: &'static str,
        source: Source,
    },
    Unusable {
        part: String,
        source: Source,
        problem: ValueProblem,
    },
    Unreadable {
        path: PathBuf,
        source: io::Error,
    },
    #[cfg(unix)]
    InsecureMode {
        path: PathBuf,
        mode: u32,
    },
    TooLong(PathBuf),
    NotText(PathBuf),
    Line {
        path: PathBuf,
        number: usize,
        problem: &'static str,
    },
    #[cfg(feature = "keyring")]
    Keyring {
        service: String,
        problem: String,
    },
}

#[derive(Clone, Debug)]
pub(super) enum Source {
    /// Passed to a function.
    Argument,
    Environment,
    File(PathBuf),
    #[cfg(feature = "keyring")]
    Keyring(String),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum ValueProblem {
    Empty,
    SurroundingWhiteSpace,
    Quoted,
    ControlCharacter,
    NotVisibleAscii,
    NotUnicode,
}

impl CredentialsError {
    pub(super) fn of(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }

    /// Creates an error for a value that is not usable. `part` is the name of the variable. For a value that was passed as an argument,
    /// `part` is a description.
    pub(super) fn unusable(part: &str, source: Source, problem: ValueProblem) -> Self {
        let part = if matches!(source, Source::Argument) { String::from(part) } else { format!("`{part}`") };
        Self::of(ErrorKind::Unusable { part, source, problem })
    }

    /// Whether the file or a part of the key does not exist. The program can then try another source.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        match &*self.0 {
            ErrorKind::Missing { .. } => true,
            ErrorKind::Unreadable { source, .. } => source.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// Whether the file is rejected because users other than its owner can read or change it.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        #[cfg(unix)]
        return matches!(*self.0, ErrorKind::InsecureMode { .. });
        #[cfg(not(unix))]
        return false;
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            ErrorKind::Missing { name, source: Source::Environment } => write!(f, "`{name}` is not set in the environment"),
            ErrorKind::Missing { name, source } => write!(f, "`{name}` is missing{source}"),
            ErrorKind::Unusable { part, source, problem } => write!(f, "{part}{source} {problem}"),
            ErrorKind::Unreadable { path, source } => write!(f, "the credentials file {} cannot be read: {source}", path.display()),
            #[cfg(unix)]
            ErrorKind::InsecureMode { path, mode } => {
                let path = path.display();
                write!(f, "the credentials file {path} is open to others than its owner (mode {mode:04o}): run `chmod 600 {path}`")?;
                // Other users cannot change the file. Container runtimes mount secrets with such a mode, which the container cannot change.
                if mode & 0o022 == 0 {
                    f.write_str("; a secret that a container runtime mounts can be read as a mounted secret")
                } else {
                    Ok(())
                }
            }
            ErrorKind::TooLong(path) => write!(f, "{} is longer than a credentials file can be: is it the right one?", path.display()),
            ErrorKind::NotText(path) => write!(f, "the credentials file {} is not UTF-8 text", path.display()),
            ErrorKind::Line { path, number, problem } => write!(f, "line {number} of the credentials file {} {problem}", path.display()),
            #[cfg(feature = "keyring")]
            ErrorKind::Keyring { service, problem } => write!(f, "the keyring's service `{service}` cannot be read: {problem}"),
        }
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            ErrorKind::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Begins with a space, to follow the name of a part.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument => Ok(()),
            Self::Environment => f.write_str(" in the environment"),
            Self::File(path) => write!(f, " in the credentials file {}", path.display()),
            #[cfg(feature = "keyring")]
            Self::Keyring(service) => write!(f, " in the keyring, service `{service}`"),
        }
    }
}

impl fmt::Display for ValueProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::SurroundingWhiteSpace => {
                "begins or ends with white space; a trailing newline is the usual cause: `printf %s` writes none"
            }
            Self::Quoted => "is in quotes: write it without them",
            Self::ControlCharacter => "contains a control character: was more copied than the value?",
            Self::NotVisibleAscii => "is not visible ASCII: was the right value copied?",
            Self::NotUnicode => "is not valid Unicode: was the right value copied?",
        })
    }
}
