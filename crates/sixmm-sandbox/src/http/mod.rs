//! The wire: one route an operation, and what every request goes through.

mod connection;
mod envelope;
mod operations;
mod received;
mod request;
mod serve;
mod server;

pub use received::Received;
pub(crate) use received::Record;
pub(crate) use server::Server;
