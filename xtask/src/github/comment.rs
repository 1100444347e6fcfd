//! The comment of a pull request, which is updated in place.
//!
//! The report comes from the run of another workflow, which executes the code of the pull request without permissions. Its files are
//! therefore untrusted: their number and commit are compared with the API and the event, the text is limited and cannot mention accounts, and
//! nothing is executed.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};

use super::api::Api;
use super::report::{COMMENT, PULL_REQUEST};

/// The first line of the comment, by which the comment is found again.
const MARKER: &str = "<!-- sixmm: report of a pull request -->";

/// The account that writes comments with the token of a workflow.
const AUTHOR: &str = "github-actions[bot]";

/// The limits of a comment. GitHub accepts 65,536 characters.
const CHARACTERS: usize = 60_000;
const LINES: usize = 60;

/// Creates or updates the comment, unless the pull request has newer commits. Returns a description of the action.
pub(super) fn update(api: &Api, report: &Path, event: &Value) -> anyhow::Result<String> {
    let head = event["workflow_run"]["head_sha"].as_str().context("the event is not the end of a workflow run")?;
    ensure!(event["workflow_run"]["event"] == "pull_request", "the workflow run does not belong to a pull request");
    let described = read(&report.join(PULL_REQUEST))?;
    let described: Value = serde_json::from_str(&described).context("the report does not name its pull request")?;
    let number = described["number"].as_u64().context("the report has no number of a pull request")?;
    ensure!(described["head"] == head, "the report is about another commit than the workflow run");

    let pull_request = api.get(&format!("pulls/{number}"))?;
    ensure!(pull_request["number"] == number, "the API returned another pull request");
    if pull_request["state"] != "open" {
        return Ok(format!("pull request {number} is not open: no comment"));
    }
    if pull_request["head"]["sha"] != head {
        // Either the pull request has newer commits, or the report names the pull request of another branch.
        return Ok(format!("the newest commit of pull request {number} is not {head}: no comment"));
    }
    let body = json!({ "body": body(&read(&report.join(COMMENT))?, head) });
    let comments = api.list(&format!("issues/{number}/comments?sort=created"))?;
    let own = comments.iter().find(|comment| is_own(comment)).and_then(|comment| comment["id"].as_u64());
    match own {
        Some(id) => api.patch(&format!("issues/comments/{id}"), &body).map(|_| format!("updated the comment of pull request {number}")),
        None => api.post(&format!("issues/{number}/comments"), &body).map(|_| format!("commented on pull request {number}")),
    }
}

fn is_own(comment: &Value) -> bool {
    comment["user"]["login"] == AUTHOR && comment["body"].as_str().is_some_and(|body| body.starts_with(MARKER))
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

/// The text of the comment. An account is not notified, because a mention has an invisible character after its `@`.
fn body(report: &str, head: &str) -> String {
    let mut text = format!("{MARKER}\n");
    let lines = report.lines().count();
    for line in report.lines().take(LINES) {
        if text.chars().count() + line.chars().count() > CHARACTERS {
            break;
        }
        text.push_str(&line.replace("<!--", "&lt;!--").replace('@', "@\u{200b}"));
        text.push('\n');
    }
    if lines > LINES || report.chars().count() > CHARACTERS {
        text.push_str("\nThe report is longer. The artifacts of the workflow run contain all of it.\n");
    }
    text + &format!("\n<sub>Written by the code of this pull request at {head}, and not checked.</sub>\n")
}
