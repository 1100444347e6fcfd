//! The results of the jobs that a job needs.

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// Fails unless each job succeeded. A skipped or cancelled job has not succeeded.
pub(super) fn check(needs: &Value) -> anyhow::Result<()> {
    let failed = unsuccessful(needs)?;
    ensure!(failed.is_empty(), "these jobs did not succeed: {}", failed.join(", "));
    Ok(())
}

/// The jobs that did not succeed, with their results.
pub(super) fn unsuccessful(needs: &Value) -> anyhow::Result<Vec<String>> {
    let jobs = needs.as_object().filter(|jobs| !jobs.is_empty()).context("NEEDS names no job")?;
    let result = |job: &Value| job["result"].as_str().unwrap_or("no result").to_owned();
    Ok(jobs
        .iter()
        .map(|(name, job)| (name, result(job)))
        .filter(|(_, result)| result != "success")
        .map(|(name, result)| format!("{name} ({result})"))
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_gate_opens_only_if_each_job_succeeded() {
        assert!(check(&json!({ "linux": { "result": "success" }, "msrv": { "result": "success" } })).is_ok());
        let error = check(&json!({ "linux": { "result": "success" }, "msrv": { "result": "skipped" }, "docs": { "result": "failure" } }));
        assert_eq!(error.expect_err("two jobs").to_string(), "these jobs did not succeed: msrv (skipped), docs (failure)");
        assert!(check(&json!({})).is_err(), "no job at all");
    }
}
