//! Redoc's script, from npm: one file that depends on nothing else.
//!
//! Its package is taken without its dependencies, which are in the script already; installing it would bring ninety more packages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};

use crate::checkout::root;
use crate::tools::output;

/// The newest version that npm can provide: 3.0 depends on a package that is not published.
const VERSION: &str = "2.5.4";

/// The script of this version, byte by byte.
const SHA256: &str = "dcaf76612bc4a3fbcc923a8966dee2f6146a5f32e5ce1b6f02dd60cbbf89500b";

/// Where the script lies in the package.
const BUNDLE: &str = "package/bundles/redoc.standalone.js";

/// The script as it is pinned, which is fetched first unless it lies there already.
pub(super) fn bundle() -> anyhow::Result<String> {
    let kept = root().join(".tools/redoc").join(VERSION).join("redoc.standalone.js");
    pinned(&kept, SHA256, fetch).with_context(|| format!("cannot provide Redoc {VERSION}"))
}

/// The text of a file with this hash. If it is another file, or none, a new one takes its place; until then, nothing does.
fn pinned(kept: &Path, sha256: &str, fetch: impl FnOnce(&Path) -> anyhow::Result<PathBuf>) -> anyhow::Result<String> {
    if let Ok(text) = fs::read_to_string(kept)
        && hash(&text) == sha256
    {
        return Ok(text);
    }
    let folder = kept.parent().context("a file lies in a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // Beside the file, so that it can be moved at once.
    let temporary = tempfile::tempdir_in(folder).with_context(|| format!("cannot write into {}", folder.display()))?;
    let fetched = fetch(temporary.path())?;
    let text = fs::read_to_string(&fetched).with_context(|| format!("cannot read {}", fetched.display()))?;
    let found = hash(&text);
    ensure!(found == sha256, "what was fetched is another file than the one that is pinned: its SHA-256 is {found}");
    fs::rename(&fetched, kept).with_context(|| format!("cannot write {}", kept.display()))?;
    Ok(text)
}

/// Takes the script out of npm's package, into a folder.
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

    /// `sha256sum` of `the script`.
    const PIN: &str = "9f1fdb76a696edc42eba820bad27c2e6fecad9b8937ecd72061f9930ea0fa44d";

    fn place() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = folder.path().join("below/script.js");
        (folder, kept)
    }

    /// A fetch that brings this text.
    fn brings(text: &str) -> impl Fn(&Path) -> anyhow::Result<PathBuf> {
        let text = text.to_owned();
        move |folder| {
            let fetched = folder.join("fetched.js");
            fs::write(&fetched, &text)?;
            Ok(fetched)
        }
    }

    #[test]
    fn a_file_that_is_as_it_is_pinned_is_not_fetched_again() {
        let (_folder, kept) = place();
        assert_eq!(pinned(&kept, PIN, brings("the script")).expect("it is fetched"), "the script");
        assert_eq!(pinned(&kept, PIN, |_| bail!("nobody asked")).expect("it lies there"), "the script");
        let beside = fs::read_dir(kept.parent().expect("a folder")).expect("it is there").count();
        assert_eq!(beside, 1, "nothing else stays behind");
    }

    #[test]
    fn a_spoilt_file_is_fetched_anew() {
        let (_folder, kept) = place();
        pinned(&kept, PIN, brings("the script")).expect("it is fetched");
        for spoilt in ["the scrip", "", "another script"] {
            fs::write(&kept, spoilt).expect("it can be spoilt");
            assert_eq!(pinned(&kept, PIN, brings("the script")).expect("it is fetched anew"), "the script");
            assert_eq!(fs::read_to_string(&kept).expect("a file"), "the script");
        }
    }

    #[test]
    fn another_file_than_the_pinned_one_is_refused_and_not_kept() {
        let (_folder, kept) = place();
        let error = pinned(&kept, PIN, brings("another script")).expect_err("it is another");
        assert!(error.to_string().contains("another file than the one that is pinned"), "{error}");
        assert!(!kept.exists());
    }
}
