//! WebSocket streams of an exchange.

mod event;
mod protocol;
mod reason;
mod redaction;
mod settings;
pub mod state;
mod time;

pub use event::{Event, Message, RawText};
pub use protocol::{Ack, AckOutcome, Inbound, Protocol, PushKind, Request, RequestId};
pub use reason::{DisconnectReason, ResyncReason};
pub use settings::{Backoff, Buffering, Heartbeat, Reconnect, Settings, TopicSettings};
pub use time::MonotonicTime;
