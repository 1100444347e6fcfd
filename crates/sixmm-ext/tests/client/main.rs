//! The client on real sockets, except for order writes.

#[path = "../support/mod.rs"]
mod support;

mod clock;
mod connecting;
mod coverage;
mod errors;
mod listen_key;
mod names;
mod paging;
mod properties;
mod rates;
mod reports;
mod retries;
mod symbols;
