//! The subset of `OpenAPI` 3.0.3 that these files are written in, as tables: for every kind of object which keys there are, which of
//! them it needs, and what stands behind each.
//!
//! [`root`] is the way in, [`pattern`] holds what a table is made of, [`check`](mod@check) compares a tree with the tables.

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

/// Compares a whole file with the tables.
pub(crate) fn check(root: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    check::check(root, &root::FILE, diagnostics);
}
