//! Why there is no API key. Never says a value.

use std::error::Error as StdError;
use std::path::PathBuf;
use std::{fmt, io};

/// Why no API key could be read: what is missing or wrong, where, and what to do. Never a value.
#[derive(Debug)]
pub struct CredentialsError(Box<Kind>);

#[derive(Debug)]
pub(super) enum Kind {
    Missing {
        name: &'static str,
        place: Place,
    },
    Unusable {
        part: String,
        place: Place,
        problem: Problem,
    },
    Unreadable {
        path: PathBuf,
        source: io::Error,
    },
    #[cfg(unix)]
    Open {
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
pub(super) enum Place {
    Given,
    Environment,
    File(PathBuf),
    #[cfg(feature = "keyring")]
    Keyring(String),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {
    Empty,
    Surrounded,
    Quoted,
    Control,
    NotVisibleAscii,
    NotUnicode,
}

impl CredentialsError {
    pub(super) fn of(kind: Kind) -> Self {
        Self(Box::new(kind))
    }

    /// A part, by the name that the caller gave it or, of a given value, by what it is.
    pub(super) fn unusable(part: &str, place: Place, problem: Problem) -> Self {
        let part = if matches!(place, Place::Given) { String::from(part) } else { format!("`{part}`") };
        Self::of(Kind::Unusable { part, place, problem })
    }

    /// Whether a part is not there at all, or the file is not: another source may have it.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        match &*self.0 {
            Kind::Missing { .. } => true,
            Kind::Unreadable { source, .. } => source.kind() == io::ErrorKind::NotFound,
            _ => false,
        }
    }

    /// Whether the file is refused because others than its owner may read or change it.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        #[cfg(unix)]
        return matches!(*self.0, Kind::Open { .. });
        #[cfg(not(unix))]
        return false;
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Missing { name, place: Place::Environment } => write!(f, "`{name}` is not set in the environment"),
            Kind::Missing { name, place } => write!(f, "`{name}` is missing{place}"),
            Kind::Unusable { part, place, problem } => write!(f, "{part}{place} {problem}"),
            Kind::Unreadable { path, source } => write!(f, "the credentials file {} cannot be read: {source}", path.display()),
            #[cfg(unix)]
            Kind::Open { path, mode } => {
                let path = path.display();
                write!(f, "the credentials file {path} is open to others than its owner (mode {mode:04o}): run `chmod 600 {path}`")?;
                // Others cannot change it: a container's mount looks like this, and cannot be changed from within.
                if mode & 0o022 == 0 {
                    f.write_str("; a secret that a container runtime mounts can be read as a mounted secret")
                } else {
                    Ok(())
                }
            }
            Kind::TooLong(path) => write!(f, "{} is longer than a credentials file can be: is it the right one?", path.display()),
            Kind::NotText(path) => write!(f, "the credentials file {} is not UTF-8 text", path.display()),
            Kind::Line { path, number, problem } => write!(f, "line {number} of the credentials file {} {problem}", path.display()),
            #[cfg(feature = "keyring")]
            Kind::Keyring { service, problem } => write!(f, "the keyring's service `{service}` cannot be read: {problem}"),
        }
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            Kind::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// With a space in front, to follow the name of a part.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => Ok(()),
            Self::Environment => f.write_str(" in the environment"),
            Self::File(path) => write!(f, " in the credentials file {}", path.display()),
            #[cfg(feature = "keyring")]
            Self::Keyring(service) => write!(f, " in the keyring, service `{service}`"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Surrounded => "begins or ends with white space; a trailing newline is the usual cause: `printf %s` writes none",
            Self::Quoted => "is in quotes: write it without them",
            Self::Control => "contains a control character: was more copied than the value?",
            Self::NotVisibleAscii => "is not visible ASCII: was the right value copied?",
            Self::NotUnicode => "is not valid Unicode: was the right value copied?",
        })
    }
}
