//! Compares two revisions.

use venue_spec::Document;

use crate::change::{Change, Edit};
use crate::difference::Difference;
use crate::facts::{Attribute, Content, Element, Kind, Listing, Subject};
use crate::pairing::{Names, Pairing};
use crate::reach::Direction;
use crate::revision::Revision;
use crate::rules;

/// Returns the changes from one specification to another, in the order of the newer file. Removals are at the end.
///
/// Every difference of a key or a value is one change. Comments, the order of keys and the order of lists are ignored.
pub fn compare(old: &Document, new: &Document) -> Vec<Change> {
    let (old, new) = (Revision::new(old), Revision::new(new));
    Comparison::new(&old, &new).changes
}

struct Comparison<'a> {
    old: &'a Revision,
    new: &'a Revision,
    has_moved_base_path: bool,
    changes: Vec<Change>,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Revision, new: &'a Revision) -> Self {
        let pairing = Pairing::new(old, new);
        let mut comparison = Self { old, new, has_moved_base_path: new.listing.has_moved_its_base_path(&old.listing), changes: Vec::new() };
        let mut differences: Vec<Difference<'_>> = Vec::new();
        for (one, other) in &pairing.both {
            differences.extend(comparison.pair(one, other, pairing.names()));
        }
        differences
            .extend(pairing.added.iter().filter(|element| !is_owned_by(element, &pairing.added)).map(|element| Difference::added(element)));
        differences.sort_by_key(|difference| difference.positions.1.as_ref().map(|position| (position.line, position.column)));
        let removed = pairing.removed.iter().filter(|element| !is_owned_by(element, &pairing.removed));
        differences.extend(removed.map(|element| Difference::removed(element, pairing.names())));
        note_swapped_descriptions(&mut differences);
        for difference in differences {
            let change = comparison.classified(difference, pairing.names());
            comparison.changes.push(change);
        }
        comparison
    }

    fn pair(&self, old: &'a Element, new: &'a Element, names: &Names) -> Vec<Difference<'a>> {
        let mut differences = Vec::new();
        let translated = |attribute: &Attribute| translated(names, &old.subject, attribute);
        let shared = |element: &Element| element.attribute("shared").cloned();
        if let (Some(one), Some(other)) = (shared(old), shared(new))
            && translated(&one) == other.content
        {
            // All other differences belong to the shared component.
            return differences;
        }
        let (old_name, new_name) = (names_of(&old.subject), names_of(&new.subject));
        if old_name != new_name && old.subject.kind() != Kind::Condition {
            let edit = Edit::Renamed { from: renamed_part(old, new), to: renamed_part(new, old) };
            differences.push(Difference::renamed(old, new, edit));
        }
        let (mut old_attributes, mut new_attributes) = match (shared(old), shared(new)) {
            (None, None) => (old.attributes.clone(), new.attributes.clone()),
            _ => (expanded(&self.old.listing, old), expanded(&self.new.listing, new)),
        };
        if self.has_moved_base_path && old.subject.kind() == Kind::Operation {
            // A prefix has moved between the paths and the server's address. The complete paths are compared, so that the report contains
            // one change of the server, and not a change of the path of every operation.
            with_full_path(&self.old.listing, old, &mut old_attributes);
            with_full_path(&self.new.listing, new, &mut new_attributes);
        }
        let in_old = |name: &str| old_attributes.iter().find(|attribute| attribute.name == name);
        let in_new = |name: &str| new_attributes.iter().find(|attribute| attribute.name == name);
        for attribute in &new_attributes {
            let before = in_old(&attribute.name);
            if before.map(translated).as_ref() != Some(&attribute.content) {
                differences.extend(Difference::attribute(old, new, before.map(|one| (one, translated(one))), Some(attribute)));
            }
        }
        for attribute in old_attributes.iter().filter(|attribute| in_new(&attribute.name).is_none()) {
            differences.extend(Difference::attribute(old, new, Some((attribute, translated(attribute))), None));
        }
        fold_bodies(&mut differences);
        fold_format(&mut differences);
        fold_positions(&mut differences);
        differences
    }

    fn classified(&self, difference: Difference<'_>, names: &Names) -> Change {
        let attribute = match &difference.edit {
            Edit::Changed { attribute, .. } => Some(attribute.as_str()),
            _ => None,
        };
        let direction = |revision: &Revision, element: Option<&Element>| {
            element.map_or(Direction::None, |element| revision.reach.direction(&element.subject, attribute))
        };
        let direction = direction(self.old, difference.old).and(direction(self.new, difference.new));
        let verdict = rules::classify(self.old, self.new, &difference, direction);
        // The affected operations are those that use the part in the newer revision. Only the older revision has a removed part, so its
        // operations are those of the older revision, under their new names.
        let affected = match (difference.new, difference.old) {
            (Some(element), _) => self.new.reach.affected(&element.subject),
            (None, Some(element)) => self.old.reach.affected(&element.subject).renamed(|operation| names.operation(operation)),
            (None, None) => crate::reach::AffectedOperations::default(),
        };
        let variant = difference.new.or(difference.old).filter(|_| difference.subject.kind() == Kind::Value);
        let variant = variant.and_then(|element| element.text("variant")).map(str::to_owned);
        // A change that affects exactly one operation has the route of this operation.
        let subject = match affected.operations.as_slice() {
            [only] => Subject::Operation(only.clone()),
            _ => difference.subject.clone(),
        };
        let route = route(&self.new.listing, &subject).or_else(|| route(&self.old.listing, &subject));
        let (old, new) = difference.positions;
        Change {
            id: format!("{}/{}", difference.subject, difference.edit.slug()),
            subject: difference.subject.to_string(),
            kind: difference.subject.kind(),
            edit: difference.edit,
            direction,
            wire: verdict.class,
            rules: verdict.rules,
            reason: verdict.reason,
            old,
            new,
            affected,
            variant,
            route,
        }
    }
}

/// If a body or a response was added or removed, differences of its parts are dropped.
fn fold_bodies(differences: &mut Vec<Difference<'_>>) {
    for whole in ["body", "answer"] {
        let came_or_went = |difference: &Difference<'_>| match &difference.edit {
            Edit::Changed { attribute, from, to } => attribute == whole && (from.is_none() || to.is_none()),
            _ => false,
        };
        if differences.iter().any(came_or_went) {
            let part = format!("{whole}.");
            differences.retain(|difference| !matches!(&difference.edit, Edit::Changed { attribute, .. } if attribute.starts_with(&part)));
        }
    }
}

/// Drops the difference of a schema's `format` if its type changed as well. Otherwise, the change of an integer to an enum would be
/// reported twice, because the format is part of the type of an integer, but a separate attribute of an enum.
fn fold_format(differences: &mut Vec<Difference<'_>>) {
    let is_of = |difference: &Difference<'_>, name: &str| matches!(&difference.edit, Edit::Changed { attribute, .. } if attribute == name);
    if differences.iter().any(|difference| is_of(difference, "type")) {
        differences.retain(|difference| !is_of(difference, "format"));
    }
}

/// Drops the difference of a field's position in a row if the row became an object, or an object became a row. The difference of the type
/// already reports this change.
fn fold_positions(differences: &mut Vec<Difference<'_>>) {
    let came_or_went = |difference: &Difference<'_>| match &difference.edit {
        Edit::Changed { attribute, from, to } => attribute == "position" && (from.is_none() || to.is_none()),
        _ => false,
    };
    differences.retain(|difference| !came_or_went(difference));
}

/// Finds descriptions that moved to another part with the same kind and the same owner, for example because two fields swapped their
/// descriptions. After such a move, either the old descriptions were wrong, or the meaning of the parts changed.
fn note_swapped_descriptions(differences: &mut [Difference<'_>]) {
    const SHORTEST: usize = 2;
    let words = |difference: &Difference<'_>| match (&difference.edit, &difference.contents) {
        (Edit::Changed { attribute, .. }, (Some(Content::Text(from)), Some(Content::Text(to)))) if WORDS.contains(&attribute.as_str()) => {
            let is_telling = from.split_whitespace().count() >= SHORTEST;
            is_telling.then(|| ((owner(&difference.subject), difference.subject.kind(), attribute.clone()), from.clone(), to.clone()))
        }
        _ => None,
    };
    let known: Vec<_> = differences.iter().map(words).collect();
    let names: Vec<String> = differences.iter().map(|difference| difference.subject.name()).collect();
    for (difference, own) in differences.iter_mut().zip(&known) {
        let Some((position, from, to)) = own else { continue };
        let had_them = |other: &Option<_>| matches!(other, Some((of, before, _)) if of == position && before == to && before != from);
        difference.text_moved_from = known.iter().position(had_them).map(|source| names[source].clone());
    }
}

/// The attributes that describe a meaning.
const WORDS: [&str; 2] = ["description", "summary"];

/// The owner of a part, or `None` for a part without an owner.
fn owner(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Field { owner, .. } | Subject::Value { owner, .. } => Some(owner.clone()),
        Subject::Parameter { operation, .. } => Some(operation.clone()),
        Subject::Channel { stream, .. } => Some(stream.clone()),
        _ => None,
    }
}

fn with_full_path(listing: &Listing, operation: &Element, attributes: &mut [Attribute]) {
    if let (Some(full), Some(path)) = (listing.full_path(operation), attributes.iter_mut().find(|attribute| attribute.name == "path")) {
        path.content = Content::Text(full);
    }
}

fn translated(names: &Names, of: &Subject, attribute: &Attribute) -> Content {
    match &attribute.content {
        Content::Text(text) => Content::Text(names.text(of, &attribute.name, text)),
        content => names.content(of, content),
    }
}

/// The attributes of a parameter, including those of the shared component to which the parameter refers.
fn expanded(listing: &Listing, element: &Element) -> Vec<Attribute> {
    let mut attributes = element.attributes.clone();
    if let Some(Content::Reference(component)) = element.content("shared")
        && let Some(component) = listing.element(&Subject::SharedParameter(component.clone()))
    {
        attributes.extend(component.attributes.iter().filter(|attribute| !["name", "in"].contains(&attribute.name.as_str())).cloned());
    }
    attributes
}

/// Whether the owner of an added or removed element was added or removed as well. The report then lists only the owner.
fn is_owned_by(element: &Element, changed: &[&Element]) -> bool {
    let owner = match &element.subject {
        Subject::Field { owner, .. } | Subject::Value { owner, .. } => Subject::Type(owner.clone()),
        Subject::Channel { stream, .. } => Subject::Stream(stream.clone()),
        Subject::Parameter { operation, .. } => Subject::Operation(operation.clone()),
        Subject::Condition { holder, .. } => {
            let owners = [Subject::Type(holder.clone()), Subject::Operation(holder.clone())];
            return changed.iter().any(|other| owners.contains(&other.subject));
        }
        _ => return false,
    };
    changed.iter().any(|other| other.subject == owner)
}

/// The HTTP method and path of an operation, or of the operation of a parameter.
fn route(listing: &Listing, subject: &Subject) -> Option<String> {
    let name = match subject {
        Subject::Operation(name) | Subject::Parameter { operation: name, .. } => name,
        _ => return None,
    };
    let operation = listing.element(&Subject::Operation(name.clone()))?;
    Some(format!("{} {}", operation.text("method")?, operation.text("path")?))
}

/// The name of a subject, with the location of a parameter.
fn names_of(subject: &Subject) -> (String, String) {
    match subject {
        Subject::Parameter { location, name, .. } => (location.clone(), name.clone()),
        other => (String::new(), other.name()),
    }
}

/// The part of the name that a rename has changed.
fn renamed_part(one: &Element, other: &Element) -> String {
    match (&one.subject, &other.subject) {
        (Subject::Parameter { location, name, .. }, Subject::Parameter { location: other, .. }) if location != other => {
            format!("{location} {name}")
        }
        (one, _) => one.name(),
    }
}
