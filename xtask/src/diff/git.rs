//! The git commands that a comparison needs.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, anyhow, ensure};

/// A repository, by its root folder.
pub(crate) struct Repository {
    root: PathBuf,
    /// Environment variables for git, in addition to those of this process.
    environment: Vec<(&'static str, &'static str)>,
}

impl Repository {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), environment: Vec::new() }
    }

    /// Sets an environment variable for git.
    #[cfg(test)]
    pub(crate) fn with_variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The hash of a commit; `None` if the commit does not exist in this clone.
    pub(crate) fn commit(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
    }

    /// The merge base of two commits; `None` if their history in this clone has no common commit.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> anyhow::Result<Option<String>> {
        self.line(&["merge-base", one, other])
    }

    /// Whether the clone is shallow.
    pub(crate) fn is_shallow(&self) -> anyhow::Result<bool> {
        Ok(self.line(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// Whether the history of the clone ends at the current commit.
    pub(crate) fn is_cut_off(&self) -> anyhow::Result<bool> {
        Ok(self.is_shallow()? && self.commit("HEAD~1")?.is_none())
    }

    /// Fetches one more commit of a shallow clone. A failure to reach the remote repository is ignored.
    pub(crate) fn deepen(&self) -> anyhow::Result<()> {
        self.git(&["fetch", "--quiet", "--deepen=1"]).map(drop)
    }

    /// Whether files below the paths differ from the last commit.
    pub(crate) fn is_dirty(&self, paths: &[&str]) -> anyhow::Result<bool> {
        let output = self.git(&[&["status", "--porcelain", "--"], paths].concat())?;
        ensure!(output.status.success(), "git cannot list uncommitted changes: {}", stderr(&output));
        Ok(!output.stdout.is_empty())
    }

    /// The newest tag of the form `v1.2.3` among a commit and its ancestors.
    pub(crate) fn last_release(&self, commit: &str) -> anyhow::Result<Option<String>> {
        // `git describe` fails in the same way for a missing tag and for an inaccessible repository. `git rev-parse` fails only for an
        // inaccessible repository.
        self.line(&["rev-parse", "--git-dir"])?;
        let output = self.git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*.[0-9]*.[0-9]*", commit])?;
        Ok(first_line(&output).filter(|_| output.status.success()))
    }

    /// A file at a commit; `None` if the file does not exist.
    pub(crate) fn file(&self, commit: &str, path: &str) -> anyhow::Result<Option<String>> {
        let listed = self.git(&["ls-tree", "--name-only", commit, "--", path])?;
        ensure!(listed.status.success(), "git cannot list `{path}` at {commit}: {}", stderr(&listed));
        if listed.stdout.is_empty() {
            return Ok(None);
        }
        let shown = self.git(&["cat-file", "blob", &format!("{commit}:{path}")])?;
        ensure!(shown.status.success(), "git cannot show `{path}` at {commit}: {}", stderr(&shown));
        String::from_utf8(shown.stdout).map(Some).with_context(|| format!("`{path}` at {commit} is not UTF-8"))
    }

    /// The paths of the files below a folder at a commit, from the root of the repository.
    pub(crate) fn files(&self, commit: &str, folder: &str) -> anyhow::Result<Vec<String>> {
        let listed = self.git(&["ls-tree", "-r", "-z", "--name-only", commit, "--", &format!("{folder}/")])?;
        ensure!(listed.status.success(), "git cannot list `{folder}` at {commit}: {}", stderr(&listed));
        let names = String::from_utf8(listed.stdout).with_context(|| format!("a name below `{folder}` is not UTF-8"))?;
        Ok(names.split_terminator('\0').map(str::to_owned).collect())
    }

    /// Runs git and returns the first line of the output; `None` if the requested object does not exist.
    ///
    /// # Errors
    /// Returns an error if git cannot be started, or if git rejects the repository. The error about the repository contains git's own
    /// message and advice.
    fn line(&self, arguments: &[&str]) -> anyhow::Result<Option<String>> {
        let output = self.git(arguments)?;
        match output.status.code() {
            Some(0) => Ok(first_line(&output)),
            // Exit code 1 means that the object does not exist. Other errors have exit code 128.
            Some(1) => Ok(None),
            _ => Err(self.rejected(&stderr(&output))),
        }
    }

    /// The error for a repository that git rejects, with git's message and advice.
    fn rejected(&self, words: &str) -> anyhow::Error {
        let root = self.root.display();
        let advice = if words.contains("dubious ownership") {
            "The files belong to another user. Run this command as that user, or trust the folder with the command that git suggests"
                .to_owned()
        } else if words.contains("not a git repository") {
            format!("`{root}` has no history to compare with. Make a clone with `git clone`, not a copy of the files")
        } else {
            format!("Run `git -C {root} status` until git accepts the repository")
        };
        anyhow!("git cannot read the repository in `{root}`. Git says:\n{words}\n{advice}")
    }

    fn git(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        Command::new("git")
            .args(arguments)
            .envs(self.environment.iter().copied())
            .current_dir(&self.root)
            .stdin(Stdio::null())
            // A fetch must not prompt for a password.
            .env("GIT_TERMINAL_PROMPT", "0")
            // A hook or an outer command may have set these variables for another repository.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .output()
            .context("cannot run `git`: install git, or put it on the PATH")
    }
}

fn first_line(output: &Output) -> Option<String> {
    String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}
