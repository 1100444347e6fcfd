//! The HTTP interface of the exchange: routing, processing of requests, and the operations.

pub(crate) mod accept;
mod connection;
mod envelope;
mod operations;
mod pipeline;
mod request;
mod server;
pub(crate) mod shutdown;

pub(crate) use operations::json_views;
pub(crate) use server::Server;
