//! `cargo xtask bench`: compares the cost of a call, of decoding and of the local exchange with hand-written code.

mod results;
mod thresholds;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Context as _;

use crate::checkout::root;
use crate::tools::{GUNGRAUN_RUNNER, cargo, output, provide, run as run_command};
use thresholds::{Limit, Measured, broken_limits, subtract_common, table};

/// Selects the benchmarks.
#[derive(clap::Args)]
#[command(after_help = "\
Valgrind counts instructions. Their number is the same in every run on one machine. Times vary, so only their ratios are meaningful. The
benchmarks of the local exchange alternate in short rounds, so that other load on the machine affects both sides alike. Those of the streams
count the processor time of the client's thread, and the fastest of several rounds.
The sources of the benchmarks describe what they measure: instructions.rs, signed.rs and decode.rs in benches/benches, engine/main.rs
and http.rs in crates/sixmm-sandbox/benches, receive.rs in crates/venue-stream/benches, and book/main.rs in crates/venue-book/benches.")]
pub(crate) struct Arguments {
    /// Only count instructions, which takes seconds
    #[arg(long, conflicts_with_all = ["sandbox", "books", "streams"])]
    instructions: bool,

    /// Only measure the local exchange: times and memory, which takes a minute
    #[arg(long, conflicts_with_all = ["books", "streams"])]
    sandbox: bool,

    /// Only measure order books, which takes seconds
    #[arg(long, conflicts_with = "streams")]
    books: bool,

    /// Only measure the streams: processor times of receiving and of replaying, which takes two minutes
    #[arg(long)]
    streams: bool,
}

/// The limits of instruction counts, each as a ratio to another implementation. Decoding a page takes at most 20 % more instructions than
/// with hand-written types that drop unknown fields. Placing an order with the trading client takes at most 90 % of the instructions of a
/// hand-written call on reqwest.
const INSTRUCTIONS: [Limit; 8] = [
    ("get_klines", "by_hand", 1.0),
    ("post_order", "by_hand", 1.0),
    ("place", "by_hand", 0.9),
    ("prepare_get", "by_hand", 1.0),
    ("prepare_post", "by_hand", 1.0),
    ("sign", "compressions", 1.75),
    ("decode_klines", "by_hand", 1.2),
    ("decode_orders", "by_hand", 1.2),
];

/// The limits of times, each as a ratio to another implementation. The local exchange executes an order in about the time that parsing its
/// JSON takes. Over HTTP, a client waits at most 30 % longer than for a server that parses the same JSON into values and returns a fixed
/// response, and at most 50 % longer than for such a server with typed requests and responses.
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

/// The limits of the times of order books. The other implementation is serde_json with maps of decimals, and with tokio-tungstenite where the
/// input is the bytes of a socket. See `crates/venue-book/benches/book/main.rs`.
const BOOKS: [Limit; 7] = [
    ("depth_snapshot_88", "plain", 0.18),
    ("depth_update_88", "plain", 0.18),
    ("level", "plain", 0.15),
    ("level_sparse", "plain", 0.15),
    // The target was 0.15.
    ("level_irregular", "plain", 0.25),
    // The target was 0.2: see "What does it cost?" in DESIGN.md.
    ("socket_88", "plain", 0.3),
    ("socket_88_burst", "plain", 0.2),
];

/// The limits of processor times of streams, each as a ratio to another implementation. `receive.rs` describes what is compared.
const STREAMS: [Limit; 5] = [
    // Another load on the machine delays the wake-ups of the two tasks.
    ("receive_single", "classified", 1.3),
    // A message of 140 bytes is read in 330 ns. Passing it to a subscriber costs a third of that.
    ("receive_trades", "classified", 1.5),
    ("receive_books", "classified", 1.1),
    ("replay_trades", "decoding", 1.3),
    ("replay_books", "decoding", 1.3),
];

const MEMORY: [Limit; 1] = [("order_in_book", "plain", 1.0)];

/// Runs the benchmarks and prints a table of ratios. Fails if a ratio is over its limit.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let (mut tables, mut broken) = (String::new(), Vec::new());
    let mut check = |unit: &str, measured: &Measured, limits: &[Limit]| {
        tables += &table(unit, measured);
        broken.extend(broken_limits(measured, limits));
    };
    let Arguments { instructions, sandbox, books, streams } = *arguments;
    let is_everything = !(instructions || sandbox || books || streams);
    if is_everything || instructions {
        check("instructions", &count_instructions()?, &INSTRUCTIONS);
    }
    if is_everything {
        check("nanoseconds", &measure_decoding()?, &[]);
    }
    if is_everything || books {
        check("nanoseconds", &measure_books()?, &BOOKS);
    }
    if is_everything || streams {
        check("nanoseconds", &measure_streams()?, &STREAMS);
    }
    if is_everything || sandbox {
        let Exchange { times, memory } = measure_the_exchange()?;
        check("nanoseconds", &times, &TIMES);
        check("bytes", &memory, &MEMORY);
    }
    print!("{tables}");
    broken.iter().for_each(|limit| eprintln!("error: {limit}"));
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn count_instructions() -> anyhow::Result<Measured> {
    let runner = GUNGRAUN_RUNNER.installed()?;
    provide(&["valgrind"], || output(Command::new("valgrind").arg("--version")).map(drop).context("valgrind is needed"))?;
    let results = empty_folder("gungraun")?;
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
    subtract_common(&mut measured);
    Ok(measured)
}

fn measure_decoding() -> anyhow::Result<Measured> {
    let results = empty_folder("criterion")?;
    run_command(cargo().env("CRITERION_HOME", &results).args(["bench", "--package", "sixmm-benches", "--bench", "decode"]))?;
    results::times(&results)
}

fn measure_books() -> anyhow::Result<Measured> {
    let figures = empty_folder("books")?;
    run_command(cargo().env("VENUE_BENCH_FIGURES", &figures).args(["bench", "--package", "venue-book", "--bench", "book"]))?;
    results::figures(&figures.join("order_book.json"))
}

fn measure_streams() -> anyhow::Result<Measured> {
    let figures = empty_folder("streams")?;
    let mut command = cargo();
    command.env("VENUE_BENCH_FIGURES", &figures);
    run_command(command.args(["bench", "--package", "venue-stream", "--features", "test-util", "--bench", "receive"]))?;
    results::figures(&figures.join("receive.json"))
}

struct Exchange {
    times: Measured,
    memory: Measured,
}

fn measure_the_exchange() -> anyhow::Result<Exchange> {
    let figures = empty_folder("figures")?;
    let mut command = cargo();
    command.env("SIXMM_BENCH_FIGURES", &figures);
    run_command(command.args(["bench", "--package", "sixmm-sandbox", "--bench", "engine", "--bench", "http"]))?;
    let mut times = results::figures(&figures.join("engine.json"))?;
    times.extend(results::figures(&figures.join("http.json"))?);
    Ok(Exchange { times, memory: results::figures(&figures.join("memory.json"))? })
}

/// Creates an empty folder for results, so that the tables do not contain results of an earlier run for benchmarks that no longer exist.
fn empty_folder(name: &str) -> anyhow::Result<PathBuf> {
    let folder = root().join("target/bench").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    Ok(folder)
}
