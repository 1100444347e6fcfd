//! Checks that examples and defaults conform to their schemas.

use super::conformance::{self, Direction};
use super::envelope;
use super::index::{SpecIndex, media};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for operation in &spec.operations {
        body(spec, operation.request(), Direction::Sent, diagnostics);
        // Every field of an example in a forgotten envelope would be reported as unknown.
        if envelope::forgotten(spec, operation).is_none() {
            body(spec, operation.success(), Direction::Received, diagnostics);
        }
        // A parameter that is a component is checked only once, with the components.
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
            conformance::check(spec, &value, &schema, Direction::Sent, diagnostics);
        }
    }
}

/// Checks the example of a media type or a parameter.
fn body<'d>(spec: &SpecIndex<'d>, cursor: Option<Cursor<'d>>, direction: Direction, diagnostics: &mut Vec<Diagnostic>) {
    let Some(cursor) = cursor else { return };
    if let (Some(example), Some(schema)) = (cursor.get("example"), cursor.get("schema")) {
        conformance::check(spec, &example, &schema, direction, diagnostics);
    }
}
