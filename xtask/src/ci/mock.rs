//! Checks that an independent mock server accepts the documented requests of a specification and returns the documented
//! responses.

use std::path::Path;

use anyhow::{Context, ensure};

use super::documented::{OperationExamples, examples_of};
use super::prism::Prism;
use crate::tools::{output, redocly};

/// Sends the documented requests and invalid variants of them to a mock server.
pub(super) fn run(specification: &Path) -> anyhow::Result<()> {
    let resolved = output(redocly()?.args(["bundle", "--dereferenced", "--ext", "json"]).arg(specification))?;
    let resolved = serde_json::from_str(&resolved).context("the bundled specification is not JSON")?;
    let operations = examples_of(&resolved)?;
    let prism = Prism::start(specification)?;
    for examples in &operations {
        check(&prism, examples).with_context(|| format!("operation {}", examples.operation))?;
    }
    let accepted: usize = operations.iter().map(|examples| examples.accepted.len()).sum();
    let documented_responses = operations.iter().filter(|examples| examples.response.is_some()).count();
    let rejected: usize = operations.iter().map(|examples| examples.rejected.len()).sum();
    println!("operations with a documented request: {}", operations.len());
    println!("requests as documented, accepted: {accepted}");
    println!("invalid requests, rejected: {rejected}");
    println!("operations that returned the documented response: {documented_responses}");
    ensure!(documented_responses > 0 && rejected > 0, "the specification documents too little to be checked");
    Ok(())
}

fn check(prism: &Prism, examples: &OperationExamples) -> anyhow::Result<()> {
    for request in &examples.accepted {
        let response = prism.send(request)?;
        ensure!(
            response.status == 200 && response.violations.is_none(),
            "{request}: the request or its response violates the specification: {response}"
        );
        if let Some(documented) = &examples.response {
            ensure!(response.body == *documented, "{request}: documented: {documented}, received: {response}");
        }
    }
    for (mistake, request) in &examples.rejected {
        let response = prism.send(request)?;
        ensure!((400..500).contains(&response.status), "{request}: {mistake}, and not rejected: {response}");
    }
    Ok(())
}
