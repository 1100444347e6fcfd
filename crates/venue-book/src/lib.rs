//! Order books of an exchange, which are readable as live only while they can be trusted.
//!
//! No item of this crate names an exchange. An exchange's crate implements [`DepthDecoder`], which decodes a message, and names the
//! [`Continuity`] rule of its version numbers if the exchange documents one. The messages come from a
//! [`Subscription`](venue_stream::Subscription) of venue-stream.
//!
//! ```
//! use std::sync::Arc;
//! use rust_decimal::Decimal;
//! use venue_book::{Book, BookSettings, DepthDecoder, Error, VersionRule};
//! use venue_stream::StreamConnection;
//!
//! async fn price_of_two(
//!     connection: &StreamConnection,
//!     decoder: Arc<dyn DepthDecoder>,
//! ) -> Result<(), Error> {
//!     let settings =
//!         BookSettings::new().continuity(VersionRule::FirstFollowsPrevious);
//!     let mut book =
//!         Book::subscribe(connection, "depth.BTCUSDT", decoder, settings)?;
//!     while book.live().is_err() {
//!         book.changed().await;
//!     }
//!     if let Ok(live) = book.live() {
//!         if let Some(impact) = live.asks().market_impact(Decimal::TWO) {
//!             println!("two cost {}", impact.notional);
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # When a book is live
//!
//! A book is live while its content is known to equal the exchange's book at its version. [`Book::live`] returns the content only then.
//! All of these conditions have to be satisfied:
//!
//! * A continuity rule is set. Without a rule, a missing message cannot be noticed, and [`NotLive::UnverifiedContinuity`] is the reason.
//! * The rule was satisfied by [`BookSettings::confirmations`] increments in succession, once in the life of the book.
//! * A snapshot of the present subscription was applied, and every message since then continues the previous one.
//! * The connection is open, and the topic is not silent for longer than its limit.
//! * The best bid is lower than the best ask.
//!
//! A book that is not live can be read with [`Book::last_known`]. Each loss of trust is a [`BookEvent::Lost`] before the next change.
//!
//! # Recovery
//!
//! After a gap, an undecodable message or a crossed book, the book requests a new subscription of its topic. No other topic is affected. If
//! more requests than [`BookSettings::max_resyncs_per_minute`] are necessary in a minute, or in succession without increments between them
//! that confirm the rule, the book is unverified from then on. A wrong rule therefore does not become an endless loop of subscriptions: see
//! [`BookEvent::Unverified`].
//!
//! # Numbers
//!
//! Prices and quantities are exact. Inside of a book they are integers of a decimal scale that grows with the data, and decimals if the
//! integers would overflow. The only number that can be rounded is [`MarketImpact::average_price`].
//!
//! # What is not promised
//!
//! * A live book can be older than the exchange's present book by the time that the messages need. [`BookStatus::age`] has the time since the
//!   last message.
//! * A wrong level in a message with the right version cannot be noticed, unless the level crosses the book.
//! * A rule that is wrong, but is satisfied by the present messages, cannot be noticed.
//!
//! # Modules
//!
//! | item | contents |
//! | --- | --- |
//! | [`Book`], [`LiveBook`], [`LastKnownBook`], [`BookEvents`] | the handle of a book, read access, events |
//! | [`BookView`], [`SideView`], [`PriceLevel`], [`MarketImpact`] | prices, levels, quantities, costs |
//! | [`BookStatus`], [`BookEvent`], [`NotLive`], [`LossReason`] | the trust in a book |
//! | [`BookSettings`], [`Continuity`], [`VersionRule`] | settings and version rules |
//! | [`DepthDecoder`], [`Depth`], [`Scanner`], [`LevelsSeed`] | decoding of messages |
//! | [`mod@state`] | the state machine, without a clock and without a network |

mod book;
mod continuity;
mod depth;
mod levels;
mod number;
mod settings;
pub mod state;
mod status;
mod view;

pub use book::{Book, BookEvents, Error, LastKnownBook, LiveBook};
pub use continuity::{Continuity, Link, VersionRule, Versions};
pub use depth::{DecodeError, Depth, DepthDecoder, InvalidLevel, LevelFields, LevelsSeed, Scanner};
pub use levels::BookSide;
pub use settings::BookSettings;
pub use status::{BookEvent, BookStatus, LossReason, NotLive};
pub use view::{BookView, MarketImpact, PriceLevel, SideView};
