//! A local implementation of the 6MM exchange for tests, examples and bots. It matches real orders, authenticates requests exactly as the
//! vendor documents, and injects faults on demand. The vendor offers no testnet.
//!
//! A test starts an exchange in milliseconds, on a free port, with its own clock:
//!
//! ```
//! use rust_decimal::dec;
//! use sixmm_ext::{ApiKey, Client, NewOrder};
//! use sixmm_sandbox::exchange::{OrderSide, OrderStatus, PlaceOrder};
//! use sixmm_sandbox::{Clock, Fault, FaultRule, Operation, Permissions};
//! use sixmm_sandbox::{Sandbox, UnixMillis, User};
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
//! // Bob's order is placed through the library, without HTTP.
//! let bob = sandbox.user_id("bob")?;
//! let (price, quantity) = (dec!(85_000), dec!(0.5));
//! let ask = PlaceOrder::limit("BTCUSDT", OrderSide::Sell, price, quantity);
//! sandbox.exchange(|exchange| exchange.place_order(&bob, ask))?;
//!
//! // The next order is executed, and its response is lost.
//! let rule = FaultRule::new(Fault::DropAfter)
//!     .on([Operation::PlaceOrder])
//!     .times(1);
//! sandbox.faults().add(rule)?;
//!
//! // Any client needs only a base URL and an API key.
//! let key = sandbox.api_key("alice", Permissions::READ_AND_TRADE)?;
//! let key = ApiKey::new(key.api_key, key.api_secret)?;
//! let client = Client::builder()
//!     .base_url(sandbox.base_url())
//!     .api_key(key)
//!     .build()?;
//! client.sync_clock().await?;
//! let outcome = client
//!     .orders()
//!     .place(NewOrder::buy("BTCUSDT", "0.1").limit("85000"))
//!     .send()
//!     .await;
//! assert!(outcome.into_result().is_ok(), "the client reconciled the order");
//!
//! // One fault took effect, the client sent the order once, and the exchange
//! // executed the order.
//! assert_eq!(sandbox.faults().hits().len(), 1);
//! let requests = sandbox.requests();
//! let placements: Vec<_> = requests
//!     .iter()
//!     .filter(|request| request.operation == Operation::PlaceOrder)
//!     .collect();
//! assert_eq!(placements.len(), 1);
//! assert!(placements[0].took_effect());
//!
//! // Alice has one order, which was filled by Bob's order.
//! let alice = sandbox.user_id("alice")?;
//! let orders = sandbox.exchange(|exchange| exchange.all_orders());
//! let of_alice: Vec<_> = orders
//!     .iter()
//!     .filter(|(user, _)| *user == alice)
//!     .map(|(_, order)| order.status)
//!     .collect();
//! assert_eq!(of_alice, [OrderStatus::Filled]);
//! # Ok(())
//! # }
//! ```
//!
//! The program is behind the default feature `program`. A library user sets `default-features = false`. To run the program:
//! `cargo run -p sixmm-sandbox -- --help`.
//!
//! # Independence from the client
//!
//! The handlers, the authentication and the JSON of this crate are written by hand, independently of the client, so that a mistake on one
//! side makes a test fail. The names of operations, the required fields, the limits and the enums are an exception: this crate and the
//! client generate them from the same file, `openapi/6mm.yaml`. An error that was made when the vendor's documentation was transcribed into
//! this file is therefore invisible between client and sandbox. Only the hand-written messages in `tests/fixtures` and the Python clients
//! in `tests/python` can reveal such an error.
//!
//! # Documented behaviour
//!
//! - All operations of the documentation, with state. Requests are checked against the specification. A missing parameter is rejected with
//!   code 2001, a malformed one with 2002, one out of range with 2003. (Rules that the specification only infers are listed in the next
//!   section.)
//! - Signatures over the raw query without `signature` and the raw body, within ±10 seconds. Order paths reject a signature that was
//!   already used. API keys have permissions, IP whitelists and a status, a user has at most 30 keys, and a secret is revealed only once.
//! - Access tokens that expire, a cookie that renews them, and a logout that revokes them. Tickets and embed tokens of agents.
//! - Every response has the documented envelope and echoes the `X-Request-ID` of the request.
//!
//! # Undocumented behaviour
//!
//! Where the documentation is silent, the exchange may behave differently. A client must not rely on any of these choices:
//!
//! - Rules that the specification infers from the documentation are enforced. Their error messages contain `inferred, not documented`.
//!   [`Builder::inferences`] turns them off, so that a test can reveal a client that relies on one of them.
//! - `accessExpire` is in seconds in every response, as in the vendor's only example. `timestamp` in a response is the time of the
//!   response.
//! - A `clientOrderId` that was already used is rejected with 3004 (duplicate request).
//! - An undocumented response has the provisional fields of the specification. If the specification has none, the fields of `data` are the
//!   sandbox's choice.
//! - HTTP statuses: 401 with codes 1001 to 1006, 429 with 5003, 503 with 5002, 500 with 5001. Code 5001 is an internal error of the
//!   sandbox, or a fault, which may have another 5xx status. An unknown path is 404 and an unknown method 405, both with code 2002. A
//!   request body of more than one mebibyte is 413 with code 2003. A body that does not arrive within 75 seconds is 408, and a body that is
//!   incomplete or has malformed chunks is 400, both with code 2002. A request head of more than 64 KiB is 431 without an envelope. Success
//!   and all other errors are 200. The documentation says only that failed authentication may be 401, that a rate limit may be 429, and
//!   that errors usually have the same envelope.
//! - Code 3004 has two causes. One is a signature that an order path has already seen (`Signature replay detected`): the documentation has
//!   this message, and advises for 3004, `Duplicate request`, not to use a signature twice. The other is a `clientOrderId` that was already
//!   used: the documentation requires unique ids, but does not say how a duplicate is answered.
//! - A `clientOrderId` of more than 128 characters is rejected with 2003, because the exchange stores the id permanently.
//! - A connection that does not send a complete request head for 75 seconds is closed, whether it is idle or stalled.
//! - A timestamp outside of the window has code 1003. The checks have this order: key, status of the key, IP address, timestamp, signature,
//!   replay, permission, parameters. An API key that is used to manage API keys or to log out is rejected with 3006. Creating more keys
//!   than allowed is rejected with 2003.
//! - An `X-API-KEY` whose `timestamp` or `signature` is missing or appears twice is rejected with 1001. A signature is remembered for at
//!   least 20 seconds, which is as long as its timestamp could be accepted. Order paths are all paths below `/v1/private/order`, including
//!   queries.
//! - Each refresh replaces the cookie. A user can have 1000 sessions, and another login ends the oldest one. An access token lives for two
//!   hours, a session for seven days, an embed token for five minutes. A ticket can be redeemed once. A wrong password has code 1003.
//! - An IP whitelist contains addresses, not networks. An empty whitelist allows every address.
//! - `create_listen_key` returns the existing key of the user, renewed, while this key is valid.
//! - A decimal is a string of digits with an optional point and minus sign. A decimal with an exponent is rejected with 2002.
//! - A query parameter that appears twice is rejected with 2002, and so is a name that appears twice in one JSON object. Undocumented names
//!   are ignored.
//! - The items of a batch succeed or fail independently, and the response has code 0.
//!
//! The choices of the trading core are listed at [`exchange::Exchange`].
//!
//! # Limitations
//!
//! - The private and public WebSocket streams are not implemented. Listen keys can be created, renewed and closed, but open no stream.
//! - There are no rate limits, except as a [fault](Fault::RateLimit), because the vendor documents none.
//! - Positions are not liquidated. The liquidation price is only reported.
//! - There is one tier of leverage and one tier of fees.
//! - `placeType` and `priceProtect` of condition orders are accepted and ignored, because the vendor does not document their meaning.
//! - Self-trades are not prevented.
//! - There are no deposits or withdrawals over HTTP. HTTPS and HTTP/2 are not supported.
//!
//! More limitations are listed at [`exchange::Exchange`].
//!
//! # Memory
//!
//! Orders, fills and wallet changes are stored permanently, because histories and duplicate checks need them. Memory therefore grows with
//! each order, and with each minute of a moving market. [`Builder::keep_requests`] limits the logs of requests and fault hits; without it
//! they grow with each request. The program keeps 10 000 of each. A logged request takes at most 60 kilobytes: 512 bytes of its
//! `X-Request-ID`, and 512 bytes for each of its first 100 client order ids. A signature is forgotten within a minute of the exchange's
//! clock, so all signatures are kept while a [manual clock](Clock::manual) is not advanced.
//!
//! # Faults
//!
//! A [`FaultRule`] selects the operations that a [`Fault`] applies to, the probability and the number of hits. If several rules select one
//! request, [`Fault`] documents which faults are visible. The random choices are derived from the seed, and [`Faults::hits`] lists the
//! requests that were affected. With several concurrent clients, the order of their requests is not deterministic, so the affected requests
//! are not either.
//!
#![doc = include_str!("control/interface.md")]

mod api_error;
mod auth;
mod clock;
mod control;
mod deterministic_rng;
pub mod engine;
pub mod exchange;
mod faults;
mod http;
mod request_id;
mod request_log;
mod sandbox;
mod spec;
mod state;
mod unix_millis;
mod users;

pub use auth::{ApiKey, Permissions};
pub use clock::Clock;
pub use faults::{Fault, FaultRule, FaultRuleId, Faults, Hit, InvalidFaultRule};
pub use request_log::{Effect, LoggedRequest};
pub use sandbox::{Builder, Sandbox, StartError};
pub use spec::{Inferences, Operation, UnknownOperation};
pub use state::UserError;
pub use unix_millis::UnixMillis;
pub use users::User;
