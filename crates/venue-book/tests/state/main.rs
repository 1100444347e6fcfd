//! The transitions of a book, one by one.

#[path = "../support/mod.rs"]
mod support;

mod continuity;
mod documentation;
mod numbers;
mod properties;

mod resyncs;
mod trust;
