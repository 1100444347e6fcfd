//! Checks that different wire names result in different Rust names.

use std::collections::{HashMap, HashSet};

use heck::{ToShoutySnakeCase, ToSnakeCase};

use super::index::{Operation, SpecIndex};
use super::reserved_names;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::rust_names::{is_keyword, pascal, snake};
use crate::tree::Span;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    collisions(spec.named.iter().map(|schema| (schema, schema.name(), pascal(schema.name()))), diagnostics);
    let bodies = spec.operations.iter().filter_map(|operation| operation.request()?.get("schema"));
    let sent = spec.reachable(bodies);
    for schema in &spec.named {
        diagnostics.extend(reserved_schema_name(schema));
        let properties: Vec<Cursor<'_>> = schema.get("properties").iter().flat_map(Cursor::entries).collect();
        diagnostics.extend(properties.iter().filter_map(|property| reserved_field_name(&sent, schema, property)));
        collisions(properties.iter().map(|property| (property, property.name(), snake(property.name()))), diagnostics);
    }
    for schema in &spec.named {
        positions(schema, diagnostics);
    }
    for operation in &spec.operations {
        parameters(operation, diagnostics);
        body_fields(spec, operation, diagnostics);
    }
    operations(spec, diagnostics);
    constants(spec, diagnostics);
}

fn reserved_schema_name(schema: &Cursor<'_>) -> Option<Diagnostic> {
    let name = schema.name();
    let is_parameter = matches!(name.as_bytes(), [letter] if letter.is_ascii_uppercase());
    (reserved_names::TYPES.contains(&name) || is_parameter).then(|| {
        let diagnostic = schema.error_at_head(format!("`{name}` means something else in the generated code"));
        let diagnostic = match is_parameter {
            true => diagnostic.note("a single capital is a type parameter there"),
            false => diagnostic,
        };
        diagnostic.help("give the schema another name: it is not on the wire")
    })
}

/// Reports a field whose Rust name is already a method of the generated builder. The specification cannot rename the field, because
/// the exchange chooses the names of fields.
fn reserved_field_name(sent: &HashSet<&str>, schema: &Cursor<'_>, property: &Cursor<'_>) -> Option<Diagnostic> {
    let rust = snake(property.name());
    let is_of = |names: &[&str]| names.contains(&rust.as_str());
    let is_taken = is_of(reserved_names::FIELDS) || (is_of(reserved_names::SENT_FIELDS) && sent.contains(schema.name()));
    is_taken.then(|| {
        let message = format!("the field `{}` is `{rust}` in Rust, which the generated code uses already", property.name());
        property
            .error_at_head(message)
            .note("the generated crate would not compile")
            .help("leave the field out, with a comment, or teach `crates/venue-codegen` another Rust name for it first")
    })
}

/// Checks the names of the positions of a row, which is a JSON array. The names must be valid names of Rust fields. JSON does not contain
/// them, so the specification can choose them freely.
fn positions(schema: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<&str, Cursor<'_>> = HashMap::new();
    for name in schema.get("x-venue-positions").iter().flat_map(Cursor::items).filter_map(|position| position.get("name")) {
        let text = name.node.as_str().unwrap_or_default();
        let shown = message::shorten(text);
        if !is_snake(text) {
            let diagnostic =
                name.error(format!("the position `{shown}` is not snake case")).note("the name becomes the name of a Rust field");
            let expected = text.to_snake_case();
            let better = (is_snake(&expected) && !is_keyword(&expected)).then(|| format!("did you mean `{expected}`?"));
            diagnostics.push(better.into_iter().fold(diagnostic, Diagnostic::label));
        } else if is_keyword(text) {
            diagnostics
                .push(name.error(format!("the position `{shown}` is a Rust keyword")).help("choose another name: it is not on the wire"));
        } else if text == "extra" {
            let diagnostic = name.error("the position `extra` has the name of the field that keeps further positions");
            diagnostics.push(diagnostic.help("choose another name: it is not on the wire"));
        } else if reserved_names::FIELDS.contains(&text) {
            let diagnostic = name.error(format!("the position `{text}` has the name of a method of the generated builder"));
            diagnostics.push(diagnostic.help("choose another name: it is not on the wire"));
        } else if let Some(other) = first.get(text) {
            let diagnostic = name.error(format!("duplicate position `{shown}`")).label("second time");
            diagnostics.push(diagnostic.related(other.node.span, "first time").help("rename one of the two"));
        } else {
            first.insert(text, name);
        }
    }
}

/// Checks the names of permissions, security schemes and streams, which become constants.
fn constants(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let list: Vec<Cursor<'_>> = spec.root.get("x-venue-permissions").iter().flat_map(Cursor::items).collect();
    let permissions: Vec<Constant<'_, '_>> =
        list.iter().filter_map(|cursor| Some(Constant { cursor, name: cursor.node.as_str()?, span: cursor.node.span })).collect();
    let schemes = spec.components("securitySchemes");
    let streams: Vec<Cursor<'_>> = spec.root.get("x-venue-streams").iter().flat_map(Cursor::entries).collect();
    constants_of("permission", permissions, diagnostics);
    for (what, places) in [("security scheme", &schemes), ("stream", &streams)] {
        constants_of(
            what,
            places.iter().map(|cursor| Constant { cursor, name: cursor.name(), span: cursor.head() }).collect(),
            diagnostics,
        );
    }
}

/// A name that becomes a constant, and the node for diagnostics about it.
struct Constant<'p, 'd> {
    cursor: &'p Cursor<'d>,
    name: &'p str,
    span: Span,
}

fn constants_of(what: &str, names: Vec<Constant<'_, '_>>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, Constant<'_, '_>> = HashMap::new();
    for own in names {
        let constant = own.name.to_shouty_snake_case();
        let at = |message: String| Diagnostic::new(message, own.cursor.pointer.clone(), own.span);
        let is_sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if !constant.starts_with(|c: char| c.is_ascii_alphabetic()) || !constant.bytes().all(is_sound) {
            let diagnostic = at(format!("the {what} `{}` cannot be the name of a Rust constant", message::shorten(own.name)));
            diagnostics.push(diagnostic.note("a name begins with a letter from a to z, and has letters, digits, `_` and `-`"));
        } else if let Some(other) = first.get(&constant) {
            let message = match other.name == own.name {
                true => format!("duplicate {what} `{}`", own.name),
                false => format!("the {what}s `{}` and `{}` are both `{constant}` in Rust", other.name, own.name),
            };
            diagnostics.push(at(message).label("second time").related(other.span, "first time").help("rename one of the two"));
        } else {
            first.insert(constant, own);
        }
    }
}

fn operations(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let ids: Vec<Cursor<'_>> = spec.operations.iter().filter_map(|operation| operation.cursor.get("operationId")).collect();
    let mut first: HashMap<String, &Cursor<'_>> = HashMap::new();
    for cursor in &ids {
        let id = cursor.node.as_str().unwrap_or_default();
        if let Some(message) = invalid_operation_id(id) {
            let expected = id.to_snake_case();
            let diagnostic = cursor.error(message).note("the `operationId` becomes the name of a Rust method: `list_orders`, `order_2`");
            let better = (expected != id && is_snake(&expected)).then(|| format!("did you mean `{expected}`?"));
            diagnostics.push(better.into_iter().fold(diagnostic, Diagnostic::label));
            continue;
        }
        let Some(other) = first.insert(pascal(id), cursor) else { continue };
        let wire = other.node.as_str().unwrap_or_default();
        let message = match wire == id {
            true => format!("duplicate operationId `{id}`"),
            false => format!("the operations `{wire}` and `{id}` are both `{}` in Rust", pascal(id)),
        };
        diagnostics.push(cursor.error(message).label("second time").related(other.node.span, "first time").help("rename one of the two"));
    }
}

/// The reason why an operationId cannot be the name of a method, if there is one.
fn invalid_operation_id(id: &str) -> Option<String> {
    if is_keyword(id) {
        return Some(format!("the operationId `{id}` is a Rust keyword"));
    }
    if !is_snake(id) {
        return Some(format!("the operationId `{}` is not snake case", message::shorten(id)));
    }
    if reserved_names::CLIENT_METHODS.contains(&id) {
        return Some(format!("the operationId `{id}` is a method of the generated client already"));
    }
    if reserved_names::TRAIT_METHODS.contains(&id) {
        return Some(format!("the operationId `{id}` would hide a method that every client has from a trait of the standard library"));
    }
    if reserved_names::MOCK_SERVER_METHODS.contains(&id) {
        return Some(format!("the operationId `{id}` is a method of the mock server, which would be called in its place"));
    }
    if id == "all" {
        return Some(String::from("the operationId `all` is `ALL` in the operation table, which is the table itself"));
    }
    let builder = pascal(id);
    reserved_names::PRELUDE
        .contains(&builder.as_str())
        .then(|| format!("the operationId `{id}` is the builder `{builder}` in Rust, which means something else in the generated code"))
}

fn parameters(operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let has_body = operation.cursor.node.get("requestBody").is_some();
    let names = operation.parameters.iter().filter_map(|parameter| Some((&parameter.listed, parameter.cursor.text("name")?)));
    for (cursor, name) in names.clone() {
        let rust = snake(name);
        let reserved_schema_name = reserved_names::PARAMETERS.contains(&rust.as_str())
            || (has_body && reserved_names::PARAMETERS_BESIDE_A_BODY.contains(&rust.as_str()));
        if reserved_schema_name {
            let message = format!("the parameter `{name}` is `{rust}` in Rust, which the operation's builder uses already");
            diagnostics.push(cursor.error_at_head(message).note("the generated client would not compile"));
        }
    }
    // Progenitor and typify convert a name that begins with a digit to two different names.
    for (cursor, name) in names.clone().filter(|(_, name)| !name.starts_with(|c: char| c.is_alphabetic())) {
        let message = format!("the parameter `{name}` does not begin with a letter, which cannot be generated yet");
        diagnostics.push(cursor.error_at_head(message).note("the generated client would not compile"));
    }
    collisions(names.map(|(cursor, name)| (cursor, name, snake(name))), diagnostics);
}

/// Reports a parameter and a field of the body with the same Rust name. The request type of an operation has both as fields.
fn body_fields(spec: &SpecIndex<'_>, operation: &Operation<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let schema = operation.request().and_then(|media| media.get("schema"));
    let Some(fields) = schema.and_then(|schema| spec.fields(&schema)) else { return };
    for parameter in &operation.parameters {
        let Some(name) = parameter.cursor.text("name") else { continue };
        let Some(field) = fields.properties.iter().find(|field| snake(field.name()) == snake(name)) else { continue };
        diagnostics.push(
            parameter
                .listed
                .error_at_head(format!("the parameter `{name}` and the body's field `{}` are both `{}` in Rust", field.name(), snake(name)))
                .label("parameter")
                .related(field.head(), "field of the body")
                .help("the request type has both: leave one out, with a comment"),
        );
    }
}

/// Reports two names that become the same Rust name. Each item of `names` has the node to report, the name in the specification, and the
/// Rust name.
fn collisions<'p, 'd: 'p>(names: impl Iterator<Item = (&'p Cursor<'d>, &'d str, String)>, diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<String, (&Cursor<'d>, &str)> = HashMap::new();
    for (cursor, name, rust) in names {
        let Some((other, wire)) = first.get(&rust) else {
            first.insert(rust, (cursor, name));
            continue;
        };
        let message = match *wire == name {
            true => format!("`{name}` is here twice"),
            false => format!("`{wire}` and `{name}` are both `{rust}` in Rust"),
        };
        diagnostics.push(
            cursor
                .error_at_head(message)
                .label("second time")
                .related(other.head(), "first time")
                .help("the generated code would not compile: leave one out, or describe it undocumented as a whole"),
        );
    }
}

pub(super) fn is_snake(name: &str) -> bool {
    let sound = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('_').all(sound)
}
