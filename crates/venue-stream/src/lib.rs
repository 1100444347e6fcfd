//! WebSocket streams of an exchange: one connection, shared by many subscriptions, that reports every loss of trust in its data.
//!
//! No item of this crate names an exchange. An exchange's crate implements [`Protocol`], which writes the requests and classifies the
//! incoming texts, and [`CredentialSource`] for private streams. Messages stay texts; the exchange's crate decodes them with
//! [`Event::decode`].
//!
//! ```
//! use std::time::Duration;
//! use futures_util::StreamExt;
//! use venue_stream::{Buffering, Error, Event, Protocol};
//! use venue_stream::{StreamConnection, TopicSettings};
//!
//! async fn print_trades(protocol: impl Protocol + 'static) -> Result<(), Error> {
//!     let url = "wss://stream.example.com/ws";
//!     let connection = StreamConnection::builder(protocol, url).build()?;
//!     let settings = TopicSettings::new().stale_after(Duration::from_secs(60));
//!     let mut trades =
//!         connection.subscribe("trades.BTCUSDT", settings, Buffering::bounded(1024));
//!     while let Some(event) = trades.next().await {
//!         match event {
//!             Event::Update(message) => println!("{}", message.text()),
//!             event if event.is_loss_of_trust() => println!("careful: {event:?}"),
//!             _ => {}
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # The life of a connection
//!
//! 1. **Connect.** The first subscription opens the connection. [`CredentialSource`] provides the query of the URL or a login message for
//!    each attempt. If [`Settings::authentication`] is set, the connection waits for the server's confirmation. All topics then get
//!    [`Event::Connected`].
//! 2. **Subscribe.** The topics are requested in batches, with at least [`Settings::request_interval`] between two requests. A topic is
//!    active after its acknowledgement only ([`Event::Subscribed`]). Messages that arrive before the acknowledgement are kept until then.
//!    A topic that is rejected or not acknowledged is repeated in a request of its own, after a pause that grows, and the other topics are not affected.
//! 3. **Receive.** Messages are [`Event::Snapshot`] or [`Event::Update`]. A text that cannot be read is [`Event::Unreadable`].
//! 4. **Watch.** Any inbound frame is a sign of life of the connection. After a ping without any frame in reply, the connection is replaced,
//!    if the server has replied to a ping before: see [`Heartbeat`]. A living connection does not mean a living topic, so each topic has
//!    its own limit: [`Event::Stale`].
//! 5. **Resynchronize.** A subscriber that finds a gap calls [`Subscription::resync`]. The topic is unsubscribed and subscribed again
//!    ([`Event::Resync`]). The other topics see nothing of this.
//! 6. **Lose.** All topics get [`Event::Disconnected`]. The connection reconnects for ever by default, with pauses that grow, and at most
//!    [`Reconnect::max_attempts_per_minute`] attempts. The pauses start at the first value again after a connection has lasted for
//!    [`Reconnect::stable_after`]. The next connection begins with step 1 and subscribes all topics again.
//! 7. **End.** [`StreamConnection::close`], or dropping all handles and subscriptions, sends a close frame. All streams end with
//!    [`Event::Closed`].
//!
//! # Example with times
//!
//! The topics `book` (limit of 5 s, with snapshots) and `trades` (without a limit) of a connection with the default settings:
//!
//! | time | input | events and requests |
//! | --- | --- | --- |
//! | 0.0 s | the program subscribes to `book` and `trades` | connect |
//! | 0.1 s | the connection is open | both `Connected`; ping frame; `sub 1 book,trades` |
//! | 0.2 s | `ok 1` | both `Subscribed` |
//! | 0.3 s | `book 1`, `trades 1` | `book` `Snapshot`, `trades` `Update` |
//! | 5.3 s | | `book` `Stale` since 0.3 s |
//! | 6.0 s | `book 3` | `book` `Update` |
//! | 6.0 s | the program finds that `book 2` is missing | `book` `Resync`; `unsub 2 book` |
//! | 6.1 s | `ok 2` | |
//! | 6.2 s | | `sub 3 book`, after a pause of 125–250 ms since the `Resync` |
//! | 6.3 s | `ok 3`, `book 4` | `book` `Subscribed`, `Snapshot` |
//! | 7.0 s | the connection breaks | both `Disconnected` |
//! | 7.4 s | | connect, after a pause of 250–500 ms |
//! | 7.5 s | the connection is open | both `Connected`; ping frame; `sub 4 trades` |
//! | 7.6 s | `ok 4` | `trades` `Subscribed`; `sub 5 book`, separately because it was repeated before |
//!
//! # What is not promised
//!
//! * The messages between a loss of trust and the next `Subscribed` are lost. A subscriber has to get its state from a snapshot or over HTTP.
//! * Messages are not deduplicated or reordered.
//! * If the server does not acknowledge that a topic was unsubscribed, a late message of the old subscription can follow the `Subscribed` of
//!   the new one. An exchange's decoder should recognise a snapshot by its content.
//! * At most 256 messages (256 KiB, or one message of any permitted size) of a topic are kept until its acknowledgement. [`Event::Lagged`] reports the others.
//! * Without a limit ([`TopicSettings::stale_after`]), a topic that the server no longer sends is not noticed.
//!
//! # Modules and features
//!
//! | item | contents |
//! | --- | --- |
//! | [`StreamConnection`], [`Subscription`] | the handle of a connection, and the stream of a topic's events |
//! | [`Event`], [`DisconnectReason`], [`ResyncReason`] | what a subscriber learns |
//! | [`Protocol`], [`CredentialSource`] | what an exchange's crate implements |
//! | [`Settings`], [`TopicSettings`], [`Buffering`] | timeouts, limits, back-pressure |
//! | [`StreamObserver`] | reports for metrics and logs |
//! | [`mod@state`] | the state machine, without a clock and without a network |
//! | [`mod@recording`] | the format of recordings, and their replay |
//!
//! TLS, the proxy and name resolution are those of [`HttpSettings`](venue_core::http::HttpSettings). The transport is
//! `tokio-websockets`. The feature `rustls` (on by default) enables `wss://`. The feature `test-util` makes the transport replaceable.

mod buffer;
mod connection;
mod credentials;
mod error;
mod event;
mod observer;
mod protocol;
mod reason;
pub mod recording;
mod redaction;
mod settings;
pub mod state;
mod time;
#[cfg(feature = "test-util")]
pub mod transport;
#[cfg(not(feature = "test-util"))]
#[expect(unreachable_pub, reason = "the feature `test-util` makes the module public")]
mod transport;

pub use connection::{StreamConnection, StreamConnectionBuilder, Subscription};
pub use credentials::{ConnectAttempt, CredentialError, CredentialSource, Credentials};
pub use error::Error;
pub use event::{Event, Message, RawText};
pub use observer::StreamObserver;
pub use protocol::{Ack, AckOutcome, Inbound, Protocol, PushKind, Request, RequestId};
pub use reason::{DisconnectReason, ResyncReason};
pub use settings::{Backoff, Buffering, Heartbeat, Reconnect, Settings, TopicSettings};
pub use time::MonotonicTime;
