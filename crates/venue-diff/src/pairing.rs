//! Which part of the newer specification is which part of the older one, also under another name.

mod names;
mod similarity;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use names::Names;

use crate::facts::{self, Element, Kind, Listing, Subject, TypeExpression};
use crate::revision::Revision;

/// The parts of two specifications side by side.
#[derive(Debug)]
pub(crate) struct Pairing<'a> {
    /// In both, in the order of the newer one; the names may differ.
    pub(crate) both: Vec<(&'a Element, &'a Element)>,
    /// In the older one alone.
    pub(crate) removed: Vec<&'a Element>,
    /// In the newer one alone.
    pub(crate) added: Vec<&'a Element>,
    names: Names,
}

/// Those that others refer to by name come before those that they own.
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
            let mut taken: BTreeSet<&Subject> = BTreeSet::new();
            let (by_route, others) = routes(old, new, kind);
            for (element, same) in by_route {
                taken.insert(&same.subject);
                pairs.insert(&same.subject, element);
                if element.subject != same.subject {
                    names.add(&element.subject, &same.subject);
                }
            }
            for element in others {
                match new.element(&names.subject(&element.subject)) {
                    Some(same) if taken.insert(&same.subject) => {
                        pairs.insert(&same.subject, element);
                    }
                    _ => unpaired.push(element),
                }
            }
            let free: Vec<&Element> = of_kind(new, kind).filter(|element| !taken.contains(&element.subject)).collect();
            for (element, same) in similarity::renames((old_revision, new_revision), &unpaired, &free, &names) {
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

/// An element of the older specification and the same of the newer.
type Pair<'a> = (&'a Element, &'a Element);

/// What is on the wire under another name: operations of one route, and two schemas that swapped their names. And the elements of this kind
/// that must be paired in another way.
fn routes<'a>(old: &'a Listing, new: &'a Listing, kind: Kind) -> (Vec<Pair<'a>>, Vec<&'a Element>) {
    let elements: Vec<&Element> = of_kind(old, kind).collect();
    match kind {
        Kind::Operation => {}
        Kind::Type => return swapped_names(old, new, elements),
        _ => return (Vec::new(), elements),
    }
    let known: BTreeMap<String, &Element> = of_kind(new, kind).filter_map(|element| Some((new.route(element)?, element))).collect();
    let (mut pairs, mut others) = (Vec::new(), Vec::new());
    let mut taken = BTreeSet::new();
    for element in elements {
        match old.route(element).and_then(|route| known.get(&route)) {
            Some(same) if taken.insert(&same.subject) => pairs.push((element, *same)),
            _ => others.push(element),
        }
    }
    (pairs, others)
}

/// Schemas that have taken each other's name: each is what the other one was, and has other members than it had itself.
fn swapped_names<'a>(old: &'a Listing, new: &'a Listing, elements: Vec<&'a Element>) -> (Vec<Pair<'a>>, Vec<&'a Element>) {
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
        let taken = match (found.next(), found.next()) {
            (Some(other), None) => new.element(&Subject::Type((*other).to_owned())),
            _ => None,
        };
        match taken {
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
