//! `cargo xtask tour`: from the specification to calls that are answered.

use std::process::ExitCode;

use crate::tools::{cargo, run as run_command};

/// What to show.
#[derive(clap::Args)]
pub(crate) struct Arguments {}

/// Generates the crates, and calls a mock exchange with them.
///
/// Both run as children: the tour must be compiled from what codegen has just written.
pub(crate) fn run(_: &Arguments) -> anyhow::Result<ExitCode> {
    run_command(cargo().args(["xtask", "codegen"]))?;
    run_command(cargo().args(["run", "--quiet", "--package", "sixmm-httpmock", "--example", "tour"]))?;
    Ok(ExitCode::SUCCESS)
}
