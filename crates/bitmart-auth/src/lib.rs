#![doc = include_str!("../about.md")]

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
