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
//! let response = client.send(requests::FavoriteSymbols::new()).await?;
//! assert_eq!(response.into_data()?.symbols, ["BTCUSDT"]);
//! # Ok(())
//! # }
//! ```
//!
//! # An API key
//!
//! An API key is for programs that trade. [`api_key_from_env`], [`api_key_from_file`], [`api_key_from_mounted_secret`] and, with the
//! feature `keyring`, `api_key_from_keyring` read a key. [`ApiKey::new`] creates a key from its id and its secret.
//!
//! - **Each attempt is signed again**, over the bytes that are sent, so a retry never has an old signature.
//! - **No timestamp is used twice** with the same key and server in this process, because the server rejects a signature that it has already
//!   received. A burst of requests uses timestamps ahead of the server's clock, one millisecond for each request and at most five seconds. Further
//!   requests wait. Two *processes* must not share a key.
//! - **Timestamps follow the server's clock.** The clock is read before the first call, every ten minutes, and after this machine was suspended or
//!   its clock was set. After the rejection `Timestamp outside of tolerance window`, the clock is read again, and the call gets one further
//!   attempt. There is no further attempt if the rejection has the code 3004. An order also gets no further attempt if the rejection contains data,
//!   or if an earlier attempt may have been executed.
//! - **A failing time endpoint delays calls only a little.** A synchronisation of the clock takes at most 5 seconds, and a call waits for it for at
//!   most a quarter of its remaining time ([`Attempt::time_left`](sixmm_api::Attempt#structfield.time_left)). After a call has waited in vain, further
//!   calls do not wait, but use the present estimate or this machine's clock. While there are calls, the clock is read in the background every 5
//!   seconds, until this succeeds.
//!
//! # A session
//!
//! A session is for the actions of a user. Only a session can manage API keys.
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
//! - **The session renews its token** with the cookie of the login. It does so one minute before the token expires, and when the exchange rejects
//!   the token as expired (code 1002). All calls that wait for a renewal share it. A failed renewal has no effect while the token is valid.
//! - **Codes 1003 and 1004 end the session.** The rejected call and all later calls fail until the next [`Session::login`]. Their error says what to
//!   do.
//! - **A session has one user.** An [`Auth`] has one session with its own cookies. For several users in a process, build an `Auth` for each user.
//!   These can share the unauthenticated client. A call is never repeated after another login.
//!
//! # An API key and a session
//!
//! To use both, give [`Auth::builder`] a key, and log in. A request for an operation that accepts an API key is signed with the key. Any
//! other request has the token of the session. A rejected key does not end the session.
//!
//! # Calls that are rejected before sending
//!
//! - A call has [`VetoKind::MissingCredentials`](sixmm_api::VetoKind::MissingCredentials) if there are no credentials for its operation, for example
//!   if an API key is to be managed without a login. The error names the operation, the credentials that it needs, the available credentials, and
//!   what to do.
//! - A call has [`VetoKind::MissingPermission`](sixmm_api::VetoKind::MissingPermission) if the declared permissions of the key
//!   ([`AuthBuilder::permissions`]) do not include the permission of its operation.
//! - A call has [`VetoKind::LoginRequired`](sixmm_api::VetoKind::LoginRequired) if its operation needs the session and the session has ended.
//!
//! [`is_vetoed`](sixmm_api::Error::is_vetoed) is true for these errors, and [`veto`](sixmm_api::Error::veto) returns the reason. The
//! request of a public operation is always sent. The request of `pnl_leaderboard` has the token if the token is valid.
//!
//! # Secrets
//!
//! Keys, tokens and cookies are overwritten on drop. No `Debug` output, error or log record of this crate contains a secret, even if the
//! exchange repeats a secret in its message or as the request id. While a request is in progress, the HTTP library has headers and a URL
//! that contain secrets.
//!
//! # What could not be verified
//!
//! This crate was not tested against the exchange itself. The documentation of the exchange does not state:
//!
//! - The name of the cookie. All cookies are stored by name, domain and path. They are sent only with renewals and logouts, if their path and
//!   `Secure` allow this (`http://` to this machine counts as secure).
//! - Whether a login with a ticket or an embed token sets a cookie. Without a cookie, the session ends when its token expires.
//! - The code of `Timestamp outside of tolerance window`. The message is recognised regardless of its case.
//! - How long the server remembers a signature. This does not matter, because no timestamp is used twice.
//! - Whether a renewal revokes the previous token. If so, calls in progress with the previous token are sent again with the new token.
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls, as in `sixmm-api`.
//! - `keyring`: API keys from a credential store that the program sets.
//! - `keyring-native`: API keys from the credential store of the operating system (Keychain, Credential Manager, Secret Service).

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
