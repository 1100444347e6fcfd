//! The number of operations, fields and values on the pages.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Aspect, Fact, OPEN_LIST, split_values};

/// Counts the distinct subjects of each kind, and the values and defaults of fields.
pub(super) fn counts(facts: &[Fact]) -> BTreeMap<&'static str, usize> {
    let mut subjects: BTreeMap<&'static str, BTreeSet<&str>> = BTreeMap::new();
    let mut values: BTreeMap<(&str, Aspect), &str> = BTreeMap::new();
    for fact in facts {
        let words: Vec<&str> = fact.subject.splitn(4, ' ').collect();
        let kind = match words.as_slice() {
            [_, path] if path.starts_with('/') => "operations",
            [_, path, "query", _] if path.starts_with('/') => "query parameters",
            [_, path, "body", _] if path.starts_with('/') => "body fields",
            [_, path, "response", _] if path.starts_with('/') => "response fields",
            ["enum", ..] => "enums",
            ["error", ..] => "error codes",
            ["topic", ..] => "topics",
            _ => continue,
        };
        subjects.entry(kind).or_default().insert(&fact.subject);
        if kind.contains(' ') && matches!(fact.aspect, Aspect::Values | Aspect::Default) {
            values.insert((&fact.subject, fact.aspect), &fact.value);
        }
    }
    let mut counts: BTreeMap<&'static str, usize> = subjects.into_iter().map(|(kind, subjects)| (kind, subjects.len())).collect();
    counts.insert("defaults", values.keys().filter(|(_, aspect)| *aspect == Aspect::Default).count());
    let is_closed = |subject: &str, value: &str| !subject.contains(" response ") && !value.ends_with(OPEN_LIST);
    let lists = values.iter().filter(|((subject, aspect), value)| *aspect == Aspect::Values && is_closed(subject, value));
    counts.insert("values of parameters", lists.map(|(_, value)| split_values(value).len()).sum());
    counts
}
