//! Replaces the decoder of this crate: reads trades, tickers and order books from other names than those that this crate guesses.
//!
//! ```text
//! cargo run -p sixmm-ext --features streams --example own_decoder
//! ```

use std::error::Error;
use std::io::Write;

use serde::Deserialize;
use sixmm_ext::streams::{
    DecodeError, Depth, Event, StreamDecoder, StreamMessage, StreamSettings, StreamTicker, StreamTrade, UnreadableRow,
};
use sixmm_ext::{Client, ExactDecimal};

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(default)]
    p: Option<ExactDecimal>,
    #[serde(default)]
    q: Option<ExactDecimal>,
    #[serde(default)]
    v: Option<u64>,
    #[serde(default, borrow)]
    bids: Vec<(&'a str, &'a str)>,
    #[serde(default, borrow)]
    asks: Vec<(&'a str, &'a str)>,
}

/// Short names: `{"p":"42000.1","q":"0.5"}`, and `{"v":17,"bids":[["42000.1","0.5"]],"asks":[]}`.
#[derive(Debug)]
pub(crate) struct ShortNames;

impl StreamDecoder for ShortNames {
    fn trades(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamTrade, UnreadableRow>>, DecodeError> {
        let Data { p: Some(price), q: Some(quantity), .. } = message.read()? else { return Err(DecodeError::new("no price or quantity")) };
        Ok(vec![Ok(StreamTrade::new(message.symbol().unwrap_or_default(), price.0, quantity.0))])
    }

    fn tickers(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamTicker, UnreadableRow>>, DecodeError> {
        let mut ticker = StreamTicker::new(message.symbol().unwrap_or_default());
        ticker.last_price = message.read::<Data<'_>>()?.p.map(|price| price.0);
        Ok(vec![Ok(ticker)])
    }

    fn depth(&self, message: &StreamMessage<'_>, depth: &mut Depth) -> Result<(), DecodeError> {
        let Data { v, bids, asks, .. } = message.read()?;
        depth.version = v;
        bids.into_iter().try_for_each(|(price, quantity)| depth.push_bid(price, quantity))?;
        Ok(asks.into_iter().try_for_each(|(price, quantity)| depth.push_ask(price, quantity))?)
    }
}

/// Prints the first trade, ticker and snapshot of a contract. The client has to use [`ShortNames`].
pub(crate) async fn run(client: &Client, symbol: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let streams = client.streams();
    let (mut trades, mut tickers) = (streams.trades(symbol).subscribe()?, streams.ticker(symbol).subscribe()?);
    let mut depths = streams.depth(symbol).subscribe()?;
    while let Some(event) = trades.next().await {
        let Event::Update(trade) = event else { continue };
        writeln!(out, "trade: {} at {}", trade.quantity, trade.price)?;
        break;
    }
    while let Some(event) = tickers.next().await {
        let Event::Update(ticker) = event else { continue };
        writeln!(out, "last price: {:?}", ticker.last_price)?;
        break;
    }
    while let Some(event) = depths.next().await {
        let Event::Snapshot(depth) = event else { continue };
        writeln!(out, "version {:?} with {} bids and {} asks", depth.version, depth.bids().len(), depth.asks().len())?;
        break;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::builder().env_base_url().streams(StreamSettings::new().decoder(ShortNames)).build()?;
    run(&client, "BTCUSDT", &mut std::io::stdout()).await
}
