//! Steps with another toolchain, another resolution of dependencies or other features.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::checkout::root;
use crate::published::published_crates;
use crate::tools::{CARGO_HACK, cargo, output, run as run_command};

/// Checks the published crates with the oldest supported Rust, which rustup installs.
pub(super) fn msrv() -> anyhow::Result<()> {
    let version = rust_version()?;
    run_command(Command::new("rustup").args(["toolchain", "install", &version, "--profile", "minimal", "--no-self-update"]))?;
    let mut command = Command::new("rustup");
    command.args(["run", &version, "cargo", "check", "--locked", "--all-features", "--target-dir", "target/msrv"]);
    run_command(command.args(packages()?))
}

/// Checks the published crates with the lowest versions of their direct dependencies, in a copy of the repository.
pub(super) fn minimal_versions() -> anyhow::Result<()> {
    let folder = root().join("target/minimal-versions");
    let copy = folder.join("workspace");
    copy_files(&copy)?;
    // The option is unstable: with this variable, the pinned toolchain accepts it.
    let in_copy = |command: &mut Command| {
        command.env("RUSTC_BOOTSTRAP", "1").env_remove("CARGO_MANIFEST_DIR");
        let line = crate::tools::command_line(command);
        println!("$ {line}");
        let status = command.current_dir(&copy).status().with_context(|| format!("cannot run `{line}`"))?;
        anyhow::ensure!(status.success(), "`{line}` failed with {status}");
        Ok(())
    };
    in_copy(cargo().args(["update", "-Z", "direct-minimal-versions"]))?;
    in_copy(cargo().args(["check", "--locked", "--all-features", "--target-dir"]).arg(folder.join("target")).args(packages()?))
}

/// Checks each published crate with each pair of its features.
pub(super) fn feature_powerset() -> anyhow::Result<()> {
    let program = CARGO_HACK.installed()?;
    let mut command = Command::new(program);
    command.args(["hack", "check", "--locked", "--lib", "--feature-powerset", "--depth", "2", "--target-dir", "target/features"]);
    run_command(command.args(packages()?))
}

/// Builds the documentation as docs.rs does: all features, the condition `docsrs`, and unstable options of rustdoc.
pub(super) fn docs_rs() -> anyhow::Result<()> {
    let mut command = cargo();
    command.env("RUSTC_BOOTSTRAP", "1").env("RUSTDOCFLAGS", "--cfg docsrs --deny warnings -Z unstable-options");
    command.args(["doc", "--locked", "--no-deps", "--lib", "--all-features", "--target-dir", "target/docs-rs"]);
    run_command(command.args(packages()?))
}

/// Runs the tests of the published crates, which do not depend on a platform.
pub(super) fn published_tests() -> anyhow::Result<()> {
    run_command(cargo().env("INSTA_UPDATE", "no").args(["test", "--locked", "--all-features"]).args(packages()?))
}

/// `--package NAME` for each published crate.
fn packages() -> anyhow::Result<Vec<String>> {
    let crates = published_crates(root())?;
    Ok(crates.into_iter().flat_map(|one| [String::from("--package"), one.name]).collect())
}

/// The oldest Rust that the manifest of the workspace promises.
fn rust_version() -> anyhow::Result<String> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).context("cannot read Cargo.toml")?;
    let line = manifest.lines().find_map(|line| line.strip_prefix("rust-version = \"")).and_then(|rest| rest.strip_suffix('"'));
    line.map(str::to_owned).context("Cargo.toml has no rust-version")
}

/// Copies the files that git knows, so that a step can change the lock file.
pub(super) fn copy_files(target: &Path) -> anyhow::Result<()> {
    let listed = output(Command::new("git").arg("-C").arg(root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    for name in listed.split_terminator('\0') {
        let (from, to): (PathBuf, PathBuf) = (root().join(name), target.join(name));
        if from.is_file() {
            fs::create_dir_all(to.parent().unwrap_or(target)).with_context(|| format!("cannot create the folder of `{name}`"))?;
            fs::copy(&from, &to).with_context(|| format!("cannot copy `{name}`"))?;
        }
    }
    Ok(())
}
