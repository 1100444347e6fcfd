//! Reports components that no other part of the specification uses. An unused component is a leftover, or the reference to it is
//! missing.

use std::collections::HashSet;

use super::index::{SpecIndex, media};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let parameters: Vec<Cursor<'_>> =
        spec.operations.iter().flat_map(|operation| operation.parameters.iter().map(|parameter| parameter.listed.clone())).collect();
    let responses: Vec<Cursor<'_>> = spec.operations.iter().flat_map(|operation| operation.responses()).collect();
    report(spec, "parameters", &targets(&parameters), diagnostics);
    report(spec, "responses", &targets(&responses), diagnostics);

    let requests = spec.operations.iter().filter_map(|operation| operation.cursor.get("requestBody"));
    let bodies = requests.chain(responses).chain(spec.components("responses")).filter_map(|body| media(&body));
    let parameters = parameters.into_iter().chain(spec.components("parameters"));
    let schemas = bodies.chain(parameters).filter_map(|cursor| cursor.get("schema"));
    let mut reached = spec.reachable(schemas.chain(spec.message_schemas()));
    // An enum counts as used even without a reference, because a list of error codes is useful by itself. The envelope counts as used,
    // because `x-venue-envelope` names it.
    reached.extend(spec.named.iter().filter(|schema| schema.node.get("enum").is_some()).map(Cursor::name));
    reached.extend(spec.root.get("x-venue-envelope").and_then(|envelope| envelope.text("schema")));
    report(spec, "schemas", &reached, diagnostics);
}

/// The names of the components that the `$ref`s refer to.
fn targets<'d>(places: &[Cursor<'d>]) -> HashSet<&'d str> {
    places.iter().filter_map(|cursor| cursor.text("$ref")?.rsplit('/').next()).collect()
}

fn report(spec: &SpecIndex<'_>, section: &str, used: &HashSet<&str>, diagnostics: &mut Vec<Diagnostic>) {
    for component in spec.components(section).iter().filter(|component| !used.contains(component.name())) {
        let diagnostic = component.error_at_head(format!("nothing uses `{}`", component.name()));
        diagnostics.push(diagnostic.label("unused").help("refer to it from an operation, or remove it"));
    }
}
