//! Everything that CI runs, one step after the other, up to the first failure.

mod documented;
mod mock;
mod prism;
mod steps;
mod summary;

use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;

use steps::Done;
use summary::{Outcome, Summary};

/// What to run of CI, in its own order whatever the order here.
#[derive(clap::Args)]
#[command(after_help = "\
CI stops at the first step that fails. The tools that a step needs beside Rust are installed into .tools at its first use.

No run checks security advisories unless it is asked to: their database is on the internet, not in a package registry.
Where it can be reached: cargo xtask ci --only advisories")]
pub(crate) struct Arguments {
    /// Run this step and no other; may be repeated
    #[arg(long, value_name = "STEP", hide_possible_values = true)]
    only: Vec<Step>,

    /// Leave this step out; may be repeated
    #[arg(long, value_name = "STEP", hide_possible_values = true)]
    skip: Vec<Step>,

    /// Print the steps and run none
    #[arg(long)]
    list: bool,
}

/// A part of CI. The order here is the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// The code is formatted
    Fmt,
    /// No lint has anything to say
    Clippy,
    /// The generated code is what the specifications say
    Codegen,
    /// Each change of a specification is accounted for, and the crates' versions are as high as all changes demand
    Diff,
    /// The tests pass, with every snapshot as it is committed
    Test,
    /// The documentation builds, and its links lead somewhere
    Doc,
    /// The public API of each published crate is what its committed listing says
    PublicApi,
    /// The API crate compiles with and without its default features, and the local exchange without its program
    Features,
    /// The specifications are valid OpenAPI
    Spec,
    /// A mock server answers from the specifications as documented
    Mock,
    /// Clients in Python trade on the local exchange, and find no answer that is not documented
    Clients,
    /// The pages that people look at open in a browser, and show what they should
    Pages,
    /// Licences, duplicate dependencies and their sources
    Deny,
    /// Known vulnerabilities of the dependencies, from the internet; only with --only
    Advisories,
}

/// Runs the steps that are asked for, and prints how each of them went.
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
            Ok(Done::Checked) => summary.record(step, Outcome::Passed(took)),
            Ok(Done::NotChecked(why)) => summary.record(step, Outcome::NotChecked(why)),
            Err(error) => {
                summary.record(step, Outcome::Failed(took));
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
            .filter(|step| if self.only.is_empty() { step.runs_unasked() } else { self.only.contains(step) })
            .filter(|step| !self.skip.contains(step))
            .collect();
        anyhow::ensure!(!steps.is_empty(), "nothing is left to run: every step is skipped");
        Ok(steps)
    }
}

impl Step {
    const fn runs_unasked(self) -> bool {
        !matches!(self, Step::Advisories)
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.to_possible_value().expect("no step is hidden from the command line");
        f.pad(value.get_name())
    }
}

fn list() -> String {
    let values = Step::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| format!("{:12}{}\n", value.get_name(), value.get_help().cloned().unwrap_or_default())).collect()
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
    fn without_arguments_every_step_runs_but_the_advisories() {
        let steps = Step::value_variants();
        check("ci", &steps[..steps.len() - 1]);
    }

    #[test]
    fn the_steps_of_only_run_in_the_order_of_ci() {
        check("ci --only test --only fmt", &[Step::Fmt, Step::Test]);
    }

    #[test]
    fn the_advisories_run_when_asked_for() {
        check("ci --only advisories", &[Step::Advisories]);
    }

    #[test]
    fn skip_takes_away_from_only() {
        check("ci --only fmt --only test --skip test", &[Step::Fmt]);
    }

    #[test]
    fn a_run_of_nothing_is_refused() {
        let line = CommandLine::try_parse_from(["ci", "--only", "fmt", "--skip", "fmt"]).unwrap();
        let error = line.arguments.steps().unwrap_err();
        insta::assert_snapshot!(error, @"nothing is left to run: every step is skipped");
    }

    #[test]
    fn an_unknown_step_is_answered_with_all_of_them_and_the_nearest() {
        let error = CommandLine::try_parse_from(["ci", "--only", "clipy"]).map(|_| ()).unwrap_err();
        insta::assert_snapshot!(error, @r"
        error: invalid value 'clipy' for '--only <STEP>'
          [possible values: fmt, clippy, codegen, diff, test, doc, public-api, features, spec, mock, clients, pages, deny, advisories]

          tip: a similar value exists: 'clippy'

        For more information, try '--help'.
        ");
    }

    #[test]
    fn the_list_says_what_each_step_is_for() {
        insta::assert_snapshot!(list(), @r"
        fmt         The code is formatted
        clippy      No lint has anything to say
        codegen     The generated code is what the specifications say
        diff        Each change of a specification is accounted for, and the crates' versions are as high as all changes demand
        test        The tests pass, with every snapshot as it is committed
        doc         The documentation builds, and its links lead somewhere
        public-api  The public API of each published crate is what its committed listing says
        features    The API crate compiles with and without its default features, and the local exchange without its program
        spec        The specifications are valid OpenAPI
        mock        A mock server answers from the specifications as documented
        clients     Clients in Python trade on the local exchange, and find no answer that is not documented
        pages       The pages that people look at open in a browser, and show what they should
        deny        Licences, duplicate dependencies and their sources
        advisories  Known vulnerabilities of the dependencies, from the internet; only with --only
        ");
    }
}
