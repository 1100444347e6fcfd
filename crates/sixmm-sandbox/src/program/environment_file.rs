//! The environment file with the connection details, including secrets. Secrets are written to a file instead of the terminal, because
//! terminal output is often logged or shared.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{self, Path};

use secrecy::{ExposeSecret, SecretString};
use sixmm_sandbox::{Permissions, Sandbox};

use super::Arguments;

/// First line of each environment file, by which the program recognises its own files. An existing file with a different first line is not
/// replaced.
const FIRST_LINE: &str = "# Written by sixmm-sandbox, which replaces it when it starts and removes it when it ends.\n";

/// The environment file, which is removed when this value is dropped.
pub(crate) struct EnvironmentFile {
    /// Absolute path of the file. The shell command `. PATH_OF_FILE` therefore works in each directory. (For a relative path without a
    /// slash, the shell would search the directories of `$PATH`.)
    path: String,
    text: SecretString,
    /// Open while the exchange runs, because the handle holds the file lock.
    _locked: File,
}

impl EnvironmentFile {
    /// Writes the file, which only its owner can read.
    pub(crate) fn write(arguments: &Arguments, sandbox: &Sandbox) -> Result<Self, Box<dyn Error>> {
        let name = format!("sixmm-sandbox-{}.env", sandbox.address().port());
        let path = arguments.env_file.clone().unwrap_or_else(|| std::env::temp_dir().join(name));
        let path = path::absolute(&path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        let path = path.into_os_string().into_string().map_err(|path| format!("cannot write {path:?}: the path is not UTF-8"))?;
        let user = &arguments.users[0].name;
        let key = sandbox.api_key(user, Permissions::READ_AND_TRADE)?;
        let variables: [(&str, &str); 5] = [
            ("SIXMM_BASE_URL", sandbox.base_url()),
            ("SIXMM_API_KEY", &key.api_key),
            ("SIXMM_API_SECRET", key.api_secret.expose_secret()),
            ("SIXMM_USERNAME", user),
            ("SIXMM_PASSWORD", "password"),
        ];
        let lines = variables.iter().map(|(name, value)| format!("{name}={}\n", quoted(value)));
        let text: String = std::iter::once(FIRST_LINE.to_owned()).chain(lines).collect();
        let locked = write_private(Path::new(&path), &text).map_err(|error| format!("cannot write {path}: {error}"))?;
        Ok(Self { path, text: text.into(), _locked: locked })
    }

    /// The shell command that sets the variables of the file.
    pub(crate) fn command(&self) -> String {
        format!("set -a; . {}; set +a", quoted(&self.path))
    }

    /// Removes the file. Returns false, and keeps the file, if its content was changed.
    fn remove(&self) -> io::Result<bool> {
        let text = self.text.expose_secret().as_bytes();
        let is_ours = fs::metadata(&self.path)?.is_file() && start_of(&File::open(&self.path)?, text.len() + 1)? == text;
        if is_ours {
            fs::remove_file(&self.path)?;
        }
        Ok(is_ours)
    }
}

impl Drop for EnvironmentFile {
    fn drop(&mut self) {
        match self.remove() {
            Ok(true) => {}
            Ok(false) => tracing::warn!(path = self.path, "the environment file was changed, so it is not removed"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, path = self.path, "cannot remove the environment file"),
        }
    }
}

/// Quotes a text for a POSIX shell. Within single quotes, only the single quote is special.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Creates a file that only its owner can read, and locks it. An existing file is replaced if an earlier run of this program wrote the file
/// and no running exchange has locked it, which is the case after an exchange was killed. Any other existing file is left unchanged. If the
/// text cannot be written to a new file, the file is removed.
fn write_private(path: &Path, text: &str) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return replace(path, text),
        file => file?,
    };
    let written = lock(&file).and_then(|()| file.write_all(text.as_bytes()));
    if written.is_err() {
        // The write error is reported, not the error of the removal.
        fs::remove_file(path).ok();
    }
    written.map(|()| file)
}

/// Replaces the content of an existing file if this program wrote it. The check and the write use one file handle, so if another program
/// moves a different file to the path in between, that file is not changed.
fn replace(path: &Path, text: &str) -> io::Result<File> {
    let not_ours = || {
        let message = "the file exists and was not written by sixmm-sandbox: move it, or choose another file with --env-file";
        Err(io::Error::new(io::ErrorKind::AlreadyExists, message))
    };
    // A directory cannot be opened for writing, and opening a pipe blocks.
    if !fs::metadata(path)?.is_file() {
        return not_ours();
    }
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    if start_of(&file, FIRST_LINE.len())? != FIRST_LINE.as_bytes() {
        return not_ours();
    }
    lock(&file)?;
    // Fails for a file of another user, who could otherwise read the secrets.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    if !is_at(&file, path) {
        let message = "the exchange that used the file has just ended and removed it: try again";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
    }
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// Locks the file until its handle is closed. The system closes the handle even if the program is killed.
#[cfg(unix)]
fn lock(file: &File) -> io::Result<()> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    flock(file, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
        Errno::WOULDBLOCK => {
            let message = "another running exchange uses the file: stop it, or choose another file with --env-file";
            io::Error::new(io::ErrorKind::ResourceBusy, message)
        }
        error => error.into(),
    })
}

/// Does nothing, because on systems other than Unix a lock would prevent other programs from reading the file. On these systems, the
/// program does not detect that another exchange uses the same environment file.
#[cfg(not(unix))]
fn lock(_: &File) -> io::Result<()> {
    Ok(())
}

/// Whether the path still refers to this file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let of = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    file.metadata().map(of).ok() == fs::metadata(path).map(of).ok()
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Reads up to `length` bytes from the current position of the file.
fn start_of(file: &File, length: usize) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(length as u64).read_to_end(&mut start)?;
    Ok(start)
}
