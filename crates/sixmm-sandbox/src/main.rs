//! The program `sixmm-sandbox`: a local exchange that a bot can connect to.

mod program;

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Sandbox, StreamReplay, User};

use program::{Arguments, Command, EnvironmentFile, Market, NewUser, ReplayArguments, print_startup_message};

/// Number of requests that the control interface can list.
const LOGGED_REQUESTS: usize = 10_000;

/// The warm-up of a moving market, in milliseconds: two hours are simulated before the start time, so that candlesticks exist at the start.
const WARM_UP_MS: i64 = 2 * 60 * 60 * 1000;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse()).await else { return ExitCode::SUCCESS };
    // If standard error cannot be written either, there is no way left to report the error.
    writeln!(io::stderr(), "error: {error}").ok();
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let level = if arguments.verbose { tracing::Level::DEBUG } else { tracing::Level::INFO };
    // If the log cannot be written, for example because the disk is full, the exchange must continue. Without `log_internal_errors(false)`,
    // the subscriber would report the failure with `eprintln!`, which panics if standard error cannot be written.
    let log = tracing_subscriber::fmt().log_internal_errors(false);
    log.with_max_level(level).with_target(false).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
    let termination_signal = termination_signal()?;
    if let Some(Command::Replay(arguments)) = &arguments.command {
        let replay = start_replay(arguments).await?;
        writeln!(io::stdout(), "sixmm-sandbox replays {} on {}\npress Ctrl-C to stop", arguments.recording.display(), replay.url())?;
        termination_signal.await;
        return Ok(());
    }
    let sandbox = start(&arguments).await?;
    let environment = EnvironmentFile::write(&arguments, &sandbox)?;
    match print_startup_message(&arguments, &sandbox, &environment) {
        Ok(()) => termination_signal.await,
        // If the process that reads standard output has ended, as in `sixmm-sandbox | true`, this program ends without an error. Other
        // programs that write to a closed pipe do the same.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => return Err(format!("cannot write the connection details to standard output: {error}").into()),
    }
    Ok(())
}

async fn start_replay(arguments: &ReplayArguments) -> Result<StreamReplay, Box<dyn Error>> {
    let path = arguments.recording.display();
    let recording = File::open(&arguments.recording).map_err(|error| format!("cannot read {path}: {error}"))?;
    let replay = StreamReplay::start(BufReader::new(recording), arguments.pace.into(), Clock::real(), arguments.port).await;
    replay.map_err(|error| format!("cannot replay {path}: {error}").into())
}

async fn start(arguments: &Arguments) -> Result<Sandbox, Box<dyn Error>> {
    let clock = arguments.manual_clock.map_or_else(Clock::real, Clock::manual);
    let mut builder = Sandbox::builder()
        .seed(arguments.seed)
        .clock(clock)
        .port(arguments.port)
        .keep_requests(LOGGED_REQUESTS)
        .streams(arguments.streams());
    if arguments.market == Market::Moving {
        builder = builder.config(Config::new().moving().warm_up_ms(WARM_UP_MS));
    }
    if let Some(port) = arguments.control_port {
        builder = builder.control_port(port);
    }
    for NewUser { name, balance } in &arguments.users {
        builder = builder.user(User::new(name).balance(*balance));
    }
    Ok(builder.start().await?)
}

/// Starts to listen for the signals SIGINT and SIGTERM. The returned future completes when the program receives one of these signals.
#[cfg(unix)]
fn termination_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for Ctrl-C. The returned future completes when it is pressed.
#[cfg(not(unix))]
fn termination_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async { tokio::signal::ctrl_c().await.unwrap_or_default() })
}
