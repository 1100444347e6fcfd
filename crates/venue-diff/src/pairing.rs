//! Pairs the elements of two revisions, including renamed elements.
//!
//! The pairing takes one kind of element after the other. Kinds to which others refer come first, so that a renamed schema is known when
//! its fields are paired. The elements of a kind are paired in three steps:
//!
//! 1. Only operations and schemas: operations with the same HTTP method and path are paired, whatever their names. Schemas that swapped
//!    their names are paired crosswise.
//! 2. Elements with the same name are paired.
//! 3. Each possible pair of the remaining elements gets a score from 0 to 1. The pairs are taken in descending order of the score, each
//!    element at most once, as long as the score is at least 0.6.
//!
//! # The score of two fields
//!
//! The names of different quantities are often alike, so the descriptions decide first whether two fields can be a pair. If at least one
//! field has a description, the descriptions must have a similarity of at least 0.8. If neither field has a description, the names must
//! have a similarity of at least 0.9, and the similarity of the descriptions counts as 0.5. A pair without this similarity has the score 0.
//!
//! The score of two fields of the same type is 0.25 + 0.4 × similarity of the descriptions + 0.25 × similarity of the names + 0.1 if both
//! are required or both are optional.
//!
//! # Example
//!
//! The older `Order` has the fields `price` and `qty`. The newer `Order` has `price`, `quantity` and `quoteQuantity`. All fields are
//! required decimals. The description of `qty` is "Quantity of the base asset." Step 2 pairs `price`. Step 3 scores `qty` against both new
//! fields:
//!
//! | new field | its description | similarity of the descriptions | similarity of the names | score |
//! | --- | --- | --- | --- | --- |
//! | `quantity` | "Quantity of the base asset." | 1.00 | 0.64 | 0.25 + 0.40 + 0.16 + 0.10 = 0.91 |
//! | `quoteQuantity` | "Value in the quote asset." | 0.52 | 0.61 | 0, because 0.52 is below 0.8 |
//!
//! So `qty` was renamed to `quantity`, and `quoteQuantity` was added.

mod names;
mod similarity;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use names::Names;

use crate::facts::{self, Element, Kind, Listing, Subject, TypeExpression};
use crate::revision::Revision;

/// The paired elements of two revisions.
#[derive(Debug)]
pub(crate) struct Pairing<'a> {
    /// The pairs, in the order of the newer revision: an element of the older revision, and its counterpart in the newer revision. The two
    /// elements can have different names.
    pub(crate) both: Vec<(&'a Element, &'a Element)>,
    /// The elements that only the older revision has.
    pub(crate) removed: Vec<&'a Element>,
    /// The elements that only the newer revision has.
    pub(crate) added: Vec<&'a Element>,
    names: Names,
}

/// The order in which kinds are paired. A kind that owns elements of other kinds, or to which other kinds refer, comes before these kinds.
/// For example, types come before fields.
const ORDER: [Kind; 15] = [
    Kind::Api,
    Kind::Server,
    Kind::Permission,
    Kind::Stream,
    Kind::Channel,
    Kind::Section,
    Kind::Scheme,
    Kind::Type,
    Kind::SharedParameter,
    Kind::SharedResponse,
    Kind::Operation,
    Kind::Field,
    Kind::Value,
    Kind::Parameter,
    Kind::Condition,
];

impl<'a> Pairing<'a> {
    pub(crate) fn new(old_revision: &'a Revision, new_revision: &'a Revision) -> Self {
        let (old, new) = (&old_revision.listing, &new_revision.listing);
        let envelope = old.element(&Subject::Api).and_then(|api| api.text("x-venue-envelope.schema"));
        let mut names = Names::new(envelope.map(str::to_owned));
        let mut pairs: BTreeMap<&Subject, &'a Element> = BTreeMap::new();
        for kind in ORDER {
            let mut unpaired = Vec::new();
            let mut paired: BTreeSet<&Subject> = BTreeSet::new();
            let (by_route, others) = pair_by_route(old, new, kind);
            for (element, same) in by_route {
                paired.insert(&same.subject);
                pairs.insert(&same.subject, element);
                if element.subject != same.subject {
                    names.add(&element.subject, &same.subject);
                }
            }
            for element in others {
                match new.element(&names.subject(&element.subject)) {
                    Some(same) if paired.insert(&same.subject) => {
                        pairs.insert(&same.subject, element);
                    }
                    _ => unpaired.push(element),
                }
            }
            let free: Vec<&Element> = of_kind(new, kind).filter(|element| !paired.contains(&element.subject)).collect();
            for (element, same) in similarity::find_renames((old_revision, new_revision), &unpaired, &free, &names) {
                pairs.insert(&same.subject, element);
                if names.subject(&element.subject) != same.subject {
                    names.add(&element.subject, &same.subject);
                }
            }
        }
        let paired: BTreeSet<&Subject> = pairs.values().map(|element| &element.subject).collect();
        let removed = old.elements().iter().filter(|element| !paired.contains(&element.subject)).collect();
        let (both, added): (Vec<_>, Vec<_>) = new.elements().iter().partition(|element| pairs.contains_key(&element.subject));
        let both = both.into_iter().filter_map(|element| Some((*pairs.get(&element.subject)?, element))).collect();
        Self { both, removed, added, names }
    }

    pub(crate) fn names(&self) -> &Names {
        &self.names
    }
}

/// An element of the older revision and its counterpart in the newer one.
type Pair<'a> = (&'a Element, &'a Element);

/// Pairs operations by method and path, and schemas that swapped their names. Also returns the elements of the older revision
/// that remain unpaired.
fn pair_by_route<'a>(old: &'a Listing, new: &'a Listing, kind: Kind) -> (Vec<Pair<'a>>, Vec<&'a Element>) {
    let elements: Vec<&Element> = of_kind(old, kind).collect();
    match kind {
        Kind::Operation => {}
        Kind::Type => return pair_swapped_schemas(old, new, elements),
        _ => return (Vec::new(), elements),
    }
    let known: BTreeMap<String, &Element> = of_kind(new, kind).filter_map(|element| Some((new.route(element)?, element))).collect();
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    let mut paired = BTreeSet::new();
    for element in elements {
        match old.route(element).and_then(|route| known.get(&route)) {
            Some(same) if paired.insert(&same.subject) => pairs.push((element, *same)),
            _ => others.push(element),
        }
    }
    (pairs, others)
}

/// Pairs schemas that swapped their names. Two schemas have swapped their names if each of them now has the structure that the other schema
/// had in the older revision, and no longer its own structure.
fn pair_swapped_schemas<'a>(old: &'a Listing, new: &'a Listing, elements: Vec<&'a Element>) -> (Vec<Pair<'a>>, Vec<&'a Element>) {
    let (before, after) = (members(old), members(new));
    let are_structurally_equal = |one: &str, other: &str| {
        let wire_type = |listing: &Listing, name: &str| listing.wire_type(&TypeExpression::Named { name: name.to_owned(), format: None });
        facts::are_structurally_equal((old, &wire_type(old, one)), (new, &wire_type(new, other)))
    };
    let changed: Vec<&str> =
        before.iter().filter(|(name, own)| after.get(*name).is_some_and(|now| now != *own)).map(|(name, _)| name.as_str()).collect();
    let is_swapped = |one: &str, other: &str| {
        before.get(one) == after.get(other)
            && before.get(other) == after.get(one)
            && are_structurally_equal(one, other)
            && are_structurally_equal(other, one)
    };
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    for element in elements {
        let name = element.subject.name();
        let is_changed = changed.contains(&name.as_str());
        let mut found = changed.iter().filter(|other| is_changed && **other != name && is_swapped(&name, other));
        let paired = match (found.next(), found.next()) {
            (Some(other), None) => new.element(&Subject::Type((*other).to_owned())),
            _ => None,
        };
        match paired {
            Some(now) => pairs.push((element, now)),
            None => others.push(element),
        }
    }
    (pairs, others)
}

/// The names of the fields and values of each schema.
fn members(listing: &Listing) -> BTreeMap<String, BTreeSet<String>> {
    let mut members: BTreeMap<String, BTreeSet<String>> =
        of_kind(listing, Kind::Type).map(|element| (element.subject.name(), BTreeSet::new())).collect();
    for element in listing.elements() {
        if let Subject::Field { owner, name } | Subject::Value { owner, value: name } = &element.subject
            && let Some(members) = members.get_mut(owner)
        {
            members.insert(name.clone());
        }
    }
    members
}

fn of_kind(listing: &Listing, kind: Kind) -> impl Iterator<Item = &Element> {
    listing.elements().iter().filter(move |element| element.subject.kind() == kind)
}
