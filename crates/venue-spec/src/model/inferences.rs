//! Properties that the exchange's documentation does not state, but that the specification infers from it. Each inference has its evidence.

use serde_json::Value;

use super::json;

/// The property that an inference is about. Documents list inferences in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// The server rejects a request without the field.
    Required,
    /// The limits of a value.
    Limits,
    /// The type of the items of a list.
    Items,
    /// The unit of a time field.
    Unit,
    /// The classification of an enum's values into open and final states.
    States,
    /// A condition over several fields.
    Rule,
    /// The exception to a condition over several fields.
    Unless,
    /// The meaning of a field, a value, a schema or an operation.
    Meaning,
}

impl Aspect {
    /// Every aspect, in order.
    pub const ALL: [Self; 8] =
        [Self::Required, Self::Limits, Self::Items, Self::Unit, Self::States, Self::Rule, Self::Unless, Self::Meaning];

    /// The key of the aspect in `x-venue-inferred`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Limits => "limits",
            Self::Items => "items",
            Self::Unit => "unit",
            Self::States => "states",
            Self::Rule => "rule",
            Self::Unless => "unless",
            Self::Meaning => "meaning",
        }
    }

    /// Whether a client can check a request against an inference of this aspect.
    pub fn is_checked(self) -> bool {
        matches!(self, Self::Required | Self::Limits | Self::Items | Self::Rule)
    }
}

/// The inferences about one part of the specification, each with its evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inferences(Vec<(Aspect, String)>);

impl Inferences {
    /// Reads the `x-venue-inferred` of a YAML map.
    pub(super) fn read(holder: &Value) -> Self {
        let evidence = &holder["x-venue-inferred"];
        let aspects = Aspect::ALL.into_iter();
        Self(aspects.filter_map(|aspect| Some((aspect, json::optional_text(evidence, aspect.as_str())?))).collect())
    }

    /// The evidence for an aspect, or `None` if the aspect is not inferred.
    pub fn of(&self, aspect: Aspect) -> Option<&str> {
        self.0.iter().find(|(candidate, _)| *candidate == aspect).map(|(_, evidence)| evidence.as_str())
    }

    /// Each aspect and its evidence, in the order of [`Aspect`].
    pub fn iter(&self) -> impl Iterator<Item = (Aspect, &str)> {
        self.0.iter().map(|(aspect, evidence)| (*aspect, evidence.as_str()))
    }

    /// Edits the text of each piece of evidence.
    pub fn edit(&mut self, mut edit: impl FnMut(&mut String)) {
        self.0.iter_mut().for_each(|(_, evidence)| edit(evidence));
    }

    /// Whether there are no inferences.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the inferences of an outer part of the specification. If the inner and the outer part both have an inference about an
    /// aspect, the outer inference is used.
    pub(super) fn overridden_by(mut self, outer: Self) -> Self {
        self.0.retain(|(aspect, _)| outer.of(*aspect).is_none());
        self.0.extend(outer.0);
        self.0.sort_by_key(|(aspect, _)| *aspect);
        self
    }
}
