//! Checks `x-venue-success`: each condition names a field of the response's data, and a value that the field can have.

use super::conformance::{self, Direction};
use super::index::{SpecIndex, title};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for operation in &spec.operations {
        let Some(conditions) = operation.cursor.get("x-venue-success") else { continue };
        let Some(data) = spec.data(operation) else { continue };
        if data.text("type") == Some("array") {
            let diagnostic = conditions.error_at_head(format!("the data of {} is a list, which has no fields", operation.name()));
            diagnostics.push(diagnostic.related(data.head(), "the data").help("remove the conditions: the envelope decides"));
            continue;
        }
        for condition in conditions.entries() {
            let Some(field) = field(spec, &data, &condition, diagnostics) else { continue };
            conformance::check(spec, &condition, &field, Direction::Sent, diagnostics);
        }
    }
}

/// Finds the field of a condition. A path such as `result.code` names the field `code` of the object in the field `result`.
fn field<'d>(spec: &SpecIndex<'d>, data: &Cursor<'d>, condition: &Cursor<'d>, diagnostics: &mut Vec<Diagnostic>) -> Option<Cursor<'d>> {
    let mut holder = data.clone();
    for name in condition.name().split('.') {
        let owner = spec.resolve(&holder)?;
        let Some(fields) = spec.fields(&owner) else {
            let message = format!("`{}` names a field of {}, which is not an object", message::shorten(condition.name()), title(&owner));
            diagnostics.push(condition.error_at_head(message).related(owner.head(), "the schema"));
            return None;
        };
        let Some(property) = fields.properties.iter().find(|property| property.name() == name) else {
            let names = fields.properties.iter().map(Cursor::name);
            let diagnostic = condition.error_at_head(format!("{} has no field `{}`", title(&owner), message::shorten(name)));
            let diagnostic = diagnostic.related(owner.head(), "the schema");
            diagnostics.push(match message::nearest(name, names.clone()) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.note(format!("its fields: {}", message::list(names, "and"))),
            });
            return None;
        };
        holder = property.clone();
    }
    Some(holder)
}
