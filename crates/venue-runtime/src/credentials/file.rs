//! An API key in a file: lines of `NAME=value`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use venue_core::Secret;
use zeroize::Zeroizing;

use super::error::{CredentialsError, Kind, Place};
use super::{ApiKey, Names};

/// More than enough, and little enough to be read into memory that is not moved, so that no copy stays behind.
const MAX_LENGTH: usize = 64 * 1024;

impl ApiKey {
    /// From a file of lines such as `EXAMPLE_API_KEY=0123abcd`.
    ///
    /// The value is everything after the first `=`, as it stands: no quotes, no escapes, no comment behind it. Empty lines and lines that
    /// begin with `#` are skipped, other names are somebody else's, and a name may stand there once. Rather than guess, everything else is
    /// refused.
    ///
    /// On Unix, only the owner may have access to the file (`chmod 600`). Elsewhere, that is not checked. A secret that a container runtime
    /// mounts is read by [`from_mounted_secret`](Self::from_mounted_secret).
    ///
    /// # Errors
    ///
    /// If the file cannot be read ([`CredentialsError::is_missing`] if it does not exist), is open to others
    /// ([`CredentialsError::is_exposed`]), is not made of such lines, or a part is missing or not usable (see [`new`](Self::new)).
    pub fn from_file(path: impl AsRef<Path>, names: Names) -> Result<Self, CredentialsError> {
        Self::from_file_with(path.as_ref(), names, OWNER_ONLY)
    }

    /// From a file that others may read, as container runtimes mount secrets (mode 0444 or 0644, on a path that only the container sees). The
    /// lines are those of [`from_file`](Self::from_file).
    ///
    /// On Unix, only the owner may be able to change the file. Elsewhere, that is not checked. For a file on a machine that several users
    /// share, use [`from_file`](Self::from_file).
    ///
    /// # Errors
    ///
    /// As for [`from_file`](Self::from_file), but a file that others can only read is accepted.
    pub fn from_mounted_secret(path: impl AsRef<Path>, names: Names) -> Result<Self, CredentialsError> {
        Self::from_file_with(path.as_ref(), names, READABLE_BY_OTHERS)
    }

    fn from_file_with(path: &Path, names: Names, forbidden: Forbidden) -> Result<Self, CredentialsError> {
        let text = read(path, forbidden)?;
        let lines = lines(path, &text)?;
        Self::assemble(names, &Place::File(path.to_owned()), |name| {
            let mut values = lines.iter().filter(|line| line.name == name);
            let value = values.next().map(|line| Secret::from(line.value));
            match values.next() {
                Some(again) => Err(bad_line(path, again.number, "repeats a name: which of them is meant?")),
                None => Ok(value),
            }
        })
    }
}

/// The bits of a file's mode that it must not have.
type Forbidden = u32;

const OWNER_ONLY: Forbidden = 0o077;
const READABLE_BY_OTHERS: Forbidden = 0o022;

fn read(path: &Path, forbidden: Forbidden) -> Result<Zeroizing<String>, CredentialsError> {
    let unreadable = |source| CredentialsError::of(Kind::Unreadable { path: path.to_owned(), source });
    let file = File::open(path).map_err(unreadable)?;
    refuse_if_open_to_others(path, &file, forbidden)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LENGTH + 1));
    file.take(MAX_LENGTH as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_LENGTH {
        return Err(CredentialsError::of(Kind::TooLong(path.to_owned())));
    }
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(String::from(text))),
        Err(_) => Err(CredentialsError::of(Kind::NotText(path.to_owned()))),
    }
}

/// Asks the open file, not its path, so that what is checked is what is read.
#[cfg(unix)]
fn refuse_if_open_to_others(path: &Path, file: &File, forbidden: Forbidden) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = file.metadata().map_err(|source: io::Error| CredentialsError::of(Kind::Unreadable { path: path.to_owned(), source }))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if metadata.is_file() && mode & forbidden != 0 {
        return Err(CredentialsError::of(Kind::Open { path: path.to_owned(), mode }));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_open_to_others(_: &Path, _: &File, _: Forbidden) -> Result<(), CredentialsError> {
    Ok(())
}

struct Line<'a> {
    number: usize,
    name: &'a str,
    value: &'a str,
}

fn lines<'a>(path: &Path, text: &'a str) -> Result<Vec<Line<'a>>, CredentialsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let written = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let parsed = written.map(|(index, line)| {
        let number = index + 1;
        match line.split_once('=') {
            // A name is not printed if it is none: half a secret may stand there.
            Some((name, value)) if is_name(name) => Ok(Line { number, name, value }),
            _ => Err(bad_line(path, number, "is not `NAME=value`, without spaces around the name")),
        }
    });
    parsed.collect()
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn bad_line(path: &Path, number: usize, problem: &'static str) -> CredentialsError {
    CredentialsError::of(Kind::Line { path: path.to_owned(), number, problem })
}
