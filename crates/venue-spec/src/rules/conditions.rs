//! Conditions over several fields name fields that exist, and values that they can have.

use super::spec::{Spec, title};
use super::values::{self, Direction};
use crate::diagnostic::Diagnostic;
use crate::place::Place;
use crate::words;

/// The fields that a condition can speak of.
struct Scope<'d> {
    /// What has the fields, as a message names it.
    owner: String,
    /// Each field's name, its schema, and whether it is required anyway.
    fields: Vec<(&'d str, Place<'d>, bool)>,
}

pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for operation in &spec.operations {
        let fields = operation.parameters.iter().filter_map(|parameter| {
            let required = parameter.place.node.get("required").and_then(crate::tree::Node::as_bool);
            Some((parameter.place.text("name")?, parameter.place.get("schema")?, required == Some(true)))
        });
        let scope = Scope { owner: operation.name(), fields: fields.collect() };
        rules(spec, &operation.place, &scope, diagnostics);
    }
    for schema in &spec.named {
        let Some(fields) = spec.fields(schema) else { continue };
        let required = fields.required;
        let fields = fields.properties.into_iter().map(|property| (property.name(), property.clone(), required.contains(property.name())));
        let scope = Scope { owner: title(schema), fields: fields.collect() };
        rules(spec, schema, &scope, diagnostics);
    }
}

fn rules<'d>(spec: &Spec<'d>, place: &Place<'d>, scope: &Scope<'d>, diagnostics: &mut Vec<Diagnostic>) {
    for rule in place.get("x-venue-rules").iter().flat_map(Place::items) {
        for field in rule.get("anyOf").iter().flat_map(Place::items).chain(rule.get("require")) {
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
                field.items().for_each(|value| values::check(spec, &value, schema, Direction::Sent, diagnostics));
            }
        }
    }
}

impl<'d> Scope<'d> {
    fn find(&self, place: &Place<'d>, name: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<&(&'d str, Place<'d>, bool)> {
        let found = self.fields.iter().find(|(field, _, _)| *field == name);
        if found.is_none() {
            let names = self.fields.iter().map(|(name, _, _)| *name);
            let message = format!("{} has no field `{}`", self.owner, words::shorten(name));
            let diagnostic = if place.node.as_str().is_some() { place.error(message) } else { place.error_at_head(message) };
            diagnostics.push(match words::nearest(name, names.clone()) {
                Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
                None => diagnostic.note(format!("its fields: {}", words::list(names, "and"))),
            });
        }
        found
    }
}
