//! Reads the results of the benchmarks.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use super::thresholds::Measured;

/// Results of gungraun: `…/<benchmark>/<function>.<way>/summary.json`.
pub(super) fn instructions(results: &Path) -> anyhow::Result<Measured> {
    let mut measured = Measured::new();
    for file in find_files(results, "summary.json")? {
        let summary = json(&file)?;
        let text = |name: &str| summary[name].as_str().map(str::to_owned);
        let count = summary.pointer("/profiles/0/data/total/metrics/Ir/values/new").and_then(Value::as_f64);
        let (Some(benchmark), Some(way), Some(count)) = (text("group"), text("id"), count) else {
            anyhow::bail!("{} is not the summary of a benchmark", file.display());
        };
        measured.entry(benchmark).or_default().insert(way, count);
    }
    Ok(measured)
}

/// Results of criterion: `<benchmark>/<way>/new/estimates.json`.
pub(super) fn times(results: &Path) -> anyhow::Result<Measured> {
    let mut measured = Measured::new();
    for file in
        find_files(results, "estimates.json")?.into_iter().filter(|file| file.parent().is_some_and(|folder| folder.ends_with("new")))
    {
        let estimates = json(&file)?;
        let median = estimates.pointer("/median/point_estimate").and_then(Value::as_f64);
        let names: Vec<_> = file.iter().rev().skip(2).take(2).map(|name| name.to_string_lossy().into_owned()).collect();
        let ([way, benchmark], Some(median)) = (&*names, median) else {
            anyhow::bail!("{} is not the estimate of a benchmark", file.display());
        };
        measured.entry(benchmark.clone()).or_default().insert(way.clone(), median);
    }
    Ok(measured)
}

/// Results that a benchmark writes itself into one file.
pub(super) fn figures(file: &Path) -> anyhow::Result<Measured> {
    serde_json::from_value(json(file)?).with_context(|| format!("{} holds no figures of benchmarks", file.display()))
}

fn json(file: &Path) -> anyhow::Result<Value> {
    let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", file.display()))
}

fn find_files(folder: &Path, name: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(find_files(&path, name)?);
        } else if path.ends_with(name) {
            files.push(path);
        }
    }
    Ok(files)
}
