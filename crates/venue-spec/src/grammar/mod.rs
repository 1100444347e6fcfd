//! The subset of `OpenAPI` 3.0.3 that specifications may use, as tables. For every kind of object, a table lists the keys, the
//! required keys, and the pattern of each value.
//!
//! [`root`] has the table of the file. [`pattern`] defines the tables. [`check`](mod@check) compares a YAML tree with the
//! tables.

mod body;
mod check;
mod common;
mod extension;
mod operation;
mod pattern;
mod root;
mod schema;
mod security;
mod stream;

use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

/// Compares a complete file with the tables.
pub(crate) fn check(root: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    check::check(root, &root::FILE, diagnostics);
}
