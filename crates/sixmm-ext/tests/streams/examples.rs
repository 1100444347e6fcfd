//! The examples of the streams run, against a scripted exchange.

use sixmm_ext::streams::StreamSettings;

use crate::stream_exchange::StreamExchange;

/// An example without its `main`, which reads the environment.
macro_rules! example {
    ($name:ident, $path:literal) => {
        #[expect(dead_code, reason = "`main` is for the shell")]
        #[path = $path]
        mod $name;
    };
}

example!(follow_trades, "../../examples/follow_trades.rs");
example!(own_decoder, "../../examples/own_decoder.rs");

#[tokio::test]
async fn follow_trades_prints_trades_and_losses() {
    let mut exchange = StreamExchange::new().await;
    let client = exchange.harness.client.clone();
    let example = tokio::spawn(async move {
        let mut out = Vec::new();
        follow_trades::run(&client, "BTCUSDT", 2, &mut out).await.map_err(|error| error.to_string())?;
        String::from_utf8(out).map_err(|error| error.to_string())
    });
    for number in 1..=2 {
        let mut peer = exchange.accept().await;
        exchange.acknowledge(&mut peer).await;
        peer.push("market.trade.BTCUSDT", &format!(r#"{{"price":"{number}","quantity":"0.5"}}"#)).await;
    }
    let printed = exchange.harness.drive(example).await.expect("no panic").expect("no error");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 5, "{printed}");
    assert_eq!([lines[1], lines[4]], ["BTCUSDT 0.5 at 1", "BTCUSDT 0.5 at 2"]);
    assert!(lines[2].starts_with("disconnected, trades are missing"), "{printed}");
}

#[tokio::test]
async fn own_decoder_reads_other_names() {
    let mut exchange = StreamExchange::with_settings(StreamSettings::new().decoder(own_decoder::ShortNames)).await;
    let client = exchange.harness.client.clone();
    let example = tokio::spawn(async move {
        let mut out = Vec::new();
        own_decoder::run(&client, "BTCUSDT", &mut out).await.map_err(|error| error.to_string())?;
        String::from_utf8(out).map_err(|error| error.to_string())
    });
    let mut peer = exchange.accept().await;
    exchange.acknowledge(&mut peer).await;
    peer.push("market.trade.BTCUSDT", r#"{"p":"42000.1","q":"0.5"}"#).await;
    peer.push("market.ticker.BTCUSDT", r#"{"p":"42000.1"}"#).await;
    peer.push("market.depth.BTCUSDT", r#"{"v":17,"bids":[["42000.1","0.5"]],"asks":[]}"#).await;
    let printed = exchange.harness.drive(example).await.expect("no panic").expect("no error");
    assert_eq!(printed, "trade: 0.5 at 42000.1\nlast price: Some(42000.1)\nversion Some(17) with 1 bids and 0 asks\n");
}
