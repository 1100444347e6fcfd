//! What needs the whole document: that references lead somewhere, that names stay apart in Rust, that examples are what they
//! illustrate. Every rule may rely on the grammar, and none on another rule.

mod conditions;
mod conformance;
mod enums;
mod envelope;
mod examples;
mod index;
mod inferences;
mod limits;
mod operations;
mod parameters;
mod provisional_fields;
mod references;
mod reserved_names;
mod rust_identifiers;
mod schemas;
mod sent_or_received;
mod streams;
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
    streams::check,
    parameters::check,
    envelope::check,
    schemas::check,
    enums::check,
    limits::check,
    provisional_fields::check,
    inferences::check,
    conditions::check,
    sent_or_received::check,
    unsupported::check,
    unused::check,
    examples::check,
];

/// Applies all rules to a file that keeps to the grammar.
pub(crate) fn check(root: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let spec = SpecIndex::new(root);
    for check in CHECKS {
        check(&spec, diagnostics);
    }
}
