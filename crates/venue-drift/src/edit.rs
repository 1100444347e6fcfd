//! Edits of the specification that make it agree with the pages.
//!
//! An edit is proposed only if there is one way to write it. The caller checks that the edited specification is still valid.

use serde_json::Value;
use venue_diff::compare;
use venue_spec::rust_names::pascal;
use venue_spec::{Document, Node};

use crate::fact::{Aspect, Fact, split_values};
use crate::reader::Reading;
use crate::specification::{Attribute, Element, Specification};

/// Replacements of parts of the specification's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit(Vec<Replacement>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Replacement {
    start: usize,
    end: usize,
    text: String,
}

/// The edited specification.
pub(crate) struct Edited {
    /// A unified diff that `git apply` accepts; empty if no edit is possible.
    pub(crate) diff: String,
    /// The ids of the changes, as `cargo xtask diff` shows them.
    pub(crate) ids: Vec<String>,
}

/// The number of edits that are checked one by one if they are not valid together.
const CHECKED_ONE_BY_ONE: usize = 20;

/// Applies all edits that leave the specification valid. Edits that overlap an earlier one are left out.
pub(crate) fn apply(document: &Document, edits: &[&Edit]) -> Edited {
    let mut distinct: Vec<&Edit> = Vec::new();
    for edit in edits {
        let overlaps = |other: &&Edit| edit.0.iter().any(|one| other.0.iter().any(|other| one.start < other.end && other.start < one.end));
        if !distinct.contains(edit) && !distinct.iter().any(overlaps) {
            distinct.push(edit);
        }
    }
    let parse = |edits: &[&Edit]| {
        let replacements: Vec<Replacement> = edits.iter().flat_map(|edit| edit.0.clone()).collect();
        Document::parse(document.name(), replaced(document.source(), &replacements)).ok()
    };
    let edited = match distinct.is_empty() {
        true => None,
        false => parse(&distinct).or_else(|| {
            let mut accepted: Vec<&Edit> = Vec::new();
            for edit in distinct.iter().take(CHECKED_ONE_BY_ONE) {
                accepted.push(edit);
                if parse(&accepted).is_none() {
                    accepted.pop();
                }
            }
            if accepted.is_empty() { None } else { parse(&accepted) }
        }),
    };
    let Some(edited) = edited else { return Edited { diff: String::new(), ids: Vec::new() } };
    let diff = similar::TextDiff::from_lines(document.source(), edited.source())
        .unified_diff()
        .header(&format!("a/{}", document.name()), &format!("b/{}", document.name()))
        .to_string();
    Edited { diff, ids: compare(document, &edited).into_iter().map(|change| change.id).collect() }
}

fn replaced(source: &str, replacements: &[Replacement]) -> String {
    let mut sorted = replacements.to_vec();
    sorted.sort();
    let mut text = source.to_owned();
    for replacement in sorted.iter().rev() {
        text.replace_range(replacement.start..replacement.end, &replacement.text);
    }
    text
}

/// Replaces the scalar at a pointer.
pub(crate) fn replace_scalar(specification: &Specification<'_>, pointer: &str, value: &str) -> Option<Edit> {
    let node = specification.document.root().at(pointer)?;
    Some(Edit(vec![Replacement { start: node.span.start, end: node.span.end, text: value.to_owned() }]))
}

/// Removes the entry at a pointer with its lines.
pub(crate) fn remove(specification: &Specification<'_>, pointer: &str) -> Option<Edit> {
    let source = specification.document.source();
    let (parent, key) = pointer.rsplit_once('/')?;
    let parent = specification.document.root().at(parent)?;
    let entry = parent.entries().iter().find(|entry| entry.key.text == key.replace("~1", "/").replace("~0", "~"))?;
    let (start, end) = (line_start(source, entry.key.span.start), line_end(source, entry.node.span.end));
    let indent = &source[start..entry.key.span.start];
    if indent.trim().is_empty() {
        return Some(Edit(vec![Replacement { start, end, text: String::new() }]));
    }
    // A flow map, such as `{ type: integer, default: 1 }`.
    let before = source[..entry.key.span.start].trim_end();
    before.ends_with(',').then(|| Edit(vec![Replacement { start: before.len() - 1, end: entry.node.span.end, text: String::new() }]))
}

/// Removes a property, and its name from `required`.
pub(crate) fn remove_field(specification: &Specification<'_>, element: &Element) -> Option<Edit> {
    if specification.is_shared(&element.pointer) {
        return None;
    }
    let (schema, name) = element.pointer.split_once("/properties/")?;
    let mut edit = remove(specification, &element.pointer)?;
    let required = format!("{schema}/required");
    if let Some(list) = specification.document.root().at(&required) {
        let names: Vec<&str> = list.items().iter().filter_map(Node::as_str).collect();
        if names.contains(&name) {
            edit.0.extend(without_item(specification, &required, names.iter().position(|candidate| *candidate == name)?)?);
        }
    }
    Some(edit)
}

/// Renames a parameter or a property.
pub(crate) fn rename(specification: &Specification<'_>, element: &Element, name: &str) -> Option<Edit> {
    if specification.is_shared(&element.pointer) {
        return None;
    }
    let Some((schema, old)) = element.pointer.split_once("/properties/") else {
        return replace_scalar(specification, &format!("{}/name", element.pointer), name);
    };
    let root = specification.document.root();
    let key = &root.at(&format!("{schema}/properties"))?.entry(old)?.key;
    let required = root.at(&format!("{schema}/required")).map(Node::items).unwrap_or_default();
    let listed = required.iter().filter(|item| item.as_str() == Some(old)).map(|item| item.span);
    let spans = listed.chain([key.span]);
    Some(Edit(spans.map(|span| Replacement { start: span.start, end: span.end, text: name.to_owned() }).collect()))
}

/// Changes one fact of an element to the value of the pages.
pub(crate) fn change(specification: &Specification<'_>, element: &Element, fact: &Fact, attribute: Option<&Attribute>) -> Option<Edit> {
    let pointer = attribute.map(|attribute| attribute.pointer.as_str());
    let is_of_operation = matches!(fact.aspect, Aspect::Method | Aspect::Path | Aspect::Permission);
    let changed = if fact.aspect == Aspect::Required { element.pointer.as_str() } else { pointer.unwrap_or(&element.pointer) };
    if !is_of_operation && !fact.subject.starts_with("enum ") && specification.is_shared(changed) {
        return None;
    }
    match fact.aspect {
        Aspect::Default | Aspect::Minimum | Aspect::Maximum => replace_scalar(specification, pointer?, &fact.value),
        Aspect::Type => {
            let (ours, theirs) = (attribute?.value.split_once('/')?, fact.value.split_once('/')?);
            (ours.0 == "integer" && theirs.0 == "integer").then(|| replace_scalar(specification, pointer?, theirs.1)).flatten()
        }
        Aspect::Permission => {
            let known = specification.api.permissions.contains(&fact.value) || fact.value == "none";
            known.then(|| replace_scalar(specification, pointer?, &fact.value)).flatten()
        }
        Aspect::Path => {
            let (parent, _) = element.pointer.rsplit_once('/')?;
            let path = specification
                .document
                .root()
                .at("/paths")?
                .entries()
                .iter()
                .find(|entry| entry.key.text == attribute.map_or("", |a| &a.value))?;
            let is_only_operation = path.node.entries().len() == 1 && parent.starts_with("/paths/");
            is_only_operation
                .then(|| Edit(vec![Replacement { start: path.key.span.start, end: path.key.span.end, text: fact.value.clone() }]))
        }
        Aspect::Required => required(specification, element, fact.value == "yes"),
        Aspect::Values => values(specification, attribute?, fact),
        _ => None,
    }
}

fn required(specification: &Specification<'_>, element: &Element, is_required: bool) -> Option<Edit> {
    let source = specification.document.source();
    if let Some((schema, name)) = element.pointer.split_once("/properties/") {
        let pointer = format!("{schema}/required");
        let list = specification.document.root().at(&pointer)?;
        let names: Vec<&str> = list.items().iter().filter_map(Node::as_str).collect();
        let replacements = match is_required {
            true => vec![with_item(specification, &pointer, name)?],
            false => without_item(specification, &pointer, names.iter().position(|candidate| *candidate == name)?)?,
        };
        return Some(Edit(replacements));
    }
    if !is_required {
        return remove(specification, &format!("{}/required", element.pointer));
    }
    let location = specification.document.root().at(&element.pointer)?.entry("in")?;
    let start = line_end(source, location.node.span.end);
    let indent = " ".repeat(location.key.span.column - 1);
    Some(Edit(vec![Replacement { start, end: start, text: format!("{indent}required: true\n") }]))
}

/// Adds one value to an enum, or removes one.
fn values(specification: &Specification<'_>, attribute: &Attribute, fact: &Fact) -> Option<Edit> {
    let schema = attribute.pointer.strip_suffix("/enum")?;
    let (theirs, ours) = (split_values(&fact.value), attribute.values());
    let new: Vec<&&str> = theirs.iter().filter(|value| !ours.contains(value)).collect();
    let gone: Vec<&&str> = ours.iter().filter(|value| !theirs.contains(value)).collect();
    let lists = ["enum", "x-enum-varnames", "x-enum-descriptions"];
    match (new.as_slice(), gone.as_slice()) {
        ([new], []) => {
            let variant = if new.starts_with(|c: char| c.is_ascii_digit()) { format!("Value{new}") } else { pascal(&new.to_lowercase()) };
            let texts = [(*new).to_string(), variant, format!("The value `{new}`.")];
            let items = lists.iter().zip(texts).map(|(list, text)| {
                let text = if text.contains('`') { format!("'{text}'") } else { text };
                with_item(specification, &format!("{schema}/{list}"), &text)
            });
            Some(Edit(items.collect::<Option<Vec<_>>>()?))
        }
        ([], [gone]) => {
            let all = specification.document.root().at(&attribute.pointer)?.to_json();
            let index = all.as_array()?.iter().position(|value| crate::specification::plain_text(value) == ***gone)?;
            let items = lists.iter().map(|list| without_item(specification, &format!("{schema}/{list}"), index));
            Some(Edit(items.collect::<Option<Vec<_>>>()?.concat()))
        }
        _ => None,
    }
}

/// Appends an item to a list.
fn with_item(specification: &Specification<'_>, pointer: &str, item: &str) -> Option<Replacement> {
    let source = specification.document.source();
    let last = specification.document.root().at(pointer)?.items().last()?;
    let start = line_start(source, last.span.start);
    let (lead, is_block) = (&source[start..last.span.start], source[start..last.span.start].trim() == "-");
    if is_block {
        let at = line_end(source, last.span.end);
        return Some(Replacement { start: at, end: at, text: format!("{lead}{item}\n") });
    }
    Some(Replacement { start: last.span.end, end: last.span.end, text: format!(", {item}") })
}

/// Removes an item from a list.
fn without_item(specification: &Specification<'_>, pointer: &str, index: usize) -> Option<Vec<Replacement>> {
    let source = specification.document.source();
    let items = specification.document.root().at(pointer)?.items();
    let item = items.get(index)?;
    let start = line_start(source, item.span.start);
    if source[start..item.span.start].trim() == "-" {
        return Some(vec![Replacement { start, end: line_end(source, item.span.end), text: String::new() }]);
    }
    let (start, end) = match (index, items.get(index + 1)) {
        (_, Some(next)) => (item.span.start, next.span.start),
        (0, None) => (item.span.start, item.span.end),
        (_, None) => (items.get(index - 1)?.span.end, item.span.end),
    };
    Some(vec![Replacement { start, end, text: String::new() }])
}

/// Adds a new field or a new parameter. The field is optional, and its description repeats its name.
pub(crate) fn add(specification: &Specification<'_>, reading: &Reading, fact: &Fact) -> Option<Edit> {
    let of_subject = |aspect: Aspect| reading.facts.iter().find(|other| other.subject == fact.subject && other.aspect == aspect);
    let kind = of_subject(Aspect::Type)?.value.as_str();
    let (parent, name) = fact.subject.rsplit_once([' ', '.'])?;
    let (kind, format) = kind.split_once('/').map_or((kind, None), |(kind, format)| (kind, Some(format)));
    if !matches!(kind, "string" | "integer" | "boolean") {
        return None;
    }
    let operation =
        specification.api.operations.iter().find(|operation| parent.starts_with(&crate::specification::subject_of(operation)))?;
    let description = description_of(name);
    if parent.ends_with(" query") {
        let last = specification.document.root().at(&format!("{}/parameters", operation.pointer))?.items().last()?;
        let at = line_end(specification.document.source(), last.span.end);
        let indent = " ".repeat(last.span.column.checked_sub(3)?);
        let required = if of_subject(Aspect::Required).is_some_and(|fact| fact.value == "yes") {
            format!("{indent}  required: true\n")
        } else {
            String::new()
        };
        let format = format.map(|format| format!(", format: {format}")).unwrap_or_default();
        let text = format!(
            "{indent}- name: {name}\n{indent}  in: query\n{required}{indent}  description: {description}\n{indent}  schema: {{ type: {kind}{format} }}\n"
        );
        return Some(Edit(vec![Replacement { start: at, end: at, text }]));
    }
    // The sibling before the new row is in the schema that describes the object.
    let siblings = specification.elements.iter().filter(|(subject, element)| {
        subject.rsplit_once([' ', '.']).is_some_and(|(other, _)| other == parent) && element.pointer.contains("/properties/")
    });
    let schema = siblings.map(|(_, element)| element.pointer.as_str()).next()?.rsplit_once("/properties/")?.0;
    let users: std::collections::BTreeSet<&str> = specification
        .elements
        .iter()
        .filter(|(_, element)| element.pointer.starts_with(&format!("{schema}/properties/")))
        .filter_map(|(subject, _)| subject.rsplit_once([' ', '.']).map(|(parent, _)| parent))
        .collect();
    if users.len() > 1 {
        return None;
    }
    let properties = specification.document.root().at(&format!("{schema}/properties"))?.entries();
    let last = properties.last()?;
    let at = line_end(specification.document.source(), last.node.span.end);
    let indent = " ".repeat(last.key.span.column - 1);
    let format = format.map(|format| format!("{indent}  format: {format}\n")).unwrap_or_default();
    let text = format!("{indent}{name}:\n{indent}  type: {kind}\n{format}{indent}  description: {description}\n");
    let mut replacements = vec![Replacement { start: at, end: at, text }];
    let is_required = of_subject(Aspect::Required).is_some_and(|fact| fact.value == "yes");
    if is_required
        && matches!(specification.document.json().pointer(schema), Some(Value::Object(schema)) if schema.contains_key("required"))
    {
        replacements.push(with_item(specification, &format!("{schema}/required"), name)?);
    }
    Some(Edit(replacements))
}

/// Splits a name into words: `leapSeconds` becomes `Leap seconds.`
fn description_of(name: &str) -> String {
    let mut text = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(character.to_lowercase());
    }
    let mut characters = text.chars();
    let first: String = characters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

fn line_start(source: &str, offset: usize) -> usize {
    source[..offset].rfind('\n').map_or(0, |at| at + 1)
}

/// The offset after the line break at or after an offset. A block scalar ends after its line break.
fn line_end(source: &str, offset: usize) -> usize {
    if offset > 0 && source[..offset].ends_with('\n') {
        return offset;
    }
    source[offset..].find('\n').map_or(source.len(), |at| offset + at + 1)
}
