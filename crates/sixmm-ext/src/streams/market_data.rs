//! The typed public data, and rows that cannot be read. All fields are provisional, because no page documents them.

use std::fmt;

use sixmm_api::types::{KlineInterval, OrderSide};
use sixmm_api::{Decimal, UnixMillis};

use super::{DecodeError, RawJson};

/// A trade.
///
/// **Provisional:** no page documents the content of this message. [`DefaultDecoder`](super::DefaultDecoder) lists the names that it reads.
/// An optional field is also `None` if its value has another type: [`raw`](Self::raw) has the value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StreamTrade {
    /// The contract, from the topic.
    pub symbol: String,
    /// The id of the trade, if the message contains an id.
    pub id: Option<String>,
    /// The price.
    pub price: Decimal,
    /// The quantity. The documentation does not state the unit.
    pub quantity: Decimal,
    /// The side, if the message contains a side. The documentation does not state whether it is the taker's side.
    pub side: Option<OrderSide>,
    /// The time of the trade, if the message contains it.
    pub time: Option<UnixMillis>,
    /// The complete JSON of the trade, including the values that no typed field has.
    pub raw: RawJson,
}

impl StreamTrade {
    /// Creates a trade, for a [`StreamDecoder`](super::StreamDecoder). The other fields can be assigned.
    #[must_use]
    pub fn new(symbol: impl Into<String>, price: Decimal, quantity: Decimal) -> Self {
        Self { symbol: symbol.into(), id: None, price, quantity, side: None, time: None, raw: RawJson::default() }
    }
}

/// A candlestick, which may still change until its close time.
///
/// **Provisional:** no page documents the content of this message. The names are those of the REST candlesticks. An optional field is also
/// `None` if its value has another type: [`raw`](Self::raw) has the value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StreamKline {
    /// The contract, from the topic.
    pub symbol: String,
    /// The interval, from the topic.
    pub interval: KlineInterval,
    /// The time at which the candlestick opened.
    pub open_time: UnixMillis,
    /// The first price.
    pub open: Decimal,
    /// The highest price.
    pub high: Decimal,
    /// The lowest price.
    pub low: Decimal,
    /// The last price.
    pub close: Decimal,
    /// The traded volume, if the message contains it. The documentation does not state the unit.
    pub volume: Option<Decimal>,
    /// The time at which the candlestick closes, if the message contains it.
    pub close_time: Option<UnixMillis>,
    /// The complete JSON of the candlestick, including the values that no typed field has.
    pub raw: RawJson,
}

impl StreamKline {
    /// Creates a candlestick in which all prices are `price`, for a [`StreamDecoder`](super::StreamDecoder). The other fields can be
    /// assigned.
    #[must_use]
    pub fn new(symbol: impl Into<String>, interval: impl Into<KlineInterval>, open_time: UnixMillis, price: Decimal) -> Self {
        Self {
            symbol: symbol.into(),
            interval: interval.into(),
            open_time,
            open: price,
            high: price,
            low: price,
            close: price,
            volume: None,
            close_time: None,
            raw: RawJson::default(),
        }
    }
}

/// A ticker, which is the summary of a contract.
///
/// **Provisional:** no page documents the content of this message, and the REST API has no ticker. An optional field is also `None` if its
/// value has another type: [`raw`](Self::raw) has the value.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct StreamTicker {
    /// The contract.
    pub symbol: String,
    /// The price of the last trade.
    pub last_price: Option<Decimal>,
    /// The mark price.
    pub mark_price: Option<Decimal>,
    /// The highest bid.
    pub bid_price: Option<Decimal>,
    /// The lowest ask.
    pub ask_price: Option<Decimal>,
    /// The highest price of a period that no page states.
    pub high: Option<Decimal>,
    /// The lowest price of the same period.
    pub low: Option<Decimal>,
    /// The traded volume of the same period.
    pub volume: Option<Decimal>,
    /// The time of the summary.
    pub time: Option<UnixMillis>,
    /// The complete JSON of the ticker, including the values that no typed field has.
    pub raw: RawJson,
}

impl StreamTicker {
    /// Creates a ticker without prices, for a [`StreamDecoder`](super::StreamDecoder). The other fields can be assigned.
    #[must_use]
    pub fn new(symbol: impl Into<String>) -> Self {
        Self { symbol: symbol.into(), ..Self::default() }
    }
}

/// A row of a message that a [`StreamDecoder`](super::StreamDecoder) cannot read. The subscriber gets
/// [`Event::Unreadable`](super::Event::Unreadable) with the beginning of the row's JSON, without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnreadableRow {
    /// The JSON of the row.
    pub raw: RawJson,
    /// Why the row cannot be read.
    pub error: DecodeError,
}

impl UnreadableRow {
    /// Keeps the JSON of a row, and the reason.
    #[must_use]
    pub fn new(json: &str, error: DecodeError) -> Self {
        Self { raw: RawJson::new(json), error }
    }
}

impl fmt::Display for UnreadableRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an unreadable row: {}", self.error)
    }
}

impl std::error::Error for UnreadableRow {}
