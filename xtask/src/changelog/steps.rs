//! The merged steps since a release.

use std::process::Command;

use venue_diff::provenance::{History, Step};

use crate::diff::revision_files::RevisionFiles;
use crate::diff::{Repository, Revision, RevisionRange};
use crate::specs::Spec;

/// The changes between two revisions, in steps: one step for each commit of the main branch that changed the specification or its
/// provenance files, and a last step for all changes that are not merged.
pub(super) fn history(repository: &Repository, range: &RevisionRange, spec: &Spec) -> anyhow::Result<History> {
    let mut steps = Vec::new();
    let mut before = None;
    for revision in [range.base.clone()].into_iter().chain(merged_commits(repository, range, spec)?).chain([range.head.clone()]) {
        let revision_files = RevisionFiles::new(repository, &revision, spec);
        let Some(document) = revision_files.document()? else { continue };
        // An invalid provenance file of an older revision is treated as empty. Its entries belong to the step of the revision that
        // corrected the file.
        let provenance_log = revision_files.provenance_log().unwrap_or_default();
        if let Some((old, known)) = &before {
            steps.push(Step { changes: venue_diff::compare(old, &document), provenance: provenance_log.since(known) });
        }
        before = Some((document, provenance_log));
    }
    Ok(History::new(steps))
}

/// The commits of the main branch between the base and the head, the oldest first. A merged branch counts as one commit, and commits of an
/// unmerged branch are left out.
fn merged_commits(repository: &Repository, range: &RevisionRange, spec: &Spec) -> anyhow::Result<Vec<Revision>> {
    let Revision::Commit { hash: base, .. } = &range.base else { return Ok(Vec::new()) };
    let tip = match &range.head {
        Revision::Commit { hash, .. } => hash.clone(),
        Revision::WorkingTree { .. } => match RevisionRange::resolve(repository, None)?.base {
            Revision::Commit { hash, .. } => hash,
            Revision::WorkingTree { .. } => return Ok(Vec::new()),
        },
    };
    let mut git = Command::new("git");
    git.arg("-C").arg(repository.root()).args(["rev-list", "--first-parent", "--reverse", &format!("{base}..{tip}"), "--", spec.path]);
    git.arg(format!("openapi/changes/{}", spec.name)).env_remove("GIT_DIR").env_remove("GIT_WORK_TREE").env_remove("GIT_INDEX_FILE");
    let commits = crate::tools::output(&mut git)?;
    Ok(commits.lines().map(|hash| Revision::Commit { name: hash.to_owned(), hash: hash.to_owned() }).collect())
}
