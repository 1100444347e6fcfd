//! Reads an account and all streams of the real exchange, and prints what the documentation leaves open: names of fields, JSON types and the
//! order of messages. The report contains no value, no id, no key and no symbol, so that it can be pasted into an issue.
//!
//! ```text
//! SIXMM_API_KEY=… SIXMM_API_SECRET=… cargo run -p sixmm-ext --features streams --example verify_live -- --run
//! ```

mod json_types;
pub(crate) mod operations;
pub(crate) mod specification;
pub(crate) mod stream_recording;
pub(crate) mod topics;

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use sixmm_ext::Client;
use sixmm_ext::credentials::api_key_from_file;

use self::specification::Specification;
use self::topics::Recordings;

const HELP: &str = "\
Reads your account and the streams of the exchange, and prints a report without values, ids, keys and symbols.

Usage: verify_live --run [OPTIONS]

Sends every operation that only reads, each once. Places, changes and cancels no order. To open the private stream, the program creates
a listen key and closes the key at the end, which may end the private stream of another program with the same account. The key needs the
permission Read, and for queries of orders and positions the permission Trade.

Options:
      --run              required, so that nothing is sent by mistake (or the environment variable SIXMM_VERIFY_LIVE=1)
      --symbol <SYMBOL>  the contract of the requests and topics; the default is BTCUSDT
      --seconds <N>      the time for which all topics are read; the default is 60
      --key-file <PATH>  a file of mode 600 with SIXMM_API_KEY and SIXMM_API_SECRET; the default is the environment
      --help             prints this text

SIXMM_BASE_URL names another server, for example a local exchange.
";

/// The arguments of the program.
#[derive(Debug, PartialEq)]
pub(crate) struct Arguments {
    pub(crate) symbol: String,
    pub(crate) listen_for: Duration,
    pub(crate) key_file: Option<String>,
}

/// What the program does.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    Help,
    Run(Arguments),
}

impl Command {
    /// Reads the arguments. `is_allowed` is whether the environment allows requests to the exchange.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = String>, mut is_allowed: bool) -> Result<Self, String> {
        let mut parsed = Arguments { symbol: "BTCUSDT".to_owned(), listen_for: Duration::from_secs(60), key_file: None };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("`{argument}` needs a value"));
            match &*argument {
                "--help" | "-h" => return Ok(Self::Help),
                "--run" => is_allowed = true,
                "--symbol" => parsed.symbol = value()?,
                "--key-file" => parsed.key_file = Some(value()?),
                "--seconds" => {
                    let seconds = value()?.parse().ok().filter(|seconds| (1..=86_400).contains(seconds));
                    parsed.listen_for = Duration::from_secs(seconds.ok_or("`--seconds` is a number from 1 to 86400")?);
                }
                _ => return Err(format!("unknown argument `{argument}`: see --help")),
            }
        }
        if is_allowed { Ok(Self::Run(parsed)) } else { Err("nothing was sent: add `--run`, and see --help before".to_owned()) }
    }
}

/// Sends all operations that read, reads all topics, and writes the report. The client has to record its streams into `recordings`.
pub(crate) async fn run(
    client: &Client,
    recordings: &Recordings,
    arguments: &Arguments,
    out: &mut impl Write,
) -> Result<(), Box<dyn Error>> {
    let specification = Specification::load()?;
    writeln!(out, "# Report of `verify_live` (sixmm-ext {})", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "\nNames of fields, JSON types and orders of messages, without values.")?;
    // The client closes the listen key in the background after the streams, while the operations are sent.
    topics::report(client, recordings, arguments, &specification, out).await?;
    operations::report(client, &arguments.symbol, &specification, out).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let is_allowed = std::env::var("SIXMM_VERIFY_LIVE").is_ok_and(|value| value == "1");
    let arguments = match Command::parse(std::env::args().skip(1), is_allowed)? {
        Command::Help => return Ok(write!(std::io::stdout(), "{HELP}")?),
        Command::Run(arguments) => arguments,
    };
    let recordings = Recordings::default();
    let builder = Client::builder().streams(recordings.settings());
    let client = match &arguments.key_file {
        Some(path) => builder.env_base_url().api_key(api_key_from_file(path)?).build()?,
        None if std::env::var_os("SIXMM_API_KEY").is_none() => return Err("no API key: see --help".into()),
        None => builder.env()?.build()?,
    };
    run(&client, &recordings, &arguments, &mut std::io::stdout()).await
}
