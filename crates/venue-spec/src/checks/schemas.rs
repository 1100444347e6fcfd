//! Checks objects: every entry of `required` is a property, and every property has a description.

use std::collections::HashMap;

use super::index::SpecIndex;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in &spec.named {
        let properties: Vec<Cursor<'_>> = schema.get("properties").iter().flat_map(Cursor::entries).collect();
        required(schema, &properties, diagnostics);
        diagnostics.extend(properties.iter().filter_map(described));
    }
}

fn required(schema: &Cursor<'_>, properties: &[Cursor<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Cursor<'_>> = HashMap::new();
    for item in schema.get("required").iter().flat_map(Cursor::items) {
        let name = item.node.as_str().unwrap_or_default();
        if let Some(other) = first.get(name) {
            let diagnostic = item.error(format!("`{name}` is required twice")).label("second time");
            diagnostics.push(diagnostic.related(other.node.span, "first time"));
            continue;
        }
        first.insert(name, item.clone());
        let names = properties.iter().map(Cursor::name);
        if names.clone().any(|known| known == name) {
            continue;
        }
        let diagnostic = item.error(format!("`{}` has no property `{}`", schema.name(), message::shorten(name)));
        diagnostics.push(match message::nearest(name, names.clone()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.note(format!("its properties: {}", message::list(names, "and"))),
        });
    }
}

fn described(property: &Cursor<'_>) -> Option<Diagnostic> {
    let described = ["$ref", "description"].iter().any(|key| property.node.get(key).is_some());
    (!described).then(|| {
        let diagnostic = property.error_at_head(format!("the property `{}` has no `description`", property.name()));
        diagnostic.note("only a bare `$ref` needs none, because the schema has a description")
    })
}
