//! Credentials for the 6MM exchange: an API key that signs each attempt anew, a session that renews itself, and the server's clock.
//!
//! ```
//! use sixmm_api::Client;
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
//! # let plain = Client::builder().base_url(server.base_url()).build()?;
//! # let key = ApiKey::new("your-api-key", "your-api-secret")?;
//! # if false {
//! let plain = Client::new()?;
//! let key = sixmm_auth::api_key_from_env()?; // `SIXMM_API_KEY` and `SIXMM_API_SECRET`
//! # }
//! let client = Auth::builder(&plain).api_key(key).build().client();
//!
//! let answer = client.send(requests::FavoriteSymbols::new()).await?;
//! assert_eq!(answer.into_data()?.symbols, ["BTCUSDT"]);
//! # Ok(())
//! # }
//! ```
//!
//! # An API key
//!
//! For programs that trade. [`api_key_from_env`], [`api_key_from_file`], [`api_key_from_mounted_secret`] and, with the feature `keyring`, `api_key_from_keyring` find one;
//! [`ApiKey::new`] takes one that you have.
//!
//! - **Each attempt is signed anew**, over the very bytes that go out, so that a retry never carries an old signature.
//! - **No timestamp is used twice**, by any thread, task or client of the key in the process, at one server: it refuses a signature that it has
//!   seen. A burst runs up to five seconds ahead of the server's clock, one millisecond a call, and then waits. Two *processes* must not
//!   share a key.
//! - **Timestamps follow the server's clock**, which is asked before the first call, again when this machine slept or its clock was set,
//!   and every ten minutes. `Timestamp outside of tolerance window` leads to one synchronisation and one new attempt, once for a call,
//!   whichever attempt it was; not under code 3004, and not for an order if the refusal brings data along or an earlier attempt may have been
//!   executed.
//! - **A time server that fails delays little.** A synchronisation takes 5 seconds at most, and a call waits for it for a quarter of its remaining
//!   time ([`Attempt::time_left`](sixmm_api::Attempt::time_left)). After a wait in vain no call waits: each goes by what is known of the clock, or
//!   by this machine's, until the clock has been read in the background, where reading it is tried again every 5 seconds as long as there are
//!   calls.
//!
//! # A session
//!
//! For what a user does, and the only way to manage API keys.
//!
//! ```no_run
//! # async fn example(plain: &sixmm_api::Client, password: sixmm_api::Secret) -> Result<(), Box<dyn std::error::Error>> {
//! use sixmm_api::requests;
//! use sixmm_auth::{Auth, SessionError};
//!
//! let auth = Auth::builder(plain).build();
//! auth.session().login(requests::Login::new("alice", password)).await?;
//!
//! match auth.client().send(requests::ApiKeys::new()).await {
//!     Ok(answer) => println!("{} keys", answer.into_data()?.list.len()),
//!     Err(error) if SessionError::of(&error).is_some_and(SessionError::needs_login) => println!("log in again: {error}"),
//!     Err(error) => return Err(error.into()),
//! }
//! auth.session().logout().await?;
//! # Ok(())
//! # }
//! ```
//!
//! - **The token renews itself** by the login's cookie, a minute before it expires, and when the exchange says that it has (code 1002).
//!   One renewal serves all calls that wait for it. One that fails is not noticed while the token is good.
//! - **Codes 1003 and 1004 end the session.** The call that met them and all later ones fail with a [`SessionError`] that says what to do,
//!   until the next [`Session::login`].
//! - **One user each.** An [`Auth`] has one session, with cookies of its own. Several users in a process: an `Auth` for each, if need be of
//!   the same plain client. A call is never repeated after another login has taken place.
//!
//! # Both
//!
//! Give [`Auth::builder`] a key, and log in. The generated operation table decides for each operation: the key where one is accepted, the
//! token elsewhere. A key that the exchange refuses says nothing about the session, and leaves it alone.
//!
//! # What is refused before it is sent
//!
//! - An operation for which there are no credentials, such as API key management without a login: [`Refused`], with the operation, what it
//!   needs, what there is, and what to do.
//! - An operation that needs a permission that the key does not have, if you declared what it has ([`AuthBuilder::permissions`]): likewise.
//! - An operation for which the session would be needed, but is over: [`SessionError`].
//!
//! All of them are an [`Error`](sixmm_api::Error) for which [`is_refused`](sixmm_api::Error::is_refused) is true, and are found again with
//! [`refusal`](sixmm_api::Error::refusal). What is public always goes out; `pnl_leaderboard` takes the token along if it is good.
//!
//! # Secrets
//!
//! Keys, tokens and cookies are overwritten on drop, and printed by nothing here: no `Debug`, no error, no log record; not even if the
//! exchange repeats one of them in its message, or as the request id. Headers and URLs that hold them exist while a request is under way,
//! and are the HTTP library's.
//!
//! # What could not be verified
//!
//! None of this was tried against the exchange itself. Its documentation leaves out:
//!
//! - the cookie's name: all cookies are kept, by name, domain and path, and sent back only to renew and to log out, where their path and
//!   `Secure` allow it (`http://` to this machine counts as secure);
//! - whether a ticket or an embed token sets one: without, the session lasts as long as its token;
//! - the code of `Timestamp outside of tolerance window`: its message is what is looked for, in upper or lower case;
//! - for how long a signature is remembered: no timestamp comes twice, so it does not matter;
//! - whether a renewal makes the former token void: if so, calls that were under way with it are sent again with the new one.
//!
//! # Features
//!
//! - `rustls` (default): HTTPS through rustls, as in `sixmm-api`.
//! - `keyring`: API keys from a credential store that the program sets.
//! - `keyring-native`: the same, with the operating system's own store: Keychain, Credential Manager, Secret Service.

mod auth;
mod builder;
mod choice;
mod clock;
mod conceal;
mod credentials;
mod session;
mod signing;

pub use auth::Auth;
pub use builder::AuthBuilder;
#[cfg(feature = "keyring")]
pub use credentials::api_key_from_keyring;
pub use credentials::{API_KEY_NAME, API_SECRET_NAME, api_key_from_env, api_key_from_file, api_key_from_mounted_secret, permissions_of};
pub use session::{Session, SessionError};
pub use sixmm_api::operations::permission;
pub use venue_runtime::{ApiKey, CredentialsError, Refused, ServerClock, SyncError};
