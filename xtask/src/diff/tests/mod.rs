//! Tests of the command with temporary repositories.

mod checks;
mod generated_code;
mod june;
mod provenance;
mod reports;
mod revisions;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::*;
pub(crate) use reports::example;

/// A small specification that uses everything, and that does not depend on an exchange.
pub(crate) const VALID: &str = include_str!("../../../../crates/venue-spec/tests/valid.yaml");

/// A temporary repository with a specification in its first commit.
pub(crate) struct TestRepository {
    pub(crate) root: PathBuf,
}

impl TestRepository {
    pub(crate) fn new(name: &str) -> Self {
        let repository = Self::empty(name);
        repository.write("openapi/6mm.yaml", VALID);
        repository.commit("first");
        repository
    }

    pub(crate) fn empty(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("venue-diff-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&root).expect("a folder");
        let repository = Self { root };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(&self.root).output().expect("git runs");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Edits the specification.
    fn edit(&self, from: &str, to: &str) {
        assert_eq!(VALID.matches(from).count(), 1, "the edit matches once: {from}");
        self.write("openapi/6mm.yaml", &VALID.replace(from, to));
    }

    fn try_report(&self, revisions: Option<&str>) -> anyhow::Result<Report> {
        self.compare(revisions, true)
    }

    fn compare(&self, revisions: Option<&str>, with_rust: bool) -> anyhow::Result<Report> {
        let repository = Repository::new(&self.root);
        let range = RevisionRange::resolve(&repository, revisions)?;
        report(&repository, &range, &SPECS[0], with_rust, "2026-11-21".parse().expect("a day"))
    }

    fn report(&self, revisions: Option<&str>) -> Report {
        self.try_report(revisions).expect("a report")
    }

    fn error(&self, revisions: Option<&str>) -> String {
        format!("{:#}", self.try_report(revisions).expect_err("no report"))
    }
}

impl Drop for TestRepository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn ids(report: &Report) -> Vec<&str> {
    report.changes.iter().map(|entry| entry.change.id.as_str()).collect()
}

const TIGHTER: (&str, &str) = ("maxItems: 2", "maxItems: 1");

impl TestRepository {
    /// A documentation change that is major in Rust: a renamed variant, in the specification and in the code.
    fn with_a_renamed_variant(name: &str) -> Self {
        let repository = Self::new(name);
        let code = |variant: &str| format!("pub enum Side {{ {variant}, Sell }}");
        repository.write("crates/sixmm-api/src/generated/mod.rs", "pub mod types;");
        repository.write("crates/sixmm-api/src/generated/types.rs", &code("Buy"));
        repository.commit("generated");
        let variants = "enum: [BUY, SELL]\n      x-enum-varnames: [Buy, Sell]";
        repository.edit(variants, &variants.replace("[Buy", "[Bid"));
        repository.write("crates/sixmm-api/src/generated/types.rs", &code("Bid"));
        repository
    }

    /// The revisions that `--check` compares without a base.
    fn checked(&self) -> anyhow::Result<RevisionRange> {
        let repository = Repository::new(&self.root);
        RevisionRange::resolve(&repository, None)?.for_check(&repository)
    }

    fn clone_of(&self, arguments: &[&str]) -> TestRepository {
        let clone = TestRepository { root: self.root.with_extension("clone") };
        let _ = fs::remove_dir_all(&clone.root);
        let url = format!("file://{}", self.root.display());
        self.git(&[&["clone", "--quiet"], arguments, &[&url, &clone.root.display().to_string()]].concat());
        clone
    }
}

fn problems(repository: &TestRepository) -> String {
    repository.report(None).problems.iter().map(|problem| format!("{problem}\n")).collect()
}
