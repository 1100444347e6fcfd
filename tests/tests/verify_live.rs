//! The example `verify_live` runs against the local exchange, and its report contains no value of the account.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use sixmm_api::streams::WEBSOCKET_CHANNELS;
use sixmm_ext::{
    Client, Decimal, NewOrder, UnixMillis,
    credentials::{ApiKey, Secret},
    requests,
};
use sixmm_sandbox::exchange::Config;
use sixmm_sandbox::{Clock, PayloadForm, Permissions, Sandbox, StreamSettings, User, VersionRule};
use venue_test_support::virtual_time::{Ticks, VirtualTime};

#[expect(dead_code, reason = "`main` is for the shell")]
#[path = "../../crates/sixmm-ext/examples/verify_live/main.rs"]
mod verify_live;

use verify_live::{Arguments, Command};

const START: UnixMillis = UnixMillis::new(1_772_710_377_808);
/// A balance whose digits appear nowhere else.
const BALANCE: i64 = 7_391_846;

/// A report, and values of the account that the report must not contain.
struct Reported {
    text: String,
    private_values: Vec<String>,
}

/// Runs the example while the user trades. Each call needs a seed of its own, because the process remembers the timestamps of each key.
async fn report(seed: u64, settings: StreamSettings) -> Result<Reported, Box<dyn Error>> {
    let clock = Clock::manual(sixmm_sandbox::UnixMillis::new(START.as_millis()));
    let alice = User::new("alice").password("correct horse").balance(Decimal::from(BALANCE));
    let builder = Sandbox::builder().seed(seed).clock(clock).config(Config::new().moving()).streams(settings);
    let sandbox = Arc::new(builder.user(alice).start().await?);
    let ticking = Arc::clone(&sandbox);
    let _ticks = Ticks::every_20_ms(move |passed| ticking.advance(passed));
    let key = sandbox.api_key("alice", Permissions::READ_AND_TRADE)?;
    let secret = Secret::from(key.api_secret.clone()).expose_secret().to_owned();
    let (user, symbol) = (sandbox.user_id("alice")?, "BTCUSDT".to_owned());
    let mut private_values = vec![BALANCE.to_string(), user, key.api_key.clone(), secret, symbol];
    let time = Arc::new(VirtualTime::starting_at(START));
    let recordings = verify_live::topics::Recordings::default();
    let key = ApiKey::new(key.api_key, key.api_secret)?;
    let client = Client::builder().base_url(sandbox.base_url()).time(time).api_key(key).streams(recordings.settings()).build()?;

    let mut out = Vec::new();
    let arguments = Arguments { symbol: "BTCUSDT".to_owned(), listen_for: Duration::from_secs(40), key_file: None };
    let trading = async {
        let mut ids = Vec::new();
        for order in [NewOrder::buy("BTCUSDT", "0.1").market(), NewOrder::buy("BTCUSDT", "0.1").limit("20000")] {
            tokio::time::sleep(Duration::from_secs(5)).await;
            ids.push(client.orders().place(order).send().await.into_result()?.order_id.to_string());
        }
        let listen_key = client.send(requests::CreateListenKey::new()).await?.listen_key;
        ids.push(listen_key.expose_secret().to_owned());
        Ok::<_, Box<dyn Error>>(ids)
    };
    let (reported, ids) = tokio::join!(verify_live::run(&client, &recordings, &arguments, &mut out), trading);
    reported?;
    private_values.extend(ids?);
    Ok(Reported { text: String::from_utf8(out)?, private_values })
}

/// Fails if the report contains a value of the account, or a text that looks like an id, a key or a time.
fn check_is_redacted(Reported { text, private_values }: &Reported) {
    assert_eq!(private_values.len(), 8);
    for value in private_values {
        assert!(!text.contains(value.as_str()), "{value}\n{text}");
    }
    let is_id = |word: &&str| word.len() >= 6 && word.chars().filter(char::is_ascii_digit).count() >= 5;
    let ids: Vec<&str> = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(is_id).collect();
    assert!(ids.is_empty(), "{ids:?}\n{text}");
    assert!(!text.contains("USDT"), "a symbol or asset\n{text}");
}

/// The section of a topic or an operation.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let start = text.find(heading).unwrap_or_else(|| panic!("no {heading}\n{text}"));
    let rest = &text[start + heading.len()..];
    &rest[..rest.find("\n#").unwrap_or(rest.len())]
}

#[tokio::test(start_paused = true)]
async fn the_report_has_every_operation_and_topic_and_no_value_of_the_account() -> Result<(), Box<dyn Error>> {
    let forms = [(PayloadForm::Arrays, VersionRule::Next, 1), (PayloadForm::Objects, VersionRule::Previous, 0)];
    for (seed, (form, rule, step)) in (901..).zip(forms) {
        let reported = report(seed, StreamSettings::new().payload(form).version_rule(rule)).await?;
        check_is_redacted(&reported);
        let text = &*reported.text;

        let reads = verify_live::operations::reading_operations();
        assert!(reads.len() >= 28, "{}", reads.len());
        for operation in reads {
            let fields = section(text, &format!("### `{}` (", operation.id));
            let needs_login = operation.id == "api_keys";
            let is_reported = if needs_login { fields.contains("such as a login") } else { fields.contains("- `code`: integer") };
            assert!(is_reported || operation.id == "strategy_order", "{}: {fields}", operation.id);
            assert!(!fields.contains("not called"), "{}: {fields}", operation.id);
        }
        assert!(section(text, "### `user_asset` (").contains("`data.userAsset."), "{text}");

        for channel in WEBSOCKET_CHANNELS {
            let topic = if channel.topic.starts_with("user.") { "user.{number}" } else { channel.topic };
            let messages = section(text, &format!("#### `{topic}`"));
            assert!(messages.contains("intervals between them, ") && messages.contains("- `data"), "{topic}: {text}");
        }
        assert!(section(text, "#### `user.{number}`").contains("`data.eventType`: text"), "{text}");
        let by_symbol = section(text, "#### `market.tickers`").contains("`data.{key}.lastPrice`");
        assert_eq!(by_symbol, form == PayloadForm::Objects, "{text}");

        let depth = section(text, "#### `market.depth.{symbol}`");
        assert!(depth.contains(&format!("- `startVersion` - previous `endVersion`: {step} (")), "{depth}");
        let starts = depth.lines().find(|line| line.starts_with("- `startVersion` - ")).unwrap_or_default();
        assert!(!starts.contains("), "), "one rule, one step: {starts}");
        let version_type = if form == PayloadForm::Arrays { "integer" } else { "text (integer)" };
        assert!(depth.contains(&format!("- `data.endVersion`: {version_type}\n")), "{depth}");

        let connection = section(text, "### Messages of the public connection");
        let reply =
            |request: &str| connection.lines().find(|line| line.starts_with(&format!("- reply to {request}: `{{"))).unwrap_or_default();
        for field in [r#""id": text ("#, r#""event": "subscribe""#, r#""success": true"#, r#""data": [text]"#] {
            assert!(reply("subscribe").contains(field), "{field}\n{connection}");
        }
        assert!(reply("ping").contains(r#""event": "ping""#) && reply("ping").contains("ms median"), "{connection}");
        let private = section(text, "### Messages of the private connection");
        assert!(private.contains(r#""event": "auth""#), "{private}");
    }
    Ok(())
}

#[test]
fn a_recording_of_another_exchange_is_reported_without_values() {
    let recording = r#"venue-stream recording 1
0.000000000 1 opened
0.100000000 1 > {"id":"177201","op":"subscribe","args":["market.depth.BTCUSDT"]}
0.200000000 1 < {"result":null,"id":177201}
0.300000000 1 > {"id":"177202","op":"ping","args":[]}
0.400000000 1 < {"event":"error","code":4001,"message":"no key f57cb61ef604ce76be09e753a5dbdd8c for BTCUSDT"}
0.500000000 1 control ping
0.600000000 1 < {"topic":"market.tickers","data":{"btcusdt":{"c":1.5},"ethusdt":{"c":"2"}}}
0.650000000 1 < {"topic":"market.tickers","data":{"btcusdt":{"c":"3"},"time":5,"BTCUSDT":0}}
0.700000000 1 < not JSON 12345
1.000000000 1 < {"topic":"market.depth.BTCUSDT","event":"data","seq":55501,"data":{"endVersion":1000}}
2.000000000 1 < {"topic":"market.depth.BTCUSDT","event":"data","data":{"startVersion":"1001","endVersion":"1005","f57cb61ef604ce76":1}}
4.000000000 1 < {"topic":"market.depth.BTCUSDT","event":"data","data":{"startVersion":1010,"endVersion":1010}}
5.000000000 1 < {"topic":"market.depth.BTCUSDT","event":"data","data":{"startVersion":1772007815000,"endVersion":1772007815000}}
6.000000000 1 lost "Closed"
7.000000000 2 opened
8.000000000 2 < {"topic":"market.depth.BTCUSDT","event":"data","data":{"startVersion":3,"endVersion":4}}"#;
    let specification = verify_live::specification::Specification::load().expect("the specification");
    let printed = verify_live::stream_recording::RecordedStream::read(recording, &specification).to_string();
    insta::assert_snapshot!(printed);
}

#[test]
fn nothing_is_sent_without_the_flag() {
    let parse = |arguments: &[&str], is_allowed| Command::parse(arguments.iter().map(|argument| (*argument).to_owned()), is_allowed);
    let error = parse(&["--symbol", "ETHUSDT"], false).expect_err("no flag");
    assert!(error.starts_with("nothing was sent"), "{error}");
    assert_eq!(parse(&["--help"], false), Ok(Command::Help));
    let arguments = Arguments { symbol: "ETHUSDT".to_owned(), listen_for: Duration::from_secs(5), key_file: Some("6mm.env".to_owned()) };
    let given = ["--run", "--symbol", "ETHUSDT", "--seconds", "5", "--key-file", "6mm.env"];
    assert_eq!(parse(&given, false), Ok(Command::Run(arguments)));
    assert!(matches!(parse(&[], true), Ok(Command::Run(_))), "the environment variable");
    for invalid in [&["--run", "--seconds", "0"][..], &["--run", "--seconds"], &["--run", "--place-orders"]] {
        assert!(parse(invalid, false).is_err(), "{invalid:?}");
    }
}
