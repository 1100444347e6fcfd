//! Orders: no order is sent twice, and no outcome is reported wrongly.

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod batches;
mod ids;
mod matrix;
mod outcomes;
mod random;
mod unresolved;
mod values;
mod writes;
