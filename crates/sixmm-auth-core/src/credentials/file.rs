//! An API key in a file: lines of `NAME=value`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sixmm_core::Secret;
use zeroize::Zeroizing;

use super::error::{CredentialsError, Kind, Place};
use super::{ApiKey, Names};

/// More than enough, and little enough to be read into memory that is not moved, so that no copy stays behind.
const MAX_LENGTH: usize = 64 * 1024;

impl ApiKey {
    /// From a file of lines such as `SIXMM_API_KEY=0123abcd`.
    ///
    /// The value is everything after the first `=`, as it stands: no quotes, no escapes, no comment behind it. Empty lines and lines that
    /// begin with `#` are skipped, other names are somebody else's, and a name may stand there once. Rather than guess, everything else is
    /// refused.
    ///
    /// On Unix, nobody but the owner may have any access to the file (`chmod 600`). Elsewhere, that is not checked.
    ///
    /// # Errors
    ///
    /// If the file cannot be read ([`CredentialsError::is_missing`] if it does not exist), is open to others
    /// ([`CredentialsError::is_exposed`]), is not made of such lines, or a part is missing or not usable (see [`new`](Self::new)).
    pub fn from_file(path: impl AsRef<Path>, names: Names) -> Result<Self, CredentialsError> {
        let path = path.as_ref();
        let text = read(path)?;
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

fn read(path: &Path) -> Result<Zeroizing<String>, CredentialsError> {
    let unreadable = |source| CredentialsError::of(Kind::Unreadable { path: path.to_owned(), source });
    let file = File::open(path).map_err(unreadable)?;
    refuse_if_open_to_others(path, &file)?;
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
fn refuse_if_open_to_others(path: &Path, file: &File) -> Result<(), CredentialsError> {
    use std::os::unix::fs::PermissionsExt as _;

    let metadata = file.metadata().map_err(|source: io::Error| CredentialsError::of(Kind::Unreadable { path: path.to_owned(), source }))?;
    let mode = metadata.permissions().mode() & 0o7777;
    if metadata.is_file() && mode & 0o077 != 0 {
        return Err(CredentialsError::of(Kind::Open { path: path.to_owned(), mode }));
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_open_to_others(_: &Path, _: &File) -> Result<(), CredentialsError> {
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
