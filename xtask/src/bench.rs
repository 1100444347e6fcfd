//! `cargo xtask bench`: what a call and a decode cost, compared with code that is written by hand.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Context as _;
use serde_json::Value;

use crate::tools::{GUNGRAUN_RUNNER, cargo, output, provide, root, run as run_command};

/// What to measure.
#[derive(clap::Args)]
#[command(after_help = "\
Instructions are counted by valgrind, and are the same at every run on one machine. Times are not: look at their ratios alone.
What exactly is counted stands at the top of instructions.rs, signed.rs and decode.rs in benches/benches.")]
pub(crate) struct Arguments {
    /// Count instructions alone, which takes seconds; times take a minute
    #[arg(long)]
    instructions: bool,
}

/// What each way of doing the same took, by benchmark.
type Measured = BTreeMap<String, BTreeMap<String, f64>>;

/// Not a way of its own, but what all the others of its benchmark do as well: it is taken off them.
const COMMON: &str = "signing";

/// Of instructions: a benchmark, another way than ours, and how many times its figure ours may be.
const LIMITS: [(&str, &str, f64); 5] = [
    ("get_klines", "by_hand", 1.01),
    ("post_order", "by_hand", 1.01),
    ("prepare_get", "by_hand", 1.02),
    ("prepare_post", "by_hand", 1.02),
    ("sign", "compressions", 1.45),
];

/// Runs the benchmarks, and prints ratios last. Fails if an instruction count is over its limit.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let instructions = count_instructions()?;
    let mut tables = table("instructions", &instructions);
    if !arguments.instructions {
        tables += &table("nanoseconds", &measure_times()?);
    }
    print!("{tables}");
    let broken = broken_limits(&instructions, &LIMITS);
    broken.iter().for_each(|limit| eprintln!("error: {limit}"));
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count_instructions() -> anyhow::Result<Measured> {
    let runner = GUNGRAUN_RUNNER.installed()?;
    provide(&["valgrind"], || output(Command::new("valgrind").arg("--version")).map(drop).context("valgrind is needed"))?;
    let results = emptied("gungraun")?;
    run_command(cargo().env("GUNGRAUN_RUNNER", &runner).env("GUNGRAUN_HOME", &results).args([
        "bench",
        "--package",
        "sixmm-benches",
        "--bench",
        "instructions",
        "--bench",
        "signed",
        "--",
        "--save-summary=json",
    ]))?;
    let mut measured = read_instructions(&results)?;
    take_off_common(&mut measured);
    Ok(measured)
}

fn measure_times() -> anyhow::Result<Measured> {
    let results = emptied("criterion")?;
    run_command(cargo().env("CRITERION_HOME", &results).args(["bench", "--package", "sixmm-benches", "--bench", "decode"]))?;
    read_times(&results)
}

/// A folder for results without those of an earlier run: a benchmark that is gone would stay in the tables.
fn emptied(name: &str) -> anyhow::Result<PathBuf> {
    let folder = root().join("target/bench").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}

/// gungraun's results: `…/<benchmark>/<function>.<way>/summary.json`.
fn read_instructions(results: &Path) -> anyhow::Result<Measured> {
    let mut measured = Measured::new();
    for file in found(results, "summary.json")? {
        let summary = read_json(&file)?;
        let text = |name: &str| summary[name].as_str().map(str::to_owned);
        let count = summary.pointer("/profiles/0/data/total/metrics/Ir/values/new").and_then(Value::as_f64);
        let (Some(benchmark), Some(way), Some(count)) = (text("group"), text("id"), count) else {
            anyhow::bail!("{} is not the summary of a benchmark", file.display());
        };
        measured.entry(benchmark).or_default().insert(way, count);
    }
    Ok(measured)
}

/// criterion's results: `<benchmark>/<way>/new/estimates.json`.
fn read_times(results: &Path) -> anyhow::Result<Measured> {
    let mut measured = Measured::new();
    for file in found(results, "estimates.json")?.into_iter().filter(|file| file.parent().is_some_and(|folder| folder.ends_with("new"))) {
        let estimates = read_json(&file)?;
        let median = estimates.pointer("/median/point_estimate").and_then(Value::as_f64);
        let names: Vec<_> = file.iter().rev().skip(2).take(2).map(|name| name.to_string_lossy().into_owned()).collect();
        let ([way, benchmark], Some(median)) = (&*names, median) else {
            anyhow::bail!("{} is not the estimate of a benchmark", file.display());
        };
        measured.entry(benchmark.clone()).or_default().insert(way.clone(), median);
    }
    Ok(measured)
}

fn read_json(file: &Path) -> anyhow::Result<Value> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", file.display()))
}

fn found(folder: &Path, name: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(found(&path, name)?);
        } else if path.ends_with(name) {
            files.push(path);
        }
    }
    Ok(files)
}

fn take_off_common(measured: &mut Measured) {
    for ways in measured.values_mut() {
        if let Some(common) = ways.remove(COMMON) {
            ways.values_mut().for_each(|figure| *figure -= common);
        }
    }
}

/// A limit of something that was not measured is broken, too: else nobody would notice that it is not.
fn broken_limits(measured: &Measured, limits: &[(&str, &str, f64)]) -> Vec<String> {
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

/// Our own figure, and how many times each of the others it is.
fn table(unit: &str, measured: &Measured) -> String {
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
    fn a_table_has_a_line_for_each_benchmark_and_a_ratio_for_each_peer() {
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
    fn a_limit_is_broken_by_what_is_above_it_and_by_what_is_missing() {
        let ways = |ours, by_hand| BTreeMap::from([("ours".to_owned(), ours), ("by_hand".to_owned(), by_hand)]);
        let measured = Measured::from([("a".to_owned(), ways(101.0, 100.0)), ("b".to_owned(), ways(102.0, 100.0))]);
        let limits = [("a", "by_hand", 1.01), ("b", "by_hand", 1.01), ("a", "tuned", 1.0), ("c", "by_hand", 1.0)];
        assert_eq!(
            broken_limits(&measured, &limits),
            ["b: 1.020 of by_hand; the limit is 1.01", "a: nothing to compare with tuned", "c: nothing to compare with by_hand"]
        );
    }

    #[test]
    fn what_all_ways_have_in_common_is_taken_off_them() {
        let ways = |figures: &[(&str, f64)]| figures.iter().map(|(way, figure)| ((*way).to_owned(), *figure)).collect();
        let mut measured = Measured::from([
            ("a".to_owned(), ways(&[("by_hand", 150.0), ("ours", 140.0), (COMMON, 100.0)])),
            ("b".to_owned(), ways(&[("by_hand", 150.0), ("ours", 140.0)])),
        ]);
        take_off_common(&mut measured);
        let expected = Measured::from([
            ("a".to_owned(), ways(&[("by_hand", 50.0), ("ours", 40.0)])),
            ("b".to_owned(), ways(&[("by_hand", 150.0), ("ours", 140.0)])),
        ]);
        assert_eq!(measured, expected);
    }
}
