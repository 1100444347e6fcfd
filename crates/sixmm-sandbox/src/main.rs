//! The local exchange as a program: what a bot author points a bot at.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{Parser, ValueEnum};
use rust_decimal::Decimal;
use secrecy::ExposeSecret;
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, Permissions, Sandbox, UnixMillis, User};

/// How many requests the control interface can tell of.
const KEPT_REQUESTS: usize = 10_000;

/// The past that a moving market starts with: two hours of candlesticks.
const WARM_UP_MS: i64 = 2 * 60 * 60 * 1000;

/// A local 6MM exchange: real orders, real books, no real money.
#[derive(Debug, Parser)]
#[command(version, about = "A local 6MM exchange: real orders, real books, no real money", after_help = AFTER_HELP)]
struct Arguments {
    /// Port to listen on, on this machine alone; 0 for a free one
    #[arg(long, default_value_t = 8606)]
    port: u16,

    /// Port of the control interface (faults, clock, records); 0 for a free one. Off unless it is given
    #[arg(long, value_name = "PORT")]
    control_port: Option<u16>,

    /// Decides prices, keys and faults: the same seed gives the same run
    #[arg(long, default_value_t = 6)]
    seed: u64,

    /// A user, and how many USDT it owns; may be repeated. The first one gets the API key of the environment file
    #[arg(long = "user", value_name = "NAME[=USDT]", default_value = "alice=100000")]
    users: Vec<NewUser>,

    /// Whether prices move by themselves
    #[arg(long, value_enum, default_value_t = Market::Moving)]
    market: Market,

    /// Start at this time (Unix milliseconds) and stand still; the control interface moves the clock. Without it the time is real
    #[arg(long, value_name = "MILLIS", requires = "control_port")]
    manual_clock: Option<i64>,

    /// Where to write how to connect, secrets included: a file that its owner alone can read. By default in the folder for temporary
    /// files
    #[arg(long, value_name = "PATH")]
    env_file: Option<PathBuf>,

    /// Tell of every request
    #[arg(long, short)]
    verbose: bool,
}

const AFTER_HELP: &str = "\
Every user logs in with the password `password`. Secrets are never printed. They stand in the environment file, which is gone when the exchange ends:
    set -a; . PATH; set +a";

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Market {
    /// Other participants quote and trade
    Moving,
    /// Nobody else is there
    Still,
}

/// `NAME` or `NAME=USDT`.
#[derive(Debug, Clone)]
struct NewUser {
    name: String,
    balance: Decimal,
}

impl FromStr for NewUser {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, balance) = text.split_once('=').unwrap_or((text, "100000"));
        if !(3..=32).contains(&name.chars().count()) {
            return Err(format!("`{name}`: a name has 3 to 32 characters"));
        }
        match Decimal::from_str_exact(balance) {
            Ok(balance) if !balance.is_sign_negative() => Ok(Self { name: name.to_owned(), balance }),
            _ => Err(format!("`{balance}`: a balance is a decimal number, 0 or more")),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let level = if arguments.verbose { tracing::Level::DEBUG } else { tracing::Level::INFO };
    tracing_subscriber::fmt().with_max_level(level).with_target(false).with_writer(io::stderr).init();
    let asked_to_end = asked_to_end()?;
    let sandbox = start(&arguments).await?;
    let environment = environment_file(&arguments, &sandbox)?;
    println!("sixmm-sandbox listens on {}", sandbox.base_url());
    if let Some(address) = sandbox.control_address() {
        println!("its control interface on http://{address}");
    }
    println!("to connect as {}: set -a; . {}; set +a", arguments.users[0].name, environment.0.display());
    asked_to_end.await;
    Ok(())
}

async fn start(arguments: &Arguments) -> Result<Sandbox, Box<dyn Error>> {
    let clock = arguments.manual_clock.map_or_else(Clock::real, |start| Clock::manual(UnixMillis::new(start)));
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

/// The environment file, which goes when the exchange does.
struct EnvironmentFile(PathBuf);

impl Drop for EnvironmentFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::warn!(%error, path = %self.0.display(), "the environment file stays behind");
        }
    }
}

/// Secrets go into a file that its owner alone can read, and not to the terminal: terminals are logged, shared and scrolled back.
fn environment_file(arguments: &Arguments, sandbox: &Sandbox) -> Result<EnvironmentFile, Box<dyn Error>> {
    let user = &arguments.users[0].name;
    let key = sandbox.api_key(user, Permissions::READ_AND_TRADE)?;
    let text = format!(
        "SIXMM_BASE_URL={}\nSIXMM_API_KEY={}\nSIXMM_API_SECRET={}\nSIXMM_USERNAME={user}\nSIXMM_PASSWORD=password\n",
        sandbox.base_url(),
        key.api_key,
        key.api_secret.expose_secret(),
    );
    let name = format!("sixmm-sandbox-{}.env", sandbox.address().port());
    let path = arguments.env_file.clone().unwrap_or_else(|| std::env::temp_dir().join(name));
    write_private(&path, &text).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    Ok(EnvironmentFile(path))
}

/// Writes beside the path and moves into place: whatever stood there is replaced, and no link is followed.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.to_owned().into_os_string();
    beside.push(format!(".{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&beside)?.write_all(text.as_bytes())?;
    fs::rename(&beside, path)
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
