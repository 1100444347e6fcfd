//! Which part of the newer specification is which part of the older one, also under another name.

mod similarity;

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{self, Content, Element, Kind, Listing, Subject, TypeExpression};

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

/// From old names to new ones, where they differ.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names {
    renamed: BTreeMap<Subject, Subject>,
    /// The schema that every answer's data lie in, by its old name.
    envelope: Option<String>,
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
    pub(crate) fn new(old: &'a Listing, new: &'a Listing) -> Self {
        let envelope = old.element(&Subject::Api).and_then(|api| api.text("x-venue-envelope.schema"));
        let mut names = Names { renamed: BTreeMap::new(), envelope: envelope.map(str::to_owned) };
        let mut pairs: BTreeMap<&Subject, &'a Element> = BTreeMap::new();
        for kind in ORDER {
            let mut unpaired = Vec::new();
            let mut taken: BTreeSet<&Subject> = BTreeSet::new();
            let (by_route, others) = routes(old, new, kind);
            for (element, same) in by_route {
                taken.insert(&same.subject);
                pairs.insert(&same.subject, element);
                if element.subject != same.subject {
                    names.renamed.insert(element.subject.clone(), same.subject.clone());
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
            for (element, same) in similarity::renames((old, new), &unpaired, &free, &names) {
                pairs.insert(&same.subject, element);
                if names.subject(&element.subject) != same.subject {
                    names.renamed.insert(element.subject.clone(), same.subject.clone());
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
    let are_alike = |one: &str, other: &str| {
        let form = |listing: &Listing, name: &str| listing.form(&TypeExpression::Named { name: name.to_owned(), format: None });
        facts::are_alike((old, &form(old, one)), (new, &form(new, other)))
    };
    let changed: Vec<&str> =
        before.iter().filter(|(name, own)| after.get(*name).is_some_and(|now| now != *own)).map(|(name, _)| name.as_str()).collect();
    let is_swapped = |one: &str, other: &str| {
        before.get(one) == after.get(other) && before.get(other) == after.get(one) && are_alike(one, other) && are_alike(other, one)
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

impl Names {
    /// What an old subject is called now, as far as that is known.
    pub(crate) fn subject(&self, subject: &Subject) -> Subject {
        if let Some(renamed) = self.renamed.get(subject) {
            return renamed.clone();
        }
        match subject {
            Subject::Field { owner, name } => Subject::Field { owner: self.type_(owner), name: name.clone() },
            Subject::Value { owner, value } => Subject::Value { owner: self.type_(owner), value: value.clone() },
            Subject::Parameter { operation, location, name } => {
                Subject::Parameter { operation: self.operation(operation), location: location.clone(), name: name.clone() }
            }
            Subject::Channel { stream, topic } => {
                let stream = self.renamed.get(&Subject::Stream(stream.clone())).map_or_else(|| stream.clone(), Subject::name);
                Subject::Channel { stream, topic: topic.clone() }
            }
            Subject::Condition { holder, text } => Subject::Condition { holder: self.operation(&self.type_(holder)), text: text.clone() },
            other => other.clone(),
        }
    }

    /// What an old fact is, written with the names of today: a renamed schema is one change, not one for each use.
    pub(crate) fn content(&self, of: &Subject, content: &Content) -> Content {
        match content {
            Content::Type(expression) => Content::Type(expression.renamed(&|name| self.type_(name))),
            Content::Reference(name) => {
                let targets = [Subject::SharedParameter(name.clone()), Subject::SharedResponse(name.clone()), Subject::Type(name.clone())];
                let renamed = targets.iter().find_map(|target| self.renamed.get(target));
                Content::Reference(renamed.map_or_else(|| name.clone(), Subject::name))
            }
            Content::Credentials(alternatives) => {
                let scheme = |name: &String| self.subject(&Subject::Scheme(name.clone())).name();
                Content::Credentials(alternatives.iter().map(|all| all.iter().map(scheme).collect()).collect())
            }
            Content::Condition(condition) => Content::Condition(condition.renamed(|name| self.member(of, name))),
            Content::Text(_) | Content::Tree(_) => content.clone(),
        }
    }

    /// A text that names something: an operation its section and permission, the file its envelope.
    pub(crate) fn text(&self, of: &Subject, attribute: &str, text: &str) -> String {
        match (of, attribute) {
            (Subject::Operation(_), "section") => self.subject(&Subject::Section(text.to_owned())).name(),
            (Subject::Operation(_), "x-venue-permission") => self.subject(&Subject::Permission(text.to_owned())).name(),
            (Subject::Api, "x-venue-envelope.schema") => self.type_(text),
            (Subject::Api, attribute) => match (&self.envelope, attribute.strip_prefix("x-venue-envelope.")) {
                (Some(owner), Some("code" | "message" | "data" | "requestId")) => {
                    self.subject(&Subject::Field { owner: owner.clone(), name: text.to_owned() }).name()
                }
                _ => text.to_owned(),
            },
            _ => text.to_owned(),
        }
    }

    /// A field or parameter that a condition names.
    fn member(&self, condition: &Subject, name: &str) -> String {
        let Subject::Condition { holder, .. } = condition else { return name.to_owned() };
        let field = Subject::Field { owner: holder.clone(), name: name.to_owned() };
        let parameters = ["query", "header", "path"].map(|location| Subject::Parameter {
            operation: holder.clone(),
            location: location.to_owned(),
            name: name.to_owned(),
        });
        let renamed = parameters.iter().chain([&field]).find_map(|subject| self.renamed.get(subject));
        renamed.map_or_else(|| name.to_owned(), Subject::name)
    }

    fn type_(&self, name: &str) -> String {
        self.renamed.get(&Subject::Type(name.to_owned())).map_or_else(|| name.to_owned(), Subject::name)
    }

    /// What an operation is called now.
    pub(crate) fn operation(&self, name: &str) -> String {
        self.renamed.get(&Subject::Operation(name.to_owned())).map_or_else(|| name.to_owned(), Subject::name)
    }
}
