//! Shortens the paths in generated code.

use syn::visit_mut::{self, VisitMut};
use syn::{Path, PathSegment};

/// Shortens `::std::option::Option` to `Option`, and `crate::types::Order` to the path from the module of the generated file, for
/// example `super::Order`.
pub(super) struct Shorten {
    /// The path that replaces `crate::types`. `None` removes the path, for code in the module `types` itself.
    pub(super) types: Option<&'static str>,
}

impl VisitMut for Shorten {
    fn visit_path_mut(&mut self, path: &mut Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match names.as_slice() {
            ["std", "option", "Option"]
            | ["std", "vec", "Vec"]
            | ["std", "string", "String"]
            | ["std", "convert", "From" | "TryFrom" | "TryInto"]
            | ["std", "default", "Default"] => keep_last(path, 1),
            ["std", "result", "Result"] => keep_last(path, 1),
            ["crate", "types", _] => {
                keep_last(path, 1);
                if let Some(prefix) = self.types {
                    path.segments.insert(0, PathSegment::from(super::names::ident(prefix)));
                }
            }
            _ => {}
        }
        visit_mut::visit_path_mut(self, path);
    }
}

fn keep_last(path: &mut Path, count: usize) {
    let skip = path.segments.len().saturating_sub(count);
    path.segments = std::mem::take(&mut path.segments).into_iter().skip(skip).collect();
    path.leading_colon = None;
}
