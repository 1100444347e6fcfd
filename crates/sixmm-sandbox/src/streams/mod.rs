//! The WebSocket streams: public topics, the private channel, and their faults.
//!
//! <https://docs.6mm.com/developer-api/websocket>

mod ack_form;
mod close_codes;
mod connection;
mod credentials;
mod faults;
mod frame;
mod handshake;
mod hub;
mod messages;
mod outbox;
mod payloads;
mod publish;
mod replay;
mod request;
mod settings;
mod topic;

pub use faults::{AckForm, MalformedForm, StreamFault, StreamFaultRule, StreamFaults, StreamFrame, StreamHit};
pub(crate) use handshake::open;
pub(crate) use hub::Hub;
pub use hub::StreamConnection;
pub use replay::{InvalidRecording, ReplayPace, StreamReplay};
pub(crate) use settings::StreamSettingsChange;
pub use settings::{PayloadForm, Rejection, StreamSettings, VersionRule};
