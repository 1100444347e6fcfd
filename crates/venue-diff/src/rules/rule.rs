//! The definition of a rule.

use std::borrow::Cow;

use crate::change::{Class, Edit};
use crate::difference::Difference;
use crate::facts::{self, Content, Element, Kind, Listing, Subject, TypeExpression, ValueSetChange, WireType};
use crate::reach::Direction;
use crate::revision::Revision;

/// The attributes that limit values.
pub(super) const LIMITS: &[&str] = &["minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems"];

/// A rule: the changes that it matches, and their class.
#[derive(Debug)]
pub struct Rule {
    /// The id in reports.
    pub id: &'static str,
    /// The class of matching changes.
    pub class: Class,
    /// The reason for the class, as a clause.
    pub reason: &'static str,
    /// The rule that matches the inverse of a change.
    pub inverse: Inverse,
    kinds: &'static [Kind],
    event: Event,
    side: Option<Direction>,
    test: fn(&Case<'_>) -> bool,
    details: fn(&Case<'_>) -> Option<String>,
}

/// The rule that matches the inverse of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inverse {
    /// The same rule, because the change has the same effect in both directions.
    Itself,
    /// Another rule, by its id.
    Rule(&'static str),
}

#[derive(Debug)]
enum Event {
    Any,
    Added,
    Removed,
    Renamed,
    /// One of these attributes changed. A name that ends in `.` is a prefix.
    Attribute(&'static [&'static str]),
    /// One of these attributes changed, in the element itself or at any depth in the items of its lists.
    AnyDepth(&'static [&'static str]),
}

/// A change in one direction, as input of a rule.
pub(crate) struct Case<'a> {
    pub(crate) old: &'a Revision,
    pub(crate) new: &'a Revision,
    pub(crate) difference: &'a Difference<'a>,
    pub(crate) side: Direction,
}

impl Rule {
    pub(super) const fn new(id: &'static str, class: Class, reason: &'static str) -> Self {
        Self { id, class, reason, inverse: Inverse::Itself, kinds: &[], event: Event::Any, side: None, test: |_| true, details: |_| None }
    }

    pub(super) const fn inverse(mut self, id: &'static str) -> Self {
        self.inverse = Inverse::Rule(id);
        self
    }

    pub(super) const fn of(mut self, kinds: &'static [Kind]) -> Self {
        self.kinds = kinds;
        self
    }

    pub(super) const fn added(mut self) -> Self {
        self.event = Event::Added;
        self
    }

    pub(super) const fn removed(mut self) -> Self {
        self.event = Event::Removed;
        self
    }

    pub(super) const fn renamed(mut self) -> Self {
        self.event = Event::Renamed;
        self
    }

    pub(super) const fn changes(mut self, attributes: &'static [&'static str]) -> Self {
        self.event = Event::Attribute(attributes);
        self
    }

    pub(super) const fn changes_at_any_depth(mut self, attributes: &'static [&'static str]) -> Self {
        self.event = Event::AnyDepth(attributes);
        self
    }

    pub(super) const fn sent(mut self) -> Self {
        self.side = Some(Direction::Request);
        self
    }

    pub(super) const fn received(mut self) -> Self {
        self.side = Some(Direction::Response);
        self
    }

    pub(super) const fn when(mut self, test: fn(&Case<'_>) -> bool) -> Self {
        self.test = test;
        self
    }

    pub(super) const fn details(mut self, details: fn(&Case<'_>) -> Option<String>) -> Self {
        self.details = details;
        self
    }

    /// The reason for the class, with the details of this change.
    pub(super) fn reason_for(&self, case: &Case<'_>) -> Cow<'static, str> {
        (self.details)(case).map_or(Cow::Borrowed(self.reason), |details| Cow::Owned(format!("{}: {details}", self.reason)))
    }

    pub(super) fn fits(&self, case: &Case<'_>) -> bool {
        let is_event = match (&self.event, &case.difference.edit) {
            (Event::Any, _) => true,
            (Event::Added, Edit::Added) | (Event::Removed, Edit::Removed) | (Event::Renamed, Edit::Renamed { .. }) => true,
            (Event::Attribute(names), Edit::Changed { attribute, .. }) => {
                names.iter().any(|name| if name.ends_with('.') { attribute.starts_with(name) } else { attribute == name })
            }
            (Event::AnyDepth(names), Edit::Changed { attribute, .. }) => names.contains(&last(attribute)),
            _ => false,
        };
        is_event
            && (self.kinds.is_empty() || self.kinds.contains(&case.difference.subject.kind()))
            && self.side.is_none_or(|side| side == case.side)
            && (self.test)(case)
    }
}

/// The last part of an attribute's name: `nullable` for `items.items.nullable`.
pub(super) fn last(attribute: &str) -> &str {
    attribute.rsplit('.').next().unwrap_or(attribute)
}

impl<'a> Case<'a> {
    /// The old content of the attribute, with the new names.
    pub(super) fn from(&self) -> Option<&'a Content> {
        self.difference.contents.0.as_ref()
    }

    /// The new content of the attribute.
    pub(super) fn to(&self) -> Option<&'a Content> {
        self.difference.contents.1.as_ref()
    }

    /// Whether the new content is this text.
    pub(super) fn is_now(&self, text: &str) -> bool {
        matches!(self.to(), Some(Content::Text(said)) if said == text)
    }

    /// The old and the new content as integers.
    pub(super) fn numbers(&self) -> (Option<i64>, Option<i64>) {
        let number = |content: Option<&Content>| content.and_then(|content| content.to_string().parse().ok());
        (number(self.from()), number(self.to()))
    }

    /// Whether one of the affected operations of the newer revision meets a condition.
    pub(super) fn reaches(&self, is_of: impl Fn(&Element) -> bool) -> bool {
        let Some(element) = self.difference.new else { return false };
        let operations = self.new.reach.affected(&element.subject).operations;
        operations.into_iter().filter_map(|operation| self.new.listing.element(&Subject::Operation(operation))).any(is_of)
    }

    /// The added or removed element.
    pub(super) fn element(&self) -> Option<&'a Element> {
        self.difference.new.or(self.difference.old)
    }
}

/// The maximum number of parts of an object in a sentence.
const NAMED: usize = 4;

impl Case<'_> {
    /// How the set of allowed values changed.
    pub(super) fn value_set_change(&self) -> ValueSetChange {
        match self.wire_types() {
            (Some(old), Some(new)) if facts::are_structurally_equal((&self.old.listing, &old), (&self.new.listing, &new)) => {
                ValueSetChange::Same
            }
            (Some(old), Some(new)) if old.is_of_objects() && new.is_of_objects() => ValueSetChange::Different,
            (Some(old), Some(new)) => new.value_set_change_from(&old),
            _ => ValueSetChange::Different,
        }
    }

    /// Lists the parts in which the old and the new type differ, if the change is about the type of an element or a body, and both types
    /// are objects or rows.
    pub(super) fn differing(&self) -> Option<String> {
        let (old, new) = self.wire_types();
        let parts = facts::differing((&self.old.listing, &old?), (&self.new.listing, &new?));
        let more = parts.len().saturating_sub(NAMED);
        let named = parts.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        match (parts.len(), more) {
            (0, _) => None,
            (1, _) => Some(format!("{named} differs")),
            (_, 0) => Some(format!("{named} differ")),
            _ => Some(format!("{named} and {more} more differ")),
        }
    }

    /// The old and the new type of a schema or a body.
    fn wire_types(&self) -> (Option<WireType>, Option<WireType>) {
        let name = match &self.difference.edit {
            Edit::Changed { attribute, .. } if ["body", "answer"].contains(&attribute.as_str()) => attribute,
            // A change of the format is a change of the type.
            _ => "type",
        };
        let wire_type = |listing: &Listing, element: Option<&Element>| match element.map(|element| (&element.subject, element)) {
            Some((Subject::Type(name), _)) => Some(listing.wire_type(&TypeExpression::Named { name: name.clone(), format: None })),
            Some((_, element)) => element.type_expression(name).map(|expression| listing.wire_type(expression)),
            None => None,
        };
        (wire_type(&self.old.listing, self.difference.old), wire_type(&self.new.listing, self.difference.new))
    }
}
