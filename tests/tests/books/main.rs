//! The order books of `sixmm-ext` against the local exchange, with both forms of its payloads and both rules of its versions.
//!
//! The tests know the exchange's own book of each version. Whenever a book is live, its content has to equal the exchange's book of its
//! version.

mod exchange;
mod faults;
mod rules;
