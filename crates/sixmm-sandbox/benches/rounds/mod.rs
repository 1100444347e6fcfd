//! Measures two alternatives in short, alternating rounds. A short disturbance of the machine then affects both alternatives and only few
//! rounds. The median of the rounds counts.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// Number of rounds of a benchmark.
pub(crate) const ROUNDS: usize = 41;

/// Measured times of each alternative, by benchmark.
pub(crate) type Figures = BTreeMap<&'static str, BTreeMap<&'static str, f64>>;

/// The times of both alternatives in each round.
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

    /// The median of the ratios of the rounds. It is more stable than the ratio of the medians, because a disturbance affects both times of
    /// a round.
    pub(crate) fn ratio(&self) -> f64 {
        median(self.ours.iter().zip(&self.other).map(|(ours, other)| ours / other))
    }

    /// The saved times: our median, and the time of the other alternative that gives the median ratio.
    pub(crate) fn figures(&self, other: &'static str) -> BTreeMap<&'static str, f64> {
        BTreeMap::from([("ours", self.ours()), (other, self.ours() / self.ratio())])
    }
}

/// Converts a duration to nanoseconds.
pub(crate) fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// Saves the times for `cargo xtask bench` in the directory `SIXMM_BENCH_FIGURES`. Without this variable, the times are only printed.
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
