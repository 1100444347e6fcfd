//! WebSocket streams of an exchange.

mod buffer;
mod connection;
mod credentials;
mod error;
mod event;
mod protocol;
mod reason;
pub mod recording;
mod redaction;
mod settings;
pub mod state;
mod time;
#[cfg(feature = "test-util")]
pub mod transport;
#[cfg(not(feature = "test-util"))]
#[expect(unreachable_pub, reason = "the feature `test-util` makes the module public")]
mod transport;

pub use connection::{StreamConnection, StreamConnectionBuilder, Subscription};
pub use credentials::{ConnectAttempt, CredentialError, CredentialSource, Credentials};
pub use error::Error;
pub use event::{Event, Message, RawText};
pub use protocol::{Ack, AckOutcome, Inbound, Protocol, PushKind, Request, RequestId};
pub use reason::{DisconnectReason, ResyncReason};
pub use settings::{Backoff, Buffering, Heartbeat, Reconnect, Settings, TopicSettings};
pub use time::MonotonicTime;
