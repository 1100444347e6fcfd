//! A difference between two elements, before a rule classifies it.

use venue_spec::Value;
use venue_spec::tree::{Node, push};

use crate::change::Edit;
use crate::facts::{self, Attribute, Content, Element, Position, Subject};
use crate::pairing::Names;

/// A difference that no rule has classified yet.
pub(crate) struct Difference<'a> {
    /// The changed part, under its name in the newer revision. A removed part has its name in the older revision, below the newer name of
    /// its owner.
    pub(crate) subject: Subject,
    pub(crate) edit: Edit,
    pub(crate) old: Option<&'a Element>,
    pub(crate) new: Option<&'a Element>,
    /// The old and the new content of a changed attribute. In the old content, renamed parts have their new names.
    pub(crate) contents: (Option<Content>, Option<Content>),
    /// The part that had the new description in the older revision, if another part had it.
    pub(crate) text_moved_from: Option<String>,
    pub(crate) positions: (Option<Position>, Option<Position>),
}

impl<'a> Difference<'a> {
    pub(crate) fn renamed(old: &'a Element, new: &'a Element, edit: Edit) -> Self {
        let name = |element: &Element| Some(element.name.as_ref().unwrap_or(&element.position).clone());
        let positions = (name(old), name(new));
        Self {
            subject: new.subject.clone(),
            edit,
            old: Some(old),
            new: Some(new),
            contents: (None, None),
            text_moved_from: None,
            positions,
        }
    }

    pub(crate) fn added(element: &'a Element) -> Self {
        let positions = (None, Some(element.position.clone()));
        Self {
            subject: element.subject.clone(),
            edit: Edit::Added,
            old: None,
            new: Some(element),
            contents: (None, None),
            text_moved_from: None,
            positions,
        }
    }

    pub(crate) fn removed(element: &'a Element, names: &Names) -> Self {
        let positions = (Some(element.position.clone()), None);
        Self {
            subject: names.subject(&element.subject),
            edit: Edit::Removed,
            old: Some(element),
            new: None,
            contents: (None, None),
            text_moved_from: None,
            positions,
        }
    }

    /// Creates the difference of an attribute; `None` if both values are equal. The positions of the values in the files are ignored.
    pub(crate) fn attribute(
        old: &'a Element,
        new: &'a Element,
        from: Option<(&Attribute, Content)>,
        to: Option<&Attribute>,
    ) -> Option<Self> {
        let name = to.or(from.as_ref().map(|(attribute, _)| *attribute))?.name.clone();
        let mut positions =
            (from.as_ref().map(|(attribute, _)| attribute.position.clone()), to.map(|attribute| attribute.position.clone()));
        let contents = (from.map(|(_, content)| content), to.map(|attribute| attribute.content.clone()));
        let mut shown = (contents.0.as_ref().map(ToString::to_string), contents.1.as_ref().map(ToString::to_string));
        if let ((Some(Content::Tree(one)), Some(Content::Tree(other))), (Some(from), Some(to))) = (&contents, &mut positions) {
            let one_and_other = descend_to_difference(one, other, from, to)?;
            shown = (Some(one_and_other.0), Some(one_and_other.1));
        }
        let edit = Edit::Changed { attribute: name, from: shown.0, to: shown.1 };
        Some(Self { subject: new.subject.clone(), edit, old: Some(old), new: Some(new), contents, text_moved_from: None, positions })
    }
}

/// Finds the smallest part of two trees that contains all their differences, and moves the positions `from` and `to` to this part.
/// Returns the two texts of the part, or `None` if the trees are equal.
fn descend_to_difference(one: &Node, other: &Node, from: &mut Position, to: &mut Position) -> Option<(String, String)> {
    if one.to_json() == other.to_json() {
        return None;
    }
    let step = match (&one.value, &other.value) {
        (Value::Map(old), Value::Map(new)) if old.len() == new.len() => {
            let differing: Vec<_> = old
                .iter()
                .filter_map(|entry| Some((entry, other.entry(&entry.key.text)?)))
                .filter(|(one, other)| one.node.to_json() != other.node.to_json())
                .collect();
            let all_known = old.iter().all(|entry| other.get(&entry.key.text).is_some());
            match differing.as_slice() {
                [(one, other)] if all_known => Some((one.key.text.clone(), &one.node, &other.node, one.key.span, other.key.span)),
                _ => None,
            }
        }
        (Value::List(old), Value::List(new)) if old.len() == new.len() => {
            let mut differing = old.iter().zip(new).enumerate().filter(|(_, (one, other))| one.to_json() != other.to_json());
            match (differing.next(), differing.next()) {
                (Some((index, (one, other))), None) => Some((index.to_string(), one, other, one.span, other.span)),
                _ => None,
            }
        }
        _ => None,
    };
    let Some((step, one, other, old_span, new_span)) = step else {
        return Some((facts::text(one), facts::text(other)));
    };
    for (position, span) in [(&mut *from, old_span), (&mut *to, new_span)] {
        *position = Position { pointer: push(&position.pointer, &step), line: span.line, column: span.column };
    }
    descend_to_difference(one, other, from, to)
}
