//! Compares the public API of a crate at two revisions: its committed listing, its features and its programs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use venue_diff::rust::RustClass;

/// A change of the public API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiChange {
    pub(super) class: RustClass,
    /// The changed item, and the change.
    pub(super) text: String,
}

impl ApiChange {
    fn new(class: RustClass, text: String) -> Self {
        Self { class, text }
    }
}

/// The effect of changes on code that depends on the crate.
pub(super) fn class_of(changes: &[ApiChange]) -> RustClass {
    changes.iter().map(|change| change.class).max().unwrap_or(RustClass::None)
}

/// Compares two listings of public items, as `cargo xtask public-api` writes them.
///
/// A removed or changed line is breaking, except for changes that only allow more: an item is no longer `#[non_exhaustive]`, a function is
/// `const`, a type implements a further auto trait, or a struct no longer has private fields. An added line is breaking if it is
/// - a variant of an enum that was exhaustive, or a field of a struct or variant that was exhaustive and had only public fields,
/// - an item without a default in a trait that existed,
/// - a private field, an attribute of the JSON or a changed value of an item that existed.
///
/// For example, `pub fn a::T::name(&self)` is added. If the older listing contains `pub trait a::T`, and the newer listing does not contain
/// `default a::T::name`, then implementations of `a::T` no longer compile, so the change is breaking.
pub(super) fn compare_listings(old: &str, new: &str) -> Vec<ApiChange> {
    let (old, new) = (Listing::new(old), Listing::new(new));
    let mut changes = Vec::new();
    for line in old.lines.difference(&new.lines) {
        let class = if old.removal_allows_more(line, &new) { RustClass::Minor } else { RustClass::Major };
        changes.push(ApiChange::new(class, format!("- {line}")));
    }
    for line in new.lines.difference(&old.lines) {
        let class = if old.addition_breaks(line, &new) { RustClass::Major } else { RustClass::Minor };
        changes.push(ApiChange::new(class, format!("+ {line}")));
    }
    changes.sort_by_key(|change| Reverse(change.class));
    changes
}

/// Compares the features of a crate: for each feature, the features that it enables. A removed feature is breaking, and so is a feature that
/// no longer enables another one, such as `default`.
pub(super) fn compare_features(old: &BTreeMap<String, BTreeSet<String>>, new: &BTreeMap<String, BTreeSet<String>>) -> Vec<ApiChange> {
    let mut changes = Vec::new();
    for (feature, enabled) in old {
        let Some(enabled_now) = new.get(feature) else {
            changes.push(ApiChange::new(RustClass::Major, format!("- feature {feature}")));
            continue;
        };
        let removed = enabled.difference(enabled_now);
        changes.extend(removed.map(|other| ApiChange::new(RustClass::Major, format!("- feature {feature} enables {other}"))));
        let added = enabled_now.difference(enabled);
        changes.extend(added.map(|other| ApiChange::new(RustClass::Minor, format!("+ feature {feature} enables {other}"))));
    }
    let added = new.keys().filter(|feature| !old.contains_key(*feature));
    changes.extend(added.map(|feature| ApiChange::new(RustClass::Minor, format!("+ feature {feature}"))));
    changes
}

/// Compares the names of a crate's programs.
pub(super) fn compare_programs(old: &BTreeSet<String>, new: &BTreeSet<String>) -> Vec<ApiChange> {
    let removed = old.difference(new).map(|name| ApiChange::new(RustClass::Major, format!("- program {name}")));
    let added = new.difference(old).map(|name| ApiChange::new(RustClass::Minor, format!("+ program {name}")));
    removed.chain(added).collect()
}

const NON_EXHAUSTIVE: &str = "#[non_exhaustive] ";

/// The lines of a listing.
struct Listing<'a> {
    lines: BTreeSet<&'a str>,
}

impl<'a> Listing<'a> {
    fn new(text: &'a str) -> Self {
        Self { lines: text.lines().filter(|line| !line.is_empty()).collect() }
    }

    /// Whether a line of this listing is missing in the newer listing only because the newer API allows more.
    fn removal_allows_more(&self, line: &str, new: &Self) -> bool {
        if line.strip_prefix(NON_EXHAUSTIVE).is_some_and(|rest| new.lines.contains(rest)) {
            return true;
        }
        if line.starts_with("pub fn ") && new.lines.contains(line.replacen("pub fn ", "pub const fn ", 1).as_str()) {
            return true;
        }
        // `impl !Send for a::X`: the type now implements the trait.
        if line.starts_with("impl") && line.contains(" !core::") && new.lines.contains(line.replacen(" !core::", " core::", 1).as_str()) {
            return true;
        }
        line.strip_prefix("private ").is_some_and(|path| new.declaration(path).is_some())
    }

    /// Whether a line of the newer listing breaks programs that were written for this listing.
    fn addition_breaks(&self, line: &str, new: &Self) -> bool {
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        match kind {
            "private" => self.declaration(rest).is_some_and(|old| !old.starts_with(NON_EXHAUSTIVE)),
            "wire" | "value" => rest.split(' ').next().is_some_and(|path| self.has_item(path)),
            "default" | "dyn" | "generic" => false,
            _ => self.item_breaks(line, new),
        }
    }

    /// Whether the added line of a public item breaks programs.
    fn item_breaks(&self, line: &str, new: &Self) -> bool {
        let Some(path) = item_path(line) else { return false };
        let Some((parent, _)) = path.rsplit_once("::") else { return false };
        let Some(declaration) = self.declaration(parent) else { return false };
        if declaration.starts_with(NON_EXHAUSTIVE) {
            return false;
        }
        match declaration_kind(declaration) {
            // A variant, or a field of a variant.
            Some("enum" | "variant") => is_variant_or_field(line),
            Some("struct") => is_variant_or_field(line) && !self.lines.contains(format!("private {parent}").as_str()),
            Some("trait") => !new.lines.contains(format!("default {path}").as_str()),
            _ => false,
        }
    }

    /// The line that declares a struct, enum, union, trait or variant.
    fn declaration(&self, path: &str) -> Option<&'a str> {
        self.lines.iter().copied().find(|line| declaration_kind(line).is_some() && item_path(line) == Some(path))
    }

    fn has_item(&self, path: &str) -> bool {
        self.lines.iter().any(|line| item_path(line) == Some(path))
    }
}

/// The keyword of a declaration that has members; `variant` for a line such as `pub a::Enum::Variant`.
fn declaration_kind(line: &str) -> Option<&'static str> {
    let line = line.strip_prefix(NON_EXHAUSTIVE).unwrap_or(line).strip_prefix("pub ")?;
    let line = line.strip_prefix("unsafe ").unwrap_or(line);
    match line.split(' ').next()? {
        "struct" => Some("struct"),
        "enum" => Some("enum"),
        "union" => Some("struct"),
        "trait" => Some("trait"),
        _ if is_variant_or_field(&format!("pub {line}")) && !line.contains(": ") => Some("variant"),
        _ => None,
    }
}

/// Whether a line is a variant or a field: `pub a::Enum::Variant`, `pub a::Struct::field: u8`.
fn is_variant_or_field(line: &str) -> bool {
    let line = line.strip_prefix(NON_EXHAUSTIVE).unwrap_or(line);
    const KEYWORDS: [&str; 13] =
        ["fn", "async", "const", "static", "struct", "enum", "union", "trait", "type", "mod", "use", "macro", "unsafe"];
    line.strip_prefix("pub ")
        .and_then(|rest| rest.split([' ', '!']).next())
        .is_some_and(|word| !KEYWORDS.contains(&word) && word.contains("::"))
}

/// The path of the item that a line describes, without generic parameters; `None` for an implementation.
fn item_path(line: &str) -> Option<&str> {
    let line = line.strip_prefix(NON_EXHAUSTIVE).unwrap_or(line);
    let mut rest = line.strip_prefix("pub ")?;
    for word in
        ["macro ", "const ", "async ", "unsafe ", "fn ", "static ", "mut ", "struct ", "enum ", "union ", "trait ", "type ", "mod ", "use "]
    {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let mut end = rest.len();
    for (index, character) in rest.char_indices() {
        let is_separator = rest[index..].starts_with("::") || (index > 0 && rest[index - 1..].starts_with("::"));
        if !(character.is_alphanumeric() || character == '_' || is_separator) {
            end = index;
            break;
        }
    }
    Some(rest[..end].trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "\
pub mod a
pub enum a::Open
pub a::Open::One
#[non_exhaustive] pub enum a::Extensible
pub a::Extensible::One
pub struct a::Literal
pub a::Literal::x: u8
pub struct a::Opaque
pub a::Opaque::x: u8
pub struct a::Generic<T>
pub trait a::Trait
pub fn a::Trait::required(&self)
pub fn a::f<T: core::clone::Clone>(T) -> u8
pub const a::LIMIT: u8
impl core::marker::Send for a::Opaque
impl !core::marker::Sync for a::Opaque
private a::Opaque
private a::Generic
value a::LIMIT = 5
";

    /// Compares the listing with an edited one: the class of the most severe change.
    fn check(edits: &[(&str, &str)], expected: RustClass) {
        let mut new = OLD.to_owned();
        for (from, to) in edits {
            assert!(new.contains(from), "`{from}` is in the listing");
            new = new.replace(from, to);
        }
        let changes = compare_listings(OLD, &new);
        assert_eq!(class_of(&changes), expected, "{edits:?}: {changes:?}");
    }

    /// Compares the listing with one that has further lines.
    fn check_addition(lines: &str, expected: RustClass) {
        let changes = compare_listings(OLD, &format!("{OLD}{lines}\n"));
        assert_eq!(class_of(&changes), expected, "{lines}: {changes:?}");
    }

    #[test]
    fn a_removed_or_changed_item_is_breaking() {
        check(&[("pub const a::LIMIT: u8\n", ""), ("value a::LIMIT = 5\n", "")], RustClass::Major);
        check(&[("-> u8", "-> u16")], RustClass::Major);
        check(&[("core::clone::Clone", "core::marker::Copy")], RustClass::Major);
        check(&[("impl core::marker::Send for a::Opaque", "impl !core::marker::Send for a::Opaque")], RustClass::Major);
        check(&[("LIMIT = 5", "LIMIT = 6")], RustClass::Major);
        check(&[("pub enum a::Open\n", "#[non_exhaustive] pub enum a::Open\n")], RustClass::Major);
    }

    #[test]
    fn a_change_that_allows_more_is_an_addition() {
        check(&[("#[non_exhaustive] pub enum", "pub enum")], RustClass::Minor);
        check(&[("pub fn a::f", "pub const fn a::f")], RustClass::Minor);
        check(&[("impl !core::marker::Sync", "impl core::marker::Sync")], RustClass::Minor);
        check(&[("private a::Opaque\n", "")], RustClass::Minor);
    }

    #[test]
    fn a_variant_breaks_an_exhaustive_enum_only() {
        check_addition("pub a::Open::Two", RustClass::Major);
        check_addition("pub a::Extensible::Two", RustClass::Minor);
    }

    #[test]
    fn a_field_breaks_a_struct_that_programs_construct() {
        check_addition("pub a::Literal::y: u8", RustClass::Major);
        check_addition("private a::Literal", RustClass::Major);
        check_addition("pub a::Opaque::y: u8", RustClass::Minor);
    }

    #[test]
    fn an_item_of_a_trait_needs_a_default() {
        check_addition("pub fn a::Trait::added(&self)", RustClass::Major);
        check_addition("pub fn a::Trait::added(&self)\ndefault a::Trait::added", RustClass::Minor);
    }

    #[test]
    fn an_attribute_of_the_json_breaks_an_item_that_existed() {
        check_addition("wire a::Literal #[serde(rename_all = \"camelCase\")]", RustClass::Major);
        check_addition("pub struct a::New\nwire a::New #[serde(transparent)]", RustClass::Minor);
    }

    #[test]
    fn equal_listings_have_no_changes() {
        check(&[], RustClass::None);
    }

    fn features(text: &str) -> BTreeMap<String, BTreeSet<String>> {
        let feature = |line: &str| {
            let (name, enabled) = line.split_once('=').expect("a feature");
            (name.to_owned(), enabled.split_whitespace().map(str::to_owned).collect())
        };
        text.split(';').map(feature).collect()
    }

    #[test]
    fn a_feature_that_is_removed_or_enables_less_is_breaking() {
        let old = features("default=tls;tls=;json=");
        for (new, expected) in [
            ("default=tls;tls=;json=", RustClass::None),
            ("default=tls;tls=", RustClass::Major),
            ("default=;tls=;json=", RustClass::Major),
            ("default=tls json;tls=;json=", RustClass::Minor),
            ("default=tls;tls=;json=;more=", RustClass::Minor),
        ] {
            assert_eq!(class_of(&compare_features(&old, &features(new))), expected, "{new}");
        }
    }

    #[test]
    fn a_removed_program_is_breaking() {
        let programs = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(class_of(&compare_programs(&programs(&["a"]), &programs(&[]))), RustClass::Major);
        assert_eq!(class_of(&compare_programs(&programs(&["a"]), &programs(&["a", "b"]))), RustClass::Minor);
    }
}
