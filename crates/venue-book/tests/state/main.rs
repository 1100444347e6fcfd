//! The transitions of a book, one by one.

#[path = "../support/json.rs"]
mod json;
#[path = "../support/mod.rs"]
mod support;

mod continuity;
mod documentation;
mod numbers;
mod properties;
mod resyncs;
mod scanner;
mod trust;
