//! Applies breaking edits to the published crates, and requires that the comparison of the changelog reports them.
//!
//! The edits of one crate are applied together to a copy of the repository, and rustdoc makes one listing of the edited crate. rustdoc does
//! not check the bodies of functions, so that a changed signature needs no changed body. An edit counts as reported if the comparison
//! has a breaking change that contains the expected text of the edit. The results are recorded in `results.txt`. A test applies the recorded
//! changes to the committed listings one by one, so that each run of the tests checks the classification of each edit.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};

use super::toolchains::copy_files;
use crate::changelog;
use crate::checkout::root;
use crate::public_api;
use crate::published::{in_publishing_order, published_crates};

const EDITS: &str = include_str!("api_breaks/edits.txt");

/// The path of the recorded results, from the root of the repository.
const RESULTS: &str = "xtask/src/ci/api_breaks/results.txt";

/// The lowest number of edits that the comparison must report.
const REPORTED: usize = 57;

/// An edit of a file.
struct Edit<'e> {
    crate_name: &'e str,
    /// For example `bounds`.
    kind: &'e str,
    /// The path in the folder of the crate.
    file: &'e str,
    /// A part of the expected report.
    expected: &'e str,
    old: String,
    new: String,
}

/// Applies all edits, and compares the results with the recorded results.
pub(super) fn run() -> anyhow::Result<()> {
    let edits = edits(EDITS)?;
    let copy = root().join("target/api-breaks/workspace");
    copy_files(&copy)?;
    let mut by_crate: BTreeMap<&str, Vec<&Edit<'_>>> = BTreeMap::new();
    edits.iter().for_each(|edit| by_crate.entry(edit.crate_name).or_default().push(edit));
    let mut lines = Vec::new();
    // From the highest crate to the lowest, so that the dependencies of an edited crate are not edited.
    for one in in_publishing_order(published_crates(root())?)?.iter().rev() {
        let edits = by_crate.remove(one.name.as_str()).unwrap_or_default();
        let changes = breaking_changes(&copy, &one.folder, &one.name, &edits)?;
        for edit in edits {
            let reported = changes.iter().find(|change| change.contains(edit.expected));
            lines.push(format!(
                "{} | {} | {} | {}",
                edit.crate_name,
                edit.kind,
                edit.file,
                reported.map_or("not reported", String::as_str)
            ));
        }
    }
    ensure!(by_crate.is_empty(), "edits of crates that are not published: {:?}", by_crate.keys());
    lines.sort();
    let missed: Vec<&String> = lines.iter().filter(|line| line.ends_with("| not reported")).collect();
    println!("{} of {} edits are reported as breaking", lines.len() - missed.len(), lines.len());
    missed.iter().for_each(|line| println!("  {line}"));
    ensure!(lines.len() - missed.len() >= REPORTED, "fewer than {REPORTED} edits are reported");
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let recorded = fs::read_to_string(root().join(RESULTS)).unwrap_or_default();
    if recorded != text {
        fs::write(root().join(RESULTS), &text).with_context(|| format!("cannot write `{RESULTS}`"))?;
        anyhow::bail!("the results differed from {RESULTS}, which now has the new results: review and commit them");
    }
    Ok(())
}

/// Reads the edits.
fn edits(text: &str) -> anyhow::Result<Vec<Edit<'_>>> {
    let mut edits = Vec::new();
    for block in text.split("\n=== ").skip(1) {
        let (heading, lines) = block.split_once('\n').context("an edit has no lines")?;
        let [crate_name, kind, file, expected] = heading.split(" | ").collect::<Vec<_>>()[..] else {
            anyhow::bail!("an edit has another heading: {heading}")
        };
        let with = |sign: char| lines.lines().filter_map(|line| line.strip_prefix(sign)).collect::<Vec<_>>().join("\n");
        edits.push(Edit { crate_name, kind, file, expected, old: with('-'), new: with('+') });
    }
    Ok(edits)
}

/// The breaking changes of a crate after all of its edits. The edits are undone afterwards.
fn breaking_changes(copy: &Path, folder: &Path, name: &str, edits: &[&Edit<'_>]) -> anyhow::Result<Vec<String>> {
    let mut originals: BTreeMap<PathBuf, String> = BTreeMap::new();
    for edit in edits {
        let path = copy.join(folder).join(edit.file);
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{}`", path.display()))?;
        ensure!(text.matches(&edit.old).count() == 1, "the edit of `{name}` does not match once in {}:\n{}", edit.file, edit.old);
        fs::write(&path, text.replace(&edit.old, &edit.new)).with_context(|| format!("cannot write `{}`", path.display()))?;
        originals.entry(path).or_insert(text);
    }
    let listing = public_api::listing_in(copy, &root().join("target/api-breaks/target"), name);
    let changes = listing.and_then(|listing| {
        fs::write(copy.join(folder).join(public_api::FILE), listing).context("cannot write the listing")?;
        changelog::breaking_changes(root(), copy, name)
    });
    for (path, text) in originals {
        fs::write(&path, text).with_context(|| format!("cannot restore `{}`", path.display()))?;
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changelog::is_breaking_listing;

    const RECORDED: &str = include_str!("api_breaks/results.txt");

    #[test]
    fn the_recorded_results_are_those_of_the_edits() {
        let edits = edits(EDITS).expect("the edits are readable");
        let mut expected: Vec<String> =
            edits.iter().map(|edit| format!("{} | {} | {} | ", edit.crate_name, edit.kind, edit.file)).collect();
        expected.sort();
        let mut recorded: Vec<String> =
            RECORDED.lines().map(|line| line.rsplit_once(" | ").expect("a result").0.to_owned() + " | ").collect();
        recorded.sort();
        assert_eq!(recorded, expected, "run `cargo xtask ci --only api-breaks`");
        for edit in &edits {
            let path = root().join("crates").join(edit.crate_name).join(edit.file);
            let text = fs::read_to_string(&path).expect("the edited file");
            assert_eq!(text.matches(&edit.old).count(), 1, "{}: {}", path.display(), edit.old);
        }
    }

    #[test]
    fn at_least_57_of_the_edits_are_breaking_in_the_listings() {
        let mut reported = 0;
        for line in RECORDED.lines() {
            let (edit, change) = line.rsplit_once(" | ").expect("a result");
            let name = edit.split(" | ").next().expect("a crate");
            let listing = fs::read_to_string(root().join("crates").join(name).join(public_api::FILE)).expect("the listing");
            // Features are compared without a listing.
            let edited = match change.split_at_checked(2) {
                Some(("- ", line)) if line.starts_with("feature ") => None,
                Some(("- ", line)) => {
                    assert!(listing.lines().any(|other| other == line), "{name} has no `{line}`: run `cargo xtask ci --only api-breaks`");
                    Some(listing.lines().filter(|other| *other != line).map(|other| format!("{other}\n")).collect())
                }
                Some(("+ ", line)) => Some(format!("{listing}{line}\n")),
                _ => continue,
            };
            assert!(edited.is_none_or(|edited: String| is_breaking_listing(&listing, &edited)), "{line}");
            reported += 1;
        }
        assert!(reported >= REPORTED, "{reported} edits are reported");
    }
}
