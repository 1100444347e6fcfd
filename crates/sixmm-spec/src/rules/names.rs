//! Names that are apart on the wire must stay apart in Rust.

use std::collections::HashMap;

use heck::ToSnakeCase;

use super::spec::{Operation, Spec};
use crate::diagnostic::Diagnostic;
use crate::names::{is_keyword, pascal, snake};
use crate::place::Place;
use crate::words;

pub(crate) fn check(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    collisions(spec.named.iter().map(|schema| (schema, schema.name(), pascal(schema.name()))), diagnostics);
    for schema in &spec.named {
        diagnostics.extend(taken(schema));
        let properties: Vec<Place<'_>> = schema.get("properties").iter().flat_map(Place::entries).collect();
        collisions(properties.iter().map(|property| (property, property.name(), snake(property.name()))), diagnostics);
    }
    for operation in &spec.operations {
        parameters(operation, diagnostics);
    }
    operations(spec, diagnostics);
}

/// Names of the generated client's own methods.
const CLIENT_METHODS: &[&str] = &["builder", "core", "new"];

/// Names of what a builder's `send` works with.
const BUILDER_LOCALS: &[&str] = &["call", "client", "faults"];

/// Names that the generated types refer to: types of the core crate, of the standard library, and of the generator's own.
const TAKEN_TYPES: &[&str] = &[
    "Default",
    "Err",
    "Extra",
    "None",
    "Ok",
    "Option",
    "Result",
    "Secret",
    "Self",
    "Some",
    "String",
    "TryFrom",
    "TryInto",
    "UnixMillis",
    "UnixSeconds",
    "UnknownValue",
    "Vec",
    "WireAny",
    "WireDecimal",
    "WireSecret",
    "WireUnixMillis",
    "WireUnixSeconds",
];

/// Names of the methods of an operation's builder.
const BUILDER_METHODS: &[&str] = &["body", "body_map", "new", "send"];

fn taken(schema: &Place<'_>) -> Option<Diagnostic> {
    let name = schema.name();
    TAKEN_TYPES.contains(&name).then(|| {
        let diagnostic = schema.error_at_head(format!("`{name}` means something else in the generated code"));
        diagnostic.help("give the schema another name")
    })
}

fn operations(spec: &Spec<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let ids: Vec<Place<'_>> = spec.operations.iter().filter_map(|operation| operation.place.get("operationId")).collect();
    let mut first: HashMap<String, &Place<'_>> = HashMap::new();
    for place in &ids {
        let id = place.node.as_str().unwrap_or_default();
        if let Some(message) = unfit(id) {
            let expected = id.to_snake_case();
            let diagnostic = place.error(message).note("the `operationId` becomes the name of a Rust method: `list_orders`, `order_2`");
            let better = (expected != id && is_snake(&expected)).then(|| format!("did you mean `{expected}`?"));
            diagnostics.push(better.into_iter().fold(diagnostic, Diagnostic::label));
            continue;
        }
        let Some(other) = first.insert(pascal(id), place) else { continue };
        let wire = other.node.as_str().unwrap_or_default();
        let message = match wire == id {
            true => format!("duplicate operationId `{id}`"),
            false => format!("the operations `{wire}` and `{id}` are both `{}` in Rust", pascal(id)),
        };
        diagnostics.push(place.error(message).label("second time").related(other.node.span, "first time").help("rename one of the two"));
    }
}

/// Why an operationId cannot be the name of a method, if it cannot.
fn unfit(id: &str) -> Option<String> {
    if is_keyword(id) {
        return Some(format!("the operationId `{id}` is a Rust keyword"));
    }
    if !is_snake(id) {
        return Some(format!("the operationId `{}` is not snake case", words::shorten(id)));
    }
    CLIENT_METHODS.contains(&id).then(|| format!("the operationId `{id}` is a method of the generated client already"))
}

fn parameters(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let has_body = operation.place.node.get("requestBody").is_some();
    let names = operation.parameters.iter().filter_map(|parameter| Some((&parameter.listed, parameter.place.text("name")?)));
    for (place, name) in names.clone() {
        let rust = snake(name);
        let taken =
            BUILDER_LOCALS.contains(&rust.as_str()) || BUILDER_METHODS.contains(&rust.as_str()) && (has_body || !rust.starts_with("body"));
        if taken {
            let message = format!("the parameter `{name}` is `{rust}` in Rust, which the operation's builder uses already");
            diagnostics.push(place.error_at_head(message).note("the generated client would not compile"));
        }
    }
    collisions(names.map(|(place, name)| (place, name, snake(name))), diagnostics);
}

/// Reports names that are the same in Rust; each comes as its place, its wire name and its Rust name.
fn collisions<'p, 'd: 'p>(names: impl Iterator<Item = (&'p Place<'d>, &'d str, String)>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, (&Place<'d>, &str)> = HashMap::new();
    for (place, name, rust) in names {
        let Some((other, wire)) = first.get(&rust) else {
            first.insert(rust, (place, name));
            continue;
        };
        let message = match *wire == name {
            true => format!("`{name}` stands here twice"),
            false => format!("`{wire}` and `{name}` are both `{rust}` in Rust"),
        };
        diagnostics.push(
            place
                .error_at_head(message)
                .label("second time")
                .related(other.head(), "first time")
                .help("the generated code would not compile: leave one out, or describe it undocumented as a whole"),
        );
    }
}

fn is_snake(name: &str) -> bool {
    let sound = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('_').all(sound)
}
