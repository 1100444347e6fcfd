//! `StreamDecoder`: how the undocumented content of messages becomes typed data.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use sixmm_api::types::{KlineInterval, OrderSide, StreamUserEvent};
use venue_book::{DepthDecoder, LevelFields};

use super::json::{self, Fields, items};
use super::{DecodeError, Depth, RawJson, StreamKline, StreamMessage, StreamTicker, StreamTrade, UnreadableRow, UserEvent, depth_scan};

/// Decodes the data of messages. A program can replace each method, because no page documents the data.
///
/// The methods that are not replaced are those of [`DefaultDecoder`]. Set the decoder with
/// [`StreamSettings::decoder`](super::StreamSettings::decoder).
///
/// A message of trades, candlesticks or tickers contains one row or several. Each row is decoded by itself, so that one row that cannot be
/// read does not hide the others:
///
/// | result | events of the subscriber |
/// | --- | --- |
/// | `Ok`, with a row that is `Ok` | the row |
/// | `Ok`, with a row that is `Err` | [`Event::Unreadable`](super::Event::Unreadable) with the JSON of the row, before the rows that follow |
/// | `Ok`, and all rows are `Err` | one [`Event::Unreadable`](super::Event::Unreadable) with the text of the message |
/// | `Ok` without rows | none |
/// | `Err`, or a panic | one [`Event::Unreadable`](super::Event::Unreadable) with the text of the message |
///
/// A decoder for trades such as `{"p":"42000.1","q":"0.5"}`:
///
/// ```
/// use serde::Deserialize;
/// use sixmm_ext::ExactDecimal;
/// use sixmm_ext::streams::{DecodeError, StreamDecoder};
/// use sixmm_ext::streams::{StreamMessage, StreamTrade, UnreadableRow};
///
/// #[derive(Deserialize)]
/// struct Row {
///     p: ExactDecimal,
///     q: ExactDecimal,
/// }
///
/// #[derive(Debug)]
/// struct ShortNames;
///
/// impl StreamDecoder for ShortNames {
///     fn trades(
///         &self,
///         message: &StreamMessage<'_>,
///     ) -> Result<Vec<Result<StreamTrade, UnreadableRow>>, DecodeError>
///     {
///         let row: Row = message.read()?;
///         let symbol = message.symbol().unwrap_or_default();
///         Ok(vec![Ok(StreamTrade::new(symbol, row.p.0, row.q.0))])
///     }
/// }
///
/// let text = r#"{"topic":"market.trade.BTCUSDT",
///                "data":{"p":"42000.1","q":"0.5"}}"#;
/// let trades = ShortNames.trades(&StreamMessage::parse(text)?)?;
/// let trade = trades[0].as_ref().map_err(|row| row.error.clone())?;
/// assert_eq!(trade.price.to_string(), "42000.1");
/// # Ok::<(), DecodeError>(())
/// ```
pub trait StreamDecoder: fmt::Debug + Send + Sync {
    /// Decodes a message of `market.trade.{symbol}`. The list may be empty.
    ///
    /// # Errors
    ///
    /// If the data cannot be divided into trades.
    fn trades(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamTrade, UnreadableRow>>, DecodeError> {
        DefaultDecoder.trades(message)
    }

    /// Decodes a message of `market.kline.{symbol}.{interval}`.
    ///
    /// # Errors
    ///
    /// If the data cannot be divided into candlesticks.
    fn klines(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamKline, UnreadableRow>>, DecodeError> {
        DefaultDecoder.klines(message)
    }

    /// Decodes a message of `market.ticker.{symbol}` or `market.tickers`.
    ///
    /// # Errors
    ///
    /// If the data cannot be divided into tickers.
    fn tickers(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamTicker, UnreadableRow>>, DecodeError> {
        DefaultDecoder.tickers(message)
    }

    /// Decodes a message of `market.depth.{symbol}` into `depth`, which is empty. The message is one datum, because a book without one of
    /// the levels or versions is wrong.
    ///
    /// # Errors
    ///
    /// If the levels, or the versions that the message contains, cannot be read completely.
    fn depth(&self, message: &StreamMessage<'_>, depth: &mut Depth) -> Result<(), DecodeError> {
        DefaultDecoder.depth(message, depth)
    }

    /// Decodes the complete text of a message of `market.depth.{symbol}` into `depth`, which is empty.
    ///
    /// The default implementation reads the envelope, and passes the message to [`depth`](Self::depth). A decoder replaces this method only
    /// for speed: [`DefaultDecoder`] reads the envelope and the levels in one pass.
    ///
    /// # Errors
    ///
    /// If the text is not the message of a topic, or the levels cannot be read completely.
    fn depth_text(&self, text: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        self.depth(&StreamMessage::parse(text)?, depth)
    }

    /// Decodes a message of the private channel.
    ///
    /// # Errors
    ///
    /// If the message is not a private event.
    fn user_event(&self, message: &StreamMessage<'_>) -> Result<UserEvent, DecodeError> {
        DefaultDecoder.user_event(message)
    }
}

/// The decoder of this crate. All names are guesses, except those of the REST API.
///
/// | topic | form | names |
/// | --- | --- | --- |
/// | trades | an object or a list of objects | `price`, `quantity` or `size`; optional: `id` or `tradeId`, `side`, `time` or `ts` |
/// | candlesticks | an object or a list | `openTime`, `open`, `high`, `low`, `close`; optional: `volume`, `closeTime` |
/// | tickers | an object, a list, or an object by symbol | `symbol`; at least one of `lastPrice`, `markPrice`, `bidPrice`, `askPrice`; optional: `high`, `low`, `volume`, `time` or `ts` |
/// | depth | an object | `bids`, `asks` (`[price, quantity]`, or objects with `price` and `quantity` or `size`); optional: `startVersion`, `endVersion`, `type` (`snapshot` or `update`) |
/// | private events | an object | `eventType` |
///
/// Numbers may be JSON numbers or texts, except in levels, where they are texts.
///
/// A value of another type affects as little as possible:
///
/// | value that cannot be read | consequence |
/// | --- | --- |
/// | optional field of a trade, candlestick or ticker; `eventType` | the field is `None`, and its JSON is in `raw` or `data` |
/// | required field of a row, or the row itself | the row is unreadable; other rows of the message are not affected |
/// | any field of a depth message in the table | the message is unreadable, because a book without the value is wrong |
///
/// After the 16th unreadable row of a message, only the first of several successive unreadable rows is returned, so that a message of
/// nothing but short invalid rows needs little memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct DefaultDecoder;

impl StreamDecoder for DefaultDecoder {
    fn trades(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamTrade, UnreadableRow>>, DecodeError> {
        let symbol = message.symbol().unwrap_or_default();
        let trade = |json: &str| {
            let fields = Fields::parse(json)?;
            Ok(StreamTrade {
                id: fields.text(&["id", "tradeId"]),
                side: fields.text(&["side"]).map(OrderSide::from),
                time: fields.time(&["time", "ts"]),
                raw: RawJson::new(json),
                ..StreamTrade::new(symbol, fields.required_decimal(&["price"])?, fields.required_decimal(&["quantity", "size"])?)
            })
        };
        Ok(rows(items(message.data())?.into_iter().map(|json| (json, trade(json)))))
    }

    fn klines(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamKline, UnreadableRow>>, DecodeError> {
        let kline = |json: &str| {
            let fields = Fields::parse(json)?;
            Ok(StreamKline {
                symbol: message.symbol().unwrap_or_default().to_owned(),
                interval: KlineInterval::from(message.interval().unwrap_or_default()),
                open_time: fields.required_time(&["openTime"])?,
                open: fields.required_decimal(&["open"])?,
                high: fields.required_decimal(&["high"])?,
                low: fields.required_decimal(&["low"])?,
                close: fields.required_decimal(&["close"])?,
                volume: fields.decimal(&["volume"]),
                close_time: fields.time(&["closeTime"]),
                raw: RawJson::new(json),
            })
        };
        Ok(rows(items(message.data())?.into_iter().map(|json| (json, kline(json)))))
    }

    fn tickers(&self, message: &StreamMessage<'_>) -> Result<Vec<Result<StreamTicker, UnreadableRow>>, DecodeError> {
        let data = message.data();
        if data.starts_with('{') {
            let fields = Fields::parse(data)?;
            let is_ticker = fields.iter().any(|(name, _)| name == "symbol" || PRICES.contains(&name));
            if !is_ticker && fields.iter().any(|(_, value)| value.starts_with('{')) {
                return Ok(rows(fields.iter().map(|(symbol, json)| (json, ticker(json, Some(symbol))))));
            }
        }
        Ok(rows(items(data)?.into_iter().map(|json| (json, ticker(json, message.symbol())))))
    }

    fn depth(&self, message: &StreamMessage<'_>, depth: &mut Depth) -> Result<(), DecodeError> {
        let data = message.data();
        // A search for five characters costs far less than reading the levels twice.
        let quantity = if data.contains("\"size\"") { "size" } else { "quantity" };
        let mut json = serde_json::Deserializer::from_str(data);
        DepthSeed { depth, fields: LevelFields { price: "price", quantity } }.deserialize(&mut json).map_err(DecodeError::new)?;
        json.end().map_err(DecodeError::new)
    }

    fn depth_text(&self, text: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        if depth_scan::scan(text, depth).is_some() {
            return Ok(());
        }
        depth.clear();
        self.depth(&StreamMessage::parse(text)?, depth)
    }

    fn user_event(&self, message: &StreamMessage<'_>) -> Result<UserEvent, DecodeError> {
        let fields = Fields::parse(message.data())?;
        Ok(UserEvent::new(message, fields.text(&["eventType"]).map(StreamUserEvent::from)))
    }
}

/// The prices of a ticker. A ticker has at least one of them.
const PRICES: [&str; 4] = ["lastPrice", "markPrice", "bidPrice", "askPrice"];

/// The number of unreadable rows of a message that are all returned.
const MAX_UNREADABLE_ROWS: usize = 16;

/// Collects the rows of a message from the JSON of each row and the result of its decoding.
fn rows<'a, T>(decoded: impl Iterator<Item = (&'a str, Result<T, DecodeError>)>) -> Vec<Result<T, UnreadableRow>> {
    let mut rows: Vec<Result<T, UnreadableRow>> = Vec::new();
    let mut unreadable = 0;
    for (json, row) in decoded {
        let row = row.map_err(|error| UnreadableRow::new(json, error));
        unreadable += usize::from(row.is_err());
        let is_repetition = row.is_err() && unreadable > MAX_UNREADABLE_ROWS && matches!(rows.last(), Some(Err(_)));
        if !is_repetition {
            rows.push(row);
        }
    }
    rows
}

fn ticker(json: &str, symbol: Option<&str>) -> Result<StreamTicker, DecodeError> {
    let fields = Fields::parse(json)?;
    let symbol = match fields.text(&["symbol"]) {
        Some(symbol) => symbol,
        None => symbol.ok_or_else(|| DecodeError::new("a ticker without a symbol"))?.to_owned(),
    };
    let ticker = StreamTicker {
        symbol,
        last_price: fields.decimal(&["lastPrice"]),
        mark_price: fields.decimal(&["markPrice"]),
        bid_price: fields.decimal(&["bidPrice"]),
        ask_price: fields.decimal(&["askPrice"]),
        high: fields.decimal(&["high"]),
        low: fields.decimal(&["low"]),
        volume: fields.decimal(&["volume"]),
        time: fields.time(&["time", "ts"]),
        raw: RawJson::new(json),
    };
    // Without this check, a ticker with other names would look like a ticker without prices.
    let has_price = [ticker.last_price, ticker.mark_price, ticker.bid_price, ticker.ask_price].iter().any(Option::is_some);
    if has_price { Ok(ticker) } else { Err(DecodeError::new("a ticker without a known price")) }
}

/// Reads the data of a depth message into a [`Depth`], without memory between.
struct DepthSeed<'a> {
    depth: &'a mut Depth,
    fields: LevelFields,
}

impl<'de> DeserializeSeed<'de> for DepthSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DepthSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with bids and asks")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { depth, fields } = self;
        let mut seen = Vec::with_capacity(8);
        while let Some(field) = map.next_key::<DepthField>()? {
            if field != DepthField::Other && seen.contains(&field) {
                return Err(serde::de::Error::custom(format_args!("two fields {field:?}")));
            }
            seen.push(field);
            match field {
                DepthField::Bids => map.next_value_seed(depth.bids_seed(fields))?,
                DepthField::Asks => map.next_value_seed(depth.asks_seed(fields))?,
                DepthField::StartVersion => depth.first_version = version(map.next_value()?)?,
                DepthField::EndVersion => depth.version = version(map.next_value()?)?,
                DepthField::Type => {
                    depth.is_snapshot = match map.next_value::<Option<&RawValue>>()?.map(RawValue::get) {
                        None => None,
                        Some("\"snapshot\"") => Some(true),
                        Some("\"update\"") => Some(false),
                        Some(_) => return Err(serde::de::Error::custom("`type` is neither `snapshot` nor `update`")),
                    }
                }
                DepthField::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        // Without this check, a message with other names would look like a message without levels.
        if !seen.contains(&DepthField::Bids) && !seen.contains(&DepthField::Asks) {
            return Err(serde::de::Error::custom("neither `bids` nor `asks`"));
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum DepthField {
    Bids,
    Asks,
    StartVersion,
    EndVersion,
    Type,
    #[serde(other)]
    Other,
}

/// A version is an integer or a text of digits, because no page documents its type.
fn version<E: serde::de::Error>(raw: Option<&RawValue>) -> Result<Option<u64>, E> {
    let Some(raw) = raw else { return Ok(None) };
    json::integer(raw.get()).map(Some).ok_or_else(|| E::custom("a version that is not an integer"))
}

/// Passes the depth messages of 6MM to a book of [`venue_book`], decoded by a [`StreamDecoder`].
#[derive(Clone, Debug)]
pub struct DepthMessages(Arc<dyn StreamDecoder>);

impl DepthMessages {
    /// Decodes messages with this decoder.
    #[must_use]
    pub fn new(decoder: Arc<dyn StreamDecoder>) -> Self {
        Self(decoder)
    }
}

impl DepthDecoder for DepthMessages {
    fn decode(&self, message: &str, depth: &mut Depth) -> Result<(), DecodeError> {
        self.0.depth_text(message, depth)
    }
}
