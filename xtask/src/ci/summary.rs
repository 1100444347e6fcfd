//! How each step of a run went, as a table.

use std::fmt;
use std::time::Duration;

use clap::ValueEnum;

use super::Step;

pub(super) struct Summary(Vec<(Step, Outcome)>);

#[derive(Clone, Copy)]
pub(super) enum Outcome {
    Passed(Duration),
    Failed(Duration),
    /// It could not be checked: why.
    NotChecked(&'static str),
    /// A step before it failed.
    NotReached,
    /// The arguments leave it out.
    NotSelected,
    /// It runs only when it is asked for by name.
    NotAskedFor,
}

impl Summary {
    pub(super) fn new(selected: &[Step]) -> Self {
        let outcome = |step: &Step| match step {
            step if selected.contains(step) => Outcome::NotReached,
            step if step.runs_unasked() => Outcome::NotSelected,
            _ => Outcome::NotAskedFor,
        };
        Self(Step::value_variants().iter().map(|step| (*step, outcome(step))).collect())
    }

    pub(super) fn record(&mut self, step: Step, outcome: Outcome) {
        for (_, of_step) in self.0.iter_mut().filter(|(other, _)| *other == step) {
            *of_step = outcome;
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, outcome) in &self.0 {
            writeln!(f, "{step:12}{outcome}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Passed(took) => write!(f, "ok      {:7.1} s", took.as_secs_f64()),
            Outcome::Failed(took) => write!(f, "FAILED  {:7.1} s", took.as_secs_f64()),
            Outcome::NotChecked(why) => write!(f, "not checked: {why}"),
            Outcome::NotReached => f.write_str("not reached"),
            Outcome::NotSelected => f.write_str("not selected"),
            Outcome::NotAskedFor => f.write_str("not checked: needs the internet, see --help"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_after_a_failure_are_not_reached() {
        let mut summary = Summary::new(&[Step::Fmt, Step::Clippy, Step::Test]);
        summary.record(Step::Fmt, Outcome::Passed(Duration::from_millis(420)));
        summary.record(Step::Clippy, Outcome::Failed(Duration::from_secs(75)));
        insta::assert_snapshot!(summary, @r"
        fmt         ok          0.4 s
        clippy      FAILED     75.0 s
        codegen     not selected
        diff        not selected
        test        not reached
        doc         not selected
        public-api  not selected
        features    not selected
        spec        not selected
        mock        not selected
        clients     not selected
        pages       not selected
        deny        not selected
        advisories  not checked: needs the internet, see --help
        ");
    }
}
