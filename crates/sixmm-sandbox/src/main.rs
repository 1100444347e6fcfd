//! The local exchange as a program: what a bot author points a bot at.

use std::error::Error;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::path::{self, Path, PathBuf};
use std::process::ExitCode;
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
async fn main() -> ExitCode {
    let Err(error) = run(Arguments::parse()).await else { return ExitCode::SUCCESS };
    eprintln!("error: {error}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let level = if arguments.verbose { tracing::Level::DEBUG } else { tracing::Level::INFO };
    tracing_subscriber::fmt().with_max_level(level).with_target(false).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr).init();
    let asked_to_end = asked_to_end()?;
    let sandbox = start(&arguments).await?;
    let environment = EnvironmentFile::write(&arguments, &sandbox)?;
    println!("sixmm-sandbox listens on {}", sandbox.base_url());
    if let Some(address) = sandbox.control_address() {
        println!("its control interface on http://{address}");
    }
    println!("to connect as {}: set -a; . {}; set +a", arguments.users[0].name, quoted(&environment.path));
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
struct EnvironmentFile {
    /// Absolute, so that a shell finds it from any folder, and never looks for it in `PATH`.
    path: String,
}

impl EnvironmentFile {
    /// Secrets go into a file that its owner alone can read, and not to the terminal: terminals are logged, shared and scrolled back.
    fn write(arguments: &Arguments, sandbox: &Sandbox) -> Result<Self, Box<dyn Error>> {
        let name = format!("sixmm-sandbox-{}.env", sandbox.address().port());
        let path = arguments.env_file.clone().unwrap_or_else(|| std::env::temp_dir().join(name));
        let path = path::absolute(&path).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        let path = path.into_os_string().into_string().map_err(|path| format!("cannot write {path:?}: the path is not UTF-8"))?;
        let user = &arguments.users[0].name;
        let key = sandbox.api_key(user, Permissions::READ_AND_TRADE)?;
        let variables: [(&str, &str); 5] = [
            ("SIXMM_BASE_URL", sandbox.base_url()),
            ("SIXMM_API_KEY", &key.api_key),
            ("SIXMM_API_SECRET", key.api_secret.expose_secret()),
            ("SIXMM_USERNAME", user),
            ("SIXMM_PASSWORD", "password"),
        ];
        let text: String = variables.iter().map(|(name, value)| format!("{name}={}\n", quoted(value))).collect();
        write_private(Path::new(&path), &text).map_err(|error| format!("cannot write {path}: {error}"))?;
        Ok(Self { path })
    }
}

impl Drop for EnvironmentFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::warn!(%error, path = self.path, "the environment file stays behind");
        }
    }
}

/// A word that a POSIX shell reads as it stands: between single quotes, nothing but the single quote is special.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Writes beside the path and moves into place: whatever stood there is replaced, and no link is followed. If that fails, nothing stays.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.to_owned().into_os_string();
    beside.push(format!(".{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error is the one to tell of.
        fs::remove_file(&beside).ok();
    }
    written
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
