//! `cargo xtask ci`: runs the steps of CI in order, up to the first failure.

mod api_breaks;
mod documented;
mod mock;
mod package;
mod prism;
mod steps;
mod summary;
mod toolchains;
mod workflows;

use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;

use steps::Completion;
use summary::{StepResult, Summary};

/// Selects the steps. They always run in the order of CI.
#[derive(clap::Args)]
#[command(after_help = "\
CI stops at the first step that fails. The tools that a step needs besides Rust are installed into .tools at the first use.

The last steps of --list run only with --only, because they take long or need the internet. The scheduled workflow runs them:
cargo xtask ci --only advisories")]
pub(crate) struct Arguments {
    /// Run only this step; can be repeated
    #[arg(long, value_name = "STEP", hide_possible_values = true)]
    only: Vec<Step>,

    /// Skip this step; can be repeated
    #[arg(long, value_name = "STEP", hide_possible_values = true)]
    skip: Vec<Step>,

    /// Print the steps without running them
    #[arg(long)]
    list: bool,
}

/// A step of CI. The steps run in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The code is formatted
    Fmt,
    /// Clippy reports nothing
    Clippy,
    /// The generated code matches the specifications, and the files of packages match the crates
    Codegen,
    /// Each change of a specification has an origin, and the versions of the crates are high enough
    Diff,
    /// The tests pass, with every snapshot as it is committed
    Test,
    /// The documentation builds without broken links
    Doc,
    /// The public API of each published crate matches its committed listing
    PublicApi,
    /// Each API crate compiles with and without its default features, and the local exchange without its program
    Features,
    /// The specifications are valid OpenAPI
    Spec,
    /// A mock server of the specifications returns the documented responses
    Mock,
    /// Python clients agree with the local exchange and with the Rust clients
    Clients,
    /// The HTML pages work in a browser
    Pages,
    /// The packages of the published crates are complete, and the first program of the README runs with them
    Package,
    /// The workflows have no mistakes
    Workflows,
    /// Licences, duplicate dependencies and their sources
    Deny,
    /// Known vulnerabilities of the dependencies, fetched from the internet; only with --only
    Advisories,
    /// The tests of the published crates; only with --only
    PublishedTests,
    /// Each published crate builds separately from its package; only with --only
    PackageBuilds,
    /// The published crates compile with the oldest supported Rust, which rustup installs; only with --only
    Msrv,
    /// The published crates compile with the lowest versions of their dependencies; only with --only
    MinimalVersions,
    /// The published crates compile with each pair of features; only with --only
    FeaturePowerset,
    /// The documentation builds as on docs.rs; only with --only
    DocsRs,
    /// The tests with random faults pass with thousands of seeds; only with --only
    Faults,
    /// The versions are high enough by the rules of cargo-semver-checks, too; only with --only
    SemverChecks,
    /// Seeded breaking edits of the published crates are reported as breaking; only with --only
    ApiBreaks,
}

/// Runs the selected steps, and prints a summary.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.list {
        print!("{}", list());
        return Ok(ExitCode::SUCCESS);
    }
    let steps = arguments.steps()?;
    let mut summary = Summary::new(&steps);
    let mut failure = None;
    for step in steps {
        println!("\n=== {step} ===");
        let start = Instant::now();
        let result = steps::run(step);
        let took = start.elapsed();
        println!("=== {step}: {:.1} s ===", took.as_secs_f64());
        match result {
            Ok(Completion::Checked) => summary.record(step, StepResult::Passed(took)),
            Ok(Completion::NotChecked(reason)) => summary.record(step, StepResult::NotChecked(reason)),
            Err(error) => {
                summary.record(step, StepResult::Failed(took));
                failure = Some((step, error));
                break;
            }
        }
    }
    print!("\n{summary}");
    let Some((step, error)) = failure else {
        return Ok(ExitCode::SUCCESS);
    };
    Err(error.context(step))
}

impl Arguments {
    fn steps(&self) -> anyhow::Result<Vec<Step>> {
        let steps: Vec<Step> = Step::value_variants()
            .iter()
            .copied()
            .filter(|step| if self.only.is_empty() { step.runs_by_default() } else { self.only.contains(step) })
            .filter(|step| !self.skip.contains(step))
            .collect();
        anyhow::ensure!(!steps.is_empty(), "every step is skipped");
        Ok(steps)
    }
}

impl Step {
    const fn runs_by_default(self) -> bool {
        !matches!(
            self,
            Step::Advisories
                | Step::PublishedTests
                | Step::PackageBuilds
                | Step::Msrv
                | Step::MinimalVersions
                | Step::FeaturePowerset
                | Step::DocsRs
                | Step::Faults
                | Step::SemverChecks
                | Step::ApiBreaks
        )
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.to_possible_value().expect("no step is hidden from the command line");
        f.pad(value.get_name())
    }
}

pub(crate) fn list() -> String {
    let values = Step::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| format!("{:18}{}\n", value.get_name(), value.get_help().cloned().unwrap_or_default())).collect()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    #[command(name = "ci")]
    struct CommandLine {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn check(line: &str, expected: &[Step]) {
        let line = CommandLine::try_parse_from(line.split_whitespace()).unwrap();
        assert_eq!(line.arguments.steps().unwrap(), expected);
    }

    #[test]
    fn without_arguments_every_step_before_advisories_runs() {
        let steps = Step::value_variants();
        let first = steps.iter().position(|step| *step == Step::Advisories).expect("a step");
        check("ci", &steps[..first]);
    }

    #[test]
    fn the_steps_of_only_run_in_the_order_of_ci() {
        check("ci --only test --only fmt", &[Step::Fmt, Step::Test]);
    }

    #[test]
    fn advisories_run_if_selected() {
        check("ci --only advisories", &[Step::Advisories]);
    }

    #[test]
    fn skip_removes_steps_from_only() {
        check("ci --only fmt --only test --skip test", &[Step::Fmt]);
    }

    #[test]
    fn a_run_without_steps_is_rejected() {
        let line = CommandLine::try_parse_from(["ci", "--only", "fmt", "--skip", "fmt"]).unwrap();
        let error = line.arguments.steps().unwrap_err();
        insta::assert_snapshot!(error, @"every step is skipped");
    }

    #[test]
    fn an_unknown_step_is_rejected_with_all_steps_and_the_nearest() {
        let error = CommandLine::try_parse_from(["ci", "--only", "clipy"]).map(|_| ()).unwrap_err();
        insta::assert_snapshot!(error, @r"
        error: invalid value 'clipy' for '--only <STEP>'
          [possible values: fmt, clippy, codegen, diff, test, doc, public-api, features, spec, mock, clients, pages, package, workflows, deny, advisories, published-tests, package-builds, msrv, minimal-versions, feature-powerset, docs-rs, faults, semver-checks, api-breaks]

          tip: a similar value exists: 'clippy'

        For more information, try '--help'.
        ");
    }

    #[test]
    fn the_list_describes_each_step() {
        insta::assert_snapshot!(list(), @r"
        fmt               The code is formatted
        clippy            Clippy reports nothing
        codegen           The generated code matches the specifications, and the files of packages match the crates
        diff              Each change of a specification has an origin, and the versions of the crates are high enough
        test              The tests pass, with every snapshot as it is committed
        doc               The documentation builds without broken links
        public-api        The public API of each published crate matches its committed listing
        features          Each API crate compiles with and without its default features, and the local exchange without its program
        spec              The specifications are valid OpenAPI
        mock              A mock server of the specifications returns the documented responses
        clients           Python clients agree with the local exchange and with the Rust clients
        pages             The HTML pages work in a browser
        package           The packages of the published crates are complete, and the first program of the README runs with them
        workflows         The workflows have no mistakes
        deny              Licences, duplicate dependencies and their sources
        advisories        Known vulnerabilities of the dependencies, fetched from the internet; only with --only
        published-tests   The tests of the published crates; only with --only
        package-builds    Each published crate builds separately from its package; only with --only
        msrv              The published crates compile with the oldest supported Rust, which rustup installs; only with --only
        minimal-versions  The published crates compile with the lowest versions of their dependencies; only with --only
        feature-powerset  The published crates compile with each pair of features; only with --only
        docs-rs           The documentation builds as on docs.rs; only with --only
        faults            The tests with random faults pass with thousands of seeds; only with --only
        semver-checks     The versions are high enough by the rules of cargo-semver-checks, too; only with --only
        api-breaks        Seeded breaking edits of the published crates are reported as breaking; only with --only
        ");
    }
}
