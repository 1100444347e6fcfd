//! The pull request about differences between the vendor's documentation and the specification. At most one is open.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::api::Api;
use crate::tools::{cargo, output};

const BRANCH: &str = "drift";
const TITLE: &str = "The vendor's documentation differs from the specification";

/// The longest report in the description of the pull request. GitHub accepts 65,536 characters.
const CHARACTERS: usize = 60_000;

/// The result of `cargo xtask drift --fetch`.
pub(super) struct Drift {
    /// Whether the documentation differs.
    pub(super) differs: bool,
    /// What the command printed.
    pub(super) report: String,
}

/// Runs `cargo xtask drift --fetch`, and opens, updates or closes the pull request. Returns a description of the action.
pub(super) fn update(api: &Api, root: &Path) -> anyhow::Result<String> {
    let output = cargo().args(["xtask", "drift", "--fetch"]).current_dir(root).stdin(Stdio::null()).output().context("cannot run cargo")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    print!("{printed}");
    let differs = match output.status.code() {
        Some(0) => false,
        // Words differ, or facts differ.
        Some(3 | 4) => true,
        _ => bail!("`cargo xtask drift --fetch` failed with {}\n{}", output.status, String::from_utf8_lossy(&output.stderr).trim()),
    };
    synchronize(api, root, &Drift { differs, report: printed })
}

/// Opens, updates or closes the pull request. Its branch has one commit with the files that the comparison wrote.
pub(super) fn synchronize(api: &Api, root: &Path, drift: &Drift) -> anyhow::Result<String> {
    let open = api.list(&format!("pulls?state=open&head={}:{BRANCH}", api.owner()))?;
    let number = open.first().map(|pull| pull["number"].as_u64().context("a pull request has no number")).transpose()?;
    if !drift.differs {
        let Some(number) = number else { return Ok(String::from("nothing differs, and no pull request is open")) };
        api.patch(&format!("pulls/{number}"), &json!({ "state": "closed" }))?;
        api.delete(&format!("git/refs/heads/{BRANCH}"))?;
        return Ok(format!("nothing differs: closed pull request {number}"));
    }
    let report: String = drift.report.chars().take(CHARACTERS).collect();
    let body = format!("`cargo xtask drift --fetch` reports:\n\n````text\n{}\n````\n", report.trim_end());
    let base = api.get("")?["default_branch"].as_str().context("the repository has no default branch")?.to_owned();
    commit(api, root, &base)?;
    match number {
        Some(number) => api.patch(&format!("pulls/{number}"), &json!({ "body": body })).map(|_| format!("updated pull request {number}")),
        None => {
            let request = json!({ "title": TITLE, "body": body, "head": BRANCH, "base": base });
            api.post("pulls", &request).map(|_| String::from("opened a pull request"))
        }
    }
}

/// Sets the branch to one commit on the newest commit of the base, with the changed files of the working tree.
fn commit(api: &Api, root: &Path, base: &str) -> anyhow::Result<()> {
    let text = |value: &Value, what: &str| value.as_str().map(str::to_owned).with_context(|| format!("the API returned no {what}"));
    let parent = text(&api.get(&format!("git/ref/heads/{base}"))?["object"]["sha"], "commit")?;
    let mut tree = text(&api.get(&format!("git/commits/{parent}"))?["tree"]["sha"], "tree")?;
    let entries = changed_files(root)?;
    if !entries.is_empty() {
        tree = text(&api.post("git/trees", &json!({ "base_tree": tree, "tree": entries }))?["sha"], "tree")?;
    }
    let commit = text(&api.post("git/commits", &json!({ "message": TITLE, "tree": tree, "parents": [parent] }))?["sha"], "commit")?;
    match api.find(&format!("git/ref/heads/{BRANCH}"))? {
        Some(_) => api.patch(&format!("git/refs/heads/{BRANCH}"), &json!({ "sha": commit, "force": true }))?,
        None => api.post("git/refs", &json!({ "ref": format!("refs/heads/{BRANCH}"), "sha": commit }))?,
    };
    Ok(())
}

/// The changed, new and deleted files of the working tree as entries of a tree.
fn changed_files(root: &Path) -> anyhow::Result<Vec<Value>> {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(["ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard"]);
    let listed = output(&mut git)?;
    let mut paths: Vec<&str> = listed.split_terminator('\0').collect();
    paths.sort_unstable();
    paths.dedup();
    let entry = |path: &&str| {
        let file = root.join(path);
        let mut entry = json!({ "path": path, "mode": "100644", "type": "blob" });
        if file.exists() {
            entry["content"] = fs::read_to_string(&file).with_context(|| format!("cannot read `{path}`"))?.into();
        } else {
            entry["sha"] = Value::Null;
        }
        Ok(entry)
    };
    paths.iter().map(entry).collect()
}
