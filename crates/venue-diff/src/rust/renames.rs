//! What is called otherwise in the newer code, because the specification calls it otherwise.

use std::collections::BTreeMap;

use heck::ToShoutySnakeCase as _;
use venue_spec::names::{pascal, snake};

use super::items::join;
use crate::change::{Change, What};
use crate::facts::Kind;

/// From the older code's paths to the newer code's.
///
/// A rename concerns a path and whatever lies below it: the fields of a renamed type are the same fields.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// Those that others are named after come first: types and operations before their members.
    renames: Vec<Rename>,
    /// The last segments of paths that a text can mention.
    mentions: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Rename {
    from: String,
    to: String,
    change: usize,
}

impl Renames {
    /// What changes of the specification call otherwise. `stands` tells whether the newer code has a path.
    pub(super) fn new(changes: &[Change], stands: impl Fn(&str) -> bool) -> Self {
        let mut renames = Vec::new();
        let is_owner = |change: &Change| matches!(change.kind, Kind::Type | Kind::Operation);
        for owners in [true, false] {
            for (index, change) in changes.iter().enumerate().filter(|(_, change)| is_owner(change) == owners) {
                // Of two that swap their names both are still there: an edit that writes one for the other would do it twice.
                let can_be_taken = matches!(change.kind, Kind::Value | Kind::Operation | Kind::Type);
                let is_taken = |from: &str| can_be_taken && stands(from);
                let renamed = |(from, to): (String, String)| (from != to && !is_taken(&from)).then_some(Rename { from, to, change: index });
                renames.extend(paths(change).into_iter().filter_map(renamed));
            }
        }
        let mentions = renames.iter().map(|rename| (rename.from.clone(), last(&rename.to).to_owned())).collect();
        Self { renames, mentions }
    }

    /// An older path as the newer code has it, and the change that says so of this very item, if one does.
    pub(super) fn path(&self, path: &str) -> (String, Option<usize>) {
        let mut renamed = path.to_owned();
        let mut own = None;
        for rename in &self.renames {
            let Some(rest) = renamed.strip_prefix(rename.from.as_str()) else { continue };
            if rest.is_empty() {
                // Two that swap their names are not to be swapped back.
                own = Some(rename.change);
                renamed.clone_from(&rename.to);
                break;
            }
            if rest.starts_with("::") || rest.starts_with('.') {
                renamed = format!("{}{rest}", rename.to);
            }
        }
        // An implementation is called after the types that it is about.
        if renamed.contains("impl ") {
            renamed = self.text(path, &renamed);
        }
        (renamed, own)
    }

    /// An older item's text with the names of today. `path` is the item's own.
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

    /// A path that a text mentions, written in full or as its module allows.
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

/// The paths of a change of name, before and after it.
fn paths(change: &Change) -> Vec<(String, String)> {
    let (from, to) = match &change.what {
        // Code knows a shared parameter by its name on the wire, which its component's name is not.
        What::Renamed { from, to } if change.kind != Kind::SharedParameter => (from.as_str(), to.as_str()),
        What::Changed { attribute, from: Some(from), to: Some(to) } if ["name", "variant"].contains(&attribute.as_str()) => {
            (from.as_str(), to.as_str())
        }
        _ => return Vec::new(),
    };
    // A parameter that is sent elsewhere has its place in front of its name.
    let (from, to) = (last_word(from), last_word(to));
    let owner = change.subject.split(['.', '=']).next().unwrap_or_default();
    let calls = || change.reached.operations.iter().map(|operation| pascal(operation));
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
            let own = [pair(&format!("types::{owner}."), snake, ""), pair(&format!("types::builder::{owner}::"), snake, "")];
            own.into_iter().chain(calls().flat_map(|call| request_fields(&call)).map(|prefix| pair(&prefix, snake, ""))).collect()
        }
        Kind::Value => vec![pair(&format!("types::{owner}::"), str::to_owned, "")],
        Kind::Parameter => parameters(&pascal(owner)).map(|prefix| pair(&prefix, snake, "")).to_vec(),
        Kind::SharedParameter => calls().flat_map(|call| parameters(&call)).map(|prefix| pair(&prefix, snake, "")).collect(),
        Kind::Scheme => vec![pair("operations::security::", shouty, "")],
        Kind::Permission => vec![pair("operations::permission::", shouty, "")],
        Kind::Stream => vec![pair("streams::", shouty, "")],
        // No generated item is named after anything else.
        _ => Vec::new(),
    }
}

/// Where a parameter of an operation is in Rust: the field and the setter of the request type, and the method of the mock.
fn parameters(operation: &str) -> [String; 3] {
    let [field, setter] = request_fields(operation);
    [field, setter, format!("operations::{operation}When::")]
}

/// Where a field of a body is in the request type of an operation: the field and the setter.
fn request_fields(operation: &str) -> [String; 2] {
    [format!("requests::{operation}."), format!("requests::{operation}::")]
}

/// The modules that an item lies in: whatever stands before its first name with a capital.
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

/// A parameter's name without the place in front of it.
pub(super) fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}
