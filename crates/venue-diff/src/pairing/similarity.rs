//! Finds renames among the removed and added elements of one kind, by a similarity score. [`super`] has a worked example.

use std::collections::BTreeSet;

use super::Names;
use crate::facts::{Content, Element, Kind, Listing, Subject, without_placeholders};
use crate::revision::Revision;

/// The minimum score of a rename. A wrong rename would tell users to replace one name by an unrelated one. A removal and an
/// addition contain less information, but are never wrong. So a pair with a lower score is reported as a removal and an addition.
const MIN_SCORE: f64 = 0.6;

/// The minimum similarity of the descriptions of two fields or parameters. Two fields with a lower similarity have different
/// meanings even if their names are alike, such as a quantity in the base asset and a quantity in the quote asset.
const MIN_DESCRIPTION_SIMILARITY: f64 = 0.8;

/// The minimum similarity of two names if neither field has a description.
const MIN_NAME_SIMILARITY: f64 = 0.9;

/// The minimum share of equal facts for the rename of a schema, if the new schema is used in exactly the same places as the removed schema.
const MIN_SHARE_WITH_EQUAL_USES: f64 = 0.3;

/// A removed or added element, and its facts with the new names.
struct Candidate<'a> {
    element: &'a Element,
    lines: BTreeSet<String>,
    /// The uses of the element.
    uses: BTreeSet<String>,
}

/// Returns the pairs with the highest scores, each element at most once.
pub(super) fn find_renames<'a>(
    (old, new): (&Revision, &Revision),
    removed: &[&'a Element],
    added: &[&'a Element],
    names: &Names,
) -> Vec<(&'a Element, &'a Element)> {
    if removed.is_empty() || added.is_empty() {
        return Vec::new();
    }
    let removed: Vec<Candidate<'a>> = removed.iter().map(|element| Candidate::new(old, element, names)).collect();
    let added: Vec<Candidate<'a>> = added.iter().map(|element| Candidate::new(new, element, &Names::default())).collect();
    let mut scores = Vec::new();
    for (one_index, one) in removed.iter().enumerate() {
        for (other_index, other) in added.iter().enumerate() {
            let score = score(one, other, names);
            if score >= MIN_SCORE {
                scores.push((score, one_index, other_index));
            }
        }
    }
    scores.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken_old, mut taken_new) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, one, other) in scores {
        if !taken_old.contains(&one) && !taken_new.contains(&other) {
            taken_old.insert(one);
            taken_new.insert(other);
            pairs.push((removed[one].element, added[other].element));
        }
    }
    pairs
}

impl<'a> Candidate<'a> {
    fn new(revision: &Revision, element: &'a Element, names: &Names) -> Self {
        let lines = match element.subject {
            Subject::Operation(_) | Subject::Type(_) => with_members(&revision.listing, element, names),
            _ => lines(element, names),
        };
        let uses = revision.reach.uses(&element.subject, |user| names.subject(user));
        Self { element, lines, uses }
    }

    /// Whether both elements have the same uses, and at least one.
    fn has_equal_uses(&self, other: &Self) -> bool {
        !self.uses.is_empty() && self.uses == other.uses
    }
}

/// The similarity of two elements from 0 to 1; 0 if they cannot be the same.
fn score(old: &Candidate<'_>, new: &Candidate<'_>, names: &Names) -> f64 {
    let (one, other) = (old.element, new.element);
    match (names.subject(&one.subject), &other.subject) {
        (Subject::Operation(_), Subject::Operation(_)) => operations(old, new),
        (Subject::Type(_), Subject::Type(_)) => types(old, new),
        (Subject::Field { owner, name }, Subject::Field { owner: other_owner, name: other_name }) if owner == *other_owner => {
            members(one, other, &name, other_name, names)
        }
        (
            Subject::Parameter { operation, location, name },
            Subject::Parameter { operation: other_operation, location: other_location, name: other_name },
        ) if operation == *other_operation => {
            let shared = one.content("shared").map(|content| names.content(&one.subject, content));
            if name == *other_name || shared.is_some_and(|shared| Some(&shared) == other.content("shared")) {
                1.0
            } else if location == *other_location {
                members(one, other, &name, other_name, names)
            } else {
                0.0
            }
        }
        (Subject::Value { owner, .. }, Subject::Value { owner: other_owner, .. }) if owner == *other_owner => values(one, other),
        (Subject::Condition { holder, .. }, Subject::Condition { holder: other_holder, .. }) if holder == *other_holder => {
            conditions(one, other, names)
        }
        (Subject::Channel { stream, topic }, Subject::Channel { stream: other_stream, topic: other_topic }) if stream == *other_stream => {
            channels(one, other, &topic, other_topic)
        }
        (Subject::Scheme(_), Subject::Scheme(_))
        | (Subject::Stream(_), Subject::Stream(_))
        | (Subject::SharedParameter(_), Subject::SharedParameter(_))
        | (Subject::SharedResponse(_), Subject::SharedResponse(_))
        | (Subject::Section(_), Subject::Section(_)) => shared_lines(&old.lines, &new.lines),
        // The only facts about a permission are the operations that require it.
        (Subject::Permission(_), Subject::Permission(_)) => f64::from(u8::from(old.has_equal_uses(new))),
        _ => 0.0,
    }
}

/// The score of two operations: 1 for the same method and path, otherwise the share of equal facts. Operations with the same
/// documentation page or summary have at least the minimum score of a rename.
fn operations(old: &Candidate<'_>, new: &Candidate<'_>) -> f64 {
    let same = |name: &str| old.element.text(name).is_some() && old.element.text(name) == new.element.text(name);
    if same("method") && same("path") {
        return 1.0;
    }
    let page = same("documentation.url") || same("summary");
    let facts = shared_lines(&old.lines, &new.lines);
    if page { facts.max(MIN_SCORE) } else { facts }
}

/// The score of two schemas: the share of equal facts. If both schemas are used in the same places, a smaller share is sufficient.
fn types(old: &Candidate<'_>, new: &Candidate<'_>) -> f64 {
    let kind = |element: &Element| {
        element.content("type").map(|content| match content {
            Content::Type(expression) => std::mem::discriminant(expression),
            _ => std::mem::discriminant(&crate::facts::TypeExpression::Any),
        })
    };
    if kind(old.element) != kind(new.element) {
        return 0.0;
    }
    let facts = shared_lines(&old.lines, &new.lines);
    let replaces_it = old.has_equal_uses(new) && facts >= MIN_SHARE_WITH_EQUAL_USES;
    if replaces_it { facts.max(MIN_SCORE) } else { facts }
}

fn members(one: &Element, other: &Element, name: &str, other_name: &str, names: &Names) -> f64 {
    let same =
        |attribute: &str| one.content(attribute).map(|content| names.content(&one.subject, content)) == other.content(attribute).cloned();
    let words = match (one.text("description"), other.text("description")) {
        (Some(one), Some(other)) => strsim::normalized_levenshtein(one, other),
        (None, None) => 0.5,
        _ => 0.0,
    };
    let is_same_type = same("type") && same("shared");
    let name = strsim::jaro_winkler(&name.to_lowercase(), &other_name.to_lowercase());
    let rest = f64::from(u8::from(same("required")));
    let is_described = one.text("description").is_some() || other.text("description").is_some();
    let is_one_thing = if is_described { words >= MIN_DESCRIPTION_SIMILARITY } else { name >= MIN_NAME_SIMILARITY };
    if !is_one_thing {
        return 0.0;
    }
    if is_same_type { 0.25 + 0.4 * words + 0.25 * name + 0.1 * rest } else { 0.4 * words + 0.25 * name }
}

/// The score of two enum values: the same variant or the same description is sufficient.
fn values(one: &Element, other: &Element) -> f64 {
    let same = |attribute: &str| one.text(attribute).is_some() && one.text(attribute) == other.text(attribute);
    f64::from(u8::from(same("variant"))) * 0.7 + f64::from(u8::from(same("description"))) * 0.6
}

/// The score of two channels: 1 if only the names of placeholders differ, otherwise the similarity of the descriptions.
fn channels(one: &Element, other: &Element, topic: &str, other_topic: &str) -> f64 {
    if without_placeholders(topic) == without_placeholders(other_topic) {
        return 1.0;
    }
    match (one.text("description"), other.text("description")) {
        (Some(words), Some(others)) if one.text("access") == other.text("access") => {
            let words = strsim::normalized_levenshtein(words, others);
            if words >= MIN_DESCRIPTION_SIMILARITY { words } else { 0.0 }
        }
        _ => 0.0,
    }
}

fn conditions(one: &Element, other: &Element, names: &Names) -> f64 {
    match (one.content("condition").map(|content| names.content(&one.subject, content)), other.content("condition")) {
        (Some(Content::Condition(one)), Some(Content::Condition(other))) if one == *other => 1.0,
        (Some(Content::Condition(one)), Some(Content::Condition(other))) if one.concerns_the_same_fields_as(other) => 0.8,
        _ => 0.0,
    }
}

/// The facts of an element and of its members, one per line, with the new names.
fn with_members(listing: &Listing, element: &Element, names: &Names) -> BTreeSet<String> {
    let mut all = lines(element, names);
    let owner = element.subject.name();
    for member in listing.elements() {
        let is_member = match &member.subject {
            Subject::Field { owner: of, .. } | Subject::Value { owner: of, .. } | Subject::Condition { holder: of, .. } => *of == owner,
            Subject::Parameter { operation, .. } => *operation == owner,
            _ => false,
        };
        if is_member && member.subject.kind() != Kind::Condition {
            all.extend(lines(member, names).into_iter().map(|line| format!("{}: {line}", member.subject.name())));
        }
    }
    all
}

fn lines(element: &Element, names: &Names) -> BTreeSet<String> {
    let attributes = element.attributes.iter();
    attributes.map(|attribute| format!("{} = {}", attribute.name, names.content(&element.subject, &attribute.content))).collect()
}

/// The share of the lines of both elements that are equal (the Jaccard index).
fn shared_lines(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let all = one.union(other).count();
    if all == 0 {
        return 0.0;
    }
    let shared = one.intersection(other).count();
    f64::from(u32::try_from(shared).unwrap_or(u32::MAX)) / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::*;
    use crate::facts::Subject;

    /// The field of a revision in which `Order` has this field only.
    fn revision(name: &str, description: &str) -> Result<Revision, venue_spec::document::Report> {
        let field = format!("{name}: {{ type: string, format: decimal, description: {description} }}");
        let source = format!(
            "components:\n  schemas:\n    Order:\n      type: object\n      required: [{name}]\n      properties:\n        {field}\n"
        );
        Ok(Revision::new(&Document::parse_unchecked("example.yaml", source)?))
    }

    fn check(name: &str, description: &str, expected: f64) -> Result<(), venue_spec::document::Report> {
        let (old, new) = (revision("qty", "Quantity of the base asset.")?, revision(name, description)?);
        let field = |name: &str| Subject::Field { owner: String::from("Order"), name: name.to_owned() };
        let (Some(one), Some(other)) = (old.listing.element(&field("qty")), new.listing.element(&field(name))) else {
            panic!("both revisions have the field");
        };
        let names = Names::default();
        let found = score(&Candidate::new(&old, one, &names), &Candidate::new(&new, other, &names), &names);
        assert!((found - expected).abs() < 0.005, "{name}: {found}");
        Ok(())
    }

    #[test]
    fn fields_have_the_scores_of_the_example_in_the_documentation() -> Result<(), venue_spec::document::Report> {
        check("quantity", "Quantity of the base asset.", 0.91)?;
        check("quoteQuantity", "Value in the quote asset.", 0.0)?;
        assert!((strsim::jaro_winkler("qty", "quantity") - 0.64).abs() < 0.005);
        assert!((strsim::jaro_winkler("qty", "quotequantity") - 0.61).abs() < 0.005);
        let similarity = strsim::normalized_levenshtein("Quantity of the base asset.", "Value in the quote asset.");
        assert!((similarity - 0.52).abs() < 0.005, "{similarity}");
        Ok(())
    }
}
