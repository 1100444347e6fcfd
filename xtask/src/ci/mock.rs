//! A mock server made by others, run from a specification, answers as the vendor documents.

use std::path::Path;

use anyhow::{Context, ensure};

use super::documented::{Exchange, exchanges};
use super::prism::Prism;
use crate::tools::{output, redocly};

/// Sends every documented request of a specification to a mock server, as documented and spoilt.
pub(super) fn run(specification: &Path) -> anyhow::Result<()> {
    let resolved = output(redocly()?.args(["bundle", "--dereferenced", "--ext", "json"]).arg(specification))?;
    let resolved = serde_json::from_str(&resolved).context("the bundled specification is no JSON")?;
    let exchanges = exchanges(&resolved)?;
    let prism = Prism::start(specification)?;
    for exchange in &exchanges {
        check(&prism, exchange).with_context(|| format!("operation {}", exchange.operation))?;
    }
    let accepted: usize = exchanges.iter().map(|exchange| exchange.accepted.len()).sum();
    let answered = exchanges.iter().filter(|exchange| exchange.answer.is_some()).count();
    let refused: usize = exchanges.iter().map(|exchange| exchange.refused.len()).sum();
    println!("operations with a documented request: {}", exchanges.len());
    println!("requests as documented, accepted: {accepted}");
    println!("requests with something amiss, refused: {refused}");
    println!("operations that gave the documented answer: {answered}");
    ensure!(answered > 0 && refused > 0, "the specification documents too little to be checked");
    Ok(())
}

fn check(prism: &Prism, exchange: &Exchange) -> anyhow::Result<()> {
    for request in &exchange.accepted {
        let answer = prism.send(request)?;
        ensure!(
            answer.status == 200 && answer.violations.is_none(),
            "{request}: the request or its answer breaks the specification: {answer}"
        );
        if let Some(documented) = &exchange.answer {
            ensure!(answer.body == *documented, "{request}: documented: {documented}, answered: {answer}");
        }
    }
    for (why, request) in &exchange.refused {
        let answer = prism.send(request)?;
        ensure!((400..500).contains(&answer.status), "{request}: {why}, and not refused: {answer}");
    }
    Ok(())
}
