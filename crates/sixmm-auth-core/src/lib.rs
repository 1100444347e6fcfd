//! What authentication to any exchange stands on. Nothing here knows an exchange: what is signed, and where the signature goes, is the
//! business of the crate that does.
//!
//! | module | holds |
//! | --- | --- |
//! | [`time`] | wall clock, monotonic clock and sleeping, injected |
//! | [`clock`] | an estimate of the server's clock, from samples of it |
//! | [`timestamps`] | strictly increasing timestamps per API key, never too far ahead of the server |
//! | [`mod@hmac`] | HMAC-SHA256 with a prepared key, to hex |
//! | [`credentials`] | API keys, from the environment, a file or the operating system's keyring |
//! | [`requirements`] | which credentials an operation needs, and a refusal that says what is missing |

pub mod clock;
pub mod credentials;
pub mod hmac;
pub mod requirements;
pub mod time;
pub mod timestamps;

pub use clock::{Reason, ServerClock, SyncError, TimeServer};
pub use credentials::{ApiKey, CredentialsError, Names};
pub use hmac::{HmacKey, Signature};
pub use requirements::{Access, Refused};
#[cfg(feature = "test-util")]
pub use time::ManualTime;
pub use time::{SystemTime, TimeSource};
pub use timestamps::{Limits, Timestamps};
