//! `cargo xtask changelog`: what users read of all changes since the last release, and the versions that they demand.

mod steps;
#[cfg(test)]
mod tests;
mod versions;
mod workspace;

use std::process::ExitCode;

use jiff::civil::Date;
use venue_diff::changelog::{attributed_by, changelog};
use venue_diff::provenance::{Unattributed, draft};
use venue_diff::report::Report;
use venue_diff::rust::RustClass;

use crate::diff::{Repository, Revision, RevisionRange, emit, report, today};
use crate::specs::{SPECS, Spec};
use versions::Demand;
use workspace::Workspace;

#[derive(clap::Args)]
#[command(after_help = "\
A release is a tag such as v0.1.0. Before the first one, no version is demanded, and BASE must be named to see anything. BASE is taken as if it
had been released as it was.

Who made a change is asked of each step since BASE: of each commit on the main branch's first-parent line, and of what this branch adds. So a
field that the exchange added, and that was given its right name later, is still the exchange's.

Versions: of the generated crates, the public items decide. Of the others it is only known whether their files differ, which demands a patch;
what they gain or break themselves is for you to judge. A crate whose version you raise so that it breaks, or that must break, breaks each
published crate that depends on it (normal dependencies): whether it really shows that crate's types is not looked at.

The exit code is 0, and 1 after an error; with --check, also if nobody says who made a change, or if a crate's version is too low.")]
pub(crate) struct Arguments {
    /// The release to compare with, or `A..B`. Default: the last tag of the form v1.2.3
    #[arg(value_name = "BASE")]
    revisions: Option<String>,

    /// Fail if a change is not marked, or a crate's version is lower than the changes demand
    #[arg(long)]
    check: bool,
}

/// What users read, and what is still wanting.
struct Page {
    text: String,
    wanting: String,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let page = page(&Repository::new(crate::checkout::root()), arguments.revisions.as_deref(), today())?;
    emit(None, &page.text)?;
    if !arguments.check || page.wanting.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{}", page.wanting.trim_end());
    Ok(ExitCode::FAILURE)
}

fn page(repository: &Repository, revisions: Option<&str>, today: Date) -> anyhow::Result<Page> {
    let revisions = match revisions {
        Some(revisions) => revisions.to_owned(),
        None => match repository.last_release("HEAD")? {
            Some(tag) => tag,
            None => return Ok(Page { text: before_the_first_release(repository)?, wanting: String::new() }),
        },
    };
    let mut range = RevisionRange::resolve(repository, Some(&revisions))?;
    if repository.is_shallow()? {
        range.notes.push(String::from(
            "the history of this clone is cut off, and with it who made which change may be: `git fetch --unshallow` brings the rest",
        ));
    }
    let mut page = Page { text: String::new(), wanting: String::new() };
    let mut classes = Vec::new();
    for spec in &SPECS {
        let history = steps::history(repository, &range, spec)?;
        let (report, unattributed) = attributed_by(&history, report(repository, &range, spec, true, today)?);
        page.text.push_str(&of_spec(spec, &report));
        page.wanting.push_str(&not_accounted_for(spec, &report, &unattributed));
        classes.extend(report.rust.into_iter().flat_map(|rust| rust.crates).map(|changed| (changed.name, changed.class)));
    }
    if is_released(repository, &range)? {
        let demands = demands(repository, &range, &classes)?;
        page.text.push_str(&versions::table(&demands));
        page.wanting.push_str(&versions::too_low(&demands));
    } else {
        page.text.push_str(&format!("### Versions\n\nNothing was released up to {}: no version is demanded.\n", range.base.label()));
    }
    Ok(page)
}

fn before_the_first_release(repository: &Repository) -> anyhow::Result<String> {
    let why = if repository.is_shallow()? {
        "no release is tagged here, and the history of this clone is cut off (`git fetch --tags --unshallow` brings the rest)"
    } else {
        "no release is tagged yet, as `v1.2.3`"
    };
    Ok(format!("{why}: nothing is demanded of any version. The changes since a revision: `cargo xtask changelog main`\n"))
}

/// Whether anything was released before, or as, what is compared with.
fn is_released(repository: &Repository, range: &RevisionRange) -> anyhow::Result<bool> {
    match &range.base {
        Revision::Commit { hash, .. } => Ok(repository.last_release(hash)?.is_some()),
        Revision::WorkingTree { .. } => Ok(false),
    }
}

fn demands(repository: &Repository, range: &RevisionRange, classes: &[(String, RustClass)]) -> anyhow::Result<Vec<Demand>> {
    let (old, new) = (Workspace::at(repository, &range.base)?, Workspace::at(repository, &range.head)?);
    let mut changed = Vec::new();
    for name in new.crates.keys() {
        if new.differs_from(&old, name)? {
            changed.push(name.as_str());
        }
    }
    Ok(versions::demands(&old.crates, &new.crates, classes, &changed))
}

fn of_spec(spec: &Spec, report: &Report) -> String {
    let mut text = format!("### {}: {} → {}\n\n", spec.name, report.base, report.head);
    for note in &report.notes {
        text.push_str(&format!("{note}\n\n"));
    }
    let changes = changelog(report);
    text + if changes.is_empty() { "Nothing changed but words.\n\n" } else { &changes }
}

/// What nobody speaks of, and what to paste.
fn not_accounted_for(spec: &Spec, report: &Report, unattributed: &[Unattributed]) -> String {
    if report.problems.is_empty() {
        return String::new();
    }
    let mut text = String::from("not accounted for\n");
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
            "\nA new file below openapi/changes/{} says it, with an entry for each cause:\n\n{}",
            spec.name,
            drafts.join("\n")
        ));
    }
    text + "\n"
}
