//! Reads an `OpenAPI` 3.0.3 file that is kept by hand, and reports a mistake in it as a compiler would.
//!
//! A code generator that meets a misspelt key panics, or leaves the key out without a word. This crate stands before it: a file
//! comes out of [`Document::parse`] only if it keeps to the conventions of `openapi/README.md`, and every mistake is named with its
//! line, its JSON pointer, what is allowed there, and the nearest valid word.
//!
//! ```
//! use venue_spec::Document;
//!
//! let report = Document::parse("example.yaml", "openapi: 3.0.3\nifno: {}\n").unwrap_err();
//! let text = report.to_string();
//! assert!(text.contains("error: unknown key `ifno`"));
//! assert!(text.contains("--> example.yaml:2:1"));
//! assert!(text.contains("did you mean `info`?"));
//! ```

pub mod diagnostic;
pub mod document;
pub mod model;
pub mod rust_names;
pub mod tree;

mod checks;
mod cursor;
mod grammar;
mod message;
mod plain_scalar;
mod yaml;

pub use crate::diagnostic::{Diagnostic, Style, render};
pub use crate::document::{Document, Report};
pub use crate::tree::{Entry, Key, Node, Span, Value};
