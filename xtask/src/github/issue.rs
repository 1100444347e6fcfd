//! The issue about scheduled jobs. At most one is open.

use anyhow::Context as _;
use serde_json::{Value, json};

use super::api::Api;
use super::gate::unsuccessful;

const TITLE: &str = "Scheduled checks fail";

/// Opens the issue, updates the open issue, or closes the issue if each job succeeded. Returns a description of the action.
pub(super) fn update(api: &Api, needs: &Value) -> anyhow::Result<String> {
    let failed = unsuccessful(needs)?;
    let open = api.list("issues?state=open")?;
    // The API lists pull requests as issues, too.
    let open = open.iter().find(|issue| issue["title"] == TITLE && issue["pull_request"].is_null());
    let number = open.map(|issue| issue["number"].as_u64().context("an issue has no number")).transpose()?;
    let run = std::env::var("GITHUB_RUN_ID").unwrap_or_default();
    let jobs: String = failed.iter().map(|job| format!("- {job}\n")).collect();
    let body = format!(
        "These jobs of the scheduled workflow did not succeed:\n\n{jobs}\nRun {run}. The issue is updated by each run, and closed by the first run that succeeds.\n"
    );
    match (number, failed.is_empty()) {
        (None, true) => Ok(String::from("each job succeeded, and no issue is open")),
        (None, false) => api.post("issues", &json!({ "title": TITLE, "body": body })).map(|_| String::from("opened the issue")),
        (Some(number), false) => {
            api.patch(&format!("issues/{number}"), &json!({ "body": body })).map(|_| format!("updated issue {number}"))
        }
        (Some(number), true) => {
            let closed = json!({ "state": "closed", "state_reason": "completed" });
            api.patch(&format!("issues/{number}"), &closed).map(|_| format!("closed issue {number}"))
        }
    }
}
