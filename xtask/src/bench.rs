//! `cargo xtask bench`: what a call, a decode and the local exchange cost, compared with code that is written by hand.

mod judge;
mod results;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::checkout::root;
use crate::tools::{GUNGRAUN_RUNNER, cargo, output, provide, run as run_command};
use judge::{Limit, Measured, broken_limits, table, take_off_common};

/// What to measure.
#[derive(clap::Args)]
#[command(after_help = "\
Instructions are counted by valgrind, and are the same at every run on one machine. Times are not: look at their ratios alone. Those of
the local exchange are measured in short rounds that alternate, so that a busy machine slows both sides alike.
What exactly is measured stands at the top of instructions.rs, signed.rs and decode.rs in benches/benches, and of engine/main.rs and http.rs
in crates/sixmm-sandbox/benches.")]
pub(crate) struct Arguments {
    /// Count instructions alone, which takes seconds
    #[arg(long, conflicts_with = "sandbox")]
    instructions: bool,

    /// Measure the local exchange alone: times and memory, which takes a minute
    #[arg(long)]
    sandbox: bool,
}

/// A page is decoded with no more than a fifth more instructions than by types that were written by hand and forget what they do not know.
///
/// The trading client places an order with a tenth fewer instructions than a call on reqwest takes that is written by hand.
const INSTRUCTIONS: [Limit; 8] = [
    ("get_klines", "by_hand", 1.01),
    ("post_order", "by_hand", 1.01),
    ("place", "by_hand", 0.9),
    ("prepare_get", "by_hand", 1.02),
    ("prepare_post", "by_hand", 1.02),
    ("sign", "compressions", 1.45),
    ("decode_klines", "by_hand", 1.2),
    ("decode_orders", "by_hand", 1.2),
];

/// The whole exchange carries out an order in about the time in which its JSON is read. Over HTTP a client waits no more than 30 % longer than
/// for a server that reads the same JSON as values, answers the same, and does nothing; and not much longer than that for one that knows the
/// types of both.
const TIMES: [Limit; 8] = [
    ("book_1k", "plain", 0.9),
    ("book_100k", "plain", 0.5),
    ("place_and_cancel", "json", 1.0),
    ("place_and_fill", "json", 1.5),
    ("http_order", "handler", 1.3),
    ("http_16_connections", "handler", 1.3),
    ("http_order", "typed", 1.3),
    ("http_16_connections", "typed", 1.5),
];

const MEMORY: [Limit; 1] = [("order_in_book", "plain", 1.0)];

/// Runs the benchmarks, and prints ratios last. Fails if one is over its limit.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (mut tables, mut broken) = (String::new(), Vec::new());
    let mut judge = |unit: &str, measured: &Measured, limits: &[Limit]| {
        tables += &table(unit, measured);
        broken.extend(broken_limits(measured, limits));
    };
    if !arguments.sandbox {
        judge("instructions", &count_instructions()?, &INSTRUCTIONS);
    }
    if !arguments.sandbox && !arguments.instructions {
        judge("nanoseconds", &measure_decoding()?, &[]);
    }
    if !arguments.instructions {
        let Exchange { times, memory } = measure_the_exchange()?;
        judge("nanoseconds", &times, &TIMES);
        judge("bytes", &memory, &MEMORY);
    }
    print!("{tables}");
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
    let mut measured = results::instructions(&results)?;
    take_off_common(&mut measured);
    Ok(measured)
}

fn measure_decoding() -> anyhow::Result<Measured> {
    let results = emptied("criterion")?;
    run_command(cargo().env("CRITERION_HOME", &results).args(["bench", "--package", "sixmm-benches", "--bench", "decode"]))?;
    results::times(&results)
}

struct Exchange {
    times: Measured,
    memory: Measured,
}

fn measure_the_exchange() -> anyhow::Result<Exchange> {
    let figures = emptied("figures")?;
    let mut command = cargo();
    command.env("SIXMM_BENCH_FIGURES", &figures);
    run_command(command.args(["bench", "--package", "sixmm-sandbox", "--bench", "engine", "--bench", "http"]))?;
    let mut times = results::figures(&figures.join("engine.json"))?;
    times.extend(results::figures(&figures.join("http.json"))?);
    Ok(Exchange { times, memory: results::figures(&figures.join("memory.json"))? })
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
