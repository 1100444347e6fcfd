//! `cargo xtask changelog`: prints the changelog for users of the crates, with all changes since the last release and the versions that
//! these changes require.

mod api;
mod api_section;
mod semver_checks;
mod steps;
#[cfg(test)]
mod tests;
mod versions;
mod workspace;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use jiff::civil::Date;
use venue_diff::changelog::{attributed_by, changelog};
use venue_diff::provenance::{Unattributed, draft};
use venue_diff::report::Report;
use venue_diff::rust::RustClass;

use crate::diff::{Repository, Revision, RevisionRange, emit, report, today};
use crate::specs::{SPECS, Spec};
use api::ApiChange;
pub(crate) use api_section::api_section;
use versions::RequiredVersion;
use workspace::Workspace;

#[derive(clap::Args)]
#[command(after_help = "\
A release is a tag such as v0.1.0. Before the first release, no version is required, and there is no output without BASE. BASE is treated
like a release.

The origin of a change is looked up in each step since BASE: in each commit on the first-parent line of the main branch, and in the changes
of the current branch. A field that the exchange added, and that the specification renamed later, is still a change of the exchange.

Versions: the public API of a crate determines its version. It is compared in up to three ways, and the strictest result counts:
  - the listing `public-api.txt` of the crate, its features and its programs, for each published crate;
  - the public items of the generated code, for a generated crate;
  - with --semver-checks, the rules of cargo-semver-checks, which is installed at the first use.
A changed file without a change of the API requires a patch version. A crate with a breaking version breaks each published crate that has
it as a normal dependency, whether or not that crate exports its types.

The exit code is 1 after an error, and with --check also if a change has no origin or the version of a crate is too low. Otherwise it is 0.")]
pub(crate) struct Arguments {
    /// The release to compare with, or `A..B`. Default: the last tag of the form v1.2.3
    #[arg(value_name = "BASE")]
    revisions: Option<String>,

    /// Fail if a change has no origin, or if the version of a crate is too low
    #[arg(long)]
    check: bool,

    /// Also run cargo-semver-checks, which takes some minutes
    #[arg(long)]
    semver_checks: bool,
}

/// The changelog, and the problems that `--check` reports.
struct Page {
    text: String,
    problems: String,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let checker = arguments.semver_checks.then_some(semver_checks::classes as SemverChecker);
    let page = page(&Repository::new(crate::checkout::root()), arguments.revisions.as_deref(), today(), checker)?;
    emit(None, &page.text)?;
    if !arguments.check || page.problems.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", page.problems.trim_end());
    Ok(ExitCode::FAILURE)
}

/// The problems that `--check` reports since the last release before the current commit, which may have the tag of a release itself.
pub(crate) fn problems_of_release() -> anyhow::Result<Vec<String>> {
    let repository = Repository::new(crate::checkout::root());
    let Some(before) = repository.last_release("HEAD~1")? else { return Ok(Vec::new()) };
    let page = page(&repository, Some(&before), today(), None)?;
    Ok(if page.problems.is_empty() { Vec::new() } else { vec![page.problems.trim_end().to_owned()] })
}

/// The breaking changes of the public API of a crate between the workspaces in two folders.
pub(crate) fn breaking_changes(old: &Path, new: &Path, name: &str) -> anyhow::Result<Vec<String>> {
    let crate_in = |folder: &Path| {
        let mut crates = workspace::crates(folder)?;
        crates.remove(name).with_context(|| format!("`{}` has no crate `{name}`", folder.display()))
    };
    let changes = crate_in(new)?.api_changes_since(&crate_in(old)?)?;
    Ok(changes.into_iter().filter(|change| change.class == RustClass::Major).map(|change| change.text).collect())
}

/// Whether a listing breaks programs that were written for another listing.
#[cfg(test)]
pub(crate) fn is_breaking_listing(old: &str, new: &str) -> bool {
    api::class_of(&api::compare_listings(old, new)) == RustClass::Major
}

/// Compares the crates of these names in the folder of an older revision with those of the working tree, by rules of another program.
type SemverChecker = fn(&Path, &[&str]) -> anyhow::Result<Vec<(String, RustClass)>>;

fn page(repository: &Repository, revisions: Option<&str>, today: Date, semver_checker: Option<SemverChecker>) -> anyhow::Result<Page> {
    let revisions = match revisions {
        Some(revisions) => revisions.to_owned(),
        None => match repository.last_release("HEAD")? {
            Some(tag) => tag,
            None => return Ok(Page { text: before_the_first_release(repository)?, problems: String::new() }),
        },
    };
    let mut range = RevisionRange::resolve(repository, Some(&revisions))?;
    if repository.is_shallow()? {
        range.notes.push(String::from(
            "the history of this clone is incomplete, so that origins of changes may be missing: `git fetch --unshallow` gets the rest",
        ));
    }
    let mut page = Page { text: String::new(), problems: String::new() };
    let mut classes = Vec::new();
    for spec in &SPECS {
        if !range.has(repository, spec)? {
            continue;
        }
        let history = steps::history(repository, &range, spec)?;
        let (report, unattributed) = attributed_by(&history, report(repository, &range, spec, true, today)?);
        page.text.push_str(&changes_of(spec, &report));
        page.problems.push_str(&provenance_problems(spec, &report, &unattributed));
        classes.extend(report.rust.into_iter().flat_map(|rust| rust.crates).map(|changed| (changed.name, changed.class)));
    }
    if is_released(repository, &range)? {
        let (required_versions, api_changes) = required_versions(repository, &range, classes, semver_checker)?;
        page.text.push_str(&versions::table(&required_versions));
        page.problems.push_str(&versions::too_low(&required_versions));
        page.problems.push_str(&versions::reasons(&required_versions, &api_changes));
    } else {
        page.text.push_str(&format!("### Versions\n\nThere is no release up to {}, so that no version is required.\n", range.base.label()));
    }
    Ok(page)
}

fn before_the_first_release(repository: &Repository) -> anyhow::Result<String> {
    let reason = if repository.is_shallow()? {
        "no release is tagged here, and the history of this clone is incomplete (`git fetch --tags --unshallow` gets the rest)"
    } else {
        "no release is tagged yet, as `v1.2.3`"
    };
    Ok(format!("{reason}, so that no version is required. The changes since a revision: `cargo xtask changelog main`\n"))
}

/// Whether the older revision is a release, or has a release before it.
fn is_released(repository: &Repository, range: &RevisionRange) -> anyhow::Result<bool> {
    match &range.base {
        Revision::Commit { hash, .. } => Ok(repository.last_release(hash)?.is_some()),
        Revision::WorkingTree { .. } => Ok(false),
    }
}

/// The changes of the public API of each crate.
type ApiChanges = BTreeMap<String, Vec<ApiChange>>;

fn required_versions(
    repository: &Repository,
    range: &RevisionRange,
    mut classes: Vec<(String, RustClass)>,
    semver_checker: Option<SemverChecker>,
) -> anyhow::Result<(Vec<RequiredVersion>, ApiChanges)> {
    let (old, new) = (Workspace::at(repository, &range.base)?, Workspace::at(repository, &range.head)?);
    let mut changed = Vec::new();
    let mut api_changes = ApiChanges::new();
    for (name, now) in &new.crates {
        if new.differs_from(&old, name)? {
            changed.push(name.as_str());
        }
        if let Some(before) = old.crates.get(name).filter(|before| before.is_published) {
            let changes = now.api_changes_since(before)?;
            if before.has_listing() || !changes.is_empty() {
                classes.push((name.clone(), api::class_of(&changes)));
            }
            api_changes.insert(name.clone(), changes);
        }
    }
    if let (Some(check), Some(folder)) = (semver_checker, old.folder()) {
        let is_published = |name: &&str| [&old, &new].iter().all(|of| of.crates.get(*name).is_some_and(|one| one.is_published));
        let names: Vec<&str> = new.crates.keys().map(String::as_str).filter(is_published).collect();
        classes.extend(check(folder, &names)?);
    }
    Ok((versions::required_versions(&old.crates, &new.crates, &classes, &changed), api_changes))
}

fn changes_of(spec: &Spec, report: &Report) -> String {
    let mut text = format!("### {}: {} → {}\n\n", spec.name, report.base, report.head);
    for note in &report.notes {
        text.push_str(&format!("{note}\n\n"));
    }
    let changes = changelog(report);
    text + if changes.is_empty() { "Only the documentation changed.\n\n" } else { &changes }
}

/// Formats the provenance problems, and the template of an entry.
fn provenance_problems(spec: &Spec, report: &Report, unattributed: &[Unattributed]) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let mut text = String::from("provenance problems\n");
    for problem in &report.problems {
        let (file, line) = problem.position();
        text.push_str(&format!("  {}:{line}: {problem}\n", file.unwrap_or(&report.specification)));
    }
    let drafts: Vec<String> = [true, false]
        .into_iter()
        .map(|is_merged| {
            let ids: Vec<&str> = unattributed.iter().filter(|one| one.is_merged == is_merged).map(|one| one.id.as_str()).collect();
            draft(&ids, is_merged)
        })
        .filter(|draft| !draft.is_empty())
        .collect();
    if !drafts.is_empty() {
        text.push_str(&format!(
            "\nAdd a file below openapi/changes/{} with an entry for each cause. Template:\n\n{}",
            spec.name,
            drafts.join("\n")
        ));
    }
    text + "\n"
}
