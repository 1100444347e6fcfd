//! Which change of the specification a changed item belongs to.

use heck::ToShoutySnakeCase as _;
use venue_spec::names::{pascal, snake};

use super::ItemChange;
use super::compare::{Cause, Found};
use super::renames::last_word;
use crate::change::{Change, What};
use crate::facts::Kind;

/// How well an item fits; more is better.
type Fit = usize;

pub(super) fn explain(found: Vec<Found>, changes: &[Change]) -> (Vec<Vec<ItemChange>>, Vec<ItemChange>) {
    let patterns: Vec<Vec<Pattern>> = changes.iter().map(patterns).collect();
    let mut explained = vec![Vec::new(); changes.len()];
    let mut unexplained = Vec::new();
    for found in found {
        let concerned = match found.cause {
            Cause::Unknown => best(&found, &patterns, |_| true),
            Cause::Renamed(change) => vec![change],
            Cause::RenamedAndChanged(change) => {
                let others = best(&found, &patterns, |index| !matches!(changes[index].what, What::Renamed { .. }));
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

/// The changes that fit an item best: more than one if they are about the same part of the specification.
fn best(found: &Found, patterns: &[Vec<Pattern>], may_fit: impl Fn(usize) -> bool) -> Vec<usize> {
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

/// Whether a change of what is said of something can change the items that it becomes: its type does, its words and its limits do not.
fn is_seen_in_items(change: &Change) -> bool {
    let What::Changed { attribute, .. } = &change.what else { return true };
    const UNSEEN: &[&str] =
        &["default", "description", "documentation", "example", "summary", "x-provisional", "x-venue-inferred", "x-undocumented"];
    let last = attribute.rsplit('.').next().unwrap_or(attribute);
    let is_limit = last.starts_with("min") || last.starts_with("max");
    let is_word = attribute.split('.').any(|part| UNSEEN.contains(&part));
    // Of an operation, only what it sends and what it answers have types.
    let has_type = change.kind != Kind::Operation || attribute.starts_with("body") || attribute.starts_with("answer");
    attribute == "deprecated" || (has_type && !is_limit && !is_word)
}

/// The public items that a change of the specification cannot leave as they were.
pub(super) fn must_show(change: &Change) -> bool {
    let is_item = matches!(
        change.kind,
        Kind::Operation | Kind::Parameter | Kind::Field | Kind::Type | Kind::Scheme | Kind::Permission | Kind::Stream
    );
    match &change.what {
        What::Added | What::Removed => is_item || change.kind == Kind::Value,
        // A parameter that is sent elsewhere under the same name is set as before.
        What::Renamed { from, to } => is_item && snake(last_word(from)) != snake(last_word(to)),
        What::Changed { attribute, .. } => attribute == "variant" || (attribute == "deprecated" && change.kind == Kind::Operation),
    }
}

/// Items that a change can explain.
enum Pattern {
    /// This item, and whatever belongs to it.
    Item(String),
    /// Only this item, and nothing that belongs to it: the derives of a struct follow from its fields.
    Only(String),
    /// Whatever names this type.
    Mentions(String),
    /// This item, if it spells one name in quotes where it spelt another: an envelope has names on the wire and no fields.
    Spells { path: String, from: String, to: String },
}

impl Pattern {
    fn fit(&self, found: &Found) -> Option<Fit> {
        let item = &found.item;
        let spells = |text: &Option<String>, name: &str| text.as_ref().is_some_and(|text| text.contains(&format!("\"{name}\"")));
        match self {
            Self::Item(path) => {
                let rest = found.today.strip_prefix(path.as_str())?;
                (rest.is_empty() || rest.starts_with("::") || rest.starts_with('.')).then_some(10 * path.len())
            }
            Self::Only(path) => (found.today == *path).then_some(10 * path.len()),
            Self::Spells { path, from, to } => {
                (found.today == *path && spells(&item.from, from) && spells(&item.to, to)).then_some(10 * path.len())
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
    if !is_seen_in_items(change) {
        return patterns;
    }
    let names: Vec<&str> = match &change.what {
        What::Renamed { from, to } => vec![from, to],
        _ => vec![change.subject.rsplit(['.', '=', ':']).next().unwrap_or_default()],
    };
    let owner = change.subject.split(['.', '=']).next().unwrap_or_default();
    if let (Kind::Field, What::Renamed { from, to }) = (change.kind, &change.what) {
        patterns.push(Pattern::Spells { path: format!("types::{owner}"), from: from.clone(), to: to.clone() });
    }
    for name in names {
        match change.kind {
            Kind::Operation => operation(name, &change.what, &mut patterns),
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
                for operation in &change.reached.operations {
                    patterns.extend(request_field(&pascal(operation), &name));
                }
            }
            Kind::Value => value(change, owner, &mut patterns),
            // Its wire name is not its component's name: whatever of the operations that take it nothing else explains better.
            Kind::SharedParameter => {
                for operation in change.reached.operations.iter().map(|operation| pascal(operation)) {
                    patterns.push(Pattern::Item(format!("requests::{operation}")));
                    patterns.push(Pattern::Item(format!("operations::{operation}When")));
                }
            }
            Kind::Scheme => patterns.push(Pattern::Item(format!("operations::security::{}", name.to_shouty_snake_case()))),
            Kind::Permission => patterns.push(Pattern::Item(format!("operations::permission::{}", name.to_shouty_snake_case()))),
            Kind::Stream => patterns.push(Pattern::Item(format!("streams::{}", name.to_shouty_snake_case()))),
            Kind::Api => patterns.push(Pattern::Mentions(String::from("Envelope"))),
            // No generated item is named after anything else.
            _ => {}
        }
    }
    patterns
}

fn operation(name: &str, what: &What, patterns: &mut Vec<Pattern>) {
    let (method, type_) = (snake(name), pascal(name));
    match what {
        What::Changed { attribute, .. } if attribute == "answer" => {
            patterns.push(Pattern::Item(format!("requests::{type_}::Envelope")));
            patterns.push(Pattern::Item(format!("requests::{type_}::Data")));
            patterns.push(Pattern::Item(format!("operations::{type_}Then")));
        }
        What::Changed { attribute, .. } if attribute == "deprecated" => {
            patterns.push(Pattern::Item(format!("requests::{type_}::new")));
        }
        What::Changed { .. } => {
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

/// A parameter or a field of a body in the request type: the field, its setter, the constructor, and the derives of the type.
fn request_field(operation: &str, name: &str) -> [Pattern; 4] {
    let field = Pattern::Item(format!("requests::{operation}.{name}"));
    let setter = Pattern::Item(format!("requests::{operation}::{name}"));
    let request = format!("requests::{operation}");
    [field, setter, Pattern::Item(format!("{request}::new")), Pattern::Only(request)]
}

/// The variants of an enum: their names are not the values' own. A state is a method of the enum.
fn value(change: &Change, owner: &str, patterns: &mut Vec<Pattern>) {
    if let What::Changed { attribute, from, to, .. } = &change.what
        && attribute == "state"
    {
        let states = [from.as_ref(), to.as_ref()].into_iter().flatten();
        patterns.extend(states.map(|state| Pattern::Item(format!("types::{owner}::is_{state}"))));
        return;
    }
    let variants: Vec<&String> = match &change.what {
        What::Changed { from, to, .. } => [from.as_ref(), to.as_ref()].into_iter().flatten().collect(),
        _ => change.variant.iter().collect(),
    };
    patterns.extend(variants.into_iter().map(|variant| Pattern::Item(format!("types::{owner}::{variant}"))));
}
