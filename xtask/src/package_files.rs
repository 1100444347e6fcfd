//! `cargo xtask package-files`: writes the README and the licences of each published crate.

mod readme;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use venue_codegen::crates::GeneratedFile;

use crate::checkout::root;
use crate::files;
use crate::published::published_crates;

#[derive(clap::Args)]
#[command(after_help = "\
The README of a crate is its documentation: the `//!` comments of `src/lib.rs` without hidden lines of code and without links to items. The
licences are copies of those in the root of the repository, because a package contains only files of its own folder.")]
pub(crate) struct Arguments {
    /// Write nothing: print what would change as a unified diff, and fail if anything would
    #[arg(long)]
    check: bool,
}

/// The licences in the root of the repository.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = root();
    let package_files = package_files(root)?;
    let changed = if arguments.check { files::check(root, &package_files)? } else { files::write(root, &package_files)? };
    let state = match (changed, arguments.check) {
        (0, _) => String::from("up to date"),
        (count, true) => format!("{count} out of date; run `cargo xtask package-files`"),
        (count, false) => format!("{count} written"),
    };
    eprintln!("{} files of packages: {state}", package_files.len());
    Ok(if arguments.check && changed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn package_files(root: &Path) -> anyhow::Result<Vec<GeneratedFile>> {
    let licences = LICENCES
        .into_iter()
        .map(|name| Ok((name, fs::read_to_string(root.join(name)).with_context(|| format!("cannot read `{name}`"))?)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut files = Vec::new();
    for published in published_crates(root)? {
        let documentation = readme::crate_documentation(&root.join(&published.folder).join("src/lib.rs"))?;
        files.push(GeneratedFile::new(published.folder.join("README.md"), readme::readme(&published.name, &documentation)));
        files.extend(licences.iter().map(|(name, text)| GeneratedFile::new(published.folder.join(name), text.clone())));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_published_crate_has_its_readme_and_the_licences() {
        let outdated = files::check(root(), &package_files(root()).expect("the files are generated")).expect("the files are readable");
        assert_eq!(outdated, 0, "run `cargo xtask package-files`");
    }
}
