//! Renames in the generated code that follow from renames in the specification.

use std::collections::BTreeMap;

use heck::ToShoutySnakeCase as _;
use venue_spec::rust_names::{pascal, snake};

use super::items::join;
use crate::change::{Change, Edit};
use crate::facts::Kind;

/// A map from paths of the older code to paths of the newer code.
///
/// A rename applies to a path and to all paths below it. The fields of a renamed type are therefore not reported as changed.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// Types and operations come first, because the paths of their members contain their names.
    renames: Vec<Rename>,
    /// Maps an older path to the last segment of its newer path. With this map, older paths in the texts of items are translated.
    mentions: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Rename {
    from: String,
    to: String,
    change: usize,
}

impl Renames {
    /// Collects the renames. `exists` returns whether the newer code has a path.
    pub(super) fn new(changes: &[Change], exists: impl Fn(&str) -> bool) -> Self {
        let mut renames = Vec::new();
        let is_owner = |change: &Change| matches!(change.kind, Kind::Type | Kind::Operation);
        for owners in [true, false] {
            for (index, change) in changes.iter().enumerate().filter(|(_, change)| is_owner(change) == owners) {
                // An old path that still exists belongs to another part, for example because two parts swapped their names. Such a path
                // must not be replaced.
                let can_be_taken = matches!(change.kind, Kind::Value | Kind::Operation | Kind::Type);
                let is_taken = |from: &str| can_be_taken && exists(from);
                let renamed = |(from, to): (String, String)| (from != to && !is_taken(&from)).then_some(Rename { from, to, change: index });
                renames.extend(paths(change).into_iter().filter_map(renamed));
            }
        }
        let mentions = renames.iter().map(|rename| (rename.from.clone(), last(&rename.to).to_owned())).collect();
        Self { renames, mentions }
    }

    /// Translates an older path to the newer code. Also returns the index of the change that renamed the item itself, and not only its
    /// owner.
    pub(super) fn path(&self, path: &str) -> (String, Option<usize>) {
        let mut renamed = path.to_owned();
        let mut renamed_by = None;
        for rename in &self.renames {
            let Some(rest) = renamed.strip_prefix(rename.from.as_str()) else { continue };
            if rest.is_empty() {
                // The search ends here, so that swapped names are not swapped back.
                renamed_by = Some(rename.change);
                renamed.clone_from(&rename.to);
                break;
            }
            if rest.starts_with("::") || rest.starts_with('.') {
                renamed = format!("{}{rest}", rename.to);
            }
        }
        // The path of an implementation contains the names of its types.
        if renamed.contains("impl ") {
            renamed = self.text(path, &renamed);
        }
        (renamed, renamed_by)
    }

    /// Translates the names in an older item's text. `path` is the path of the item.
    pub(super) fn text(&self, path: &str, text: &str) -> String {
        if self.mentions.is_empty() {
            return text.to_owned();
        }
        let module = module(path);
        let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let mut renamed = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_part) {
            let end = rest[start..].find(|c| !is_part(c)).map_or(rest.len(), |length| start + length);
            renamed.push_str(&rest[..start]);
            renamed.push_str(&self.mention(module, &rest[start..end]));
            rest = &rest[end..];
        }
        renamed + rest
    }

    /// Translates an older path that the text of an item contains. The path can be absolute, or relative to the item's module.
    fn mention(&self, module: &str, mention: &str) -> String {
        let path = mention.trim_end_matches(':');
        let inner = match path.strip_prefix("super::") {
            Some(path) => join(module.rsplit_once("::").map_or("", |(outer, _)| outer), path),
            None => join(module, path),
        };
        let without_crate = path.split_once("::").map_or(path, |(_, path)| path);
        let known = [inner.as_str(), path, without_crate].into_iter().find_map(|path| self.mentions.get(path));
        match known {
            Some(name) => format!("{}{name}{}", &path[..path.len() - last(path).len()], &mention[path.len()..]),
            None => mention.to_owned(),
        }
    }
}

/// The old and new paths of the items that a rename affects.
fn paths(change: &Change) -> Vec<(String, String)> {
    let (from, to) = match &change.edit {
        // In code, a shared parameter has its wire name, and not the name of the component.
        Edit::Renamed { from, to } if change.kind != Kind::SharedParameter => (from.as_str(), to.as_str()),
        Edit::Changed { attribute, from: Some(from), to: Some(to) } if ["name", "variant"].contains(&attribute.as_str()) => {
            (from.as_str(), to.as_str())
        }
        _ => return Vec::new(),
    };
    // The name of a moved parameter has its location as a prefix.
    let (from, to) = (last_word(from), last_word(to));
    let owner = change.subject.split(['.', '=']).next().unwrap_or_default();
    let calls = || change.affected.operations.iter().map(|operation| pascal(operation));
    let pair = |prefix: &str, spelt: fn(&str) -> String, suffix: &str| {
        (format!("{prefix}{}{suffix}", spelt(from)), format!("{prefix}{}{suffix}", spelt(to)))
    };
    match change.kind {
        Kind::Type => vec![pair("types::", str::to_owned, ""), pair("types::builder::", str::to_owned, "")],
        Kind::Operation => vec![
            pair("requests::", pascal, ""),
            pair("operations::", shouty, ""),
            pair("operations::", pascal, "When"),
            pair("operations::", pascal, "Then"),
            pair("MockServerExt::", snake, ""),
        ],
        Kind::Field => {
            let renamed_by = [pair(&format!("types::{owner}."), snake, ""), pair(&format!("types::builder::{owner}::"), snake, "")];
            renamed_by.into_iter().chain(calls().flat_map(|call| request_fields(&call)).map(|prefix| pair(&prefix, snake, ""))).collect()
        }
        Kind::Value => vec![pair(&format!("types::{owner}::"), str::to_owned, "")],
        Kind::Parameter => parameters(&pascal(owner)).map(|prefix| pair(&prefix, snake, "")).to_vec(),
        Kind::SharedParameter => calls().flat_map(|call| parameters(&call)).map(|prefix| pair(&prefix, snake, "")).collect(),
        Kind::Scheme => vec![pair("operations::security::", shouty, "")],
        Kind::Permission => vec![pair("operations::permission::", shouty, "")],
        Kind::Stream => ["", "_REQUESTS", "_CHANNELS"].map(|suffix| pair("streams::", shouty, suffix)).to_vec(),
        // No generated item has the name of another kind of subject.
        _ => Vec::new(),
    }
}

/// The path prefixes of a parameter's items: the field and the setter of the request type, and the method of the mock.
fn parameters(operation: &str) -> [String; 3] {
    let [field, setter] = request_fields(operation);
    [field, setter, format!("operations::{operation}When::")]
}

/// The path prefixes of the items of a body field in the request type of an operation. The first is of the field, and the second is of its
/// setter.
fn request_fields(operation: &str) -> [String; 2] {
    [format!("requests::{operation}."), format!("requests::{operation}::")]
}

/// The module of an item: all path segments before the first capitalized one.
fn module(path: &str) -> &str {
    let is_module = |segment: &&str| segment.starts_with(|c: char| c.is_lowercase()) && !segment.contains(' ');
    let length: usize = path.split("::").take_while(is_module).map(|segment| segment.len() + 2).sum();
    path.get(..length.saturating_sub(2)).unwrap_or(path)
}

fn shouty(name: &str) -> String {
    name.to_shouty_snake_case()
}

fn last(path: &str) -> &str {
    path.rsplit([':', '.']).next().unwrap_or(path)
}

/// The name of a parameter without its location.
pub(super) fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}
