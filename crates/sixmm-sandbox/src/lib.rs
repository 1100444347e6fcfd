//! A local exchange that speaks the wire of 6MM: on this machine, with real matching, the venue's authentication to the letter, and faults
//! on demand. There is no testnet; bots, examples and tests run against this.
//!
//! In a test it starts in milliseconds, on a free port, with a clock of its own:
//!
//! ```
//! use rust_decimal::dec;
//! use sixmm_ext::{ApiKey, Client, NewOrder};
//! use sixmm_sandbox::exchange::{OrderSide, OrderStatus, PlaceOrder};
//! use sixmm_sandbox::{Clock, Fault, Operation, Permissions, Rule, Sandbox, UnixMillis, User};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = Sandbox::builder()
//!     .seed(7)
//!     .clock(Clock::manual(UnixMillis::new(1_772_710_377_808)))
//!     .user(User::new("alice").balance(dec!(10_000)))
//!     .user(User::new("bob"))
//!     .start()
//!     .await?;
//!
//! // Somebody to trade with, past the wire.
//! let bob = sandbox.user_id("bob")?;
//! let ask = PlaceOrder::limit("BTCUSDT", OrderSide::Sell, dec!(85_000), dec!(0.5));
//! sandbox.exchange(|exchange| exchange.place_order(&bob, ask))?;
//!
//! // The next order takes effect, and its answer is lost.
//! sandbox.faults().add(Rule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(1))?;
//!
//! // What a client needs, whichever it is: an address and a key.
//! let key = sandbox.api_key("alice", Permissions::READ_AND_TRADE)?;
//! let key = ApiKey::new(key.api_key, key.api_secret)?;
//! let client = Client::builder().base_url(sandbox.base_url()).api_key(key).build()?;
//! client.sync_clock().await?;
//! let outcome = client.orders().place(NewOrder::buy("BTCUSDT", "0.1").limit("85000")).send().await;
//! assert!(outcome.into_result().is_ok(), "the client found out");
//!
//! // It was hit, it sent the order once, and the exchange carried it out.
//! assert_eq!(sandbox.faults().hits().len(), 1);
//! let received = sandbox.received();
//! let placements: Vec<_> = received.iter().filter(|request| request.operation == Operation::PlaceOrder).collect();
//! assert_eq!(placements.len(), 1);
//! assert!(placements[0].took_effect());
//!
//! // Alice has one order, which took from bob's.
//! let alice = sandbox.user_id("alice")?;
//! let orders = sandbox.exchange(|exchange| exchange.all_orders());
//! let of_alice: Vec<_> = orders.iter().filter(|(user, _)| *user == alice).map(|(_, order)| order.status).collect();
//! assert_eq!(of_alice, [OrderStatus::Filled]);
//! # Ok(())
//! # }
//! ```
//!
//! For that, `default-features = false` does without the program. As a program: `cargo run -p sixmm-sandbox -- --help`.
//!
//! # What it holds to the letter
//!
//! - The 53 operations of the documentation, with state behind them. Requests are checked against the specification: what is missing is
//!   refused with 2001, what has the wrong form with 2002, what is out of range with 2003. (Rules that the specification only infers are
//!   among the choices below.)
//! - Signatures over the raw query without `signature` and the raw body, within ±10 seconds; a signature that an order path has seen is
//!   refused; permissions, whitelists of addresses, keys that are switched off, 30 keys a user, secrets that are shown once.
//! - Tokens that expire, a cookie that renews them, a logout that ends them; tickets and embed tokens of agents.
//! - Every answer in the documented envelope, with the `X-Request-ID` that came.
//!
//! # What it had to choose
//!
//! Where the documentation is silent, the exchange may do something else. A client must not rely on any of these:
//!
//! - Rules that the specification infers from the documentation are enforced, and marked in the message as `inferred, not documented`.
//!   [`Builder::inferences`] ignores them, so that a test can expose a client that relies on one.
//! - `accessExpire` is in seconds in every answer, as in the vendor's one example. A `timestamp` in an answer is the time of the answer.
//! - A `clientOrderId` that was used before is refused with 3004 (duplicate request).
//! - Answers that are not documented have the provisional fields of the specification; where it has none, `data` is an object of this
//!   sandbox's own.
//! - HTTP 401 with codes 1001 to 1006, 429 with 5003, 503 with 5002, 500 with 5001 (a mistake in this sandbox, or a fault, which may have
//!   another status of 5xx), 404 and 405 (with code 2002) for what is no operation. For a body: 413 (with code 2003) if it is larger than a
//!   mebibyte, 408 (with code 2002) if it does not arrive within 75 seconds, 400 (with code 2002) if it is cut off or its chunks are
//!   malformed. 431 without an envelope for a head of more than 64 KiB. 200 with code 0 and with all other refusals: the documentation
//!   says only that failed authentication may come as 401 and a rate limit as 429, and that errors usually have the same envelope.
//! - 3004 has two causes. A signature that an order path has seen (`Signature replay detected`): the documentation has this message, and of
//!   3004, `Duplicate request`, says not to use a signature twice. A `clientOrderId` that was used before: the documentation wants each to
//!   be unique, and does not say what happens otherwise.
//! - A `clientOrderId` of more than 128 characters is refused with 2003: it is kept for good.
//! - A connection is closed that sends no complete head for 75 seconds, whether it is idle or stalls.
//! - A timestamp outside of the window has code 1003. Checks come in this order: key, status, address, timestamp, signature, replay,
//!   permission, parameters. An API key that tries to manage API keys, or to log out, is refused with 3006; a key too many with 2003.
//! - `timestamp` and `signature` that are missing beside `X-API-KEY`, or given twice, are 1001. A signature is remembered for 20 seconds at
//!   least: as long as its timestamp could pass. Order paths are those below `/v1/private/order`, queries too.
//! - Each refresh replaces the cookie. A user may have 1000 sessions; the oldest one ends when another one begins. An access token lives for
//!   two hours, a session for seven days, an embed token for five minutes; a ticket is good once. A wrong password is 1003.
//! - A whitelist holds addresses, no networks; an empty one lets everybody in.
//! - A second `create_listen_key` returns the key that is still valid, renewed.
//! - A decimal is digits in a string, with a point and a sign if needed; one with an exponent is refused with 2002.
//! - A parameter that is given twice is refused with 2002, in a body any name that stands twice in one object; names that are not documented
//!   are passed over.
//! - The items of a batch succeed and fail one by one, and the whole has code 0.
//!
//! What the trading core chose stands at [`exchange::Exchange`].
//!
//! # What it does not model
//!
//! - The private and public WebSocket streams: listen keys are made, renewed and closed, and open nothing.
//! - Rate limits, other than as a [fault](Fault::RateLimit): the vendor documents none.
//! - Liquidation: a liquidation price is shown, and nothing happens there.
//! - Tiers of leverage and fees beyond the first.
//! - `placeType` and `priceProtect` of condition orders: the vendor does not say what they do. They are taken and passed over.
//! - Prevention of self-trades: a user's orders trade with each other.
//! - Deposits and withdrawals over the wire. HTTPS and HTTP/2.
//!
//! More stands at [`exchange::Exchange`].
//!
//! # What it remembers
//!
//! What users did is kept for good, as histories and order ids are: orders, fills, movements of wallets. So memory grows by the order, and
//! by the minute of a market that moves. It does not grow by the request otherwise, if one [says](Builder::keep_requests) how many requests
//! and hits are to stay on record; the program keeps 10 000. The record of a request takes 60 kilobytes at most: 512 bytes of its
//! `X-Request-ID`, and as many of each of the first 100 client order ids. A signature is forgotten within a minute of the exchange's clock: as long
//! as a [manual clock](Clock::manual) stands still, all of them are remembered.
//!
//! # Faults
//!
//! A [`Rule`] says which operations a [`Fault`] strikes, how likely and how often. If several are due for one request, [`Fault`] says which
//! are seen. Which request was hit follows from the seed, and [`Faults::hits`] tells it. With several clients at once the order of their
//! requests is theirs, and so the seed cannot decide who is hit.
//!
#![doc = include_str!("control/interface.md")]

mod auth;
mod clock;
mod control;
pub mod engine;
pub mod exchange;
mod faults;
mod http;
mod refusal;
mod sandbox;
mod spec;
mod unix_millis;
mod users;
mod world;

pub use auth::{ApiKey, Permissions};
pub use clock::Clock;
pub use faults::{Fault, Faults, Hit, InvalidRule, Rule, RuleId};
pub use http::{Effect, Received};
pub use sandbox::{Builder, Sandbox, StartError};
pub use spec::{Inferences, Operation, UnknownOperation};
pub use unix_millis::UnixMillis;
pub use users::User;
pub use world::UserError;
