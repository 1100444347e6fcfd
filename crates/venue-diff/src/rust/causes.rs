//! Assigns changed Rust items to the changes of the specification that cause them.

use heck::ToShoutySnakeCase as _;
use venue_spec::rust_names::{pascal, snake};

use super::ItemChange;
use super::compare::{Cause, MatchedChange};
use super::renames::last_word;
use crate::change::{Change, Edit};
use crate::facts::Kind;

/// How well a pattern matches an item. A higher number is better.
type Fit = usize;

pub(super) fn assign(found: Vec<MatchedChange>, changes: &[Change]) -> (Vec<Vec<ItemChange>>, Vec<ItemChange>) {
    let patterns: Vec<Vec<Pattern>> = changes.iter().map(patterns).collect();
    let mut explained = vec![Vec::new(); changes.len()];
    let mut unexplained = Vec::new();
    for found in found {
        let concerned = match found.cause {
            Cause::Unknown => best(&found, &patterns, |_| true),
            Cause::Renamed(change) => vec![change],
            Cause::RenamedAndChanged(change) => {
                let others = best(&found, &patterns, |index| !matches!(changes[index].edit, Edit::Renamed { .. }));
                [change].into_iter().chain(others.into_iter().filter(|index| *index != change)).collect()
            }
        };
        concerned.iter().for_each(|index| explained[*index].push(found.item.clone()));
        if concerned.is_empty() {
            unexplained.push(found.item);
        }
    }
    (explained, unexplained)
}

/// The changes of the specification that match a changed item best. Several changes match equally well if they are about the same
/// part of the specification.
fn best(found: &MatchedChange, patterns: &[Vec<Pattern>], may_fit: impl Fn(usize) -> bool) -> Vec<usize> {
    let fit = |patterns: &Vec<Pattern>| patterns.iter().filter_map(|pattern| pattern.fit(found)).max();
    let fits: Vec<(usize, Fit)> = patterns
        .iter()
        .enumerate()
        .filter(|(index, _)| may_fit(*index))
        .filter_map(|(index, patterns)| Some((index, fit(patterns)?)))
        .collect();
    let best = fits.iter().map(|(_, fit)| *fit).max();
    fits.into_iter().filter(|(_, fit)| Some(*fit) == best).map(|(index, _)| index).collect()
}

/// Whether a change can affect generated items. Types do, descriptions and limits do not.
fn can_change_items(change: &Change) -> bool {
    let Edit::Changed { attribute, .. } = &change.edit else { return true };
    const UNSEEN: &[&str] = &[
        "default",
        "description",
        "documentation",
        "example",
        "summary",
        "x-provisional",
        "x-venue-inferred",
        "x-undocumented",
        "x-venue-lifecycle",
    ];
    let last = attribute.rsplit('.').next().unwrap_or(attribute);
    let is_limit = last.starts_with("min") || last.starts_with("max") || last == "pattern";
    let is_word = attribute.split('.').any(|part| UNSEEN.contains(&part));
    // Only the request and the response of an operation have types.
    let has_type = change.kind != Kind::Operation || attribute.starts_with("body") || attribute.starts_with("answer");
    ["deprecated", "x-venue-removed"].contains(&attribute.as_str()) || (has_type && !is_limit && !is_word)
}

/// Whether a change of the specification must change a public item.
pub(super) fn requires_item_change(change: &Change) -> bool {
    let is_item = matches!(
        change.kind,
        Kind::Operation | Kind::Parameter | Kind::Field | Kind::Type | Kind::Scheme | Kind::Permission | Kind::Stream
    );
    match &change.edit {
        Edit::Added | Edit::Removed => is_item || change.kind == Kind::Value,
        // A parameter that only moved to another location has the same setter as before.
        Edit::Renamed { from, to } => is_item && snake(last_word(from)) != snake(last_word(to)),
        Edit::Changed { attribute, .. } => attribute == "variant" || (attribute == "deprecated" && change.kind == Kind::Operation),
    }
}

/// A pattern for items that a change can cause.
enum Pattern {
    /// An item and its members.
    Item(String),
    /// The change affects only this item, not its members. For example, a new type of a field can change the derives of the struct, but the
    /// other fields stay as they are.
    Only(String),
    /// An item whose path or text mentions this type.
    Mentions(String),
    /// An item in whose text one quoted name was replaced by another quoted name. This pattern finds renamed fields of an envelope, because
    /// generated code contains their names only in quotes.
    Spells { path: String, from: String, to: String },
}

impl Pattern {
    fn fit(&self, found: &MatchedChange) -> Option<Fit> {
        let item = &found.item;
        let spells = |text: &Option<String>, name: &str| text.as_ref().is_some_and(|text| text.contains(&format!("\"{name}\"")));
        match self {
            Self::Item(path) => {
                let rest = found.new_path.strip_prefix(path.as_str())?;
                (rest.is_empty() || rest.starts_with("::") || rest.starts_with('.')).then_some(10 * path.len())
            }
            Self::Only(path) => (found.new_path == *path).then_some(10 * path.len()),
            Self::Spells { path, from, to } => {
                (found.new_path == *path && spells(&item.from, from) && spells(&item.to, to)).then_some(10 * path.len())
            }
            Self::Mentions(name) => {
                let texts = [Some(&item.path), item.from.as_ref(), item.to.as_ref()];
                texts.into_iter().flatten().any(|text| has_word(text, name)).then_some(name.len())
            }
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        !text[..start].ends_with(is_part) && !text[start + word.len()..].starts_with(is_part)
    })
}

fn patterns(change: &Change) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    if !can_change_items(change) {
        return patterns;
    }
    let names: Vec<&str> = match &change.edit {
        Edit::Renamed { from, to } => vec![from, to],
        _ => vec![change.subject.rsplit(['.', '=', ':']).next().unwrap_or_default()],
    };
    let owner = change.subject.split(['.', '=']).next().unwrap_or_default();
    if let (Kind::Field, Edit::Renamed { from, to }) = (change.kind, &change.edit) {
        patterns.push(Pattern::Spells { path: format!("types::{owner}"), from: from.clone(), to: to.clone() });
    }
    for name in names {
        match change.kind {
            Kind::Operation => operation(name, &change.edit, &mut patterns),
            Kind::Parameter => {
                let (operation, name) = (pascal(owner), snake(last_word(name)));
                patterns.extend(request_field(&operation, &name));
                patterns.push(Pattern::Item(format!("operations::{operation}When::{name}")));
            }
            Kind::Type => {
                patterns.push(Pattern::Item(format!("types::{name}")));
                patterns.push(Pattern::Item(format!("types::builder::{name}")));
                patterns.push(Pattern::Mentions(name.to_owned()));
            }
            Kind::Field => {
                let name = snake(name);
                patterns.push(Pattern::Item(format!("types::{owner}.{name}")));
                patterns.push(Pattern::Item(format!("types::builder::{owner}::{name}")));
                patterns.push(Pattern::Only(format!("types::{owner}")));
                for operation in &change.affected.operations {
                    patterns.extend(request_field(&pascal(operation), &name));
                }
            }
            Kind::Value => value(change, owner, &mut patterns),
            // The name of a shared parameter is the name of its component, and not the wire name. So the pattern matches all items of the
            // operations, as far as these items have no better match.
            Kind::SharedParameter => {
                for operation in change.affected.operations.iter().map(|operation| pascal(operation)) {
                    patterns.push(Pattern::Item(format!("requests::{operation}")));
                    patterns.push(Pattern::Item(format!("operations::{operation}When")));
                }
            }
            Kind::Scheme => patterns.push(Pattern::Item(format!("operations::security::{}", name.to_shouty_snake_case()))),
            Kind::Permission => patterns.push(Pattern::Item(format!("operations::permission::{}", name.to_shouty_snake_case()))),
            Kind::Stream => {
                let constant = name.to_shouty_snake_case();
                patterns.extend(["", "_REQUESTS", "_CHANNELS"].map(|suffix| Pattern::Item(format!("streams::{constant}{suffix}"))));
            }
            Kind::Channel => {
                let stream = owner.strip_prefix("stream:").unwrap_or(owner).to_shouty_snake_case();
                patterns.push(Pattern::Item(format!("streams::{stream}_CHANNELS")));
            }
            Kind::Api => patterns.push(Pattern::Mentions(String::from("Envelope"))),
            // No generated item has the name of another kind of subject.
            _ => {}
        }
    }
    patterns
}

fn operation(name: &str, edit: &Edit, patterns: &mut Vec<Pattern>) {
    let (method, type_) = (snake(name), pascal(name));
    match edit {
        Edit::Changed { attribute, .. } if ["answer", "answer.envelope"].contains(&attribute.as_str()) => {
            patterns.push(Pattern::Item(format!("requests::{type_}::Envelope")));
            patterns.push(Pattern::Item(format!("requests::{type_}::Data")));
            patterns.push(Pattern::Item(format!("operations::{type_}Then")));
        }
        Edit::Changed { attribute, .. } if attribute == "deprecated" => {
            patterns.push(Pattern::Item(format!("requests::{type_}::new")));
        }
        Edit::Changed { attribute, .. } if attribute != "x-venue-removed" => {
            patterns.push(Pattern::Item(format!("requests::{type_}")));
            patterns.push(Pattern::Item(format!("operations::{type_}When")));
        }
        _ => {
            patterns.push(Pattern::Item(format!("requests::{type_}")));
            patterns.push(Pattern::Item(format!("operations::{}", name.to_shouty_snake_case())));
            patterns.push(Pattern::Item(format!("operations::{type_}When")));
            patterns.push(Pattern::Item(format!("operations::{type_}Then")));
            patterns.push(Pattern::Item(format!("MockServerExt::{method}")));
            patterns.push(Pattern::Mentions(type_));
        }
    }
}

/// The items of a request type that a parameter or a body field can change: the field, its setter, the constructor, and the
/// derives of the request type.
fn request_field(operation: &str, name: &str) -> [Pattern; 4] {
    let field = Pattern::Item(format!("requests::{operation}.{name}"));
    let setter = Pattern::Item(format!("requests::{operation}::{name}"));
    let request = format!("requests::{operation}");
    [field, setter, Pattern::Item(format!("{request}::new")), Pattern::Only(request)]
}

/// Adds the patterns for a value of an enum. A changed state affects the methods `is_open` and `is_final`. Any other change affects
/// the variant, whose name is independent of the wire value.
fn value(change: &Change, owner: &str, patterns: &mut Vec<Pattern>) {
    if let Edit::Changed { attribute, from, to, .. } = &change.edit
        && attribute == "state"
    {
        let states = [from.as_ref(), to.as_ref()].into_iter().flatten();
        patterns.extend(states.map(|state| Pattern::Item(format!("types::{owner}::is_{state}"))));
        return;
    }
    let variants: Vec<&String> = match &change.edit {
        Edit::Changed { from, to, .. } => [from.as_ref(), to.as_ref()].into_iter().flatten().collect(),
        _ => change.variant.iter().collect(),
    };
    patterns.extend(variants.into_iter().map(|variant| Pattern::Item(format!("types::{owner}::{variant}"))));
}
