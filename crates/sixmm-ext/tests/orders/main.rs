//! Orders: never sent twice, never lost.

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
