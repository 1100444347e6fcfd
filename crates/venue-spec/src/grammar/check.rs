//! Compares a tree with the tables.

use super::shape::{Names, Need, Object, Order, Shape, Words};
use crate::diagnostic::Diagnostic;
use crate::place::Place;
use crate::tree::Value;
use crate::words;

/// Compares a place and everything below it with a shape.
pub(crate) fn check(place: &Place<'_>, shape: &Shape, diagnostics: &mut Vec<Diagnostic>) {
    match shape {
        Shape::Text => diagnostics.extend(text(place).is_none().then(|| no_text(place))),
        Shape::Line => diagnostics.extend(line(place)),
        Shape::Sentence => diagnostics.extend(sentence(place)),
        Shape::Address => diagnostics.extend(address(place, &["https://", "http://"])),
        Shape::StreamAddress => diagnostics.extend(address(place, &["wss://"])),
        Shape::Word(words) => diagnostics.extend(word(place, words)),
        Shape::Truth => diagnostics.extend(truth(place)),
        Shape::True => diagnostics.extend(only_true(place)),
        Shape::Whole(least) => diagnostics.extend(whole(place, *least)),
        Shape::Scalar => diagnostics.extend(scalar(place)),
        Shape::Anything => {}
        Shape::Reference(section) => diagnostics.extend(reference(place, section)),
        Shape::List { items, at_least, at_most } => list(place, items, *at_least..=*at_most, diagnostics),
        Shape::Pair(first, second) => pair(place, first, second, diagnostics),
        Shape::Map(names) => map(place, names, diagnostics),
        Shape::Object(table) => object(place, table, diagnostics),
        Shape::Choice(choose) => {
            if let Some(table) = choose(place, diagnostics) {
                object(place, table, diagnostics);
            }
        }
    }
}

/// "expected a list, found the text `x`", with the key in front if there is one.
pub(crate) fn mismatch(place: &Place<'_>, expected: &str) -> Diagnostic {
    let found = place.node.describe();
    let diagnostic = match place.key {
        Some(key) => place.error(format!("`{}` must be {expected}, not {found}", words::shorten(&key.text))),
        None => place.error(format!("expected {expected}, found {found}")),
    };
    diagnostic.label(format!("expected {expected}"))
}

/// The keys of an object, for a note.
pub(crate) fn allowed_keys(table: &Object) -> String {
    format!("allowed in {}: {}", table.name, words::list(table.keys(), "and"))
}

fn text<'d>(place: &Place<'d>) -> Option<&'d str> {
    place.node.as_str().filter(|text| !text.trim().is_empty())
}

fn no_text(place: &Place<'_>) -> Diagnostic {
    let diagnostic = mismatch(place, "a text");
    match place.node.value {
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) => diagnostic.help("put it between quotes if the text reads like that"),
        _ => diagnostic,
    }
}

fn line(place: &Place<'_>) -> Option<Diagnostic> {
    let Some(text) = text(place) else { return Some(no_text(place)) };
    let message = || format!("`{}` is longer than one line", place.name());
    text.trim_end().contains('\n').then(|| place.error_at_head(message()).help("move the rest to `description`"))
}

fn sentence(place: &Place<'_>) -> Option<Diagnostic> {
    let words = place.node.as_str().map_or(0, |text| text.split_whitespace().count());
    (words < 2).then(|| mismatch(place, "a sentence that says what is not known, or how it is known"))
}

/// Characters at which Markdown ends an address.
const ODD_IN_ADDRESSES: [char; 7] = ['<', '>', '(', ')', '"', '`', '\\'];

/// An address that begins with one of these, of which the first is the one to write.
fn address(place: &Place<'_>, beginnings: &[&str]) -> Option<Diagnostic> {
    let Some(text) = text(place) else { return Some(no_text(place)) };
    let rest = beginnings.iter().find_map(|beginning| text.strip_prefix(beginning));
    let is_whole = rest.is_some_and(|rest| !rest.is_empty()) && !text.contains(char::is_whitespace);
    if let Some(odd) = text.chars().find(|c| ODD_IN_ADDRESSES.contains(c)).filter(|_| is_whole) {
        let message = format!("`{odd}` in an address, which would end it in the documentation");
        return Some(place.error(message).help(format!("write `%{:02X}`", u32::from(odd))));
    }
    (!is_whole).then(|| mismatch(place, &format!("an address that begins with `{}`", beginnings[0])))
}

fn word(place: &Place<'_>, words: &Words) -> Option<Diagnostic> {
    let allowed = words::list(words.allowed.iter().copied(), "or");
    let Some(found) = place.node.as_str() else { return Some(mismatch(place, &allowed)) };
    if words.allowed.contains(&found) {
        return None;
    }
    if let Some((_, advice)) = words.refused.iter().find(|(word, _)| *word == found) {
        let message = format!("`{}: {found}` is OpenAPI, but not used here", place.name());
        return Some(place.error(message).note(format!("allowed: {allowed}")).help(*advice));
    }
    let diagnostic = place.error(format!("unknown word `{}` for `{}`", words::shorten(found), place.name()));
    let near = words::nearest(found, words.allowed.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    Some(near.into_iter().fold(diagnostic, Diagnostic::label).note(format!("allowed: {allowed}")))
}

fn truth(place: &Place<'_>) -> Option<Diagnostic> {
    place.node.as_bool().is_none().then(|| mismatch(place, "`true` or `false`"))
}

fn only_true(place: &Place<'_>) -> Option<Diagnostic> {
    (place.node.as_bool() != Some(true)).then(|| mismatch(place, "`true`"))
}

fn whole(place: &Place<'_>, least: i64) -> Option<Diagnostic> {
    match place.node.as_integer() {
        Some(number) if number >= least => None,
        Some(_) => Some(mismatch(place, &format!("{least} or more"))),
        None => Some(mismatch(place, "a whole number")),
    }
}

fn scalar(place: &Place<'_>) -> Option<Diagnostic> {
    match place.node.value {
        Value::String(_) | Value::Integer(_) | Value::Bool(_) => None,
        _ => Some(mismatch(place, "a text, a whole number or a truth value")),
    }
}

fn reference(place: &Place<'_>, section: &str) -> Option<Diagnostic> {
    let Some(text) = text(place) else { return Some(no_text(place)) };
    let prefix = format!("#/components/{section}/");
    if text.strip_prefix(&prefix).is_some_and(|name| !name.is_empty() && !name.contains('/')) {
        return None;
    }
    let diagnostic = match text.starts_with('#') {
        true => place.error(format!("`{}` is not one of `components.{section}`", words::shorten(text))),
        false => place.error(format!("`{}` is outside of this file", words::shorten(text))).note("one file holds all of an exchange"),
    };
    Some(diagnostic.help(format!("write `'{prefix}<name>'`")))
}

fn list(place: &Place<'_>, items: &'static Shape, count: std::ops::RangeInclusive<usize>, diagnostics: &mut Vec<Diagnostic>) {
    let Value::List(found) = &place.node.value else {
        diagnostics.push(mismatch(place, "a list"));
        return;
    };
    if !count.contains(&found.len()) {
        let expected = match (*count.start(), *count.end()) {
            (0, 0) => "no items".to_owned(),
            (1, 1) => "exactly one item".to_owned(),
            (least, usize::MAX) => format!("at least {least} item{}", if least == 1 { "" } else { "s" }),
            (least, most) => format!("{least} to {most} items"),
        };
        let message = format!("`{}` must have {expected}, not {}", place.name(), found.len());
        diagnostics.push(place.error(message).label(format!("expected {expected}")));
    }
    for item in place.items() {
        check(&item, items, diagnostics);
    }
}

fn pair(place: &Place<'_>, first: &'static Shape, second: &'static Shape, diagnostics: &mut Vec<Diagnostic>) {
    let items: Vec<Place<'_>> = place.items().collect();
    let [one, two] = items.as_slice() else {
        diagnostics.push(place.error_at_head(format!("`{}` must be a list of two items", place.name())));
        return;
    };
    check(one, first, diagnostics);
    check(two, second, diagnostics);
}

fn map(place: &Place<'_>, names: &'static Names, diagnostics: &mut Vec<Diagnostic>) {
    let Value::Map(entries) = &place.node.value else {
        diagnostics.push(mismatch(place, &format!("a map of {}", names.what)));
        return;
    };
    if entries.len() < names.at_least {
        diagnostics.push(mismatch(place, &format!("a map of {}", names.what)).note("the map is empty"));
    }
    for entry in place.entries() {
        if let Some((test, rule)) = names.key
            && !test(entry.name())
        {
            let message = format!("`{}` cannot be the name of one of the {}", words::shorten(entry.name()), names.what);
            diagnostics.push(entry.error_at_head(message).note(rule));
        }
        check(&entry, names.value, diagnostics);
    }
}

fn object(place: &Place<'_>, table: &'static Object, diagnostics: &mut Vec<Diagnostic>) {
    let Value::Map(entries) = &place.node.value else {
        diagnostics.push(mismatch(place, table.name).note(allowed_keys(table)));
        return;
    };
    let lacks = |key: &str| !entries.iter().any(|entry| entry.key.text == key);
    let misspelt: Vec<&str> = place.entries().filter_map(|entry| meant(&entry, table, place)).collect();
    for field in table.fields.iter().filter(|field| field.need == Need::Required) {
        // A misspelt key is one mistake, not two.
        if lacks(field.key) && !misspelt.contains(&field.key) {
            diagnostics.push(missing(place, table, field.key));
        }
    }
    for entry in place.entries() {
        match table.field(entry.name()) {
            Some(field) => check(&entry, field.shape, diagnostics),
            None => diagnostics.push(unknown(&entry, table, place)),
        }
    }
    if table.order == Order::Fixed {
        diagnostics.extend(out_of_order(place, table));
    }
}

fn missing(place: &Place<'_>, table: &Object, key: &str) -> Diagnostic {
    let needed = table.fields.iter().filter(|field| field.need == Need::Required).map(|field| field.key);
    place.error_at_head(format!("missing key `{key}`")).label(format!("{} without `{key}`", table.name)).note(format!(
        "{} needs: {}",
        table.name,
        words::list(needed, "and")
    ))
}

fn unknown(entry: &Place<'_>, table: &'static Object, parent: &Place<'_>) -> Diagnostic {
    let key = entry.name();
    if let Some((_, advice)) = table.refused.iter().find(|(refused, _)| *refused == key) {
        return entry.error_at_head(format!("`{key}` is OpenAPI, but not used in {}", table.name)).help(*advice);
    }
    if table.family.iter().any(|relative| relative.field(key).is_some()) {
        let diagnostic = entry.error_at_head(format!("`{key}` means nothing for {}", table.name));
        return table.otherwise.into_iter().fold(diagnostic.note(allowed_keys(table)), Diagnostic::help);
    }
    let diagnostic = entry.error_at_head(format!("unknown key `{}`", words::shorten(key)));
    let label = meant(entry, table, parent).map(|near| format!("did you mean `{near}`?"));
    let diagnostic = label.into_iter().fold(diagnostic, Diagnostic::label).note(allowed_keys(table));
    table.otherwise.into_iter().fold(diagnostic, Diagnostic::help)
}

/// The key that a misspelt one was meant to be.
fn meant(entry: &Place<'_>, table: &Object, parent: &Place<'_>) -> Option<&'static str> {
    let key = entry.name();
    let elsewhere = table.family.iter().any(|relative| relative.field(key).is_some());
    if table.field(key).is_some() || elsewhere || table.refused.iter().any(|(refused, _)| *refused == key) {
        return None;
    }
    // A key that is there already is not the one that was meant.
    words::nearest(key, table.keys().filter(|known| parent.node.get(known).is_none()))
}

/// The first key that stands after one it should precede.
fn out_of_order(place: &Place<'_>, table: &Object) -> Option<Diagnostic> {
    let rank = |key: &str| table.fields.iter().position(|field| field.key == key);
    let mut last: Option<(usize, Place<'_>)> = None;
    for entry in place.entries() {
        let Some(here) = rank(entry.name()) else { continue };
        if let Some((before, previous)) = &last
            && here < *before
        {
            let message = format!("`{}` stands after `{}`", entry.name(), previous.name());
            return Some(entry.error_at_head(message).related(previous.head(), "should come later").note(format!(
                "the order in {}: {}",
                table.name,
                words::list(table.keys(), "and")
            )));
        }
        last = Some((here, entry));
    }
    None
}
