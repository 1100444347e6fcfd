//! The results of cargo-semver-checks, an independent check of the public API.
//!
//! It knows rules that a listing cannot express, such as the layout of types, but compares few types of parameters and fields. The
//! changelog uses the stricter of both results.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use venue_diff::rust::RustClass;

use crate::checkout::root;
use crate::tools::{CARGO_SEMVER_CHECKS, command_line};

/// Compares crates of the working tree with the files of an older revision in a folder.
pub(super) fn classes(old: &Path, names: &[&str]) -> anyhow::Result<Vec<(String, RustClass)>> {
    let program = CARGO_SEMVER_CHECKS.installed()?;
    names.iter().map(|name| Ok(((*name).to_owned(), class_of(&program, old, name)?))).collect()
}

fn class_of(program: &Path, old: &Path, name: &str) -> anyhow::Result<RustClass> {
    let mut command = Command::new(program);
    // With the release type `patch`, each addition and each breaking change is reported, whatever the versions are.
    command.args(["semver-checks", "--package", name, "--release-type", "patch", "--color", "never", "--baseline-root"]).arg(old);
    let line = command_line(&command);
    println!("$ {line}");
    let output = command.current_dir(root()).stdin(Stdio::null()).output().with_context(|| format!("cannot run `{line}`"))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    match verdict(&printed) {
        Some(class) => Ok(class),
        None => bail!("`{line}` printed no verdict\n{}", printed.trim()),
    }
}

/// Reads the verdict from the output; `None` if there is no verdict.
fn verdict(printed: &str) -> Option<RustClass> {
    let summary = printed.lines().find(|line| line.trim_start().starts_with("Summary"))?;
    [("new major version", RustClass::Major), ("new minor version", RustClass::Minor), ("no semver update required", RustClass::None)]
        .into_iter()
        .find(|(words, _)| summary.contains(words))
        .map(|(_, class)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_is_read_from_the_summary() {
        let check = |summary: &str, expected| assert_eq!(verdict(&format!("    Checked [0.1s]\n{summary}\n")), expected, "{summary}");
        check("     Summary semver requires new major version: 1 major and 0 minor checks failed", Some(RustClass::Major));
        check("     Summary semver requires new minor version: 0 major and 2 minor checks failed", Some(RustClass::Minor));
        check("     Summary no semver update required", Some(RustClass::None));
        check("error: no library targets found", None);
    }
}
