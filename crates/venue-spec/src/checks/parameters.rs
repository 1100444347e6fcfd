//! Checks that the parameters of an operation match the placeholders of its path.

use super::index::{Operation, SpecIndex};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for path in spec.root.get("paths").iter().flat_map(Cursor::entries) {
        if let Err(problem) = template(path.name()) {
            diagnostics.push(path.error_at_head(format!("the path `{}` {problem}", path.name())));
        }
    }
    for operation in &spec.operations {
        placeholders(operation, diagnostics);
        for parameter in &operation.parameters {
            single_parameter(spec, &parameter.listed, diagnostics);
        }
    }
    for parameter in spec.components("parameters") {
        single_parameter(spec, &parameter, diagnostics);
    }
}

/// Reports a placeholder without a parameter, and a path parameter without a placeholder.
fn placeholders(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let Ok(names) = template(operation.path.name()) else { return };
    let in_path = operation.parameters.iter().filter(|parameter| parameter.cursor.text("in") == Some("path"));
    let parameters: Vec<(&Cursor<'_>, &str)> =
        in_path.filter_map(|parameter| Some((&parameter.listed, parameter.cursor.text("name")?))).collect();
    for name in names.iter().filter(|name| parameters.iter().all(|(_, parameter)| parameter != *name)) {
        diagnostics.push(
            operation
                .cursor
                .error_at_head(format!("no parameter for `{{{name}}}` of the path"))
                .related(operation.path.head(), "the path")
                .help(format!("add a parameter with `name: {name}`, `in: path` and `required: true`")),
        );
    }
    for (cursor, parameter) in parameters.iter().filter(|(_, parameter)| !names.contains(parameter)) {
        let cursor = cursor.get("name").unwrap_or_else(|| (*cursor).clone());
        let diagnostic = cursor.error(format!("the path has no `{{{parameter}}}`")).related(operation.path.head(), "the path");
        diagnostics.push(match message::nearest(parameter, names.iter().copied()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.help("put it into the path, or write `in: query`"),
        });
    }
}

/// Checks a parameter without regard to its operation.
fn single_parameter(spec: &SpecIndex<'_>, parameter: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let required = parameter.node.get("required").and_then(crate::tree::Node::as_bool);
    if parameter.text("in") == Some("path") && required != Some(true) {
        let cursor = parameter.get("required").or_else(|| parameter.get("name")).unwrap_or_else(|| parameter.clone());
        let message = format!("the path parameter `{}` is not required", parameter.text("name").unwrap_or_default());
        diagnostics.push(cursor.error(message).note("every placeholder of a path needs a value").help("write `required: true` beside it"));
    }
    let Some(schema) = parameter.get("schema") else { return };
    let item = spec.resolve(&schema).map(|schema| schema.get("items").unwrap_or(schema));
    if item.is_some_and(|item| spec.fields(&item).is_some()) {
        let message = format!("the parameter `{}` is an object", parameter.text("name").unwrap_or_default());
        diagnostics.push(schema.error_at_head(message).help("write one parameter for each of its fields"));
    }
}

/// The placeholders of a path, or a description of the mistake in the path.
fn template(path: &str) -> Result<Vec<&str>, &'static str> {
    let mut names = Vec::new();
    for part in path.split('/') {
        let inner = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        match inner {
            Some("") => return Err("has a placeholder without a name"),
            Some(name) if names.contains(&name) => return Err("has the same placeholder twice"),
            Some(name) if !name.contains(['{', '}']) => names.push(name),
            None if !part.contains(['{', '}']) => {}
            _ => return Err("has braces around less or more than one part"),
        }
    }
    Ok(names)
}
