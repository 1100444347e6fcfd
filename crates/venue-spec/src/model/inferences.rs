//! What the documentation does not state and a reader concludes from it, with the evidence.

use serde_json::Value;

use super::json;

/// What an inference is about. The order is the order in which documents list them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// That a request without the field is refused.
    Required,
    /// The limits of a value.
    Limits,
    /// What the items of a list are.
    Items,
    /// The unit of a time.
    Unit,
    /// Which values of an enum are open and which are final.
    States,
    /// A condition over several fields.
    Rule,
    /// The exception of a condition over several fields.
    Unless,
    /// What a field, a value, a schema or an operation means or does.
    Meaning,
}

impl Aspect {
    /// Every aspect, in their order.
    pub const ALL: [Self; 8] =
        [Self::Required, Self::Limits, Self::Items, Self::Unit, Self::States, Self::Rule, Self::Unless, Self::Meaning];

    /// The word of the specification.
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

    /// Whether a request that contradicts such an inference can be refused because of it.
    pub fn is_checked(self) -> bool {
        matches!(self, Self::Required | Self::Limits | Self::Items | Self::Rule)
    }
}

/// The inferences about one thing, each with its evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inferences(Vec<(Aspect, String)>);

impl Inferences {
    /// The `x-venue-inferred` of a holder.
    pub(super) fn read(holder: &Value) -> Self {
        let evidence = &holder["x-venue-inferred"];
        let aspects = Aspect::ALL.into_iter();
        Self(aspects.filter_map(|aspect| Some((aspect, json::optional_text(evidence, aspect.as_str())?))).collect())
    }

    /// The evidence for an aspect, if it is inferred.
    pub fn of(&self, aspect: Aspect) -> Option<&str> {
        self.0.iter().find(|(candidate, _)| *candidate == aspect).map(|(_, evidence)| evidence.as_str())
    }

    /// Each aspect and its evidence, in the order of [`Aspect`].
    pub fn iter(&self) -> impl Iterator<Item = (Aspect, &str)> {
        self.0.iter().map(|(aspect, evidence)| (*aspect, evidence.as_str()))
    }

    /// Changes the text of each evidence.
    pub fn edit(&mut self, mut edit: impl FnMut(&mut String)) {
        self.0.iter_mut().for_each(|(_, evidence)| edit(evidence));
    }

    /// Whether nothing is inferred.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds those of an outer holder, which win.
    pub(super) fn overridden_by(mut self, outer: Self) -> Self {
        self.0.retain(|(aspect, _)| outer.of(*aspect).is_none());
        self.0.extend(outer.0);
        self.0.sort_by_key(|(aspect, _)| *aspect);
        self
    }
}
