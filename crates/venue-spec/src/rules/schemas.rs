//! Objects: `required` names what exists, and every property says what it is.

use std::collections::HashMap;

use super::spec::Spec;
use crate::diagnostic::Diagnostic;
use crate::place::Place;
use crate::words;

pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in &spec.named {
        let properties: Vec<Place<'_>> = schema.get("properties").iter().flat_map(Place::entries).collect();
        required(schema, &properties, diagnostics);
        diagnostics.extend(properties.iter().filter_map(described));
    }
}

fn required(schema: &Place<'_>, properties: &[Place<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Place<'_>> = HashMap::new();
    for item in schema.get("required").iter().flat_map(Place::items) {
        let name = item.node.as_str().unwrap_or_default();
        if let Some(other) = first.get(name) {
            let diagnostic = item.error(format!("`{name}` is required twice")).label("second time");
            diagnostics.push(diagnostic.related(other.node.span, "first time"));
            continue;
        }
        first.insert(name, item.clone());
        let names = properties.iter().map(Place::name);
        if names.clone().any(|known| known == name) {
            continue;
        }
        let diagnostic = item.error(format!("`{}` has no property `{}`", schema.name(), words::shorten(name)));
        diagnostics.push(match words::nearest(name, names.clone()) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic.note(format!("its properties: {}", words::list(names, "and"))),
        });
    }
}

fn described(property: &Place<'_>) -> Option<Diagnostic> {
    let described = ["$ref", "description"].iter().any(|key| property.node.get(key).is_some());
    (!described).then(|| {
        let diagnostic = property.error_at_head(format!("the property `{}` has no `description`", property.name()));
        diagnostic.note("only a bare `$ref` does without: it takes the description of what it refers to")
    })
}
