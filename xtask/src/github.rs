//! `cargo xtask github`: the steps of the workflows that use the API of GitHub.

mod api;
mod comment;
mod drift;
mod gate;
mod issue;
mod report;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;
use serde_json::Value;

use api::Api;

#[derive(clap::Args)]
#[command(after_help = "\
The commands read what a workflow run provides: GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH, and GITHUB_TOKEN, which the workflow
passes to the step that needs it. They print no token. Without these variables, they fail before a request is sent.")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the report about a pull request into a folder: the comment, the HTML pages and the API reference
    Report {
        /// The folder, which is created
        #[arg(long, value_name = "FOLDER")]
        output: PathBuf,
    },
    /// Create or update the comment of a pull request from a report that another workflow run wrote
    Comment {
        /// The folder with the report. Nothing in it is executed
        #[arg(long, value_name = "FOLDER")]
        report: PathBuf,
    },
    /// Open, update or close the issue about scheduled jobs, whose results are in NEEDS as JSON
    Issue,
    /// Fail unless each job succeeded whose result is in NEEDS as JSON
    Gate,
    /// Run `cargo xtask drift --fetch`, and open, update or close the pull request about its result
    Drift,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Report { output } => report::write(output, &event()?),
        Command::Comment { report } => comment::update(&Api::from_environment()?, report, &event()?).map(|done| println!("{done}")),
        Command::Issue => issue::update(&Api::from_environment()?, &needs()?).map(|done| println!("{done}")),
        Command::Gate => gate::check(&needs()?),
        Command::Drift => drift::update(&Api::from_environment()?, crate::checkout::root()).map(|done| println!("{done}")),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// The event that started the workflow run.
fn event() -> anyhow::Result<Value> {
    let path = variable("GITHUB_EVENT_PATH")?;
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read the event in `{path}`"))?;
    serde_json::from_str(&text).context("the event is not JSON")
}

/// The results of the jobs that a job needs.
fn needs() -> anyhow::Result<Value> {
    serde_json::from_str(&variable("NEEDS")?).context("NEEDS is not JSON")
}

fn variable(name: &str) -> anyhow::Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: this command runs in a workflow"))
}
