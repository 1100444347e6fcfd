//! API keys from a file with lines of the form `NAME=value`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use venue_core::Secret;
use zeroize::Zeroizing;

use super::error::{CredentialsError, ErrorKind, Source};
use super::{ApiKey, VariableNames};

/// The maximum size of a file in bytes. A buffer of this size is allocated before reading, because growing the buffer would leave a copy of
/// the secret in memory.
const MAX_LENGTH: usize = 64 * 1024;

impl ApiKey {
    /// Reads an API key from a file with lines such as `EXAMPLE_API_KEY=0123abcd`.
    ///
    /// The value is the text after the first `=`, without quotes, escape sequences or a comment. Empty lines, lines that begin with `#`,
    /// and lines with other names are skipped. A name may occur only once. Any other line is an error.
    ///
    /// On Unix, no user other than the owner may have access to the file (`chmod 600`). Other systems do not check the access. Use
    /// [`from_mounted_secret`](Self::from_mounted_secret) for a secret that a container runtime mounts.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read ([`CredentialsError::is_missing`] if the file does not exist), if other users have
    /// access to the file ([`CredentialsError::is_exposed`]), if the file is larger than 64 KiB, if a line has another form, or if a part
    /// of the key is missing or not usable (see [`new`](Self::new)).
    pub fn from_file(path: impl AsRef<Path>, names: VariableNames) -> Result<Self, CredentialsError> {
        Self::from_file_with(path.as_ref(), names, OWNER_ONLY)
    }

    /// Reads an API key from a file that other users may read. Container runtimes mount secrets as such files (mode 0444 or 0644), on a
    /// path that only the container sees. The lines have the form of [`from_file`](Self::from_file).
    ///
    /// On Unix, no user other than the owner may have write access to the file. Other systems do not check the access. Use
    /// [`from_file`](Self::from_file) on a machine that several users share.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`from_file`](Self::from_file), except that other users may have read access to the file.
    pub fn from_mounted_secret(path: impl AsRef<Path>, names: VariableNames) -> Result<Self, CredentialsError> {
        Self::from_file_with(path.as_ref(), names, READABLE_BY_OTHERS)
    }

    fn from_file_with(path: &Path, names: VariableNames, forbidden: ForbiddenMode) -> Result<Self, CredentialsError> {
        let text = read(path, forbidden)?;
        let lines = lines(path, &text)?;
        Self::assemble(names, &Source::File(path.to_owned()), |name| {
            let mut values = lines.iter().filter(|line| line.name == name);
            let value = values.next().map(|line| Secret::from(line.value));
            match values.next() {
                Some(again) => Err(bad_line(path, again.number, "repeats a name: which of them is meant?")),
                None => Ok(value),
            }
        })
    }
}

/// The bits that the mode of a file must not have.
type ForbiddenMode = u32;

/// Other users have no access.
const OWNER_ONLY: ForbiddenMode = 0o077;
/// Other users have no write access.
const READABLE_BY_OTHERS: ForbiddenMode = 0o022;

fn read(path: &Path, forbidden: ForbiddenMode) -> Result<Zeroizing<String>, CredentialsError> {
    let unreadable = |source| CredentialsError::of(ErrorKind::Unreadable { path: path.to_owned(), source });
    let file = File::open(path).map_err(unreadable)?;
    check_mode(path, &file, forbidden)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_LENGTH + 1));
    file.take(MAX_LENGTH as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > MAX_LENGTH {
        return Err(CredentialsError::of(ErrorKind::TooLong(path.to_owned())));
    }
    match str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(String::from(text))),
        Err(_) => Err(CredentialsError::of(ErrorKind::NotText(path.to_owned()))),
    }
}

/// Checks the mode of the opened file, not of the path, because another file could be moved to the path between the check and the reading.
#[cfg(unix)]
fn check_mode(path: &Path, file: &File, forbidden: ForbiddenMode) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata =
        file.metadata().map_err(|source: io::Error| CredentialsError::of(ErrorKind::Unreadable { path: path.to_owned(), source }))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if metadata.is_file() && mode & forbidden != 0 {
        return Err(CredentialsError::of(ErrorKind::InsecureMode { path: path.to_owned(), mode }));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &File, _: ForbiddenMode) -> Result<(), CredentialsError> {
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
            // A text that is not a valid name is not printed, because it may be a part of a secret.
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
    CredentialsError::of(ErrorKind::Line { path: path.to_owned(), number, problem })
}
