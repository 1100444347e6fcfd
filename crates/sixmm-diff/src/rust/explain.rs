//! Which change of the specification a changed item belongs to.

use heck::ToShoutySnakeCase as _;
use sixmm_spec::names::{pascal, snake};

use super::{ItemChange, RustChanges, RustClass, edit};
use crate::change::{Change, What};
use crate::facts::Kind;

/// How well an item fits; more is better.
type Fit = usize;

pub(super) fn explain(rust: &RustChanges, changes: &[Change]) -> (Vec<Vec<ItemChange>>, Vec<ItemChange>) {
    let patterns: Vec<Vec<Pattern>> = changes.iter().map(patterns).collect();
    let mut explained = vec![Vec::new(); changes.len()];
    let mut unexplained = Vec::new();
    for (item, _) in &rust.items {
        let best = patterns
            .iter()
            .enumerate()
            .filter_map(|(index, patterns)| Some((patterns.iter().filter_map(|pattern| pattern.fit(item)).max()?, index)))
            .max_by_key(|(fit, index)| (*fit, std::cmp::Reverse(*index)));
        match best {
            Some((_, index)) => explained[index].push(item.clone()),
            None => unexplained.push(item.clone()),
        }
    }
    for (items, change) in explained.iter_mut().zip(changes) {
        match &change.what {
            What::Renamed { from, to } => say_what_to_write(items, from, to),
            What::Changed { attribute, from: Some(from), to: Some(to) } if attribute == "name" => say_what_to_write(items, from, to),
            _ => {}
        }
    }
    (explained, unexplained)
}

/// The public items that a change of the specification cannot leave as they were.
pub(super) fn must_show(change: &Change) -> bool {
    let is_item = matches!(change.kind, Kind::Operation | Kind::Parameter | Kind::Field | Kind::Type | Kind::Scheme | Kind::Permission);
    match &change.what {
        What::Added | What::Removed => is_item || change.kind == Kind::Value,
        What::Renamed { from, to } => is_item && snake(from) != snake(to),
        What::Changed { attribute, .. } => attribute == "variant",
    }
}

/// An item that is gone and one that is new, in one rename: what to write instead.
fn say_what_to_write(items: &mut [ItemChange], from: &str, to: &str) {
    let name = |name: &str| name.rsplit(' ').next().unwrap_or(name).to_owned();
    let (from, to) = (name(from), name(to));
    let news: Vec<String> = items.iter().filter(|item| item.from.is_none()).map(|item| item.path.clone()).collect();
    for gone in items.iter_mut().filter(|item| item.to.is_none() && item.class == RustClass::Major) {
        let renamed = [
            gone.path.replace(&pascal(&from), &pascal(&to)),
            gone.path.replace(&snake(&from), &snake(&to)),
            gone.path.replace(&from.to_shouty_snake_case(), &to.to_shouty_snake_case()),
        ];
        if let Some(renamed) = renamed.iter().find(|renamed| **renamed != gone.path && news.contains(renamed)) {
            // An implementation has no name that anybody could write.
            gone.edit = (!gone.path.contains("impl ")).then(|| edit::renamed(&gone.path, renamed));
        }
    }
}

/// Items that a change can explain.
enum Pattern {
    /// This item, and whatever belongs to it.
    Item(String),
    /// Whatever names this type.
    Mentions(String),
}

impl Pattern {
    fn fit(&self, item: &ItemChange) -> Option<Fit> {
        match self {
            Self::Item(path) => {
                let rest = item.path.strip_prefix(path.as_str())?;
                (rest.is_empty() || rest.starts_with("::") || rest.starts_with('.')).then_some(10 * path.len())
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
    let names: Vec<&str> = match &change.what {
        What::Renamed { from, to } => vec![from, to],
        _ => vec![change.subject.rsplit(['.', '=', ':']).next().unwrap_or_default()],
    };
    let owner = change.subject.split(['.', '=']).next().unwrap_or_default();
    for name in names {
        match change.kind {
            Kind::Operation => operation(name, &change.what, &mut patterns),
            Kind::Parameter => {
                let (operation, name) = (pascal(owner), snake(name.rsplit(' ').next().unwrap_or(name)));
                patterns.push(Pattern::Item(format!("builder::{operation}::{name}")));
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
                for operation in &change.reached.operations {
                    patterns.push(Pattern::Item(format!("builder::{}::{name}", pascal(operation))));
                }
            }
            Kind::Value => value(change, owner, &mut patterns),
            // Its wire name is not its component's name: whatever of the operations that take it nothing else explains better.
            Kind::SharedParameter => {
                for operation in change.reached.operations.iter().map(|operation| pascal(operation)) {
                    patterns.push(Pattern::Item(format!("builder::{operation}")));
                    patterns.push(Pattern::Item(format!("operations::{operation}When")));
                }
            }
            Kind::Scheme => patterns.push(Pattern::Item(format!("operations::security::{}", name.to_shouty_snake_case()))),
            Kind::Permission => patterns.push(Pattern::Item(format!("operations::permission::{}", name.to_shouty_snake_case()))),
            Kind::Api => patterns.push(Pattern::Mentions(String::from("Envelope"))),
            Kind::Server | Kind::Section | Kind::SharedResponse | Kind::Condition => {}
        }
    }
    patterns
}

fn operation(name: &str, what: &What, patterns: &mut Vec<Pattern>) {
    let (method, type_) = (snake(name), pascal(name));
    match what {
        What::Changed { attribute, .. } if attribute == "answer" => {
            patterns.push(Pattern::Item(format!("builder::{type_}::send")));
            patterns.push(Pattern::Item(format!("operations::{type_}Then")));
        }
        What::Changed { .. } => {
            patterns.push(Pattern::Item(format!("builder::{type_}")));
            patterns.push(Pattern::Item(format!("operations::{type_}When")));
        }
        _ => {
            patterns.push(Pattern::Item(format!("Client::{method}")));
            patterns.push(Pattern::Item(format!("builder::{type_}")));
            patterns.push(Pattern::Item(format!("operations::{}", name.to_shouty_snake_case())));
            patterns.push(Pattern::Item(format!("operations::{type_}When")));
            patterns.push(Pattern::Item(format!("operations::{type_}Then")));
            patterns.push(Pattern::Item(format!("MockServerExt::{method}")));
            patterns.push(Pattern::Mentions(type_));
        }
    }
}

/// The variants of an enum: their names are not the values' own.
fn value(change: &Change, owner: &str, patterns: &mut Vec<Pattern>) {
    let variants: Vec<&String> = match &change.what {
        What::Changed { from, to, .. } => [from.as_ref(), to.as_ref()].into_iter().flatten().collect(),
        _ => change.variant.iter().collect(),
    };
    patterns.extend(variants.into_iter().map(|variant| Pattern::Item(format!("types::{owner}::{variant}"))));
}
