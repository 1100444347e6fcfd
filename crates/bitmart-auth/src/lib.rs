//! Credentials for the BitMart exchange: the header of a KEYED request, the signature of a SIGNED request, and the server's clock.
//!
//! ```
//! use bitmart_api::{Client, requests};
//! use bitmart_auth::{ApiKey, Auth, BitMart, permission};
//! use venue_runtime::CallRuntime;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use bitmart_api::types::{Wallet, WalletBalance};
//! # use bitmart_httpmock::MockServerExt;
//! # let server = httpmock::MockServer::start_async().await;
//! # server.wallet(|_, then| {
//! #     let balance = WalletBalance::builder().currency("USDT").name("Tether USD").available(1000).frozen(0).un_available(0);
//! #     then.ok(&Wallet::builder().wallet(vec![balance.build().unwrap()]).build().unwrap());
//! # });
//! # let key = ApiKey::new("access-key", "secret")?.with_memo("memo")?;
//! # if false {
//! // `BITMART_API_KEY`, `BITMART_API_SECRET`, `BITMART_API_MEMO`
//! let key = bitmart_auth::api_key_from_env()?;
//! # }
//! // The documented rate limits are the quotas of this client.
//! let runtime = CallRuntime::builder(BitMart).build();
//! # if false {
//! let unauthenticated = Client::builder().policy(runtime).build()?;
//! # }
//! # let runtime = CallRuntime::builder(BitMart).build();
//! # let builder = Client::builder().policy(runtime);
//! # let unauthenticated = builder.base_url(server.base_url()).build()?;
//! let auth = Auth::builder(&unauthenticated).api_key(key);
//! let auth = auth.permissions(&[permission::READ_ONLY]).build();
//!
//! let response = auth.client().send(requests::Wallet::new()).await?;
//! let wallet = response.into_data()?.wallet;
//! assert_eq!(wallet[0].currency, "USDT");
//! # Ok(())
//! # }
//! ```
//!
//! # KEYED and SIGNED
//!
//! The generated operation table decides which headers a request gets. The HTTP method does not decide it.
//!
//! | operation | security schemes | headers |
//! | --- | --- | --- |
//! | public | none | none |
//! | KEYED | `key` | `X-BM-KEY` |
//! | SIGNED | `key`, `timestamp`, `sign` | `X-BM-KEY`, `X-BM-TIMESTAMP`, `X-BM-SIGN` |
//!
//! `X-BM-SIGN` is the lower-case hexadecimal HMAC-SHA256 of `timestamp#memo#body`, with the secret as the key. The body is signed byte for
//! byte as it is sent, so an interceptor that runs later must not change it. A KEYED request never has a signature or a timestamp.
//!
//! # The API key
//!
//! An API key has an access key, a secret, and a memo that the user chose when the key was created. [`api_key_from_env`],
//! [`api_key_from_file`] and [`api_key_from_mounted_secret`] read all three parts. [`ApiKey::new`] and [`ApiKey::with_memo`] make a key from
//! its texts. A key without a memo is sufficient for KEYED operations.
//!
//! # Time
//!
//! - **Timestamps follow the server's clock.** The clock is read with the operation `system_time` before the first SIGNED call, again when
//!   this machine was suspended or its clock was set, and every ten minutes. KEYED calls do not read it. BitMart documents no operation that
//!   returns the time of the futures host, so both hosts are assumed to have the same clock.
//! - **The server accepts a timestamp that is less than 1 second ahead of its clock.** A burst of requests uses timestamps up to half a second
//!   ahead, one millisecond a call, and then waits. No timestamp is used twice by one key in this process.
//! - **An old timestamp is rejected.** The operations with the field `recvWindow` (spot version 4, `transfer_futures` and
//!   `futures_transfers`) accept a timestamp that is at most `recvWindow` milliseconds old: 5000 by default, 60000 at most. BitMart recommends
//!   less than 5000. The field is part of the body, so the signature covers it. The other SIGNED operations accept a timestamp that is at
//!   most one minute old.
//! - **A timestamp out of range (code 30007) leads to one synchronisation and one further attempt for each call.** The code also reports an
//!   invalid `recvWindow`, which is not repeated. An operation that must not be repeated, such as an order or a withdrawal, is repeated only
//!   if the rejection contains nothing else and no earlier attempt may have been executed. The codes 30006 and 30008 report a missing or
//!   malformed timestamp, which another attempt would not correct.
//!
//! # Rate limits
//!
//! [`BitMart`] is the exchange's policy for a [`CallRuntime`](venue_runtime::CallRuntime): the documented rate limit of each operation is the
//! operation's quota, and a response with status 429 or code 30013 stops the quota for the length of the window that `X-BM-RateLimit-Reset`
//! states. BitMart documents no `Retry-After`. Without a runtime, a client has no quotas, and this crate repeats no request after such a
//! response. Status 418 (code 30017) is a ban, which is never repeated.
//!
//! [`RateLimitUsage::from_headers`] reads the rate-limit headers of a response. `X-BM-RateLimit-Remaining` is the number of requests that were
//! *used*, despite its name.
//!
//! # Calls that are rejected before sending
//!
//! - An operation for which the key is not sufficient: [`VetoKind::MissingCredentials`](bitmart_api::VetoKind::MissingCredentials). The error
//!   names the operation, the schemes that it needs, the available ones, and what to do.
//! - An operation that needs a permission that the key was declared not to have ([`AuthBuilder::permissions`]):
//!   [`VetoKind::MissingPermission`](bitmart_api::VetoKind::MissingPermission).
//!
//! # Secrets
//!
//! Secret and memo are overwritten on drop. No `Debug`, error or log record of this crate contains a part of the key or a signature, even if
//! the exchange repeats one in its message or as the request id. Headers that contain them exist while a request is in progress, and belong to
//! the HTTP library.
//!
//! # What could not be verified
//!
//! Nothing here was tried against the exchange itself. Its documentation leaves open whether a signature may be used twice, and whether the
//! server reads a signature at a KEYED operation.

mod auth;
mod builder;
mod credential_selection;
mod credentials;
mod policy;
mod rate_limit;
mod signing;
mod stream_login;
mod time_server;

pub use auth::Auth;
pub use bitmart_api::operations::permission;
pub use builder::AuthBuilder;
pub use credentials::{API_KEY_NAME, API_MEMO_NAME, API_SECRET_NAME, api_key_from_env, api_key_from_file, api_key_from_mounted_secret};
pub use policy::BitMart;
pub use rate_limit::RateLimitUsage;
pub use stream_login::stream_login_signature;
pub use venue_runtime::{ApiKey, CredentialsError, ServerClock, Signature, SyncError};
