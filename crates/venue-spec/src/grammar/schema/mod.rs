//! Schemas: the choice of the table for a schema, from its keys and its place in the file.

mod tables;

use self::tables::{
    ARRAY, BARE_REFERENCE, BOOLEAN, DATA_LIST, ENUM, FORBIDDEN, INTEGER, OBJECT, POSITION_OF_BOOLEAN, POSITION_OF_INTEGER, POSITION_OF_RAW,
    POSITION_OF_REFERENCE, POSITION_OF_STRING, RAW, ROW, STRING, TYPE, WRAPPER,
};
use super::check::{check as check_pattern, mismatch};
use super::pattern::{Choices, MapOf, Object, Pattern, required};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::rust_names::pascal;
use crate::tree::Value;

/// The schema of a component.
pub(super) static NAMED: Pattern = Pattern::Select(named);

/// The schema of a property, of the items of a list, or of a parameter.
pub(super) static INNER: Pattern = Pattern::Select(inner);

/// A `$ref` to a schema, without other keys.
pub(super) static REFERENCE: Pattern = Pattern::Select(reference);

/// The data of a response: a named schema, or a list of a named schema.
static DATA: Pattern = Pattern::Select(data);

/// The type of a position of a row.
static POSITION: Pattern = Pattern::Select(position);

/// The second schema in the `allOf` of an enveloped response. It describes the data in the envelope.
pub(super) static DATA_WRAPPER: Pattern = Pattern::Object(&Object::new(
    "the wrapper of the data",
    &[
        required("type", &Pattern::OneOf(&Choices::new(&["object"]))),
        required("properties", &Pattern::Map(&MapOf { what: "properties", key: None, value: &DATA, min: 1 })),
    ],
));

fn named(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if let Some(values) = cursor.get("enum") {
        if cursor.node.get("x-enum-varnames").is_none() {
            diagnostics.extend(collision(&values));
        }
        return Some(&ENUM);
    }
    if cursor.text("type") == Some("object") || cursor.node.get("properties").is_some() {
        return Some(&OBJECT);
    }
    if cursor.node.get("$ref").is_some() || cursor.node.get("allOf").is_some() {
        let diagnostic = cursor.error_at_head(format!("the schema `{}` only renames or combines others", cursor.name()));
        diagnostics.push(diagnostic.help("write its properties out, or refer to the other schema where this one is used"));
        return None;
    }
    if cursor.node.get("x-venue-positions").is_some() || has_items_without_keys(cursor) {
        return Some(&ROW);
    }
    by_type(cursor, diagnostics)
}

/// Whether the schema has `items: {}`, which only a row has.
fn has_items_without_keys(cursor: &Cursor<'_>) -> bool {
    cursor.node.get("items").is_some_and(|items| matches!(items.value, Value::Map(_)) && items.entries().is_empty())
}

/// Reports two enum values with the same Rust name. They need different names in `x-enum-varnames`.
fn collision(values: &Cursor<'_>) -> Option<Diagnostic> {
    let items: Vec<Cursor<'_>> = values.items().collect();
    items.iter().enumerate().find_map(|(index, item)| {
        let (wire, rust) = (item.node.as_str()?, pascal(item.node.as_str()?));
        let first = items[..index].iter().find(|first| first.node.as_str().is_some_and(|first| first != wire && pascal(first) == rust))?;
        let message = format!("`{}` and `{wire}` are both `{rust}` in Rust", first.node.as_str().unwrap_or_default());
        Some(item.error(message).related(first.node.span, "first").label("second").help("name the variants: `x-enum-varnames`"))
    })
}

/// Selects the table where only a `$ref` is allowed.
fn reference(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let is_map = matches!(cursor.node.value, Value::Map(_));
    if cursor.node.get("$ref").is_some() || !is_map {
        return Some(&BARE_REFERENCE);
    }
    let what = if cursor.node.get("enum").is_some() { "enum" } else { "schema" };
    let found = if cursor.text("type") == Some("array") { Some(list(cursor)) } else { forbidden(cursor) };
    diagnostics.push(found.unwrap_or_else(|| inline(cursor, what)));
    None
}

/// Selects the table of the data of a response.
pub(super) fn data(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    match cursor.text("type") {
        Some("array") if cursor.node.get("$ref").is_none() => Some(&DATA_LIST),
        _ => reference(cursor, diagnostics),
    }
}

/// Reports a list where a reference to a named schema is required. A list cannot be a named schema, because only objects, rows, enums and
/// ids can have names.
fn list(cursor: &Cursor<'_>) -> Diagnostic {
    if cursor.pointer.contains("/requestBody/") {
        let diagnostic = cursor.error_at_head("a body that is a list, which cannot be generated yet");
        let diagnostic = diagnostic.label("a list").note("a list is the type of a field, or the data of a response");
        return diagnostic.help("leave the operation out, with a comment, until the generator supports it");
    }
    let diagnostic = cursor.error_at_head("a list in the place of a reference").label("a list");
    let diagnostic = diagnostic.note("only objects, rows, enums and ids have names");
    diagnostic.help("refer to a named schema. For a row such as `[price, quantity]`, this is a schema with `x-venue-positions`")
}

fn position(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if let Some(reference) = cursor.get("$ref") {
        let diagnostic = reference.error_at_head("a position with a bare `$ref`").note("other tools ignore the keys beside a `$ref`");
        diagnostics.push(diagnostic.help("write `allOf: [{ $ref: … }]`, with `name` and `description` beside it"));
        return None;
    }
    if cursor.text("type") == Some("array") {
        let diagnostic = cursor.error_at_head("a position that is a list, which cannot be generated yet").label("a list");
        let help = "describe the position with `x-undocumented` and no `type`: the client then keeps the JSON unchanged";
        diagnostics.push(diagnostic.help(help));
        return None;
    }
    let table = inner(cursor, diagnostics)?;
    let tables = [
        (&STRING, &POSITION_OF_STRING),
        (&INTEGER, &POSITION_OF_INTEGER),
        (&BOOLEAN, &POSITION_OF_BOOLEAN),
        (&WRAPPER, &POSITION_OF_REFERENCE),
        (&RAW, &POSITION_OF_RAW),
    ];
    tables.into_iter().find(|(inner, _)| std::ptr::eq(*inner, table)).map(|(_, position)| position)
}

fn inner(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if cursor.node.get("$ref").is_some() {
        return Some(&BARE_REFERENCE);
    }
    if cursor.node.get("x-venue-positions").is_some() {
        diagnostics.push(inline(cursor, "row"));
        return None;
    }
    if cursor.node.get("allOf").is_some() {
        return Some(&WRAPPER);
    }
    if cursor.node.get("enum").is_some() {
        diagnostics.push(inline(cursor, "enum"));
        return None;
    }
    if cursor.text("type") == Some("object") || cursor.node.get("properties").is_some() {
        diagnostics.push(inline(cursor, "object"));
        return None;
    }
    by_type(cursor, diagnostics)
}

fn by_type(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let Some(kind) = cursor.get("type") else {
        return without_type(cursor, diagnostics);
    };
    match kind.node.as_str() {
        Some("string") => Some(&STRING),
        Some("integer") => Some(&INTEGER),
        Some("boolean") => Some(&BOOLEAN),
        Some("array") => Some(&ARRAY),
        _ if !kind.node.items().is_empty() => {
            let diagnostic = mismatch(&kind, "one word").note("a list of types is OpenAPI 3.1");
            diagnostics.push(diagnostic.help("write one type, and `nullable: true` beside it if it may be null"));
            None
        }
        _ => {
            check_pattern(&kind, &Pattern::OneOf(&TYPE), diagnostics);
            None
        }
    }
}

fn without_type(cursor: &Cursor<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if !matches!(cursor.node.value, Value::Map(_)) {
        diagnostics.push(mismatch(cursor, "a schema"));
        return None;
    }
    if cursor.node.get("x-undocumented").is_some() {
        return Some(&RAW);
    }
    let near = cursor.entries().find(|entry| message::nearest(entry.name(), ["type"]).is_some());
    diagnostics.push(match (forbidden(cursor), near) {
        (Some(forbidden), _) => forbidden,
        (None, Some(near)) => near.error_at_head(format!("unknown key `{}`", near.name())).label("did you mean `type`?"),
        (None, None) => cursor
            .error_at_head("a schema without `type`")
            .note(format!("types: {}", message::list(TYPE.allowed.iter().copied(), "or")))
            .help("if the documentation does not say what it is, write so as `x-undocumented`: the client then keeps the value unchanged"),
    });
    None
}

/// Reports the first key that a schema must not have.
fn forbidden(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    cursor.entries().find_map(|entry| {
        let (key, advice) = FORBIDDEN.iter().find(|(key, _)| *key == entry.name())?;
        Some(entry.error_at_head(format!("`{key}` is OpenAPI, but not used in a schema")).help(*advice))
    })
}

fn inline(cursor: &Cursor<'_>, what: &str) -> Diagnostic {
    let article = if what.starts_with(['e', 'o']) { "an" } else { "a" };
    let diagnostic = cursor.error_at_head(format!("{article} {what} without a name"));
    diagnostic
        .label(format!("inline {what}"))
        .note("the generator would derive a name from the position, and another one after each move")
        .help("move it to `components.schemas.<Name>`, and write `$ref: '#/components/schemas/<Name>'` here")
        .help("add other keys beside `allOf: [{ $ref: … }]`")
}
