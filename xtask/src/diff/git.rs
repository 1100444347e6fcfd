//! The few questions that a comparison asks of git.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, anyhow, ensure};

/// A repository, by its top.
pub(crate) struct Repository {
    root: PathBuf,
    /// Variables for git, beside this process's own.
    environment: Vec<(&'static str, &'static str)>,
}

impl Repository {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), environment: Vec::new() }
    }

    /// The same with a variable for git.
    #[cfg(test)]
    pub(crate) fn with_variable(mut self, name: &'static str, value: &'static str) -> Self {
        self.environment.push((name, value));
        self
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The hash of a commit; nothing if there is none of this name here.
    pub(crate) fn commit(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{name}^{{commit}}")])
    }

    /// Where two commits part; nothing if their history here has no common commit.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> anyhow::Result<Option<String>> {
        self.line(&["merge-base", one, other])
    }

    /// Whether the history is cut off.
    pub(crate) fn is_shallow(&self) -> anyhow::Result<bool> {
        Ok(self.line(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// Whether the history is cut off at this very commit.
    pub(crate) fn is_cut_off(&self) -> anyhow::Result<bool> {
        Ok(self.is_shallow()? && self.commit("HEAD~1")?.is_none())
    }

    /// Brings one commit more of a history that is cut off; not if the other side cannot be reached.
    pub(crate) fn deepen(&self) -> anyhow::Result<()> {
        self.git(&["fetch", "--quiet", "--deepen=1"]).map(drop)
    }

    /// Whether files below a path differ from the last commit.
    pub(crate) fn is_dirty(&self, paths: &[&str]) -> anyhow::Result<bool> {
        let output = self.git(&[&["status", "--porcelain", "--"], paths].concat())?;
        ensure!(output.status.success(), "git cannot tell what is not committed: {}", said(&output));
        Ok(!output.stdout.is_empty())
    }

    /// The newest tag of the form `v1.2.3` that a commit comes after, and none if there is none here.
    pub(crate) fn last_release(&self, commit: &str) -> anyhow::Result<Option<String>> {
        // To find no tag is a failure to git, as is to be refused the repository: only the second is asked for here.
        self.line(&["rev-parse", "--git-dir"])?;
        let output = self.git(&["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*.[0-9]*.[0-9]*", commit])?;
        Ok(first_line(&output).filter(|_| output.status.success()))
    }

    /// A file at a commit; nothing if it did not exist.
    pub(crate) fn file(&self, commit: &str, path: &str) -> anyhow::Result<Option<String>> {
        let listed = self.git(&["ls-tree", "--name-only", commit, "--", path])?;
        ensure!(listed.status.success(), "git cannot list `{path}` at {commit}: {}", said(&listed));
        if listed.stdout.is_empty() {
            return Ok(None);
        }
        let shown = self.git(&["cat-file", "blob", &format!("{commit}:{path}")])?;
        ensure!(shown.status.success(), "git cannot show `{path}` at {commit}: {}", said(&shown));
        String::from_utf8(shown.stdout).map(Some).with_context(|| format!("`{path}` at {commit} is no UTF-8"))
    }

    /// The files below a folder at a commit, from the repository's top.
    pub(crate) fn files(&self, commit: &str, folder: &str) -> anyhow::Result<Vec<String>> {
        let listed = self.git(&["ls-tree", "-r", "-z", "--name-only", commit, "--", &format!("{folder}/")])?;
        ensure!(listed.status.success(), "git cannot list `{folder}` at {commit}: {}", said(&listed));
        let names = String::from_utf8(listed.stdout).with_context(|| format!("a name below `{folder}` is no UTF-8"))?;
        Ok(names.split_terminator('\0').map(str::to_owned).collect())
    }

    /// The first line that a command prints; nothing if git answers with no.
    ///
    /// # Errors
    /// If git can say neither, such as where it refuses the repository: with git's own words, and what to do.
    fn line(&self, arguments: &[&str]) -> anyhow::Result<Option<String>> {
        let output = self.git(arguments)?;
        match output.status.code() {
            Some(0) => Ok(first_line(&output)),
            // What was asked for does not exist. Of anything else git speaks, and exits with 128.
            Some(1) => Ok(None),
            _ => Err(self.refused(&said(&output))),
        }
    }

    /// Why git says nothing of this repository, in its own words, and what to do.
    fn refused(&self, words: &str) -> anyhow::Error {
        let root = self.root.display();
        let advice = if words.contains("dubious ownership") {
            "The files belong to another user. Run this command as that user, or trust the folder by the command that git names".to_owned()
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
            // A fetch must not ask for a password.
            .env("GIT_TERMINAL_PROMPT", "0")
            // A hook or an outer command may have set these for another repository.
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

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}
