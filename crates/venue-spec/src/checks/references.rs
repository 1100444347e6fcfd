//! Checks that every reference has a target, and that no schema contains itself.

use std::collections::HashMap;

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in spec.schemas() {
        dangling(spec, &schema, "schemas", diagnostics);
    }
    for operation in &spec.operations {
        for parameter in operation.cursor.get("parameters").iter().flat_map(Cursor::items) {
            dangling(spec, &parameter, "parameters", diagnostics);
        }
        for response in operation.responses() {
            dangling(spec, &response, "responses", diagnostics);
        }
    }
    cycles(spec, diagnostics);
}

fn dangling(spec: &SpecIndex<'_>, cursor: &Cursor<'_>, section: &str, diagnostics: &mut Vec<Diagnostic>) {
    let Some(reference) = cursor.get("$ref") else { return };
    let name = reference.node.as_str().and_then(|text| text.rsplit('/').next()).unwrap_or_default();
    let names: Vec<&str> = spec.components(section).iter().map(Cursor::name).collect();
    if names.contains(&name) {
        return;
    }
    let diagnostic = reference.error(format!("there is no `{name}` in `components.{section}`"));
    diagnostics.push(match message::nearest(name, names.iter().copied()) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None if names.len() <= 8 => diagnostic.note(format!("there is: {}", message::list(names, "and"))),
        None => diagnostic.help(format!("add it to `components.{section}`")),
    });
}

fn cycles(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let reach: HashMap<&str, _> = spec.named.iter().map(|schema| (schema.name(), spec.reachable([schema.clone()]))).collect();
    let mut reported: Vec<&str> = Vec::new();
    for schema in &spec.named {
        let name = schema.name();
        let Some(reached) = reach.get(name).filter(|reached| reached.contains(name)) else { continue };
        // A cycle is reported once, and not for each of its schemas.
        if reported.iter().any(|other| reached.contains(other) && reach[other].contains(name)) {
            continue;
        }
        reported.push(name);
        let others = spec.named.iter().map(Cursor::name).filter(|other| *other != name && reached.contains(other));
        let through: Vec<&str> = others.filter(|other| reach[other].contains(name)).collect();
        let diagnostic = schema.error_at_head(format!("`{name}` contains itself"));
        let diagnostic = match through.is_empty() {
            true => diagnostic,
            false => diagnostic.note(format!("by way of {}", message::list(through, "and"))),
        };
        diagnostics
            .push(diagnostic.help("a recursive type has no finite size in Rust: break the cycle, or leave the inner part undocumented"));
    }
}
