//! The command line.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rust_decimal::Decimal;
use sixmm_sandbox::{PayloadForm, ReplayPace, StreamSettings, UnixMillis, VersionRule};

use super::help;

/// A local 6MM exchange with real matching and no real money.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    about = "A local 6MM exchange with real matching and no real money",
    after_help = help::SHORT,
    after_long_help = help::long()
)]
pub(crate) struct Arguments {
    /// Port on 127.0.0.1; 0 selects a free port
    #[arg(long, default_value_t = 8606)]
    pub(crate) port: u16,

    /// Port of the control interface (faults, clock, market, credentials, request log); 0 selects a free port. Off by default
    #[arg(long, value_name = "PORT")]
    pub(crate) control_port: Option<u16>,

    /// Seed of prices, keys and faults: the same seed gives the same run
    #[arg(long, default_value_t = 6, value_parser = parse_seed, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// A user and its balance in USDT; repeatable. The API key of the first user is written to the environment file
    #[arg(long = "user", value_name = "NAME[=USDT]", default_value = "alice=100000")]
    pub(crate) users: Vec<NewUser>,

    /// Whether prices move automatically
    #[arg(long, value_enum, default_value_t = Market::Moving)]
    pub(crate) market: Market,

    /// Start with a manual clock at this time (Unix milliseconds). Only the control interface advances the clock. Without this option, the
    /// exchange uses the system clock. A restart loses all orders, positions, balances, keys, sessions and fault rules. After a restart
    /// with the same time and seed, the exchange assigns the same ids and keys again, so an order id of the previous run can identify
    /// another order. Stop the clients together with the exchange
    #[arg(long, value_name = "MILLIS", requires = "control_port", value_parser = parse_time, allow_negative_numbers = true)]
    pub(crate) manual_clock: Option<UnixMillis>,

    /// File for the connection details, including secrets. Only its owner can read the file. It is written at the start and removed at the
    /// end. An existing file is overwritten only if this program wrote it and no running exchange uses it. The default is in the directory
    /// for temporary files
    #[arg(long, value_name = "PATH")]
    pub(crate) env_file: Option<PathBuf>,

    /// Form of the data that the streams push, which the vendor does not document
    #[arg(long, value_enum, default_value_t = StreamPayload::Arrays, value_name = "FORM")]
    pub(crate) stream_payload: StreamPayload,

    /// Meaning of `startVersion` in the depth messages of the streams, which the vendor does not document
    #[arg(long, value_enum, default_value_t = StreamVersions::Next, value_name = "RULE")]
    pub(crate) stream_versions: StreamVersions,

    /// Shortest time between two messages of a depth, kline or ticker topic, in milliseconds; 0 pushes each change
    #[arg(long, default_value_t = 0, value_name = "MILLIS")]
    pub(crate) stream_interval: u64,

    /// Log every request
    #[arg(long, short)]
    pub(crate) verbose: bool,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

/// A task other than serving an exchange.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a recording of streams instead of an exchange, in the exchange's own messages
    Replay(ReplayArguments),
}

#[derive(Debug, Args)]
pub(crate) struct ReplayArguments {
    /// A recording in the format of `venue_stream::recording`
    pub(crate) recording: PathBuf,

    /// Port on 127.0.0.1; 0 selects a free port
    #[arg(long, default_value_t = 8606)]
    pub(crate) port: u16,

    /// When the messages are sent
    #[arg(long, value_enum, default_value_t = Pace::Recorded)]
    pub(crate) pace: Pace,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Pace {
    /// At the recorded intervals
    Recorded,
    /// As fast as the client reads
    Fast,
}

impl From<Pace> for ReplayPace {
    fn from(pace: Pace) -> Self {
        match pace {
            Pace::Recorded => Self::Recorded,
            Pace::Fast => Self::Fast,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StreamPayload {
    /// Levels as pairs, versions as numbers, snapshots are marked
    Arrays,
    /// Levels as objects, versions as strings, snapshots are not marked
    Objects,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StreamVersions {
    /// The `endVersion` of the previous message plus 1
    Next,
    /// The `endVersion` of the previous message
    Previous,
}

impl Arguments {
    /// The settings of the streams.
    pub(crate) fn streams(&self) -> StreamSettings {
        let payload = match self.stream_payload {
            StreamPayload::Arrays => PayloadForm::Arrays,
            StreamPayload::Objects => PayloadForm::Objects,
        };
        let version_rule = match self.stream_versions {
            StreamVersions::Next => VersionRule::Next,
            StreamVersions::Previous => VersionRule::Previous,
        };
        let interval = Duration::from_millis(self.stream_interval);
        StreamSettings::new().payload(payload).version_rule(version_rule).push_interval(interval)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Market {
    /// Internal participants quote and trade
    Moving,
    /// Only users trade, and the control interface can place counterparty orders
    Still,
}

/// `NAME` or `NAME=USDT`.
#[derive(Debug, Clone)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) balance: Decimal,
}

impl FromStr for NewUser {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, balance) = text.split_once('=').unwrap_or((text, "100000"));
        if !(3..=32).contains(&name.chars().count()) {
            return Err(format!("`{name}`: a name must have 3 to 32 characters"));
        }
        match Decimal::from_str_exact(balance) {
            Ok(balance) if !balance.is_sign_negative() => Ok(Self { name: name.to_owned(), balance }),
            _ => Err(format!("`{balance}`: a balance must be a decimal number, 0 or more")),
        }
    }
}

fn parse_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("it must be an integer from 0 to {}", u64::MAX))
}

/// Parses a time. A number that would be a time near today in seconds, or in 1970 in milliseconds, is rejected as a probable mistake.
fn parse_time(text: &str) -> Result<UnixMillis, String> {
    const LIKE_SECONDS: std::ops::Range<i64> = 1_000_000_000..100_000_000_000;

    let (earliest, latest) = (UnixMillis::EARLIEST, UnixMillis::LATEST);
    match text.parse() {
        Ok(seconds) if LIKE_SECONDS.contains(&seconds) => {
            Err(format!("it must be milliseconds, but looks like seconds: {seconds}000 is the same time in milliseconds"))
        }
        Ok(millis) if (earliest..=latest).contains(&UnixMillis::new(millis)) => Ok(UnixMillis::new(millis)),
        _ => Err(format!("it must be Unix milliseconds, {earliest} to {latest}, which is 2080-01-01")),
    }
}
