//! Compares measurements of our implementation with those of the others, and with limits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The measurement of each implementation, by benchmark.
pub(super) type Measured = BTreeMap<String, BTreeMap<String, f64>>;

/// A limit of our measurement: the benchmark, the name of another implementation, and the maximum ratio of our measurement to the
/// measurement of the other implementation.
pub(super) type Limit = (&'static str, &'static str, f64);

/// The name under which a benchmark measures the cost that all implementations share. This cost is subtracted from the measurement of each
/// implementation.
const COMMON: &str = "signing";

pub(super) fn subtract_common(measured: &mut Measured) {
    for ways in measured.values_mut() {
        if let Some(common) = ways.remove(COMMON) {
            ways.values_mut().for_each(|figure| *figure -= common);
        }
    }
}

/// The limits that the measurements exceed. A limit without a measurement counts as exceeded, so that a missing benchmark is
/// noticed.
pub(super) fn broken_limits(measured: &Measured, limits: &[Limit]) -> Vec<String> {
    let broken = limits.iter().filter_map(|(benchmark, way, limit)| {
        let ways = measured.get(*benchmark);
        match ways.and_then(|ways| Some(ways.get("ours")? / ways.get(*way)?)) {
            Some(ratio) if ratio <= *limit => None,
            Some(ratio) => Some(format!("{benchmark}: {ratio:.3} of {way}; the limit is {limit}")),
            None => Some(format!("{benchmark}: nothing to compare with {way}")),
        }
    });
    broken.collect()
}

/// Formats a table with our measurements, and their ratios to those of the others.
pub(super) fn table(unit: &str, measured: &Measured) -> String {
    let mut table = format!("\n{unit:20}{:>12}   ratio to the other ways\n", "ours");
    for (benchmark, ways) in measured {
        let Some(ours) = ways.get("ours") else { continue };
        let _ = write!(table, "{benchmark:20}{ours:>12.0}");
        for (way, other) in ways.iter().filter(|(way, _)| *way != "ours") {
            let _ = write!(table, "   {way} {:.3}", ours / other);
        }
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_line_for_each_benchmark_and_a_ratio_for_each_implementation() {
        let ways = |figures: &[(&str, f64)]| figures.iter().map(|(way, figure)| ((*way).to_owned(), *figure)).collect();
        let measured = Measured::from([
            ("decode_klines".to_owned(), ways(&[("by_hand", 2000.0), ("flatten", 2200.0), ("ours", 2100.0)])),
            ("get_klines".to_owned(), ways(&[("by_hand", 98_000.0), ("ours", 95_200.0)])),
        ]);
        insta::assert_snapshot!(table("instructions", &measured), @r"

        instructions                ours   ratio to the other ways
        decode_klines               2100   by_hand 1.050   flatten 0.955
        get_klines                 95200   by_hand 0.971
        ");
    }

    #[test]
    fn a_limit_is_broken_by_a_higher_ratio_and_by_a_missing_measurement() {
        let ways = |ours, by_hand| BTreeMap::from([("ours".to_owned(), ours), ("by_hand".to_owned(), by_hand)]);
        let measured = Measured::from([("a".to_owned(), ways(101.0, 100.0)), ("b".to_owned(), ways(102.0, 100.0))]);
        let limits = [("a", "by_hand", 1.01), ("b", "by_hand", 1.01), ("a", "tuned", 1.0), ("c", "by_hand", 1.0)];
        assert_eq!(
            broken_limits(&measured, &limits),
            ["b: 1.020 of by_hand; the limit is 1.01", "a: nothing to compare with tuned", "c: nothing to compare with by_hand"]
        );
    }

    #[test]
    fn the_common_cost_is_subtracted_from_all_implementations() {
        let ways = |figures: &[(&str, f64)]| figures.iter().map(|(way, figure)| ((*way).to_owned(), *figure)).collect();
        let mut measured = Measured::from([
            ("a".to_owned(), ways(&[("by_hand", 150.0), ("ours", 140.0), (COMMON, 100.0)])),
            ("b".to_owned(), ways(&[("by_hand", 150.0), ("ours", 140.0)])),
        ]);
        subtract_common(&mut measured);
        let expected = Measured::from([
            ("a".to_owned(), ways(&[("by_hand", 50.0), ("ours", 40.0)])),
            ("b".to_owned(), ways(&[("by_hand", 150.0), ("ours", 140.0)])),
        ]);
        assert_eq!(measured, expected);
    }
}
