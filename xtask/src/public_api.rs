//! `cargo xtask public-api`: writes the public API of each published crate to a text file, so that a review shows changes of the
//! API.

mod details;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use public_api::Builder;
use venue_codegen::crates::GeneratedFile;

use crate::checkout::root;
use crate::files;
use crate::published::{PublishedCrate, published_crates};
use crate::tools::{cargo, command_line, run as run_command};

#[derive(clap::Args)]
#[command(after_help = "\
Each published crate has its listing in `public-api.txt`: one line for every public item and every trait implementation, auto traits
included. Lines that begin with `default`, `dyn`, `generic`, `private`, `value` or `wire` state details: defaults of traits and type
parameters, values of constants, and the attributes that determine the JSON of a type. The listing is made with all features, from the JSON that rustdoc of the pinned toolchain writes (an unstable output, so the
toolchain, the crate `public-api` and the listings change together).")]
pub(crate) struct Arguments {
    /// Write nothing: print what would change as a unified diff, and fail if anything would
    #[arg(long)]
    check: bool,
}

/// The name of a listing in the folder of its crate.
pub(crate) const FILE: &str = "public-api.txt";

/// Implementations of the compiler's own marker traits. They are not stable, and no program can name them.
const INTERNAL_TRAITS: [&str; 2] = ["core::marker::Freeze for", "core::marker::UnsafeUnpin for"];

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let root = root();
    let crates = published_crates(root)?;
    let listings = listings(root, &crates)?;
    let changed = if arguments.check { files::check(root, &listings)? } else { files::write(root, &listings)? };
    let state = match (changed, arguments.check) {
        (0, _) => String::from("up to date"),
        (count, true) => format!("{count} out of date; run `cargo xtask public-api`"),
        (count, false) => format!("{count} written"),
    };
    eprintln!("public API of {} crates: {state}", crates.len());
    Ok(if arguments.check && changed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn listings(root: &Path, crates: &[PublishedCrate]) -> anyhow::Result<Vec<GeneratedFile>> {
    // A target directory of its own: RUSTC_BOOTSTRAP makes cargo build dependencies again.
    let target = root.join("target/public-api");
    let mut rustdoc = cargo();
    rustdoc.args(["doc", "--no-deps", "--all-features", "--lib", "--locked", "--target-dir"]).arg(&target);
    rustdoc.args(crates.iter().flat_map(|published| ["--package", &published.name]));
    run_command(rustdoc.env("RUSTC_BOOTSTRAP", "1").env("RUSTDOCFLAGS", "-Z unstable-options --output-format json"))?;
    crates.iter().map(|published| Ok(GeneratedFile::new(published.folder.join(FILE), read_listing(&target, &published.name)?))).collect()
}

/// The listing of one crate of the workspace in another folder.
pub(crate) fn listing_in(folder: &Path, target: &Path, name: &str) -> anyhow::Result<String> {
    let mut rustdoc = cargo();
    rustdoc.args(["doc", "--no-deps", "--all-features", "--lib", "--target-dir"]).arg(target).args(["--package", name]);
    rustdoc.env("RUSTC_BOOTSTRAP", "1").env("RUSTDOCFLAGS", "-Z unstable-options --output-format json --cap-lints allow");
    let line = command_line(&rustdoc);
    println!("$ {line}");
    let status = rustdoc.current_dir(folder).status().with_context(|| format!("cannot run `{line}`"))?;
    anyhow::ensure!(status.success(), "`{line}` failed with {status}");
    read_listing(target, name)
}

/// Reads the JSON that rustdoc wrote for a crate.
fn read_listing(target: &Path, name: &str) -> anyhow::Result<String> {
    let json = target.join("doc").join(format!("{}.json", name.replace('-', "_")));
    let api = Builder::from_rustdoc_json(&json)
        .omit_blanket_impls(true)
        .build()
        .with_context(|| format!("the public API of `{name}` cannot be read from `{}`", json.display()))?;
    let text = fs::read_to_string(&json).with_context(|| format!("cannot read `{}`", json.display()))?;
    let details = details::details(&serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", json.display()))?);
    Ok(listing(&api.to_string()) + &details.into_iter().map(|line| line + "\n").collect::<String>())
}

/// The lines of a listing that a program can depend on.
fn listing(items: &str) -> String {
    let lines = items.lines().filter(|line| !INTERNAL_TRAITS.iter().any(|internal| line.contains(internal)));
    lines.flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_leaves_out_only_the_traits_that_no_program_can_name() {
        let items = "pub struct a::B\nimpl core::marker::Send for a::B\nimpl core::marker::Freeze for a::B\nimpl<'a> !core::marker::UnsafeUnpin for a::B\n";
        assert_eq!(listing(items), "pub struct a::B\nimpl core::marker::Send for a::B\n");
    }

    #[test]
    fn every_published_crate_has_a_committed_listing() {
        let crates = published_crates(root()).expect("cargo lists the packages");
        let missing: Vec<&str> = crates
            .iter()
            .filter(|published| !root().join(&published.folder).join(FILE).is_file())
            .map(|published| published.name.as_str())
            .collect();
        assert!(crates.len() >= 6 && missing.is_empty(), "{missing:?}");
    }
}
