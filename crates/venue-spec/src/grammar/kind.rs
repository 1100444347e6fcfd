//! Which kind a schema is, and so which table it goes by.

use super::check::{check as check_shape, mismatch};
use super::schema::{ARRAY, BARE_REFERENCE, BOOLEAN, ENUM, INTEGER, OBJECT, RAW, REFUSED, STRING, TYPE, WRAPPER};
use super::shape::{Object, Shape};
use crate::diagnostic::Diagnostic;
use crate::names::pascal;
use crate::place::Place;
use crate::tree::Value;
use crate::words;

/// The schema of a component.
pub(super) static NAMED: Shape = Shape::Choice(named);

/// The schema of a property, of the items of a list, or of a parameter.
pub(super) static INNER: Shape = Shape::Choice(inner);

/// A `$ref` to a schema and nothing else.
pub(super) static REFERENCE: Shape = Shape::Choice(reference);

fn named(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if let Some(values) = place.get("enum") {
        if place.node.get("x-enum-varnames").is_none() {
            diagnostics.extend(collision(&values));
        }
        return Some(&ENUM);
    }
    if place.text("type") == Some("object") || place.node.get("properties").is_some() {
        return Some(&OBJECT);
    }
    if place.node.get("$ref").is_some() || place.node.get("allOf").is_some() {
        let diagnostic = place.error_at_head(format!("the schema `{}` only renames or combines others", place.name()));
        diagnostics.push(diagnostic.help("write its properties out, or refer to the other schema where this one is used"));
        return None;
    }
    by_type(place, diagnostics)
}

/// Two values that only names given by hand keep apart in Rust.
fn collision(values: &Place<'_>) -> Option<Diagnostic> {
    let items: Vec<Place<'_>> = values.items().collect();
    items.iter().enumerate().find_map(|(index, item)| {
        let (wire, rust) = (item.node.as_str()?, pascal(item.node.as_str()?));
        let first = items[..index].iter().find(|first| first.node.as_str().is_some_and(|first| first != wire && pascal(first) == rust))?;
        let message = format!("`{}` and `{wire}` are both `{rust}` in Rust", first.node.as_str().unwrap_or_default());
        Some(item.error(message).related(first.node.span, "first").label("second").help("name the variants: `x-enum-varnames`"))
    })
}

/// Where only a `$ref` will do.
pub(super) fn reference(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let is_map = matches!(place.node.value, Value::Map(_));
    if place.node.get("$ref").is_some() || !is_map {
        return Some(&BARE_REFERENCE);
    }
    let what = if place.node.get("enum").is_some() { "enum" } else { "schema" };
    let found = if place.text("type") == Some("array") { Some(list(place)) } else { refused(place) };
    diagnostics.push(found.unwrap_or_else(|| inline(place, what)));
    None
}

/// A list where only a named object can be. A name would not help: only objects, enums and ids have names.
fn list(place: &Place<'_>) -> Diagnostic {
    let is_body = place.pointer.contains("/requestBody/");
    let what = if is_body { "a body" } else { "an answer" };
    let diagnostic = place.error_at_head(format!("{what} that is a list, which cannot be generated yet"));
    diagnostic.label("a list").note("a list is the type of a field").help(match is_body {
        true => "leave the operation out, with a comment, until the generator can do it",
        false => "until the generator can do it, refer to a schema with `x-undocumented` and no `type`: the JSON is then kept as it came",
    })
}

fn inner(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if place.node.get("$ref").is_some() {
        return Some(&BARE_REFERENCE);
    }
    if place.node.get("allOf").is_some() {
        return Some(&WRAPPER);
    }
    if place.node.get("enum").is_some() {
        diagnostics.push(inline(place, "enum"));
        return None;
    }
    if place.text("type") == Some("object") || place.node.get("properties").is_some() {
        diagnostics.push(inline(place, "object"));
        return None;
    }
    by_type(place, diagnostics)
}

fn by_type(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    let Some(kind) = place.get("type") else {
        return without_type(place, diagnostics);
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
            check_shape(&kind, &Shape::Word(&TYPE), diagnostics);
            None
        }
    }
}

fn without_type(place: &Place<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<&'static Object> {
    if !matches!(place.node.value, Value::Map(_)) {
        diagnostics.push(mismatch(place, "a schema"));
        return None;
    }
    if place.node.get("x-undocumented").is_some() {
        return Some(&RAW);
    }
    let near = place.entries().find(|entry| words::nearest(entry.name(), ["type"]).is_some());
    diagnostics.push(match (refused(place), near) {
        (Some(refused), _) => refused,
        (None, Some(near)) => near.error_at_head(format!("unknown key `{}`", near.name())).label("did you mean `type`?"),
        (None, None) => place
            .error_at_head("a schema without `type`")
            .note(format!("types: {}", words::list(TYPE.allowed.iter().copied(), "or")))
            .help("if the documentation does not say what it is, write so as `x-undocumented`: the value is then kept as it came"),
    });
    None
}

/// The first key that is `OpenAPI` and not used here.
fn refused(place: &Place<'_>) -> Option<Diagnostic> {
    place.entries().find_map(|entry| {
        let (key, advice) = REFUSED.iter().find(|(key, _)| *key == entry.name())?;
        Some(entry.error_at_head(format!("`{key}` is OpenAPI, but not used in a schema")).help(*advice))
    })
}

fn inline(place: &Place<'_>, what: &str) -> Diagnostic {
    let article = if what == "schema" { "a" } else { "an" };
    let diagnostic = place.error_at_head(format!("{article} {what} without a name"));
    diagnostic
        .label(format!("inline {what}"))
        .note("the generator would invent a name from the place, and a new one whenever the place changes")
        .help("move it to `components.schemas.<Name>`, and write `$ref: '#/components/schemas/<Name>'` here")
        .help("what is to be added here stands beside `allOf: [{ $ref: … }]`")
}
