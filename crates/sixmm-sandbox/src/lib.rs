//! A local implementation of the 6MM exchange for tests, examples and bots. It matches orders in a real order book, authenticates requests
//! exactly as the vendor documents, and injects faults on demand. It replaces a testnet, which the vendor does not offer.
//!
//! A test starts an exchange in milliseconds, on a free port, with its own clock:
//!
//! ```
//! use rust_decimal::dec;
//! use sixmm_ext::{Client, NewOrder, credentials::ApiKey};
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
//! The program `sixmm-sandbox` requires the feature `program`, which is enabled by default. A crate that only uses the library sets
//! `default-features = false`. To run the program: `cargo run -p sixmm-sandbox -- --help`.
//!
//! # Independence from the client
//!
//! The handlers, the authentication and the JSON of this crate are written by hand, independently of the client, so that a mistake in the
//! client or in this crate makes a test fail. The names of operations, the required fields, the limits and the enums are an exception: this
//! crate and the client generate them from the same file, `openapi/6mm.yaml`. If this file differs from the vendor's documentation, the
//! client and the sandbox have the same error, so a test of the client against the sandbox does not reveal it. Only the hand-written
//! messages in `tests/fixtures` and the Python clients in `tests/python` can reveal such an error.
//!
//! # Documented behaviour
//!
//! - All operations of the documentation are implemented, and all of them use the same state of the exchange. The parameters of a request
//!   are validated against the specification. A missing parameter is rejected with code 2001, a malformed parameter with 2002, and a
//!   parameter that is out of range with 2003. (The next section is about rules that the specification only infers.)
//! - Signatures cover the raw query without `signature` and the raw body. The signed timestamp must be within ±10 seconds of the exchange's
//!   clock. Order paths reject a signature that was already used. API keys have permissions, an IP whitelist and a status. A user has at
//!   most 30 keys, and the secret of a key is revealed only when the key is created.
//! - Access tokens expire, a cookie renews them, and a logout revokes them. Tickets and embed tokens of agents (partners) can be exchanged
//!   for a session.
//! - Every response has the documented envelope and echoes the `X-Request-ID` of the request.
//!
//! # Undocumented behaviour
//!
//! This list states how the sandbox behaves where the vendor's documentation does not define the behaviour. The real exchange may behave
//! differently, so a client must not rely on any of these choices:
//!
//! - Rules that the specification infers from the documentation are enforced. Their error messages contain `inferred, not documented`.
//!   [`Builder::inferences`] can turn these rules off, so that a test can reveal a client that relies on an inferred rule.
//! - `accessExpire` is in seconds in every response, as in the vendor's only example. `timestamp` in a response is the exchange's time at
//!   which the response was created.
//! - A `clientOrderId` that was already used is rejected with 3004 (duplicate request).
//! - A response whose fields are not documented has the provisional fields of the specification. If the specification has no provisional
//!   fields either, the fields of `data` are the sandbox's choice.
//! - The HTTP status is 401 with codes 1001 to 1006, 429 with 5003, 503 with 5002, and 500 with 5001. Code 5001 is an internal error of the
//!   sandbox or a fault. With a fault, the status can be another 5xx. The response to an unknown path is 404 and to an unknown method 405,
//!   both with code 2002. The response to a request body of more than one mebibyte is 413 with code 2003. If a body does not arrive within
//!   75 seconds, the response is 408, and if it is incomplete or has malformed chunks, the response is 400, both with code 2002. The
//!   response to a request head of more than 64 KiB is 431 without an envelope. Success and all other errors have status 200. The
//!   documentation says only that failed authentication may be 401, that a rate limit may be 429, and that errors usually have the same
//!   envelope.
//! - Code 3004 has two causes. The first is a signature that was already used on an order path (`Signature replay detected`). The
//!   documentation contains this message. It calls code 3004 `Duplicate request` and advises not to use a signature twice. The second cause
//!   is a `clientOrderId` that was already used. The documentation requires unique ids, but does not define the response to a duplicate.
//! - A `clientOrderId` of more than 128 characters is rejected with 2003, because the exchange stores the id permanently.
//! - A connection that does not send a complete request head for 75 seconds is closed, whether it is idle or stalled.
//! - A request whose timestamp is outside of the window is rejected with code 1003. The checks of a request have this order: key, status of
//!   the key, IP address, timestamp, signature, replay, permission, parameters. A request with an API key that manages API keys or logs out
//!   is rejected with 3006. The creation of more keys than allowed is rejected with 2003.
//! - A request with the header `X-API-KEY` is rejected with 1001 if `timestamp` or `signature` is missing or appears twice. A signature is
//!   remembered for at least 20 seconds, because its timestamp could be accepted for that time. Order paths are all paths below
//!   `/v1/private/order`, including queries.
//! - Each refresh replaces the cookie. A user can have 1000 sessions, and a further login ends the oldest session. An access token is valid
//!   for two hours, a session for seven days, and an embed token for five minutes. A ticket can be redeemed once. A login with a wrong
//!   password is rejected with code 1003.
//! - An IP whitelist contains addresses, not networks. An empty whitelist allows every address.
//! - If the user has a valid listen key, `create_listen_key` renews and returns this key.
//! - A decimal is a string of digits with an optional point and minus sign. A decimal with an exponent is rejected with 2002.
//! - A request with a query parameter that appears twice, or with a name that appears twice in one JSON object, is rejected with 2002.
//!   Parameters with undocumented names are ignored.
//! - The items of a batch request succeed or fail independently of each other, and the response has code 0.
//!
//! The choices of the trading core are listed at [`exchange::Exchange`], and those of the WebSocket streams in [The
//! streams](#undocumented-behaviour-of-the-streams).
//!
//! # Limitations
//!
//! - There are no rate limits, except as a [fault](Fault::RateLimit), because the vendor documents none.
//! - Positions are not liquidated. The liquidation price is only reported.
//! - There is only one tier of leverage and one tier of fees.
//! - `placeType` and `priceProtect` of condition orders are accepted and ignored, because the vendor does not document their meaning.
//! - Self-trades are not prevented.
//! - There are no deposits or withdrawals over HTTP. HTTPS, `wss://` and HTTP/2 are not supported.
//!
//! More limitations are listed at [`exchange::Exchange`].
//!
//! # Memory
//!
//! Orders, fills and wallet changes are stored permanently, because histories and duplicate checks need them. Memory therefore grows with
//! each order, and with each minute of a moving market. [`Builder::keep_requests`] limits the log of requests and the log of fault hits.
//! Without this limit, the logs grow with each request. The program stores at most 10 000 entries in each log. A logged request takes at
//! most 60 kilobytes: 512 bytes of its `X-Request-ID`, and 512 bytes for each of its first 100 client order ids. Signatures for replay
//! protection are removed within a minute of the exchange's clock. While a [manual clock](Clock::manual) is stopped, no signature is
//! removed.
//!
//! # Faults
//!
//! A [`FaultRule`] contains a [`Fault`], the operations to which it applies, its probability and its maximum number of hits. [`Fault`]
//! documents which faults take effect if several rules select the same request. The random choices are derived from the seed, and
//! [`Faults::hits`] lists the requests that were affected. If several clients send requests concurrently, the requests arrive in a
//! different order in each run, so different requests are affected.
//!
#![doc = include_str!("streams/streams.md")]
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
mod streams;
mod unix_millis;
mod users;

pub use auth::{ApiKey, Permissions};
pub use clock::Clock;
pub use faults::{Fault, FaultRule, FaultRuleId, Faults, Hit, InvalidFaultRule};
pub use request_log::{Effect, LoggedRequest};
pub use sandbox::{Builder, Sandbox, StartError};
pub use spec::{Inferences, Operation, UnknownOperation};
pub use state::UserError;
pub use streams::{
    AckForm, InvalidRecording, MalformedForm, PayloadForm, Rejection, ReplayPace, StreamConnection, StreamFault, StreamFaultRule,
    StreamFaults, StreamFrame, StreamHit, StreamReplay, StreamSettings, VersionRule,
};
pub use unix_millis::UnixMillis;
pub use users::User;
