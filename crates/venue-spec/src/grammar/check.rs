//! Compares a YAML tree with the patterns.

use super::pattern::{Choices, KeyOrder, MapOf, Object, Pattern, Presence};
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::tree::Value;

/// Compares a node and everything below the node with a pattern.
pub(crate) fn check(cursor: &Cursor<'_>, pattern: &Pattern, diagnostics: &mut Vec<Diagnostic>) {
    match pattern {
        Pattern::Text => diagnostics.extend(text(cursor).is_none().then(|| not_a_text(cursor))),
        Pattern::Line => diagnostics.extend(line(cursor)),
        Pattern::Sentence => diagnostics.extend(sentence(cursor)),
        Pattern::Address => diagnostics.extend(address(cursor, &["https://", "http://"])),
        Pattern::StreamAddress => diagnostics.extend(address(cursor, &["wss://"])),
        Pattern::OneOf(choices) => diagnostics.extend(one_of(cursor, choices)),
        Pattern::Bool => diagnostics.extend(boolean(cursor)),
        Pattern::True => diagnostics.extend(only_true(cursor)),
        Pattern::Integer(least) => diagnostics.extend(integer(cursor, *least)),
        Pattern::Scalar => diagnostics.extend(scalar(cursor)),
        Pattern::Expected => diagnostics.extend(expected(cursor)),
        Pattern::Date => diagnostics.extend(date(cursor)),
        Pattern::Anything => {}
        Pattern::Reference(section) => diagnostics.extend(reference(cursor, section)),
        Pattern::List { items, min, max } => list(cursor, items, *min..=*max, diagnostics),
        Pattern::Tuple(first, second) => pair(cursor, first, second, diagnostics),
        Pattern::Map(map_of) => map(cursor, map_of, diagnostics),
        Pattern::Object(table) => object(cursor, table, diagnostics),
        Pattern::Select(choose) => {
            if let Some(table) = choose(cursor, diagnostics) {
                object(cursor, table, diagnostics);
            }
        }
    }
}

/// Creates a diagnostic such as "expected a list, found the text `x`", or "`tags` must be a list, not the text `x`" if the node
/// has a key.
pub(crate) fn mismatch(cursor: &Cursor<'_>, expected: &str) -> Diagnostic {
    let found = cursor.node.describe();
    let diagnostic = match cursor.key {
        Some(key) => cursor.error(format!("`{}` must be {expected}, not {found}", message::shorten(&key.text))),
        None => cursor.error(format!("expected {expected}, found {found}")),
    };
    diagnostic.label(format!("expected {expected}"))
}

/// Lists the keys of an object for a note.
pub(crate) fn allowed_keys(table: &Object) -> String {
    format!("allowed in {}: {}", table.name, message::list(table.keys(), "and"))
}

fn text<'d>(cursor: &Cursor<'d>) -> Option<&'d str> {
    cursor.node.as_str().filter(|text| !text.trim().is_empty())
}

fn not_a_text(cursor: &Cursor<'_>) -> Diagnostic {
    let diagnostic = mismatch(cursor, "a text");
    match cursor.node.value {
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) => diagnostic.help("put it between quotes if the text reads like that"),
        _ => diagnostic,
    }
}

fn line(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    let Some(text) = text(cursor) else { return Some(not_a_text(cursor)) };
    let message = || format!("`{}` is longer than one line", cursor.name());
    text.trim_end().contains('\n').then(|| cursor.error_at_head(message()).help("move the rest to `description`"))
}

fn sentence(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    let words = cursor.node.as_str().map_or(0, |text| text.split_whitespace().count());
    (words < 2).then(|| mismatch(cursor, "a sentence that says what is not known, or how it is known"))
}

/// Characters that end a link in Markdown.
const FORBIDDEN_IN_URLS: [char; 7] = ['<', '>', '(', ')', '"', '`', '\\'];

/// Reports a text that is not an address, or that begins with none of the prefixes `beginnings`. The message suggests the first prefix.
fn address(cursor: &Cursor<'_>, beginnings: &[&str]) -> Option<Diagnostic> {
    let Some(text) = text(cursor) else { return Some(not_a_text(cursor)) };
    let rest = beginnings.iter().find_map(|beginning| text.strip_prefix(beginning));
    let is_whole = rest.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace);
    if let Some(odd) = text.chars().find(|c| FORBIDDEN_IN_URLS.contains(c)).filter(|_| is_whole) {
        let message = format!("`{odd}` in an address, which would end it in the documentation");
        return Some(cursor.error(message).help(format!("write `%{:02X}`", u32::from(odd))));
    }
    (!is_whole).then(|| mismatch(cursor, &format!("an address that begins with `{}`", beginnings[0])))
}

fn one_of(cursor: &Cursor<'_>, choices: &Choices) -> Option<Diagnostic> {
    let allowed = message::list(choices.allowed.iter().copied(), "or");
    let Some(found) = cursor.node.as_str() else { return Some(mismatch(cursor, &allowed)) };
    if choices.allowed.contains(&found) {
        return None;
    }
    if let Some((_, advice)) = choices.forbidden.iter().find(|(one_of, _)| *one_of == found) {
        let message = format!("`{}: {found}` is OpenAPI, but not used here", cursor.name());
        return Some(cursor.error(message).note(format!("allowed: {allowed}")).help(*advice));
    }
    let diagnostic = cursor.error(format!("unknown word `{}` for `{}`", message::shorten(found), cursor.name()));
    let near = message::nearest(found, choices.allowed.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    Some(near.into_iter().fold(diagnostic, Diagnostic::label).note(format!("allowed: {allowed}")))
}

fn boolean(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    cursor.node.as_bool().is_none().then(|| mismatch(cursor, "`true` or `false`"))
}

fn only_true(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    (cursor.node.as_bool() != Some(true)).then(|| mismatch(cursor, "`true`"))
}

fn integer(cursor: &Cursor<'_>, least: i64) -> Option<Diagnostic> {
    match cursor.node.as_integer() {
        Some(number) if number >= least => None,
        Some(_) => Some(mismatch(cursor, &format!("{least} or more"))),
        None => Some(mismatch(cursor, "a whole number")),
    }
}

fn scalar(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    match cursor.node.value {
        Value::String(_) | Value::Integer(_) | Value::Bool(_) => None,
        _ => Some(mismatch(cursor, "a text, a whole number or a truth value")),
    }
}

fn expected(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    match &cursor.node.value {
        Value::String(_) | Value::Integer(_) | Value::Bool(_) => None,
        Value::List(items) if items.is_empty() => None,
        _ => Some(mismatch(cursor, "a text, a whole number, a truth value or `[]`")),
    }
}

fn date(cursor: &Cursor<'_>) -> Option<Diagnostic> {
    let Some(text) = text(cursor) else { return Some(not_a_text(cursor)) };
    (!is_date(text)).then(|| mismatch(cursor, "a date such as `2026-07-26`"))
}

/// Whether a text is a day of the Gregorian calendar in the form `2026-07-26`.
fn is_date(text: &str) -> bool {
    let is_form = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| if [4, 7].contains(&index) { byte == b'-' } else { byte.is_ascii_digit() });
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<u32>().ok());
    let (true, Some(year), Some(month), Some(day)) = (is_form, number(0..4), number(5..7), number(8..10)) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn reference(cursor: &Cursor<'_>, section: &str) -> Option<Diagnostic> {
    let Some(text) = text(cursor) else { return Some(not_a_text(cursor)) };
    let prefix = format!("#/components/{section}/");
    if text.strip_prefix(&prefix).is_some_and(|name| !name.is_empty() && !name.contains('/')) {
        return None;
    }
    let diagnostic = match text.starts_with('#') {
        true => cursor.error(format!("`{}` is not one of `components.{section}`", message::shorten(text))),
        false => cursor.error(format!("`{}` is outside of this file", message::shorten(text))).note("one file holds all of an exchange"),
    };
    Some(diagnostic.help(format!("write `'{prefix}<name>'`")))
}

fn list(cursor: &Cursor<'_>, items: &'static Pattern, count: std::ops::RangeInclusive<usize>, diagnostics: &mut Vec<Diagnostic>) {
    let Value::List(found) = &cursor.node.value else {
        diagnostics.push(mismatch(cursor, "a list"));
        return;
    };
    if !count.contains(&found.len()) {
        let expected = match (*count.start(), *count.end()) {
            (0, 0) => "no items".to_owned(),
            (1, 1) => "exactly one item".to_owned(),
            (least, usize::MAX) => format!("at least {}", message::count(least, "item")),
            (least, most) => format!("{least} to {most} items"),
        };
        let message = format!("`{}` must have {expected}, not {}", cursor.name(), found.len());
        diagnostics.push(cursor.error(message).label(format!("expected {expected}")));
    }
    for item in cursor.items() {
        check(&item, items, diagnostics);
    }
}

fn pair(cursor: &Cursor<'_>, first: &'static Pattern, second: &'static Pattern, diagnostics: &mut Vec<Diagnostic>) {
    let items: Vec<Cursor<'_>> = cursor.items().collect();
    let [one, two] = items.as_slice() else {
        diagnostics.push(cursor.error_at_head(format!("`{}` must be a list of two items", cursor.name())));
        return;
    };
    check(one, first, diagnostics);
    check(two, second, diagnostics);
}

fn map(cursor: &Cursor<'_>, map_of: &'static MapOf, diagnostics: &mut Vec<Diagnostic>) {
    let Value::Map(entries) = &cursor.node.value else {
        diagnostics.push(mismatch(cursor, &format!("a map of {}", map_of.what)));
        return;
    };
    if entries.len() < map_of.min {
        diagnostics.push(mismatch(cursor, &format!("a map of {}", map_of.what)).note("the map is empty"));
    }
    for entry in cursor.entries() {
        if let Some((test, rule)) = map_of.key
            && !test(entry.name())
        {
            let message = format!("`{}` cannot be the name of one of the {}", message::shorten(entry.name()), map_of.what);
            diagnostics.push(entry.error_at_head(message).note(rule));
        }
        check(&entry, map_of.value, diagnostics);
    }
}

fn object(cursor: &Cursor<'_>, table: &'static Object, diagnostics: &mut Vec<Diagnostic>) {
    let Value::Map(entries) = &cursor.node.value else {
        diagnostics.push(mismatch(cursor, table.name).note(allowed_keys(table)));
        return;
    };
    let is_missing = |key: &str| !entries.iter().any(|entry| entry.key.text == key);
    let misspelt: Vec<&str> = cursor.entries().filter_map(|entry| intended_key(&entry, table, cursor)).collect();
    for field in table.fields().filter(|field| field.presence == Presence::Required) {
        // A misspelt required key is reported once, as a misspelling.
        if is_missing(field.key) && !misspelt.contains(&field.key) {
            diagnostics.push(missing(cursor, table, field.key));
        }
    }
    for entry in cursor.entries() {
        match table.field(entry.name()) {
            Some(field) => check(&entry, field.pattern, diagnostics),
            None => diagnostics.push(unknown(&entry, table, cursor)),
        }
    }
    if table.order == KeyOrder::Fixed {
        diagnostics.extend(out_of_order(cursor, table));
    }
}

fn missing(cursor: &Cursor<'_>, table: &Object, key: &str) -> Diagnostic {
    let needed = table.fields().filter(|field| field.presence == Presence::Required).map(|field| field.key);
    cursor.error_at_head(format!("missing key `{key}`")).label(format!("{} without `{key}`", table.name)).note(format!(
        "{} needs: {}",
        table.name,
        message::list(needed, "and")
    ))
}

fn unknown(entry: &Cursor<'_>, table: &'static Object, parent: &Cursor<'_>) -> Diagnostic {
    let key = entry.name();
    if let Some((_, advice)) = table.forbidden.iter().find(|(forbidden, _)| *forbidden == key) {
        return entry.error_at_head(format!("`{key}` is OpenAPI, but not used in {}", table.name)).help(*advice);
    }
    if table.family.iter().any(|relative| relative.field(key).is_some()) {
        let diagnostic = entry.error_at_head(format!("`{key}` means nothing for {}", table.name));
        return table.unknown_key_advice.into_iter().fold(diagnostic.note(allowed_keys(table)), Diagnostic::help);
    }
    let diagnostic = entry.error_at_head(format!("unknown key `{}`", message::shorten(key)));
    let label = intended_key(entry, table, parent).map(|near| format!("did you mean `{near}`?"));
    let diagnostic = label.into_iter().fold(diagnostic, Diagnostic::label).note(allowed_keys(table));
    table.unknown_key_advice.into_iter().fold(diagnostic, Diagnostic::help)
}

/// The key of the table that a misspelt key most likely means.
fn intended_key(entry: &Cursor<'_>, table: &Object, parent: &Cursor<'_>) -> Option<&'static str> {
    let key = entry.name();
    let elsewhere = table.family.iter().any(|relative| relative.field(key).is_some());
    if table.field(key).is_some() || elsewhere || table.forbidden.iter().any(|(forbidden, _)| *forbidden == key) {
        return None;
    }
    // A key that the object already has cannot be the intended key.
    message::nearest(key, table.keys().filter(|known| parent.node.get(known).is_none()))
}

/// Reports the first key that is in the wrong order.
fn out_of_order(cursor: &Cursor<'_>, table: &Object) -> Option<Diagnostic> {
    let rank = |key: &str| table.fields().position(|field| field.key == key);
    let mut last: Option<(usize, Cursor<'_>)> = None;
    for entry in cursor.entries() {
        let Some(here) = rank(entry.name()) else { continue };
        if let Some((before, previous)) = &last
            && here < *before
        {
            let message = format!("`{}` comes after `{}`", entry.name(), previous.name());
            return Some(entry.error_at_head(message).related(previous.head(), "should come later").note(format!(
                "the order in {}: {}",
                table.name,
                message::list(table.keys(), "and")
            )));
        }
        last = Some((here, entry));
    }
    None
}
