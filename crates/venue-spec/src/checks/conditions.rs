//! Checks the conditions over several fields of a request. Each field that a condition names must exist, and must be able to have the
//! values that the condition lists.

use super::conformance::{self, Direction};
use super::index::{SpecIndex, title};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

/// The fields that a condition can name.
struct Scope<'d> {
    /// The operation or schema that has the fields, as a message names it.
    owner: String,
    /// Each field's name, its schema, and whether the field is always required.
    fields: Vec<(&'d str, Cursor<'d>, bool)>,
}

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for operation in &spec.operations {
        let fields = operation.parameters.iter().filter_map(|parameter| {
            let required = parameter.cursor.node.get("required").and_then(crate::tree::Node::as_bool);
            Some((parameter.cursor.text("name")?, parameter.cursor.get("schema")?, required == Some(true)))
        });
        let scope = Scope { owner: operation.name(), fields: fields.collect() };
        rules(spec, &operation.cursor, &scope, diagnostics);
    }
    for schema in &spec.named {
        let Some(fields) = spec.fields(schema) else { continue };
        let required = fields.required;
        let fields = fields.properties.into_iter().map(|property| (property.name(), property.clone(), required.contains(property.name())));
        let scope = Scope { owner: title(schema), fields: fields.collect() };
        rules(spec, schema, &scope, diagnostics);
    }
}

fn rules<'d>(spec: &SpecIndex<'d>, cursor: &Cursor<'d>, scope: &Scope<'d>, diagnostics: &mut Vec<Diagnostic>) {
    for rule in cursor.get("x-venue-rules").iter().flat_map(Cursor::items) {
        let alternatives = ["anyOf", "oneOf"].iter().filter_map(|key| rule.get(key));
        for field in alternatives.flat_map(|fields| fields.items().collect::<Vec<_>>()).chain(rule.get("require")) {
            let name = field.node.as_str().unwrap_or_default();
            let Some((_, schema, required)) = scope.find(&field, name, diagnostics) else { continue };
            if *required {
                let diagnostic = field.error(format!("`{name}` is required anyway")).related(schema.head(), "this field");
                diagnostics.push(diagnostic.help("remove the rule, or take the field out of what is always required"));
            }
        }
        for condition in ["when", "unless"].iter().filter_map(|key| rule.get(key)) {
            for field in condition.entries() {
                let Some((_, schema, _)) = scope.find(&field, field.name(), diagnostics) else { continue };
                field.items().for_each(|value| conformance::check(spec, &value, schema, Direction::Sent, diagnostics));
            }
        }
    }
}

impl<'d> Scope<'d> {
    fn find(&self, cursor: &Cursor<'d>, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<&(&'d str, Cursor<'d>, bool)> {
        let found = self.fields.iter().find(|(field, _, _)| *field == name);
        if found.is_none() {
            let names = self.fields.iter().map(|(name, _, _)| *name);
            let message = format!("{} has no field `{}`", self.owner, message::shorten(name));
            let diagnostic = if cursor.node.as_str().is_some() { cursor.error(message) } else { cursor.error_at_head(message) };
            diagnostics.push(match message::nearest(name, names.clone()) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.note(format!("its fields: {}", message::list(names, "and"))),
            });
        }
        found
    }
}
