//! The HTTP interface of the exchange: routing, the steps of a request, and the operations.

pub(crate) mod accept;
mod connection;
mod envelope;
mod operations;
mod pipeline;
mod request;
mod server;
pub(crate) mod shutdown;

pub(crate) use server::Server;
