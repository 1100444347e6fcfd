//! The command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Parser, ValueEnum};
use rust_decimal::Decimal;
use sixmm_sandbox::UnixMillis;

use super::help;

/// A local 6MM exchange: real orders, real books, no real money.
#[derive(Debug, Parser)]
#[command(
    version,
    about = "A local 6MM exchange: real orders, real books, no real money",
    after_help = help::SHORT,
    after_long_help = help::long()
)]
pub(crate) struct Arguments {
    /// Port to listen on, on this machine alone; 0 for a free one
    #[arg(long, default_value_t = 8606)]
    pub(crate) port: u16,

    /// Port of the control interface (faults, clock, market, keys, records); 0 for a free one. Off unless it is given
    #[arg(long, value_name = "PORT")]
    pub(crate) control_port: Option<u16>,

    /// Decides prices, keys and faults: the same seed gives the same run
    #[arg(long, default_value_t = 6, value_parser = whole_number, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// A user, and how many USDT it owns; may be repeated. The first one gets the API key of the environment file
    #[arg(long = "user", value_name = "NAME[=USDT]", default_value = "alice=100000")]
    pub(crate) users: Vec<NewUser>,

    /// Whether prices move by themselves
    #[arg(long, value_enum, default_value_t = Market::Moving)]
    pub(crate) market: Market,

    /// Start at this time (Unix milliseconds) and stand still; the control interface moves the clock. Without it the time is real. A restart
    /// forgets everything: orders, positions, balances, keys, sessions and fault rules. With the same time and seed the new exchange gives
    /// out the same ids and keys again, so that an order id of the old one can name another order: end the clients with the exchange
    #[arg(long, value_name = "MILLIS", requires = "control_port", value_parser = time, allow_negative_numbers = true)]
    pub(crate) manual_clock: Option<UnixMillis>,

    /// Where to write how to connect, secrets included: a file that its owner alone can read. It is written at the start, and removed at
    /// the end. A file that stands there is never touched if this program did not write it, or if an exchange that runs uses it. By default it is in the folder for
    /// temporary files
    #[arg(long, value_name = "PATH")]
    pub(crate) env_file: Option<PathBuf>,

    /// Tell of every request
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Market {
    /// Other participants quote and trade
    Moving,
    /// Nobody else is there, until the control interface places orders for somebody
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
            return Err(format!("`{name}`: a name has 3 to 32 characters"));
        }
        match Decimal::from_str_exact(balance) {
            Ok(balance) if !balance.is_sign_negative() => Ok(Self { name: name.to_owned(), balance }),
            _ => Err(format!("`{balance}`: a balance is a decimal number, 0 or more")),
        }
    }
}

fn whole_number(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("it must be a whole number, 0 or more, {} at most", u64::MAX))
}

/// What is a time around today in seconds, and one of 1970 in milliseconds, are seconds by mistake.
fn time(text: &str) -> Result<UnixMillis, String> {
    const LIKE_SECONDS: std::ops::Range<i64> = 1_000_000_000..100_000_000_000;

    let (earliest, latest) = (UnixMillis::EARLIEST, UnixMillis::LATEST);
    match text.parse() {
        Ok(seconds) if LIKE_SECONDS.contains(&seconds) => {
            Err(format!("it must be milliseconds, and looks like seconds: {seconds}000 is the same time in milliseconds"))
        }
        Ok(millis) if (earliest..=latest).contains(&UnixMillis::new(millis)) => Ok(UnixMillis::new(millis)),
        _ => Err(format!("it must be Unix milliseconds, {earliest} to {latest}, which is 2080-01-01")),
    }
}
