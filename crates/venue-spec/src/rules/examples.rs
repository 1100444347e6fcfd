//! Examples and defaults are what they illustrate.

use super::spec::{Spec, media};
use super::values::{self, Direction};
use crate::diagnostic::Diagnostic;
use crate::place::Place;

pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for operation in &spec.operations {
        body(spec, operation.request(), Direction::Sent, diagnostics);
        body(spec, operation.success(), Direction::Received, diagnostics);
        // A parameter behind a `$ref` is looked at once, with the components.
        for parameter in &operation.parameters {
            body(spec, Some(parameter.listed.clone()), Direction::Sent, diagnostics);
        }
    }
    for response in spec.components("responses") {
        body(spec, media(&response), Direction::Received, diagnostics);
    }
    for parameter in spec.components("parameters") {
        body(spec, Some(parameter), Direction::Sent, diagnostics);
    }
    for schema in spec.schemas() {
        for value in ["default", "example"].iter().filter_map(|key| schema.get(key)) {
            values::check(spec, &value, &schema, Direction::Sent, diagnostics);
        }
    }
}

/// The example of a media type or a parameter, if it has one.
fn body<'d>(spec: &Spec<'d>, place: Option<Place<'d>>, direction: Direction, diagnostics: &mut Vec<Diagnostic>) {
    let Some(place) = place else { return };
    if let (Some(example), Some(schema)) = (place.get("example"), place.get("schema")) {
        values::check(spec, &example, &schema, direction, diagnostics);
    }
}
