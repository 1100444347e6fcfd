//! The subset of `OpenAPI` 3.0.3 that these files are written in, as tables: for every kind of object which keys there are, which of
//! them it needs, and what stands behind each.
//!
//! [`root`] is the way in, [`shape`] holds what a table is made of, [`check`](mod@check) compares a tree with the tables.

mod body;
mod check;
mod extension;
mod kind;
mod operation;
mod root;
mod schema;
mod security;
mod shape;
mod stream;

use crate::diagnostic::Diagnostic;
use crate::place::Place;

/// Compares a whole file with the tables.
pub(crate) fn check(root: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) {
    check::check(root, &root::FILE, diagnostics);
}
