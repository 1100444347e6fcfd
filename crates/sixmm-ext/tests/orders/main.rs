//! Orders: no order is sent twice, and no outcome is reported wrongly.

#[path = "../support/mod.rs"]
mod support;

mod batches;
mod ids;
mod matrix;
mod outcomes;
mod random;
mod responses;
mod unresolved;
mod values;
mod writes;
