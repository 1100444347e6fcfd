//! Whether a value is what its schema says.

use super::spec::{Spec, title};
use crate::diagnostic::Diagnostic;
use crate::place::Place;
use crate::tree::Value;
use crate::words;

/// Which way a value goes. Limits and lists of values bind the sender; what is received is read as it comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Sent,
    Received,
}

/// Compares a value with a schema.
pub(crate) fn check<'d>(spec: &Spec<'d>, value: &Place<'d>, schema: &Place<'d>, direction: Direction, diagnostics: &mut Vec<Diagnostic>) {
    let Some(resolved) = spec.resolve(schema) else { return };
    let nullable = [schema, &resolved].iter().any(|schema| schema.node.get("nullable").is_some());
    let kind = resolved.text("type");
    if value.node.value == Value::Null {
        // A received list may be null: it is read as empty.
        let fine = nullable || is_raw(&resolved) || (kind == Some("array") && direction == Direction::Received);
        if !fine {
            let diagnostic = mismatch(value, &resolved, expected(&resolved));
            diagnostics.push(diagnostic.help("write `nullable: true` at the schema if null is documented"));
        }
        return;
    }
    if resolved.node.get("enum").is_some() {
        diagnostics.extend(listed(value, &resolved, direction));
        return;
    }
    match (&value.node.value, kind) {
        _ if is_raw(&resolved) => {}
        (Value::Map(_), _) if spec.fields(&resolved).is_some() => object(spec, value, &resolved, direction, diagnostics),
        (Value::List(items), Some("array")) => {
            if direction == Direction::Sent {
                diagnostics.extend(within(value, &resolved, items.len(), ["minItems", "maxItems"], "items"));
            }
            if let Some(schema) = resolved.get("items") {
                value.items().for_each(|item| check(spec, &item, &schema, direction, diagnostics));
            }
        }
        (Value::String(text), Some("string")) => diagnostics.extend(string(value, text, &resolved, direction)),
        (Value::Integer(number), Some("integer")) => diagnostics.extend(integer(value, *number, &resolved, direction)),
        (Value::Bool(_), Some("boolean")) => {}
        _ => diagnostics.push(mismatch(value, &resolved, expected(&resolved))),
    }
}

fn object<'d>(spec: &Spec<'d>, value: &Place<'d>, schema: &Place<'d>, direction: Direction, diagnostics: &mut Vec<Diagnostic>) {
    let Some(fields) = spec.fields(schema) else { return };
    for entry in value.entries() {
        let property = fields.properties.iter().find(|property| property.name() == entry.name());
        let Some(property) = property else {
            let names = fields.properties.iter().map(Place::name);
            let diagnostic = entry.error_at_head(format!("{} has no field `{}`", title(schema), words::shorten(entry.name())));
            let diagnostic =
                diagnostic.related(schema.head(), "the schema").note(format!("its fields: {}", words::list(names.clone(), "and")));
            let free = names.filter(|name| value.node.get(name).is_none());
            let near = words::nearest(entry.name(), free).map(|near| format!("did you mean `{near}`?"));
            diagnostics.push(near.into_iter().fold(diagnostic, Diagnostic::label));
            continue;
        };
        // An optional text that the server does not have comes as "", and is read as absent.
        let absent = direction == Direction::Received && entry.node.as_str() == Some("");
        if !absent || fields.required.contains(property.name()) {
            check(spec, &entry, property, direction, diagnostics);
        }
    }
    let exists = |name: &str| fields.properties.iter().any(|property| property.name() == name);
    for name in fields.required.iter().filter(|name| value.node.get(name).is_none() && exists(name)) {
        let diagnostic = value.error_at_head(format!("`{name}` is missing, and {} requires it", title(schema)));
        diagnostics.push(diagnostic.label(format!("without `{name}`")).related(schema.head(), "the schema"));
    }
}

fn listed(value: &Place<'_>, schema: &Place<'_>, direction: Direction) -> Option<Diagnostic> {
    let list = schema.get("enum")?;
    let fits = match &value.node.value {
        Value::String(_) => schema.text("type") == Some("string"),
        Value::Integer(_) => schema.text("type") == Some("integer"),
        _ => false,
    };
    if !fits {
        return Some(mismatch(value, schema, expected(schema)));
    }
    let open = direction == Direction::Received || schema.node.get("x-venue-extensible").is_some();
    if open || list.node.items().iter().any(|item| item.value == value.node.value) {
        return None;
    }
    let words: Vec<String> = list.node.items().iter().map(spelling).collect();
    let found = spelling(value.node);
    let diagnostic = value.error(format!("`{}` is not in the list of {}", words::shorten(&found), title(schema)));
    let diagnostic = diagnostic.related(schema.head(), "the list");
    let diagnostic = diagnostic.note(format!("allowed: {}", words::list(words.iter().map(String::as_str), "or")));
    Some(match words::nearest(&found, words.iter().map(String::as_str)) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic,
    })
}

fn string(value: &Place<'_>, text: &str, schema: &Place<'_>, direction: Direction) -> Option<Diagnostic> {
    if schema.text("format") == Some("decimal") && !is_decimal(text) {
        return Some(mismatch(value, schema, "a decimal number between quotes, without an exponent"));
    }
    match direction {
        Direction::Sent => within(value, schema, text.chars().count(), ["minLength", "maxLength"], "characters"),
        Direction::Received => None,
    }
}

fn integer(value: &Place<'_>, number: i64, schema: &Place<'_>, direction: Direction) -> Option<Diagnostic> {
    if schema.text("format") == Some("int32") && i32::try_from(number).is_err() {
        return Some(mismatch(value, schema, "a number that fits into 32 bits"));
    }
    let limit = |key: &str| Some((schema.get(key)?, schema.node.get(key)?.as_integer()?));
    let low = limit("minimum").filter(|(_, least)| number < *least);
    let (place, bound) = low.or_else(|| limit("maximum").filter(|(_, most)| number > *most))?;
    match direction {
        Direction::Sent => Some(value.error(format!("{number} is beyond `{}: {bound}`", place.name())).related(place.head(), "the limit")),
        Direction::Received => None,
    }
}

/// A length or a number of items against its limits.
fn within(value: &Place<'_>, schema: &Place<'_>, count: usize, [least, most]: [&str; 2], unit: &str) -> Option<Diagnostic> {
    let limit = |key: &str| Some((schema.get(key)?, usize::try_from(schema.node.get(key)?.as_integer()?).ok()?));
    let low = limit(least).filter(|(_, least)| count < *least);
    let (place, bound) = low.or_else(|| limit(most).filter(|(_, most)| count > *most))?;
    let message = format!("{count} {unit} are beyond `{}: {bound}`", place.name());
    Some(value.error(message).related(place.head(), "the limit"))
}

fn mismatch(value: &Place<'_>, schema: &Place<'_>, expected: &str) -> Diagnostic {
    let found = value.node.describe();
    let message = match value.key {
        Some(key) => format!("`{}` must be {expected}, not {found}", words::shorten(&key.text)),
        None => format!("expected {expected}, found {found}"),
    };
    value.error(message).label(format!("expected {expected}")).related(schema.head(), "the schema")
}

fn expected(schema: &Place<'_>) -> &'static str {
    match schema.text("type") {
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("boolean") => "`true` or `false`",
        Some("array") => "a list",
        _ => "a map",
    }
}

/// A schema that says nothing of its value.
fn is_raw(schema: &Place<'_>) -> bool {
    schema.node.get("x-undocumented").is_some() && schema.node.get("type").is_none()
}

/// A value of an enum as it is written.
pub(crate) fn spelling(node: &crate::tree::Node) -> String {
    match &node.value {
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => node.describe(),
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
