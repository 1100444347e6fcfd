//! Checks that need the whole file, for example of references, Rust names and examples. A check can rely on the grammar, but
//! not on another check.

mod client_methods;
mod conditions;
mod conformance;
mod enums;
mod envelope;
mod examples;
mod index;
mod inferences;
mod lifecycle;
mod limits;
mod operations;
mod parameters;
mod patterns;
mod provisional_fields;
mod references;
mod reserved_names;
mod rust_identifiers;
mod schemas;
mod sent_or_received;
mod stream_messages;
mod streams;
mod success_conditions;
mod unsupported;
mod unused;

use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use index::SpecIndex;

type Check = fn(&SpecIndex<'_>, &mut Vec<Diagnostic>);

const CHECKS: &[Check] = &[
    references::check,
    rust_identifiers::check,
    operations::check,
    client_methods::check,
    lifecycle::check,
    streams::check,
    stream_messages::check,
    parameters::check,
    envelope::check,
    schemas::check,
    enums::check,
    success_conditions::check,
    limits::check,
    patterns::check,
    provisional_fields::check,
    inferences::check,
    conditions::check,
    sent_or_received::check,
    unsupported::check,
    unused::check,
    examples::check,
];

/// Runs all checks on a file that matches the grammar.
pub(crate) fn check(root: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let spec = SpecIndex::new(root);
    for check in CHECKS {
        check(&spec, diagnostics);
    }
}
