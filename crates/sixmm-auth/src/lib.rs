//! Credentials for the 6MM exchange: an API key that signs each attempt, a session that renews its token, and the server's clock.
//!
//! ```
//! use sixmm_api::{Client, requests};
//! use sixmm_auth::{ApiKey, Auth};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # use sixmm_api::types::{FavoriteSymbols, ServerTime};
//! # use sixmm_httpmock::MockServerExt;
//! # let server = httpmock::MockServer::start_async().await;
//! # server.server_time(|_, then| {
//! #     let time = ServerTime::builder().timestamp(1_772_710_377).timestamp_ms(1_772_710_377_808).iso("").timezone("UTC");
//! #     then.ok(&time.build().unwrap());
//! # });
//! # server.favorite_symbols(|_, then| {
//! #     then.ok(&FavoriteSymbols::builder().symbols(vec!["BTCUSDT".into()]).build().unwrap());
//! # });
//! # let unauthenticated = Client::builder().base_url(server.base_url()).build()?;
//! # let key = ApiKey::new("your-api-key", "your-api-secret")?;
//! # if false {
//! let unauthenticated = Client::new()?;
//! let key = sixmm_auth::api_key_from_env()?; // `SIXMM_API_KEY` and `SIXMM_API_SECRET`
//! # }
//! let auth = Auth::builder(&unauthenticated).api_key(key).build();
//! let client = auth.client();
//!
//! let answer = client.send(requests::FavoriteSymbols::new()).await?;
//! assert_eq!(answer.into_data()?.symbols, ["BTCUSDT"]);
//! # Ok(())
//! # }
//! ```
//!
//! # An API key
//!
//! For programs that trade. [`api_key_from_env`], [`api_key_from_file`], [`api_key_from_mounted_secret`] and, with the feature `keyring`,
//! `api_key_from_keyring` read a key. [`ApiKey::new`] makes one from its two texts.
//!
//! - **Each attempt is signed again**, over the bytes that are sent, so that a retry never has an old signature.
//! - **No timestamp is used twice** by any thread, task or client of the key in this process, for one server, because the server rejects a
//!   signature that it has seen. A burst of requests uses timestamps up to five seconds ahead of the server's clock, one millisecond a call, and
//!   then waits. Two *processes* must not share a key.
//! - **Timestamps follow the server's clock.** The clock is read before the first call, again when this machine was suspended or its clock was set,
//!   and every ten minutes. `Timestamp outside of tolerance window` leads to one synchronisation and one further attempt for each call. It does not
//!   under code 3004, nor for an order if the rejection contains data or an earlier attempt may have been executed.
//! - **A time server that fails delays calls little.** A synchronisation takes at most 5 seconds, and a call waits for it for at most a quarter of
//!   its remaining time ([`Attempt::time_left`](sixmm_api::Attempt#structfield.time_left)). After a failed wait no call waits: each uses the present
//!   estimate, or this machine's clock, until the clock has been read in the background. While there are calls, that is tried every 5 seconds.
//!
//! # A session
//!
//! For the actions of a user, and the only way to manage API keys.
//!
//! ```no_run
//! use sixmm_api::{Client, Secret, Veto, VetoKind, requests};
//! use sixmm_auth::Auth;
//!
//! # async fn example(
//! #     unauthenticated: &Client,
//! #     password: Secret,
//! # ) -> Result<(), Box<dyn std::error::Error>> {
//! let auth = Auth::builder(unauthenticated).build();
//! let login = requests::Login::new("alice", password);
//! auth.session().login(login).await?;
//!
//! match auth.client().send(requests::ApiKeys::new()).await {
//!     Ok(response) => println!("{} keys", response.into_data()?.list.len()),
//!     Err(error) => match error.veto().map(Veto::kind) {
//!         Some(VetoKind::LoginRequired) => println!("log in again: {error}"),
//!         _ => return Err(error.into()),
//!     },
//! }
//! auth.session().logout().await?;
//! # Ok(())
//! # }
//! ```
//!
//! - **The session renews its token** with the login's cookie, a minute before the token expires, and when the exchange rejects it as expired (code
//!   1002). One renewal serves all calls that wait for it. A failed renewal has no effect while the token is valid.
//! - **Codes 1003 and 1004 end the session.** The call that got the code and all later calls fail with an error that says what to do, until the
//!   next [`Session::login`].
//! - **One user for each session.** An [`Auth`] has one session with its own cookies. For several users in a process, build an `Auth` for each; they
//!   can share the unauthenticated client. A call is never repeated after another login.
//!
//! # Both
//!
//! Give [`Auth::builder`] a key, and log in. The generated operation table decides for each operation: the key where the operation accepts one, the
//! token elsewhere. A rejected key does not end the session.
//!
//! # Calls that are rejected before sending
//!
//! - An operation for which there are no credentials, such as API key management without a login
//!   ([`VetoKind::MissingCredentials`](sixmm_api::VetoKind::MissingCredentials)). The error names the operation, the credentials that it needs, the
//!   available ones, and what to do.
//! - An operation that needs a permission that the key was declared not to have ([`AuthBuilder::permissions`]):
//!   [`VetoKind::MissingPermission`](sixmm_api::VetoKind::MissingPermission).
//! - An operation that needs the session after the session has ended: [`VetoKind::LoginRequired`](sixmm_api::VetoKind::LoginRequired).
//!
//! [`is_vetoed`](sixmm_api::Error::is_vetoed) is true for these errors, and [`veto`](sixmm_api::Error::veto) returns the reason. A public operation
//! is always sent; `pnl_leaderboard` is sent with the token if the token is valid.
//!
//! # Secrets
//!
//! Keys, tokens and cookies are overwritten on drop. No `Debug`, error or log record of this crate contains one, even if the exchange repeats one in
//! its message or as the request id. Headers and URLs that contain them exist while a request is in progress, and belong to the HTTP library.
//!
//! # What could not be verified
//!
//! Nothing here was tried against the exchange itself. Its documentation leaves open:
//!
//! - The cookie's name. All cookies are stored by name, domain and path, and sent only with renewals and logouts, as their path and `Secure` allow
//!   (`http://` to this machine counts as secure).
//! - Whether a ticket or an embed token sets a cookie. Without one, the session lasts as long as its token.
//! - The code of `Timestamp outside of tolerance window`. The message is recognised in upper or lower case.
//! - How long the server remembers a signature. This has no effect, because no timestamp is used twice.
//! - Whether a renewal revokes the previous token. If so, calls in progress with that token are sent again with the new one.
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls, as in `sixmm-api`.
//! - `keyring`: API keys from a credential store that the program sets.
//! - `keyring-native`: the same with the operating system's store: Keychain, Credential Manager, Secret Service.

mod auth;
mod builder;
mod credential_selection;
mod credentials;
mod redact;
mod session;
mod signing;
mod time_server;
mod token_server;

pub use auth::Auth;
pub use builder::AuthBuilder;
#[cfg(feature = "keyring")]
pub use credentials::api_key_from_keyring;
pub use credentials::{API_KEY_NAME, API_SECRET_NAME, api_key_from_env, api_key_from_file, api_key_from_mounted_secret, permissions_of};
pub use session::Session;
pub use sixmm_api::operations::permission;
pub use venue_runtime::{ApiKey, CredentialsError, ServerClock, SessionError, SyncError};
