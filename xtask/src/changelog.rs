//! `cargo xtask changelog`: what users read of all changes since the last release, and the versions that they demand.

mod manifests;

use std::process::ExitCode;

use anyhow::Context as _;
use sixmm_diff::changelog::changelog;
use sixmm_diff::report::Report;
use sixmm_diff::rust::RustClass;
use sixmm_diff::version::{Bump, Version};

use crate::diff::side::Side;
use crate::diff::{Compared, Repository, emit, report, today};
use crate::specs::{SPECS, Spec};
use manifests::Manifests;

#[derive(clap::Args)]
#[command(after_help = "\
A release is a tag such as v0.1.0. Before the first one, nothing is demanded, and BASE must be named to see anything.
The exit code is 0, and 1 after an error; with --check, also if a crate's version is lower than its changes demand.")]
pub(crate) struct Arguments {
    /// The release to compare with, or `A..B`. Default: the last tag of the form v1.2.3
    #[arg(value_name = "BASE")]
    revisions: Option<String>,

    /// Fail if a crate's version is lower than its changes demand
    #[arg(long)]
    check: bool,
}

/// What a crate's version must be.
#[derive(Debug, PartialEq, Eq)]
struct Demand {
    name: String,
    released: Version,
    bump: Bump,
    found: Version,
}

impl Demand {
    fn lowest(&self) -> Version {
        self.released.after(self.bump)
    }

    fn is_met(&self) -> bool {
        self.found >= self.lowest()
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let repository = Repository::new(crate::specs::root());
    let revisions = match &arguments.revisions {
        Some(revisions) => revisions.clone(),
        None => match repository.last_release("HEAD")? {
            Some(tag) => tag,
            None => {
                let hint = if repository.is_shallow()? {
                    " here, and the history of this clone is cut off: `git fetch --tags --unshallow`"
                } else {
                    ""
                };
                println!(
                    "no release is tagged v1.2.3{hint}: nothing is demanded of any version. To see the changes since a revision, name it"
                );
                return Ok(ExitCode::SUCCESS);
            }
        },
    };
    let compared = Compared::resolve(&repository, Some(&revisions))?;
    let mut text = String::new();
    let mut is_met = true;
    for spec in &SPECS {
        let report = report(&repository, &compared, spec, true, today()?)?;
        let demands = demands(&repository, &compared, spec, &report)?;
        text.push_str(&page(spec, &report, &demands));
        is_met &= demands.iter().all(Demand::is_met);
    }
    emit(None, &text)?;
    Ok(if arguments.check && !is_met { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn page(spec: &Spec, report: &Report, demands: &[Demand]) -> String {
    let mut text = format!("### {}: {} → {}\n\n", spec.name, report.base, report.head);
    for note in &report.notes {
        text.push_str(&format!("{note}\n\n"));
    }
    if !demands.is_empty() {
        text.push_str("| crate | released | changes | lowest version | version |\n| --- | --- | --- | --- | --- |\n");
        for demand in demands {
            let verdict = if demand.is_met() { "" } else { ", too low" };
            let Demand { name, released, bump, found } = demand;
            text.push_str(&format!("| `{name}` | {released} | {bump} | {} | {found}{verdict} |\n", demand.lowest()));
        }
        text.push('\n');
    }
    let changes = changelog(report);
    text.push_str(if changes.is_empty() { "Nothing changed but words.\n\n" } else { &changes });
    text
}

/// What the changes demand of the generated crates, and of those that are built on them.
fn demands(repository: &Repository, compared: &Compared, spec: &Spec, report: &Report) -> anyhow::Result<Vec<Demand>> {
    let (old, new) = (Manifests::read(repository, &compared.base)?, Manifests::read(repository, &compared.head)?);
    let (base, head) = (Side::new(repository, &compared.base, spec), Side::new(repository, &compared.head, spec));
    let class = |name: &str| {
        let crates = report.rust.iter().flat_map(|rust| &rust.crates);
        crates.filter(|changed| changed.name == name).map(|changed| changed.class).max().unwrap_or(RustClass::None)
    };
    let mut bumps = Vec::new();
    for name in [spec.api_crate, spec.mock_crate] {
        bumps.push((name.to_owned(), Bump::of(class(name), base.sources(name)? != head.sources(name)?)));
    }
    // A crate whose own interface shows another's breaks with it; whatever else that one gains need not reach it.
    let api_breaks = class(spec.api_crate) == RustClass::Major;
    for name in new.published_dependents_of(spec.api_crate) {
        match bumps.iter_mut().find(|(known, _)| *known == name) {
            Some((_, bump)) if api_breaks => *bump = Bump::Major,
            Some(_) => {}
            None if api_breaks => bumps.push((name, Bump::Major)),
            None => {}
        }
    }
    let mut demands = Vec::new();
    for (name, bump) in bumps {
        // A crate that was not released yet owes nothing to anybody.
        if let Some(released) = old.version(&name)? {
            let found = new.version(&name)?.with_context(|| format!("`{name}` was released, and is gone"))?;
            demands.push(Demand { name, released, bump, found });
        }
    }
    Ok(demands)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bump: Bump, found: &str, is_met: bool) {
        let version = |text: &str| text.parse().expect("a version");
        let demand = Demand { name: "an-api".into(), released: version("0.3.1"), bump, found: version(found) };
        assert_eq!(demand.is_met(), is_met, "{bump} {found}");
    }

    #[test]
    fn a_version_must_be_as_high_as_the_changes_demand_or_higher() {
        check(Bump::None, "0.3.1", true);
        check(Bump::Patch, "0.3.1", false);
        check(Bump::Minor, "0.3.2", true);
        check(Bump::Major, "0.3.2", false);
        check(Bump::Major, "0.4.0", true);
        check(Bump::Major, "1.0.0", true);
    }
}
