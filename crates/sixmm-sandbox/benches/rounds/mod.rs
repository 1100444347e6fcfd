//! Two ways of doing the same, in short rounds that alternate: a machine that is busy for a moment slows both, and few rounds. The median
//! of the rounds counts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Rounds of a benchmark.
pub(crate) const ROUNDS: usize = 41;

/// What each way took, by benchmark.
pub(crate) type Figures = BTreeMap<&'static str, BTreeMap<&'static str, f64>>;

/// A figure of ours and of another way, from each round.
#[derive(Default)]
pub(crate) struct Rounds {
    ours: Vec<f64>,
    other: Vec<f64>,
}

impl Rounds {
    pub(crate) fn add(&mut self, ours: f64, other: f64) {
        self.ours.push(ours);
        self.other.push(other);
    }

    pub(crate) fn ours(&self) -> f64 {
        median(self.ours.iter().copied())
    }

    pub(crate) fn other(&self) -> f64 {
        median(self.other.iter().copied())
    }

    /// That of the rounds, and not of the two medians: within a round, both were disturbed alike.
    pub(crate) fn ratio(&self) -> f64 {
        median(self.ours.iter().zip(&self.other).map(|(ours, other)| ours / other))
    }

    /// What is kept: our own median, and what the other way would have to be for the ratio to be that of the rounds.
    pub(crate) fn figures(&self, other: &'static str) -> BTreeMap<&'static str, f64> {
        BTreeMap::from([("ours", self.ours()), (other, self.ours() / self.ratio())])
    }
}

/// Nanoseconds.
pub(crate) fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// Keeps figures for `cargo xtask bench`, in the folder that `SIXMM_BENCH_FIGURES` names; without it they are printed alone.
pub(crate) fn save(name: &str, figures: &Figures) {
    let Some(folder) = std::env::var_os("SIXMM_BENCH_FIGURES") else { return };
    let file = PathBuf::from(folder).join(name).with_extension("json");
    let text = serde_json::to_string_pretty(figures).expect("figures are JSON");
    std::fs::write(&file, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
