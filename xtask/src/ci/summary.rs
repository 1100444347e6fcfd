//! The summary of a run, as a table.

use std::fmt;
use std::time::Duration;

use clap::ValueEnum;

use super::Step;

pub(super) struct Summary(Vec<(Step, StepResult)>);

#[derive(Clone, Copy)]
pub(super) enum StepResult {
    Passed(Duration),
    Failed(Duration),
    /// The check was not possible, for this reason.
    NotChecked(&'static str),
    /// An earlier step failed.
    NotReached,
    /// The arguments exclude the step.
    NotSelected,
    /// The step runs only if `--only` names it.
    NotAskedFor,
}

impl Summary {
    pub(super) fn new(selected: &[Step]) -> Self {
        let outcome = |step: &Step| match step {
            step if selected.contains(step) => StepResult::NotReached,
            step if step.runs_by_default() => StepResult::NotSelected,
            _ => StepResult::NotAskedFor,
        };
        Self(Step::value_variants().iter().map(|step| (*step, outcome(step))).collect())
    }

    pub(super) fn record(&mut self, step: Step, outcome: StepResult) {
        for (_, of_step) in self.0.iter_mut().filter(|(other, _)| *other == step) {
            *of_step = outcome;
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, outcome) in &self.0 {
            writeln!(f, "{step:18}{outcome}")?;
        }
        Ok(())
    }
}

impl fmt::Display for StepResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepResult::Passed(took) => write!(f, "ok      {:7.1} s", took.as_secs_f64()),
            StepResult::Failed(took) => write!(f, "FAILED  {:7.1} s", took.as_secs_f64()),
            StepResult::NotChecked(reason) => write!(f, "not checked: {reason}"),
            StepResult::NotReached => f.write_str("not reached"),
            StepResult::NotSelected => f.write_str("not selected"),
            StepResult::NotAskedFor => f.write_str("not checked: runs only with --only"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_after_a_failure_are_not_reached() {
        let mut summary = Summary::new(&[Step::Fmt, Step::Clippy, Step::Test]);
        summary.record(Step::Fmt, StepResult::Passed(Duration::from_millis(420)));
        summary.record(Step::Clippy, StepResult::Failed(Duration::from_secs(75)));
        insta::assert_snapshot!(summary, @r"
        fmt               ok          0.4 s
        clippy            FAILED     75.0 s
        codegen           not selected
        diff              not selected
        test              not reached
        doc               not selected
        public-api        not selected
        features          not selected
        spec              not selected
        mock              not selected
        clients           not selected
        pages             not selected
        package           not selected
        workflows         not selected
        deny              not selected
        advisories        not checked: runs only with --only
        published-tests   not checked: runs only with --only
        package-builds    not checked: runs only with --only
        msrv              not checked: runs only with --only
        minimal-versions  not checked: runs only with --only
        feature-powerset  not checked: runs only with --only
        docs-rs           not checked: runs only with --only
        faults            not checked: runs only with --only
        semver-checks     not checked: runs only with --only
        api-breaks        not checked: runs only with --only
        ");
    }
}
