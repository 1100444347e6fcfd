//! Publishes crates one by one, and skips those that are published.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::registry::Registry;
use super::{cargo_in, run_cargo};
use crate::published::PublishedCrate;
use crate::tools::output;

/// What was done for a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Published,
    /// The registry had the version with the same checksum.
    Skipped,
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Published => "published",
            Self::Skipped => "skipped, because the registry has this version",
        })
    }
}

/// Publishes each crate that the registry does not have, in the order of the list.
///
/// # Errors
///
/// Returns an error at the first crate that cannot be published, or that the registry has with another checksum. The crates before that
/// crate are published, and a second call skips them.
pub(super) fn publish(root: &Path, crates: &[PublishedCrate], registry: &Registry) -> anyhow::Result<Vec<(String, Done)>> {
    let mut log = Vec::new();
    for one in crates {
        let done = match registry.checksum(&one.name, &one.version)? {
            Some(published) => {
                let own = checksum(root, one)?;
                ensure!(
                    published == own,
                    "the registry has `{}` {} with other contents (SHA-256 {published}, and {own} here): raise the version, or check out the \
                     commit from which it was published",
                    one.name,
                    one.version
                );
                Done::Skipped
            }
            None => {
                let mut command = cargo_in(root);
                command.args(["publish", "--locked", "--package", &one.name]);
                command.args(registry.name.iter().flat_map(|name| ["--registry", name]));
                command.args(registry.no_verify.then_some("--no-verify"));
                run_cargo(root, &mut command)?;
                Done::Published
            }
        };
        log.push((one.name.clone(), done));
    }
    Ok(log)
}

/// Packages all crates together, so that each finds the packages of the others, without building them.
/// `flags` are further arguments of `cargo package`. Returns the packages in the order of the crates.
pub(crate) fn package(root: &Path, crates: &[PublishedCrate], flags: &[&str]) -> anyhow::Result<Vec<PathBuf>> {
    let mut command = cargo_in(root);
    command.args(["package", "--locked", "--no-verify", "--quiet"]).args(flags);
    command.args(crates.iter().flat_map(|one| ["--package", &one.name]));
    run_cargo(root, &mut command)?;
    crates.iter().map(|one| package_file(root, one)).collect()
}

/// The SHA-256 of the package of a crate.
fn checksum(root: &Path, one: &PublishedCrate) -> anyhow::Result<String> {
    let mut command = cargo_in(root);
    command.args(["package", "--locked", "--no-verify", "--quiet", "--package", &one.name]);
    run_cargo(root, &mut command)?;
    let path = package_file(root, one)?;
    let bytes = fs::read(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The file that `cargo package` writes.
fn package_file(root: &Path, one: &PublishedCrate) -> anyhow::Result<PathBuf> {
    let mut command = cargo_in(root);
    command.args(["metadata", "--format-version=1", "--no-deps", "--offline", "--manifest-path"]).arg(root.join("Cargo.toml"));
    let metadata: Value = serde_json::from_str(&output(&mut command)?).context("`cargo metadata` printed something other than JSON")?;
    let target = metadata["target_directory"].as_str().context("`cargo metadata` listed no target directory")?;
    Ok(Path::new(target).join("package").join(format!("{}-{}.crate", one.name, one.version)))
}
