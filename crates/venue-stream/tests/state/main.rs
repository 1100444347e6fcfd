//! The transitions of the state machine, one behaviour in each test.

#[path = "../support/mod.rs"]
mod support;

mod connection;
mod documentation;
mod heartbeat;
mod inbound;
mod properties;
mod reconnect;
mod staleness;
mod subscription;
