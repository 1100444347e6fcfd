//! Redoc's script, fetched from npm.
//!
//! Only the script is extracted from the package. Installing the package would also install about ninety dependencies, which
//! the script already contains.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};

use crate::checkout::root;
use crate::tools::output;

/// The newest version of Redoc that npm can install, because version 3.0 depends on a package that is not published.
const VERSION: &str = "2.5.4";

/// The SHA-256 of the script of this version.
const SHA256: &str = "dcaf76612bc4a3fbcc923a8966dee2f6146a5f32e5ce1b6f02dd60cbbf89500b";

/// The path of the script in the package.
const BUNDLE: &str = "package/bundles/redoc.standalone.js";

/// The pinned script. It is fetched if it is not cached.
pub(super) fn bundle() -> anyhow::Result<String> {
    let cached = root().join(".tools/redoc").join(VERSION).join("redoc.standalone.js");
    pinned(&cached, SHA256, fetch).with_context(|| format!("cannot provide Redoc {VERSION}"))
}

/// Returns the text of the cached file if its hash is `sha256`. Otherwise, `fetch` downloads the file. The downloaded file replaces the
/// cached file after its hash was verified.
fn pinned(cached: &Path, sha256: &str, fetch: impl FnOnce(&Path) -> anyhow::Result<PathBuf>) -> anyhow::Result<String> {
    if let Ok(text) = fs::read_to_string(cached)
        && hash(&text) == sha256
    {
        return Ok(text);
    }
    let folder = cached.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // The folder is on the same file system as the cached file, so that the file can be moved atomically.
    let temporary = tempfile::tempdir_in(folder).with_context(|| format!("cannot write into {}", folder.display()))?;
    let fetched = fetch(temporary.path())?;
    let text = fs::read_to_string(&fetched).with_context(|| format!("cannot read {}", fetched.display()))?;
    let found = hash(&text);
    ensure!(found == sha256, "the fetched file is not the pinned one: its SHA-256 is {found}");
    fs::rename(&fetched, cached).with_context(|| format!("cannot write {}", cached.display()))?;
    Ok(text)
}

/// Downloads the package with npm, and extracts the script into a folder.
fn fetch(folder: &Path) -> anyhow::Result<PathBuf> {
    println!("fetching Redoc {VERSION}");
    let archive = output(Command::new("npm").args(["pack", "--silent", "--pack-destination"]).arg(folder).arg(format!("redoc@{VERSION}")))
        .context("npm is needed once; Debian's package for it: npm")?;
    output(Command::new("tar").arg("--extract").arg("--file").arg(folder.join(archive.trim())).arg("--directory").arg(folder).arg(BUNDLE))?;
    Ok(folder.join(BUNDLE))
}

fn hash(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use anyhow::bail;
    use tempfile::TempDir;

    use super::*;

    /// The output of `sha256sum` for `the script`.
    const PIN: &str = "9f1fdb76a696edc42eba820bad27c2e6fecad9b8937ecd72061f9930ea0fa44d";

    fn cache() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let cached = folder.path().join("below/script.js");
        (folder, cached)
    }

    /// A fetch function that returns this text.
    fn fetch_of(text: &str) -> impl Fn(&Path) -> anyhow::Result<PathBuf> {
        let text = text.to_owned();
        move |folder| {
            let fetched = folder.join("fetched.js");
            fs::write(&fetched, &text)?;
            Ok(fetched)
        }
    }

    #[test]
    fn a_cached_file_with_the_pinned_hash_is_not_fetched() {
        let (_folder, cached) = cache();
        assert_eq!(pinned(&cached, PIN, fetch_of("the script")).expect("the file is fetched"), "the script");
        assert_eq!(pinned(&cached, PIN, |_| bail!("the function must not be called")).expect("the file is cached"), "the script");
        let beside = fs::read_dir(cached.parent().expect("a folder")).expect("the folder exists").count();
        assert_eq!(beside, 1, "no temporary file remains");
    }

    #[test]
    fn a_corrupt_file_is_fetched_again() {
        let (_folder, cached) = cache();
        pinned(&cached, PIN, fetch_of("the script")).expect("the file is fetched");
        for corrupt in ["the scrip", "", "another script"] {
            fs::write(&cached, corrupt).expect("the file can be written");
            assert_eq!(pinned(&cached, PIN, fetch_of("the script")).expect("the file is fetched again"), "the script");
            assert_eq!(fs::read_to_string(&cached).expect("a file"), "the script");
        }
    }

    #[test]
    fn a_file_with_another_hash_is_rejected_and_not_cached() {
        let (_folder, cached) = cache();
        let error = pinned(&cached, PIN, fetch_of("another script")).expect_err("the hash differs");
        assert!(error.to_string().contains("the fetched file is not the pinned one"), "{error}");
        assert!(!cached.exists());
    }
}
