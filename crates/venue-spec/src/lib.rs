//! Parses a hand-written `OpenAPI` 3.0.3 file, and reports mistakes as a compiler does.
//!
//! A code generator panics at a misspelt key, or ignores the key silently. This crate checks a specification before the
//! generator reads it. [`Document::parse`] returns a document only if the file follows the conventions of `openapi/README.md`.
//! Every diagnostic has the line, the JSON pointer, the allowed keys or values, and the nearest valid spelling.
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
