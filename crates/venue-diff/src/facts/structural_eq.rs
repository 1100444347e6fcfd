//! Structural equality of types with different names.

use std::collections::BTreeMap;

use super::{Content, Element, Listing, Subject, ValueSetChange, WireType};

/// Attributes of a field that do not affect the wire format.
const WORDS: &[&str] = &["summary", "description", "example", "x-undocumented", "x-provisional"];

/// Pairs of objects that are compared or being compared. Objects can be recursive.
type Seen = Vec<(String, String)>;

/// Whether a type of the older revision and a type of the newer revision allow the same values. Objects are compared by their fields, and
/// not by their names.
pub(crate) fn are_structurally_equal((old, one): (&Listing, &WireType), (new, other): (&Listing, &WireType)) -> bool {
    are_equal_unless_seen((old, one), (new, other), &mut Seen::new())
}

/// Lists the parts in which two types differ: fields and conditions for two objects, positions for two rows. Two lists are compared by
/// their items. For all other types, the result is empty.
pub(crate) fn differing((old, one): (&Listing, &WireType), (new, other): (&Listing, &WireType)) -> Vec<String> {
    match (one, other) {
        (WireType::List(one), WireType::List(other)) => differing((old, one), (new, other)),
        (WireType::Object(one), WireType::Object(other)) | (WireType::Row(one), WireType::Row(other)) => {
            let mut seen = vec![(one.clone(), other.clone())];
            differing_parts((old, one), (new, other), &mut seen)
        }
        _ => Vec::new(),
    }
}

fn are_equal_unless_seen((old, one): (&Listing, &WireType), (new, other): (&Listing, &WireType), seen: &mut Seen) -> bool {
    match (one, other) {
        (WireType::List(one), WireType::List(other)) => are_equal_unless_seen((old, one), (new, other), seen),
        (WireType::Object(one), WireType::Object(other)) | (WireType::Row(one), WireType::Row(other)) => {
            objects_are_equal((old, one), (new, other), seen)
        }
        _ => other.value_set_change_from(one) == ValueSetChange::Same,
    }
}

fn objects_are_equal((old, one): (&Listing, &str), (new, other): (&Listing, &str), seen: &mut Seen) -> bool {
    let pair = (one.to_owned(), other.to_owned());
    if seen.contains(&pair) {
        return true;
    }
    seen.push(pair);
    differing_parts((old, one), (new, other), seen).is_empty()
}

fn differing_parts((old, one): (&Listing, &str), (new, other): (&Listing, &str), seen: &mut Seen) -> Vec<String> {
    let (ones, others) = (parts(old, one), parts(new, other));
    let gone_or_other =
        ones.iter().filter(|(name, one)| !others.get(*name).is_some_and(|other| elements_are_equal((old, one), (new, other), seen)));
    let mut differing: Vec<String> = gone_or_other.map(|(name, _)| name.clone()).collect();
    differing.extend(others.keys().filter(|name| !ones.contains_key(*name)).cloned());
    differing
}

/// The parts of an object (the object itself, its fields and its conditions) or of a row (the row itself and its positions). Each part has
/// a name for messages. A position is named by its number, because JSON does not contain the names of positions.
fn parts<'a>(listing: &'a Listing, object: &str) -> BTreeMap<String, &'a Element> {
    let name = |element: &Element| match &element.subject {
        Subject::Type(name) if name == object => Some(String::from("the object itself")),
        Subject::Field { owner, name } if owner == object => {
            Some(element.text("position").map_or_else(|| format!("`{name}`"), |position| format!("position {position}")))
        }
        Subject::Condition { holder, text } if holder == object => Some(format!("\"{text}\"")),
        _ => None,
    };
    listing.elements().iter().filter_map(|element| Some((name(element)?, element))).collect()
}

fn elements_are_equal((old, one): (&Listing, &Element), (new, other): (&Listing, &Element), seen: &mut Seen) -> bool {
    let (ones, others) = (facts(one), facts(other));
    ones.len() == others.len()
        && ones.into_iter().all(|(name, one)| match (one, others.get(name)) {
            (Content::Type(one), Some(Content::Type(other))) => {
                let (one, other) = (old.wire_type(one), new.wire_type(other));
                are_equal_unless_seen((old, &one), (new, &other), seen)
            }
            (Content::Tree(one), Some(Content::Tree(other))) => one.to_json() == other.to_json(),
            (one, other) => Some(&one) == other,
        })
}

fn facts(element: &Element) -> BTreeMap<&str, &Content> {
    let is_word = |name: &str| WORDS.contains(&name.rsplit('.').next().unwrap_or(name));
    let attributes = element.attributes.iter().filter(|attribute| !is_word(&attribute.name));
    attributes.map(|attribute| (attribute.name.as_str(), &attribute.content)).collect()
}
