//! The report about a pull request: files that a later workflow run reads.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use crate::changelog::api_section;
use crate::checkout::root;
use crate::specs::SPECS;
use crate::tools::{cargo, command_line};

/// The number and the newest commit of the pull request.
pub(super) const PULL_REQUEST: &str = "pull-request.json";

/// The text of the comment.
pub(super) const COMMENT: &str = "comment.md";

/// Writes the comment, a page for each specification, and the API reference.
pub(super) fn write(folder: &Path, event: &Value) -> anyhow::Result<()> {
    let pull_request = described(event)?;
    let base = event["pull_request"]["base"]["sha"].as_str().context("the event has no base")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    let folder = fs::canonicalize(folder).with_context(|| format!("cannot find `{}`", folder.display()))?;
    fs::write(folder.join(PULL_REQUEST), pull_request.to_string()).context("cannot write the report")?;
    let comment = folder.join(COMMENT);
    diff(&["diff", base, "--format", "markdown"], &comment)?;
    let text = fs::read_to_string(&comment).context("cannot read the comment")? + &api_section(root(), base)?;
    fs::write(&comment, text).context("cannot write the comment")?;
    for spec in &SPECS {
        diff(&["diff", base, "--spec", spec.name, "--format", "html"], &folder.join(format!("diff-{}.html", spec.name)))?;
    }
    run_xtask(&["docs"], &folder.join("reference"), &[0])
}

/// The number and the newest commit of the pull request of an event.
fn described(event: &Value) -> anyhow::Result<Value> {
    let number = event["pull_request"]["number"].as_u64().context("the event is not about a pull request")?;
    let head = event["pull_request"]["head"]["sha"].as_str().context("the event has no commit")?;
    Ok(json!({ "number": number, "head": head }))
}

/// Writes a comparison. The codes 3 and 4 of `cargo xtask diff` mean that there are changes.
fn diff(arguments: &[&str], output: &Path) -> anyhow::Result<()> {
    run_xtask(arguments, output, &[0, 3, 4])
}

/// Runs a command of this program with an output file.
fn run_xtask(arguments: &[&str], output: &Path, accepted: &[i32]) -> anyhow::Result<()> {
    let mut command = cargo();
    command.arg("xtask").args(arguments).arg("--output").arg(output);
    let line = command_line(&command);
    println!("$ {line}");
    let status = command.current_dir(root()).status().with_context(|| format!("cannot run `{line}`"))?;
    ensure!(status.code().is_some_and(|code| accepted.contains(&code)), "`{line}` failed with {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_its_pull_request_and_commit() {
        let event = json!({ "pull_request": { "number": 7, "head": { "sha": "abc" }, "base": { "sha": "def" } } });
        assert_eq!(described(&event).expect("a pull request").to_string(), r#"{"number":7,"head":"abc"}"#);
        assert!(described(&json!({ "ref": "main" })).is_err());
    }
}
