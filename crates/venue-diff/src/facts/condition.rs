//! Conditions over several fields.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use venue_spec::tree::Node;

/// Fields and the values of each. The order of fields and values is ignored.
pub type Values = BTreeMap<String, BTreeSet<String>>;

/// A condition over several fields of an object, or parameters of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// At least one of these fields must be present.
    AnyOf(BTreeSet<String>),
    /// Exactly one of these fields must be present.
    OneOf(BTreeSet<String>),
    /// A field is required under a condition.
    Require {
        /// The required field.
        field: String,
        /// The field is required only if each of these fields has one of the listed values.
        when: Values,
        /// The field is not required if any of these fields has one of the listed values.
        unless: Values,
    },
}

impl Condition {
    /// Reads an item of `x-venue-rules`; `None` if the item has an unknown form.
    pub(super) fn read(node: &Node) -> Option<Self> {
        // The evidence for an inferred condition is an attribute of its own.
        let keys = || node.entries().iter().map(|entry| entry.key.text.as_str()).filter(|key| *key != "x-venue-inferred");
        let known = |known: &[&str]| keys().all(|key| known.contains(&key));
        if let Some(fields) = node.get("anyOf").filter(|_| known(&["anyOf"])) {
            return Some(Self::AnyOf(fields.items().iter().map(text).collect()));
        }
        if let Some(fields) = node.get("oneOf").filter(|_| known(&["oneOf"])) {
            return Some(Self::OneOf(fields.items().iter().map(text).collect()));
        }
        let field = node.get("require").filter(|_| known(&["require", "when", "unless"]))?.as_str()?.to_owned();
        Some(Self::Require { field, when: fields(node.get("when")), unless: fields(node.get("unless")) })
    }

    /// Applies the new names of fields.
    pub(crate) fn renamed(&self, rename: impl Fn(&str) -> String) -> Self {
        let pairs = |pairs: &Values| pairs.iter().map(|(name, values)| (rename(name), values.clone())).collect();
        match self {
            Self::AnyOf(fields) => Self::AnyOf(fields.iter().map(|name| rename(name)).collect()),
            Self::OneOf(fields) => Self::OneOf(fields.iter().map(|name| rename(name)).collect()),
            Self::Require { field, when, unless } => Self::Require { field: rename(field), when: pairs(when), unless: pairs(unless) },
        }
    }

    /// Whether both conditions require the same field, or are alternatives with a common field.
    pub(crate) fn concerns_the_same_fields_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Require { field: one, .. }, Self::Require { field: other, .. }) => one == other,
            (Self::AnyOf(one) | Self::OneOf(one), Self::AnyOf(other) | Self::OneOf(other)) => !one.is_disjoint(other),
            _ => false,
        }
    }

    /// Whether every request that meets the other condition also meets this one.
    pub(crate) fn is_implied_by(&self, other: &Self) -> bool {
        match (self, other) {
            // A request with exactly one of some fields has at least one of them.
            (Self::AnyOf(one), Self::AnyOf(other) | Self::OneOf(other)) => one.is_superset(other),
            (Self::OneOf(one), Self::OneOf(other)) => one == other,
            (Self::Require { field, when, unless }, Self::Require { field: of, when: other_when, unless: other_unless }) => {
                // This condition must require the field in no more cases than the other condition: it has every `when` of the other
                // condition, with the same or fewer values.
                let in_no_more = other_when.iter().all(|(name, values)| when.get(name).is_some_and(|own| own.is_subset(values)));
                let spared_as_often = other_unless.iter().all(|(name, values)| unless.get(name).is_some_and(|own| own.is_superset(values)));
                field == of && in_no_more && spared_as_often
            }
            _ => false,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyOf(fields) => write!(f, "at least one of {}", joined(fields, ", ")),
            Self::OneOf(fields) => write!(f, "exactly one of {}", joined(fields, ", ")),
            Self::Require { field, when, unless } => {
                write!(f, "{field} is required")?;
                let words = |pairs: &Values, and: &str| {
                    pairs.iter().map(|(name, values)| format!("{name} is {}", joined(values, " or "))).collect::<Vec<_>>().join(and)
                };
                if !when.is_empty() {
                    write!(f, " when {}", words(when, " and "))?;
                }
                if !unless.is_empty() {
                    write!(f, " unless {}", words(unless, " or "))?;
                }
                Ok(())
            }
        }
    }
}

fn joined(names: &BTreeSet<String>, separator: &str) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(separator)
}

fn fields(node: Option<&Node>) -> Values {
    let entries = node.map(Node::entries).unwrap_or_default();
    entries.iter().map(|entry| (entry.key.text.clone(), entry.node.items().iter().map(text).collect())).collect()
}

/// A scalar as text; a list or a map as JSON.
pub(crate) fn text(node: &Node) -> String {
    node.as_str().map_or_else(|| node.to_json().to_string(), str::to_owned)
}
