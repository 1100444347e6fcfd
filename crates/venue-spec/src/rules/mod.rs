//! What needs the whole document: that references lead somewhere, that names stay apart in Rust, that examples are what they
//! illustrate. Every rule may rely on the grammar, and none on another rule.

mod conditions;
mod direction;
mod enums;
mod envelope;
mod examples;
mod generator;
mod inferences;
mod limits;
mod names;
mod operations;
mod parameters;
mod provenance;
mod references;
mod reserved;
mod schemas;
mod spec;
mod streams;
mod unused;
mod values;

use crate::diagnostic::Diagnostic;
use crate::place::Place;
use spec::Spec;

type Rule = fn(&Spec<'_>, &mut Vec<Diagnostic>);

const RULES: &[Rule] = &[
    references::check,
    names::check,
    operations::check,
    streams::check,
    parameters::check,
    envelope::check,
    schemas::check,
    enums::check,
    limits::check,
    provenance::check,
    inferences::check,
    conditions::check,
    direction::check,
    generator::check,
    unused::check,
    examples::check,
];

/// Applies all rules to a file that keeps to the grammar.
pub(crate) fn check(root: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let spec = Spec::new(root);
    for rule in RULES {
        rule(&spec, diagnostics);
    }
}
