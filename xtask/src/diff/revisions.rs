//! Determines the two revisions of a comparison.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::git::Repository;
use crate::specs::Spec;

/// The two revisions of a comparison.
#[derive(Debug)]
pub(crate) struct RevisionRange {
    pub(crate) base: Revision,
    pub(crate) head: Revision,
    /// Notes about the comparison for the report.
    pub(crate) notes: Vec<String>,
}

/// A revision of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Revision {
    /// The files on disk.
    WorkingTree { is_dirty: bool },
    Commit {
        /// The name that the user gave, or a description.
        name: String,
        hash: String,
    },
}

/// Names of the main branch, the most likely first.
const MAIN: [&str; 5] = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/// The number of characters of an abbreviated hash.
const SHORT: usize = 10;

impl RevisionRange {
    /// Parses `BASE`, `A..B` or nothing.
    pub(crate) fn resolve(repository: &Repository, revisions: Option<&str>) -> anyhow::Result<Self> {
        match revisions {
            None => Self::since_main(repository),
            Some(range) if range.contains("...") => {
                bail!("`{range}`: write `A..B` for two revisions, or one revision for the working tree")
            }
            Some(range) => match range.split_once("..") {
                Some((base, head)) => Ok(Self { base: commit(repository, base)?, head: commit(repository, head)?, notes: Vec::new() }),
                None => Ok(Self { base: commit(repository, range)?, head: working_tree(repository)?, notes: Vec::new() }),
            },
        }
    }

    /// Compares the working tree with the commit at which its branch left the main branch.
    fn since_main(repository: &Repository) -> anyhow::Result<Self> {
        let head = repository.commit("HEAD")?.context("this repository has no commit yet: there is nothing to compare with")?;
        let mut main = None;
        for name in MAIN {
            if let Some(hash) = repository.commit(name)? {
                main = Some((name, hash));
                break;
            }
        }
        let Some((name, main)) = main else { return Self::since_the_last_commit(repository, head) };
        let mut notes = Vec::new();
        let hash = match repository.merge_base(&head, &main)? {
            Some(hash) => hash,
            None if repository.is_shallow()? => {
                notes.push(format!(
                    "the history of this clone is incomplete: the base is {name}, because the commit at which the branch left {name} is unknown. \
                     `git fetch --unshallow` gets the rest"
                ));
                main
            }
            None => bail!("HEAD and {name} have no commit in common: name the base, as in `cargo xtask diff COMMIT`"),
        };
        if hash == head && !repository.is_dirty(&[])? {
            notes.push(format!("HEAD is a commit of {name} itself: name an older base, as in `cargo xtask diff HEAD~1`"));
        }
        Ok(Self { base: Revision::Commit { name: format!("merge base with {name}"), hash }, head: working_tree(repository)?, notes })
    }

    /// Whether at least one of the two revisions has the specification. If its exchange was added after both revisions, neither of them has
    /// it.
    pub(crate) fn has(&self, repository: &Repository, spec: &Spec) -> anyhow::Result<bool> {
        Ok(self.head.file(repository, spec.path)?.is_some() || self.base.file(repository, spec.path)?.is_some())
    }

    /// Sets the base to the previous commit if the working tree is an unchanged commit of the main branch. With the commit itself as the
    /// base, a check would compare the commit with itself and always pass.
    pub(crate) fn for_check(mut self, repository: &Repository) -> anyhow::Result<Self> {
        let head = repository.commit("HEAD")?;
        let is_head = matches!(&self.base, Revision::Commit { hash, .. } if Some(hash) == head.as_ref());
        if !is_head || self.head != (Revision::WorkingTree { is_dirty: false }) {
            return Ok(self);
        }
        if let Some(hash) = repository.commit("HEAD~1")? {
            self.base = Revision::Commit { name: String::from("HEAD~1"), hash };
            self.notes = vec![String::from("HEAD is a commit of the main branch itself: only this commit is checked")];
        } else if repository.is_shallow()? {
            bail!(
                "the history of this clone ends at HEAD, so that there is nothing to compare with: `git fetch --deepen=1` gets the commit \
                 before. Or name the base, as in `cargo xtask diff COMMIT --check`"
            );
        }
        // The first commit of a repository has nothing to compare with.
        Ok(self)
    }

    /// In a checkout without branches, as CI systems create it, the base is the parent of HEAD.
    fn since_the_last_commit(repository: &Repository, head: String) -> anyhow::Result<Self> {
        let (name, hash) = match repository.commit("HEAD~1")? {
            Some(hash) => ("HEAD~1", hash),
            None => ("HEAD", head),
        };
        let notes =
            vec![format!("there is no branch main or master here: {name} is the base. Name another one, as in `cargo xtask diff COMMIT`")];
        Ok(Self { base: Revision::Commit { name: name.to_owned(), hash }, head: working_tree(repository)?, notes })
    }
}

impl Revision {
    /// The name of the revision in a report.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::WorkingTree { is_dirty: false } => String::from("working tree"),
            Self::WorkingTree { is_dirty: true } => String::from("working tree, with uncommitted changes"),
            Self::Commit { name, hash } if hash.starts_with(name.as_str()) => name.clone(),
            Self::Commit { name, hash } => format!("{} ({name})", &hash[..SHORT.min(hash.len())]),
        }
    }
}

/// Access to the files of a revision, on disk or in git.
impl Revision {
    /// A file, by its path from the root of the repository; `None` if the file does not exist.
    pub(crate) fn file(&self, repository: &Repository, path: &str) -> anyhow::Result<Option<String>> {
        match self {
            Self::Commit { hash, .. } => repository.file(hash, path),
            Self::WorkingTree { .. } => match std::fs::read_to_string(repository.root().join(path)) {
                Ok(text) => Ok(Some(text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error).with_context(|| format!("cannot read `{path}`")),
            },
        }
    }

    /// The paths of the files below a folder, sorted, from the root of the repository.
    pub(crate) fn file_names(&self, repository: &Repository, folder: &str) -> anyhow::Result<Vec<String>> {
        let mut names = match self {
            Self::Commit { hash, .. } => repository.files(hash, folder)?,
            Self::WorkingTree { .. } => on_disk(repository.root(), folder)?,
        };
        names.sort();
        Ok(names)
    }
}

/// The files below a folder on disk.
fn on_disk(root: &Path, folder: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match std::fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot list `{folder}`")),
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("cannot list `{folder}`"))?;
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() { open.push(name) } else { found.push(name) }
        }
    }
    Ok(found)
}

fn commit(repository: &Repository, name: &str) -> anyhow::Result<Revision> {
    let name = if name.is_empty() { "HEAD" } else { name };
    if let Some(hash) = repository.commit(name)? {
        return Ok(Revision::Commit { name: name.to_owned(), hash });
    }
    if repository.is_shallow()? {
        // The remote repository knows hashes and branches, but not expressions such as `HEAD~5`.
        let command = if name.contains(['~', '^', '@']) { String::from("--unshallow") } else { format!("--depth=1 origin {name}") };
        bail!("there is no commit `{name}` here, and the history of this clone is incomplete. `git fetch {command}` may get the commit");
    }
    bail!("there is no commit `{name}` here")
}

fn working_tree(repository: &Repository) -> anyhow::Result<Revision> {
    Ok(Revision::WorkingTree { is_dirty: repository.is_dirty(&["openapi", "crates"])? })
}
