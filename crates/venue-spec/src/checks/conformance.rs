//! Compares a value with its schema.

use super::index::{SpecIndex, title};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::model::Pattern;
use crate::tree::Value;

/// Whether a value is sent in a request or received in a response. Limits and lists of allowed values are checked only for sent values,
/// because a client accepts every value in a response.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Sent,
    Received,
}

/// Compares a value with a schema.
pub(crate) fn check<'d>(
    spec: &SpecIndex<'d>,
    value: &Cursor<'d>,
    schema: &Cursor<'d>,
    direction: Direction,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(resolved) = spec.resolve(schema) else { return };
    let nullable = [schema, &resolved].iter().any(|schema| schema.node.get("nullable").is_some());
    let kind = resolved.text("type");
    if value.node.value == Value::Null {
        // A list of a response may be `null`, because the client reads `null` as an empty list.
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
        (Value::List(_), _) if resolved.node.get("x-venue-positions").is_some() => row(spec, value, &resolved, direction, diagnostics),
        (Value::List(items), Some("array")) => {
            if direction == Direction::Sent {
                diagnostics.extend(within(value, &resolved, items.len(), ["minItems", "maxItems"], "item"));
            }
            if let Some(schema) = resolved.get("items") {
                value.items().for_each(|item| check(spec, &item, &schema, direction, diagnostics));
            }
        }
        (Value::String(text), Some("string")) => {
            // A reference to an id can have limits of its own.
            let own = schema.node.get("allOf").and_then(|_| limits_of_text(value, text, schema, direction));
            diagnostics.extend(string(value, text, &resolved, direction).or(own));
        }
        // The client reads an id from an integer and from a text of digits.
        (Value::String(text), Some("integer")) if is_id(&resolved) && direction == Direction::Received && is_digits(text) => {}
        (Value::Integer(number), Some("integer")) => diagnostics.extend(integer(value, *number, &resolved, direction)),
        (Value::Bool(_), Some("boolean")) => {}
        _ => diagnostics.push(mismatch(value, &resolved, expected(&resolved))),
    }
}

fn object<'d>(spec: &SpecIndex<'d>, value: &Cursor<'d>, schema: &Cursor<'d>, direction: Direction, diagnostics: &mut Vec<Diagnostic>) {
    let Some(fields) = spec.fields(schema) else { return };
    for entry in value.entries() {
        let property = fields.properties.iter().find(|property| property.name() == entry.name());
        let Some(property) = property else {
            let names = fields.properties.iter().map(Cursor::name);
            let diagnostic = entry.error_at_head(format!("{} has no field `{}`", title(schema), message::shorten(entry.name())));
            let diagnostic =
                diagnostic.related(schema.head(), "the schema").note(format!("its fields: {}", message::list(names.clone(), "and")));
            let free = names.filter(|name| value.node.get(name).is_none());
            let near = message::nearest(entry.name(), free).map(|near| format!("did you mean `{near}`?"));
            diagnostics.push(near.into_iter().fold(diagnostic, Diagnostic::label));
            continue;
        };
        // The server sends "" for an optional text without a value. The client reads "" as absent.
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

/// Compares a row with its positions. A position that only one of the two has is reported.
fn row<'d>(spec: &SpecIndex<'d>, value: &Cursor<'d>, schema: &Cursor<'d>, direction: Direction, diagnostics: &mut Vec<Diagnostic>) {
    let positions: Vec<Cursor<'d>> = schema.get("x-venue-positions").iter().flat_map(Cursor::items).collect();
    let items: Vec<Cursor<'d>> = value.items().collect();
    if items.len() != positions.len() {
        let message = format!(
            "a row of {}, and {} has {}",
            message::count(items.len(), "item"),
            title(schema),
            message::count(positions.len(), "position")
        );
        let diagnostic = value.error(message).related(schema.head(), "the schema");
        let names = positions.iter().filter_map(|position| position.text("name"));
        diagnostics.push(diagnostic.note(format!("its positions: {}", message::list(names, "and"))));
    }
    for (item, position) in items.iter().zip(&positions) {
        check(spec, item, position, direction, diagnostics);
    }
}

fn listed(value: &Cursor<'_>, schema: &Cursor<'_>, direction: Direction) -> Option<Diagnostic> {
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
    let diagnostic = value.error(format!("`{}` is not in the list of {}", message::shorten(&found), title(schema)));
    let diagnostic = diagnostic.related(schema.head(), "the list");
    let diagnostic = diagnostic.note(format!("allowed: {}", message::list(words.iter().map(String::as_str), "or")));
    Some(match message::nearest(&found, words.iter().map(String::as_str)) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic,
    })
}

fn string(value: &Cursor<'_>, text: &str, schema: &Cursor<'_>, direction: Direction) -> Option<Diagnostic> {
    if schema.text("format") == Some("decimal") && !is_decimal(text) {
        return Some(mismatch(value, schema, "a decimal number between quotes, without an exponent"));
    }
    if schema.node.get("x-venue-unit").is_some() && !is_digits(text) {
        return Some(mismatch(value, schema, "a time of digits between quotes"));
    }
    limits_of_text(value, text, schema, direction)
}

fn limits_of_text(value: &Cursor<'_>, text: &str, schema: &Cursor<'_>, direction: Direction) -> Option<Diagnostic> {
    match direction {
        Direction::Sent => {
            within(value, schema, text.chars().count(), ["minLength", "maxLength"], "character").or_else(|| matching(value, text, schema))
        }
        Direction::Received => None,
    }
}

/// Reports a text that does not match the `pattern` of its schema. An invalid pattern is ignored here, because the module `patterns`
/// reports it.
fn matching(value: &Cursor<'_>, text: &str, schema: &Cursor<'_>) -> Option<Diagnostic> {
    let cursor = schema.get("pattern")?;
    let pattern = Pattern::parse(cursor.node.as_str()?).ok()?;
    if let Some(odd) = text.chars().find(|c| !pattern.allows(*c)) {
        let message = format!("`{odd}` is not one of the characters of `{}`", pattern.text);
        return Some(value.error(message).related(cursor.head(), "the pattern"));
    }
    let length = text.chars().count();
    let count = u32::try_from(length).ok()?;
    let is_within = pattern.minimum.is_none_or(|minimum| count >= minimum) && pattern.maximum.is_none_or(|maximum| count <= maximum);
    let message = || format!("{}, which `{}` does not allow", message::count(length, "character"), pattern.text);
    (!is_within).then(|| value.error(message()).related(cursor.head(), "the pattern"))
}

fn integer(value: &Cursor<'_>, number: i64, schema: &Cursor<'_>, direction: Direction) -> Option<Diagnostic> {
    if schema.text("format") == Some("int32") && i32::try_from(number).is_err() {
        return Some(mismatch(value, schema, "a number that fits into 32 bits"));
    }
    let limit = |key: &str| Some((schema.get(key)?, schema.node.get(key)?.as_integer()?));
    let low = limit("minimum").filter(|(_, least)| number < *least);
    let (cursor, bound) = low.or_else(|| limit("maximum").filter(|(_, most)| number > *most))?;
    match direction {
        Direction::Sent => {
            Some(value.error(format!("{number} is beyond `{}: {bound}`", cursor.name())).related(cursor.head(), "the limit"))
        }
        Direction::Received => None,
    }
}

/// Compares a length or a number of items with its limits.
fn within(value: &Cursor<'_>, schema: &Cursor<'_>, count: usize, [least, most]: [&str; 2], noun: &str) -> Option<Diagnostic> {
    let limit = |key: &str| Some((schema.get(key)?, usize::try_from(schema.node.get(key)?.as_integer()?).ok()?));
    let low = limit(least).filter(|(_, least)| count < *least);
    let (cursor, bound) = low.or_else(|| limit(most).filter(|(_, most)| count > *most))?;
    let verb = if count == 1 { "is" } else { "are" };
    let message = format!("{} {verb} beyond `{}: {bound}`", message::count(count, noun), cursor.name());
    Some(value.error(message).related(cursor.head(), "the limit"))
}

fn mismatch(value: &Cursor<'_>, schema: &Cursor<'_>, expected: &str) -> Diagnostic {
    let found = value.node.describe();
    let message = match value.key {
        Some(key) => format!("`{}` must be {expected}, not {found}", message::shorten(&key.text)),
        None => format!("expected {expected}, found {found}"),
    };
    value.error(message).label(format!("expected {expected}")).related(schema.head(), "the schema")
}

fn expected(schema: &Cursor<'_>) -> &'static str {
    match schema.text("type") {
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("boolean") => "`true` or `false`",
        Some("array") if schema.node.get("x-venue-positions").is_some() => "a row",
        Some("array") => "a list",
        _ => "a map",
    }
}

/// Whether the schema describes JSON of unknown structure.
fn is_raw(schema: &Cursor<'_>) -> bool {
    schema.node.get("x-undocumented").is_some() && schema.node.get("type").is_none()
}

fn is_id(schema: &Cursor<'_>) -> bool {
    schema.node.get("x-venue-id").is_some()
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A value of an enum as text.
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
