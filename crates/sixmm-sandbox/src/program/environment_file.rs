//! The environment file: how to connect, secrets included. Terminals are logged, shared and scrolled back; a file is not.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{self, Path};

use secrecy::{ExposeSecret, SecretString};
use sixmm_sandbox::{Permissions, Sandbox};

use super::Arguments;

/// How a file begins that this program wrote. Any other is somebody else's.
const FIRST_LINE: &str = "# Written by sixmm-sandbox, which replaces it when it starts and removes it when it ends.\n";

/// The environment file, which goes when the exchange does.
pub(crate) struct EnvironmentFile {
    /// Absolute, so that a shell finds it from any folder, and never looks for it in `PATH`.
    path: String,
    text: SecretString,
    /// Open as long as the exchange lives: it holds the lock that another one would need.
    _locked: File,
}

impl EnvironmentFile {
    /// Writes the file, which its owner alone can read.
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

    /// What to type into a shell for its variables.
    pub(crate) fn command(&self) -> String {
        format!("set -a; . {}; set +a", quoted(&self.path))
    }

    /// Removes the file if it still is what was written; false if it is not.
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
            Ok(false) => tracing::warn!(path = self.path, "the environment file was changed meanwhile, so it stays"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => tracing::warn!(%error, path = self.path, "the environment file stays behind"),
        }
    }
}

/// A word that a POSIX shell reads as it stands: between single quotes, nothing but the single quote is special.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Makes a file that only its owner can read, and locks it. What stands at the path already is touched only if this program wrote it, and
/// if that exchange is gone: one that was killed leaves its file behind, without a lock. If a new file cannot be written, nothing stays.
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
        // The first error is the one to tell of.
        fs::remove_file(path).ok();
    }
    written.map(|()| file)
}

/// Looks and writes through one handle: whatever another program puts at the path meanwhile stays as it is.
fn replace(path: &Path, text: &str) -> io::Result<File> {
    let not_ours = || {
        let told = "it exists, and sixmm-sandbox did not write it: move it away, or name another file by --env-file";
        Err(io::Error::new(io::ErrorKind::AlreadyExists, told))
    };
    // A folder cannot be opened for writing, and a pipe keeps waiting whoever reads it.
    if !fs::metadata(path)?.is_file() {
        return not_ours();
    }
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    if start_of(&file, FIRST_LINE.len())? != FIRST_LINE.as_bytes() {
        return not_ours();
    }
    lock(&file)?;
    // Fails for a file of another user, who could read what is written.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    if !is_at(&file, path) {
        let told = "the exchange that used it has just ended and removed it: start again";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, told));
    }
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

/// Locks the file until it is closed, which the system does even for a program that is killed.
#[cfg(unix)]
fn lock(file: &File) -> io::Result<()> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;

    flock(file, FlockOperation::NonBlockingLockExclusive).map_err(|error| match error {
        Errno::WOULDBLOCK => {
            let told = "another exchange that is running uses it: end that one, or name another file by --env-file";
            io::Error::new(io::ErrorKind::ResourceBusy, told)
        }
        error => error.into(),
    })
}

/// Elsewhere a lock would keep other programs from reading the file: two exchanges are not told apart there.
#[cfg(not(unix))]
fn lock(_: &File) -> io::Result<()> {
    Ok(())
}

/// Whether the path still leads to this file.
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

/// So many bytes from where the file stands, or all that there are.
fn start_of(file: &File, length: usize) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(length as u64).read_to_end(&mut start)?;
    Ok(start)
}
