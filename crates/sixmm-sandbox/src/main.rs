//! The local exchange as a program: what a bot author points a bot at.

mod program;

use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Sandbox, User};

use program::{Arguments, EnvironmentFile, Market, NewUser, print_hints};

/// How many requests the control interface can tell of.
const KEPT_REQUESTS: usize = 10_000;

/// The past that a moving market starts with: two hours of candlesticks.
const WARM_UP_MS: i64 = 2 * 60 * 60 * 1000;

#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse()).await else { return ExitCode::SUCCESS };
    // Nothing is left to do if standard error cannot be written either.
    writeln!(io::stderr(), "error: {error}").ok();
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let level = if arguments.verbose { tracing::Level::DEBUG } else { tracing::Level::INFO };
    // A log that cannot be written, because its disk is full, must not end the exchange: the subscriber would panic to report it.
    let log = tracing_subscriber::fmt().log_internal_errors(false);
    log.with_max_level(level).with_target(false).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
    let asked_to_end = asked_to_end()?;
    let sandbox = start(&arguments).await?;
    let environment = EnvironmentFile::write(&arguments, &sandbox)?;
    match print_hints(&arguments, &sandbox, &environment) {
        Ok(()) => asked_to_end.await,
        // Nobody reads how to connect, as in `sixmm-sandbox | true`: the program ends, as others do that write to a closed pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => return Err(format!("cannot write to standard output how to connect: {error}").into()),
    }
    Ok(())
}

async fn start(arguments: &Arguments) -> Result<Sandbox, Box<dyn Error>> {
    let clock = arguments.manual_clock.map_or_else(Clock::real, Clock::manual);
    let mut builder = Sandbox::builder().seed(arguments.seed).clock(clock).port(arguments.port).keep_requests(KEPT_REQUESTS);
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

/// Listens for whoever asks it to end, from now on; done once somebody does.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Listens for whoever asks it to end; done once somebody does.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async { tokio::signal::ctrl_c().await.unwrap_or_default() })
}
