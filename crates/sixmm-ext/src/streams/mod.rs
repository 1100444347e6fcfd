//! The WebSocket streams: trades, candlesticks, tickers, depth and private events, as the exchange sends them.
//!
//! [`Client::streams`](crate::Client::streams) returns the [`Streams`] of a client. Each of its methods returns the settings of a stream
//! ([`Subscribe`]), and [`Subscribe::subscribe`] opens the stream ([`TopicStream`]). The stream contains [`Event`]s: data, and every loss of
//! trust in the data. The chapter "From polling to streams" of the [crate](crate#from-polling-to-streams) is a guide.
//!
//! # Connections
//!
//! A client and its clones have at most two connections: one for all public topics, one for the private channel. A connection is opened with
//! its first stream, and closed with its last. Subscribers of a topic share one subscription, and dropping the last of them unsubscribes the
//! topic. A connection that is lost is replaced, for ever by default, and all topics are subscribed again. The module `venue_stream`
//! documents [the life of a connection](venue_stream#the-life-of-a-connection).
//!
//! # The address
//!
//! The address follows from the client's base URL: `wss://ws.6mm.com/ws` for the production server, and otherwise the path `/ws` of the same
//! host and port. A listen key is therefore never sent to a host that the program did not configure. [`StreamSettings::url`] sets another
//! address.
//!
//! # Credentials of the private channel
//!
//! | client | credentials |
//! | --- | --- |
//! | with an API key | listen key, created with the API key |
//! | with a session | listen key, created with the session |
//! | with a session, and [`StreamSettings::use_access_token`] | the session's access token, which the documentation calls the compatible method |
//! | with neither | [`StreamError::is_auth`], before anything is sent |
//!
//! | event | listen key |
//! | --- | --- |
//! | first attempt to connect | created |
//! | every 30 minutes | renewed; replaced if the renewal fails, and the connection with it |
//! | reconnection | used again while it is valid |
//! | `auth` with `success: false` | closed and replaced |
//! | three attempts in succession that fail before the authentication | renewed, because the form of a rejection is not documented |
//! | last stream dropped | closed |
//!
//! No log, error, `Debug` output, report or recording contains the listen key or the token.
//!
//! # What the documentation requires
//!
//! The rules of the documentation's pages about the streams, and where this crate implements them:
//!
//! | no. | rule | implementation |
//! | --- | --- | --- |
//! | 46 | a listen key is valid for 60 minutes and renewed every 30 | [`ListenKeyGuard`](crate::listen_key::ListenKeyGuard) |
//! | 47 | private stream with `listenKey` or `token`; the server subscribes it | [`Streams::user_events`] |
//! | 48 | requests `{id, op, args}` | [`StreamProtocol`], from the templates of [`sixmm_api::streams::WEBSOCKET_REQUESTS`] |
//! | 49 | a unique `id` for each subscribe, unsubscribe and ping | [`RequestId`](venue_stream::RequestId): unique over all reconnections, and larger after a restart |
//! | 50 | acknowledgement `{id, event, success, data}`; a channel is active only after it | [`Event::Subscribed`]; messages that arrive earlier are kept until then |
//! | 51 | public message `{topic, event: data, ts, data}`; check `topic`; `ts` in milliseconds | [`StreamMessage`]; a message of a topic without subscribers is dropped |
//! | 52 | result of the authentication `{event: auth, success, data}` | [`Event::Connected`] follows it |
//! | 53 | private message `{topic, ts, data: {eventType}}` without `event` | [`UserEvent`]; any `user.` topic |
//! | 54 | names that differ from REST: `orderStatus`, `frozenBalance`, `marginMode` as text | methods of [`UserEvent`]; no type of a REST response is used |
//! | 55 | depth: a snapshot, then increments; continuity by `endVersion`; drop and resubscribe after a gap | [`Streams::book`]: [`OrderBook`]; for a program's own book [`Streams::depth`], [`Depth`], [`TopicStream::resync`] |
//! | 56 | a reconnection is a new session | [`Event::Disconnected`], then authentication, subscriptions and a new [`Event::Snapshot`] |
//! | 57 | compare orders, positions and balances with REST if private messages may be missing | [`Streams::user`]; for [`Streams::user_events`] the program compares after [`Event::Subscribed`] and [`Event::Lagged`] |
//! | 58 | private events may be repeated | [`Streams::user`] counts each fill once, by its REST id; [`Streams::user_events`] returns repetitions |
//! | 59 | heartbeat with pings; the interval is not documented | [`Heartbeat`]; [`TopicStream::round_trip`] |
//! | 60 | reconnect with limited back-off and jitter; alert on endless attempts; read apart from slow work | [`Reconnect`]; [`StreamReport`](crate::observer::StreamReport)s; buffers of limited size |
//!
//! # The user's state
//!
//! [`Streams::user`] returns a reconciler ([`UserStream`]): REST rows are the truth, and private messages are early notices.
//! [`venue_runtime::user_state`] has the table of its rules. The permissions of the API key decide which [`Part`]s are reconciled:
//!
//! | permission | orders | fills | positions | balance |
//! | --- | --- | --- | --- | --- |
//! | Trade, or a login | yes | yes | yes | yes |
//! | Read | no, [`UserUpdate::NotPermitted`] | no | no | yes |
//!
//! The requests use the quota group [`ACCOUNT`](crate::quotas::ACCOUNT). A complete reading needs four requests, and while messages arrive,
//! at most 13 requests per second are sent by default. Each further page of a list is one more request. A private message also ends the pause before the next lookup of an order write whose outcome is unknown. It triggers at
//! most 8 lookups of each write, at least 10 ms apart, and decides nothing.
//!
//! # Provisional data
//!
//! No page documents the content (`data`) of any message. [`StreamTrade`], [`StreamKline`], [`StreamTicker`], [`Depth`] and the methods of
//! [`UserEvent`] are **provisional**: their names are guesses, which [`DefaultDecoder`] lists. A [`StreamDecoder`] of the program replaces the
//! guesses.
//!
//! Each trade, candlestick, ticker and private event keeps its complete JSON ([`RawJson`]). An optional field whose value has another type is
//! `None`, and its value is in the JSON. A row without a required field is [`Event::Unreadable`], and the other rows of the message are
//! delivered. A message without any readable row, and a depth message with any unreadable part, is one [`Event::Unreadable`].
//!
//! # Order books
//!
//! [`Streams::book`] returns the settings of an order book ([`SubscribeBook`]), and [`SubscribeBook::subscribe`] opens the book
//! ([`OrderBook`]). No page documents how the versions of two depth messages are related, so a book is never live unless the program sets a
//! rule with [`SubscribeBook::continuity`]. [`OrderBook::last_known`] works without a rule. The module `venue_book` documents
//! [when a book is live](venue_book#when-a-book-is-live).
//!
//! # Reports
//!
//! [`Observer::stream`](crate::observer::Observer::stream) receives connections, losses, subscriptions, silent topics, lag and unreadable
//! messages of both connections. The same changes are `tracing` events of the target `sixmm_ext::streams`.

mod book;
mod connections;
mod credentials;
mod decoder;
mod depth_scan;
mod error;
mod handle;
mod json;
mod market_data;
mod message;
mod protocol;
mod raw_json;
mod reports;
mod settings;
mod subscribe;
mod topic_stream;
mod topics;
mod user;
mod user_event;

pub(crate) use connections::StreamConnections;

pub use book::{OrderBook, SubscribeBook};
pub use decoder::{DefaultDecoder, DepthMessages, StreamDecoder};
pub use error::StreamError;
pub use handle::Streams;
pub use market_data::{StreamKline, StreamTicker, StreamTrade, UnreadableRow};
pub use message::StreamMessage;
pub use protocol::StreamProtocol;
pub use raw_json::RawJson;
pub use settings::{ConnectionKind, StreamSettings};
pub use subscribe::Subscribe;
pub use topic_stream::TopicStream;
pub use user::{SixMmAccount, SubscribeUser, UserHandle, UserOrder, UserState, UserStream, UserUpdate, replay as replay_user};
pub use user_event::UserEvent;

pub use venue_book::{
    BookEvent, BookSettings, BookSide, BookStatus, BookView, Continuity, DecodeError, Depth, LastKnownBook, Link, LiveBook, LossReason,
    MarketImpact, NotLive, PriceLevel, SideView, VersionRule, Versions,
};
pub use venue_runtime::user_state::{
    AccountNotice, Correction, Lifecycle, LossOfTrust, Notice, OrderNotice, Part, PartState, TradeNotice, Trust,
};
pub use venue_stream::state::SubscriptionState;
pub use venue_stream::{
    Backoff, Buffering, DisconnectReason, Event, Heartbeat, Message, MonotonicTime, RawText, Reconnect, ResyncReason, Settings, recording,
};
