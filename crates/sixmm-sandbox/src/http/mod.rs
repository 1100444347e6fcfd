//! The wire: one route an operation, and what every request goes through.

pub(crate) mod accept;
mod connection;
mod envelope;
mod operations;
mod received;
mod request;
mod serve;
mod server;

pub(crate) use received::Record;
pub use received::{Effect, Received};
pub(crate) use server::Server;
