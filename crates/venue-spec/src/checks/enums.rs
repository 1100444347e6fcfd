//! Checks enums: every value has a variant, and no two variants have the same name.

use std::collections::HashMap;

use super::conformance::spelling;
use super::index::SpecIndex;
use super::reserved_names;
use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;
use crate::message;
use crate::rust_names::{is_keyword, pascal};
use crate::tree::Value;

pub(crate) fn check(spec: &SpecIndex<'_>, diagnostics: &mut Vec<Diagnostic>) {
    for schema in &spec.named {
        let Some(values) = schema.get("enum") else { continue };
        let items: Vec<Cursor<'_>> = values.items().collect();
        types(schema, &items, diagnostics);
        duplicates(&items, |item| spelling(item.node), |value, _| format!("duplicate value `{value}`"), diagnostics);
        for key in ["x-enum-varnames", "x-enum-descriptions"] {
            diagnostics.extend(schema.get(key).and_then(|list| list_length(&values, items.len(), &list)));
        }
        variants(schema, &items, diagnostics);
        marks(schema, &items, diagnostics);
        diagnostics.extend(schema.get("x-enum-states").map(|states| states_of_values(&states, &items)).unwrap_or_default());
    }
}

/// Checks marks of enum values: each mark names an existing value, and is not empty.
fn marks(schema: &Cursor<'_>, items: &[Cursor<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let values: Vec<String> = items.iter().map(|item| spelling(item.node)).collect();
    for mark in schema.get("x-enum-marks").iter().flat_map(Cursor::entries) {
        if !values.iter().any(|value| value == mark.name()) {
            let message = format!("`{}` is not a value of this enum", message::shorten(mark.name()));
            diagnostics.push(no_value(mark.error_at_head(message), mark.name(), &values));
        } else if mark.node.entries().is_empty() {
            diagnostics.push(mark.error_at_head(format!("`{}` has no mark", mark.name())).help("write `x-provisional` with the evidence"));
        }
    }
}

fn no_value(diagnostic: Diagnostic, value: &str, values: &[String]) -> Diagnostic {
    match message::nearest(value, values.iter().map(String::as_str)) {
        Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
        None => diagnostic.note(format!("its values: {}", message::list(values.iter().map(String::as_str), "and"))),
    }
}

/// Every value has exactly one state. A new value without a state is reported.
fn states_of_values(states: &Cursor<'_>, items: &[Cursor<'_>]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let values: Vec<String> = items.iter().map(|item| spelling(item.node)).collect();
    let mut seen: HashMap<String, Cursor<'_>> = HashMap::new();
    for state in states.entries().flat_map(|list| list.items().collect::<Vec<_>>()) {
        let value = spelling(state.node);
        if !values.contains(&value) {
            let message = format!("`{}` is not a value of this enum", message::shorten(&value));
            diagnostics.push(no_value(state.error(message), &value, &values));
        } else if let Some(first) = seen.insert(value.clone(), state.clone()) {
            let diagnostic = state.error(format!("`{value}` has two states")).label("second time");
            diagnostics.push(diagnostic.related(first.node.span, "first time"));
        }
    }
    for item in items.iter().filter(|item| !seen.contains_key(&spelling(item.node))) {
        let diagnostic = item.error(format!("`{}` has no state", spelling(item.node))).related(states.head(), "the states");
        diagnostics.push(diagnostic.help(
            "list it under `open` or `final`; under `unclear` if the documentation does not say: neither method returns true for it then",
        ));
    }
    diagnostics
}

fn types(schema: &Cursor<'_>, items: &[Cursor<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let kind = schema.text("type").unwrap_or_default();
    for item in items {
        let found = match item.node.value {
            Value::String(_) => "string",
            Value::Integer(_) => "integer",
            _ => "boolean",
        };
        if found != kind {
            let diagnostic = item.error(format!("{} in an enum with `type: {kind}`", item.node.describe()));
            let related = schema.get("type").map_or(schema.head(), |cursor| cursor.node.span);
            let diagnostic = diagnostic.label(format!("expected type `{kind}`")).related(related, "the type");
            diagnostics.push(match kind {
                "string" => diagnostic.help(format!("write `'{}'`", spelling(item.node))),
                _ => diagnostic,
            });
        }
    }
    if let Some(format) = schema.get("format").filter(|_| kind == "string") {
        diagnostics.push(format.error("`format` means nothing for an enum of texts").help("remove it"));
    }
}

fn list_length(values: &Cursor<'_>, count: usize, list: &Cursor<'_>) -> Option<Diagnostic> {
    let found = list.node.items().len();
    (found != count).then(|| {
        list.error_at_head(format!("`{}` has {}, and `enum` has {count}", list.name(), message::count(found, "item")))
            .related(values.head(), message::count(count, "value"))
            .note("the lists correspond item by item")
    })
}

fn variants(schema: &Cursor<'_>, items: &[Cursor<'_>], diagnostics: &mut Vec<Diagnostic>) {
    let names: Vec<Cursor<'_>> = schema.get("x-enum-varnames").iter().flat_map(Cursor::items).collect();
    for cursor in &names {
        let name = cursor.node.as_str().unwrap_or_default();
        let sound = name.starts_with(|c: char| c.is_ascii_uppercase()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !sound || is_keyword(name) {
            let diagnostic = cursor.error(format!("`{name}` cannot be the name of a Rust variant"));
            let diagnostic = diagnostic.note("a variant is Pascal case: a capital, then letters and digits");
            let better = pascal(name);
            diagnostics.push(match better != name && !better.ends_with('_') {
                true => diagnostic.label(format!("did you mean `{better}`?")),
                false => diagnostic,
            });
        }
    }
    for cursor in names.iter().filter(|cursor| cursor.node.as_str().is_some_and(|name| reserved_names::VARIANTS.contains(&name))) {
        let message = format!("`{}` means something else in every generated enum", spelling(cursor.node));
        let diagnostic =
            cursor.error(message).note("`Unknown` is the variant for values that are not listed, `DOCUMENTED` the list of values");
        diagnostics.push(diagnostic.help("give the variant another name: it is not on the wire"));
    }
    let wire = |index: usize| items.get(index).map_or_else(String::new, |item| spelling(item.node));
    let message = |name: &str, [first, second]: [usize; 2]| format!("`{}` and `{}` are both `{name}` in Rust", wire(first), wire(second));
    duplicates(&names, |cursor| spelling(cursor.node), message, diagnostics);
}

/// Reports equal items. `message` gets the common text and the indices of the two items.
fn duplicates<'d>(
    items: &[Cursor<'d>],
    spell: impl Fn(&Cursor<'d>) -> String,
    message: impl Fn(&str, [usize; 2]) -> String,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut first: HashMap<String, usize> = HashMap::new();
    for (index, item) in items.iter().enumerate() {
        let text = spell(item);
        let Some(other) = first.get(&text) else {
            first.insert(text, index);
            continue;
        };
        let diagnostic = item.error(message(&text, [*other, index])).label("second time");
        diagnostics.push(diagnostic.related(items[*other].node.span, "first time"));
    }
}
