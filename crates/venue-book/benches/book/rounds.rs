//! Measures two alternatives in short, alternating rounds, so that other load on the machine affects both alike.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The number of rounds. A round takes less than a millisecond, so many rounds are not interrupted.
const ROUNDS: usize = 400;

/// The times of each alternative in nanoseconds, by benchmark.
pub(crate) type Figures = BTreeMap<&'static str, BTreeMap<&'static str, f64>>;

/// Compares two functions that each handle this number of items in a call. `prepare` is not measured. The fastest round of each counts.
pub(crate) fn compare<T>(
    figures: &mut Figures,
    name: &'static str,
    items: u32,
    mut prepare: impl FnMut() -> T,
    mut ours: impl FnMut(&T),
    mut plain: impl FnMut(&T),
) {
    let (mut our_time, mut plain_time) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let input = prepare();
        our_time = our_time.min(time(|| ours(&input)));
        plain_time = plain_time.min(time(|| plain(&input)));
    }
    let nanoseconds = |time: Duration| time.as_secs_f64() * 1e9 / f64::from(items);
    let (our_time, plain_time) = (nanoseconds(our_time), nanoseconds(plain_time));
    println!("{name:<20}{our_time:>8.0} ns   plain {plain_time:.0} ns   ratio {:.3}", our_time / plain_time);
    figures.insert(name, BTreeMap::from([("ours", our_time), ("plain", plain_time)]));
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Saves the times for `cargo xtask bench` in the directory `VENUE_BENCH_FIGURES`. Without this variable, the times are only printed.
pub(crate) fn save(name: &str, figures: &Figures) {
    let Some(folder) = std::env::var_os("VENUE_BENCH_FIGURES") else { return };
    let file = PathBuf::from(folder).join(name).with_extension("json");
    let text = serde_json::to_string_pretty(figures).expect("figures are JSON");
    std::fs::write(&file, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", file.display()));
}
