//! `Streams`: the streams of a client.

use std::fmt;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use sixmm_api::types::KlineInterval;
use venue_stream::{Buffering, Event, Message, TopicSettings};

use super::connections::StreamConnections;
use super::subscribe::{Decode, Decoded};
use super::{
    ConnectionKind, DecodeError, Depth, StreamDecoder, StreamError, StreamKline, StreamMessage, StreamTicker, StreamTrade, Subscribe,
    SubscribeBook, SubscribeUser, UnreadableRow, UserEvent, topics,
};
use crate::client_inner::ClientInner;

/// The time for the snapshot of a depth topic after its acknowledgement.
const SNAPSHOT_TIMEOUT: Duration = Duration::from_secs(10);

/// The streams of a client: see [`Client::streams`](crate::Client::streams).
///
/// Each method returns the settings of a stream, and [`Subscribe::subscribe`] opens the stream. All public topics of a client and of its
/// clones share one connection. Private events have a connection of their own.
///
/// Documentation: <https://docs.6mm.com/developer-api/websocket>
#[derive(Clone, Copy)]
pub struct Streams<'a> {
    client: &'a ClientInner,
    connections: &'a Arc<StreamConnections>,
}

impl<'a> Streams<'a> {
    pub(crate) fn new(client: &'a ClientInner, connections: &'a Arc<StreamConnections>) -> Self {
        Self { client, connections }
    }

    /// The trades of a contract (`market.trade.{symbol}`), each as [`Event::Update`].
    ///
    /// ```no_run
    /// # async fn example(client: sixmm_ext::Client)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use sixmm_ext::streams::Event;
    ///
    /// let mut trades = client.streams().trades("BTCUSDT").subscribe()?;
    /// while let Some(event) = trades.next().await {
    ///     match event {
    ///         Event::Update(trade) => {
    ///             println!("{} at {}", trade.quantity, trade.price);
    ///         }
    ///         event => println!("{event:?}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn trades(&self, symbol: &str) -> Subscribe<StreamTrade> {
        self.public(topics::trades(symbol), Buffering::bounded(4096), |decoder, event, events| {
            each(&event, events, |message| decoder.trades(message))
        })
    }

    /// The candlesticks of a contract (`market.kline.{symbol}.{interval}`). Pass a [`KlineInterval`], or the text of an interval that this
    /// crate does not know.
    pub fn klines(&self, symbol: &str, interval: impl Into<KlineInterval>) -> Subscribe<StreamKline> {
        let topic = topics::klines(symbol, &interval.into().to_string());
        self.public(topic, Buffering::bounded(1024), |decoder, event, events| each(&event, events, |message| decoder.klines(message)))
    }

    /// The summary of a contract (`market.ticker.{symbol}`). A slow subscriber gets only the newest summary.
    pub fn ticker(&self, symbol: &str) -> Subscribe<StreamTicker> {
        self.public(topics::ticker(symbol), Buffering::Conflate, |decoder, event, events| {
            each(&event, events, |message| decoder.tickers(message))
        })
    }

    /// The summaries of all contracts (`market.tickers`). Each event contains all readable summaries of a message. A slow subscriber gets only the
    /// newest message. The documentation does not state whether a message contains all contracts: if it does not, set
    /// [`Subscribe::bounded`].
    pub fn tickers(&self) -> Subscribe<Vec<StreamTicker>> {
        self.public(Ok(topics::TICKERS.to_owned()), Buffering::Conflate, |decoder, event, events| {
            together(&event, events, |message| decoder.tickers(message))
        })
    }

    /// The levels and versions of an order book (`market.depth.{symbol}`), from which a program builds an order book.
    ///
    /// The first message after each [`Event::Subscribed`] is [`Event::Snapshot`], and the others are [`Event::Update`], unless the message
    /// itself contains a marker. If the exchange sends no snapshot and no marker, the first increment is taken for a snapshot.
    ///
    /// After a gap in the versions, call [`TopicStream::resync`](super::TopicStream::resync). **The relation of the versions of two messages
    /// is not documented.** A further subscriber of the same contract causes a new snapshot for all subscribers. [`book`](Self::book) builds
    /// the order book.
    pub fn depth(&self, symbol: &str) -> Subscribe<Depth> {
        self.public(topics::depth(symbol), Buffering::bounded(4096), depth)
    }

    /// The order book of a contract, which a task keeps up to date. See [`OrderBook`](super::OrderBook).
    ///
    /// ```no_run
    /// # async fn example(client: sixmm_ext::Client)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use sixmm_ext::streams::BookEvent;
    ///
    /// let mut book = client.streams().book("BTCUSDT").subscribe()?;
    /// while book.changed().await != BookEvent::Closed {
    ///     let last_known = book.last_known();
    ///     println!("{:?} {:?}", last_known.best_bid(), last_known.best_ask());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn book(&self, symbol: &str) -> SubscribeBook {
        SubscribeBook::new(self.client.clone(), Arc::clone(self.connections), symbol)
    }

    /// The undecoded messages of a topic, such as a topic that this crate does not know.
    ///
    /// ```no_run
    /// # async fn example(client: sixmm_ext::Client)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use sixmm_ext::streams::{Event, StreamMessage};
    ///
    /// let streams = client.streams();
    /// let mut raw = streams.raw("market.trade.BTCUSDT").subscribe()?;
    /// while let Some(event) = raw.next().await {
    ///     if let Event::Update(message) = event {
    ///         println!("{}", StreamMessage::parse(message.text())?.data());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn raw(&self, topic: &str) -> Subscribe<Message> {
        self.public(topics::raw(topic), Buffering::bounded(4096), |_, event, events| {
            events.push_back(Ok(event));
            Ok(())
        })
    }

    /// The changes of the user's orders, balances and positions. Needs an API key with the permission Read, or a login.
    ///
    /// The client creates a listen key, renews it every 30 minutes, uses it again after a loss of the connection, and replaces it if it
    /// cannot be renewed or the exchange rejects it. The key is closed with the connection. With
    /// [`StreamSettings::use_access_token`](super::StreamSettings::use_access_token), the session's token is used instead.
    ///
    /// The exchange subscribes the channel itself, so `Subscribed` follows `Connected` at once. **After each `Subscribed` and `Lagged`,
    /// compare orders, positions and balances with REST,** because events may be missing. Events may also be repeated. [`user`](Self::user) does
    /// both.
    pub fn user_events(&self) -> Subscribe<UserEvent> {
        let decode: Decode<UserEvent> =
            |decoder, event, events| each(&event, events, |message| decoder.user_event(message).map(|event| vec![Ok(event)]));
        self.subscribe(ConnectionKind::Private, Ok(topics::USER.to_owned()), Buffering::lossless(16_384), decode)
    }

    /// The user's orders, fills, positions and balance: REST rows are the truth, and the private stream announces changes early. Needs an
    /// API key with the permission Trade, or a login. With the permission Read, only the balance is reconciled, and
    /// [`UserUpdate::NotPermitted`](super::UserUpdate::NotPermitted) names the other parts.
    ///
    /// Orders, fills, positions and balance are read after each subscription of the private stream, which includes the change of a listen
    /// key, after each loss of trust, every 30 seconds, and when a message announces a change. The module
    /// [`venue_runtime::user_state`] has the table of the rules by which rows and messages are merged. The requests use the client's quotas.
    ///
    /// While the stream is open, a private message about an order whose write has an unknown outcome triggers the next lookup of this
    /// order at once. The lookup decides the outcome, and the message does not.
    ///
    /// ```no_run
    /// # async fn example(client: sixmm_ext::Client)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// use sixmm_ext::streams::UserUpdate;
    ///
    /// let mut user = client.streams().user().subscribe()?;
    /// while let Some(update) = user.next().await {
    ///     match update {
    ///         UserUpdate::Fill(fill) => {
    ///             println!("{} of order {}", fill.quantity, fill.order_id);
    ///         }
    ///         UserUpdate::Reconciled { corrections } => {
    ///             println!("read again, {} corrections", corrections.len());
    ///             println!("{} open orders", user.state().open_orders().count());
    ///         }
    ///         update => println!("{update:?}"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn user(&self) -> SubscribeUser {
        SubscribeUser::new(self.client.clone(), self.user_events())
    }

    /// Closes both connections. All streams end with [`Event::Closed`]. A later subscription opens a new connection.
    pub fn close(&self) {
        self.connections.close();
    }

    fn public<T>(&self, topic: Result<String, StreamError>, buffering: Buffering, decode: Decode<T>) -> Subscribe<T> {
        self.subscribe(ConnectionKind::Public, topic, buffering, decode)
    }

    fn subscribe<T>(
        &self,
        kind: ConnectionKind,
        topic: Result<String, StreamError>,
        buffering: Buffering,
        decode: Decode<T>,
    ) -> Subscribe<T> {
        let mut settings = TopicSettings::new();
        if topic.as_deref().is_ok_and(topics::has_snapshot) {
            settings = settings.snapshot_then_updates(SNAPSHOT_TIMEOUT);
        }
        let (client, connections) = (self.client.clone(), Arc::clone(self.connections));
        Subscribe { client, connections, kind, topic, settings, buffering, decode }
    }
}

impl fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streams").field("connections", self.connections).finish_non_exhaustive()
    }
}

/// Makes each row of a message an event. The first readable row of a snapshot is a snapshot.
fn each<T>(
    event: &Event<Message>,
    events: &mut Decoded<T>,
    decode: impl FnOnce(&StreamMessage<'_>) -> Result<Vec<Result<T, UnreadableRow>>, DecodeError>,
) -> Result<(), DecodeError> {
    let (Event::Snapshot(message) | Event::Update(message)) = event else { return Ok(()) };
    let rows = readable_in_part(decode(&StreamMessage::parse(message.text())?)?)?;
    let mut is_snapshot = matches!(event, Event::Snapshot(_));
    events.extend(rows.into_iter().map(|row| {
        let row = row?;
        Ok(if mem::take(&mut is_snapshot) { Event::Snapshot(row) } else { Event::Update(row) })
    }));
    Ok(())
}

/// Makes all readable rows of a message one event, after the unreadable rows.
fn together<T>(
    event: &Event<Message>,
    events: &mut Decoded<Vec<T>>,
    decode: impl FnOnce(&StreamMessage<'_>) -> Result<Vec<Result<T, UnreadableRow>>, DecodeError>,
) -> Result<(), DecodeError> {
    each(event, events, |message| {
        let mut readable = Vec::new();
        let mut rows = Vec::new();
        for row in readable_in_part(decode(message)?)? {
            match row {
                Ok(row) => readable.push(row),
                Err(unreadable) => rows.push(Err(unreadable)),
            }
        }
        rows.push(Ok(readable));
        Ok(rows)
    })
}

/// Returns the rows of a message, or the first row's error if no row can be read.
fn readable_in_part<T>(rows: Vec<Result<T, UnreadableRow>>) -> Result<Vec<Result<T, UnreadableRow>>, DecodeError> {
    match rows.first() {
        Some(Err(first)) if rows.iter().all(Result::is_err) => Err(first.error.clone()),
        _ => Ok(rows),
    }
}

fn depth(decoder: &dyn StreamDecoder, event: Event<Message>, events: &mut Decoded<Depth>) -> Result<(), DecodeError> {
    let (is_first, message) = match event {
        Event::Snapshot(message) => (true, message),
        Event::Update(message) => (false, message),
        _ => return Ok(()),
    };
    let mut depth = Depth::new();
    decoder.depth_text(message.text(), &mut depth)?;
    let is_snapshot = depth.is_snapshot.unwrap_or(is_first);
    events.push_back(Ok(if is_snapshot { Event::Snapshot(depth) } else { Event::Update(depth) }));
    Ok(())
}
