//! Lists a specification as facts, one per line. A comparison compares the facts of two revisions.
//!
//! The listing is complete. A known key becomes an attribute with a fixed name. An unknown key becomes an attribute with its own name, so
//! that its changes are reported as well.
//!
//! The facts are read directly from the YAML tree, and not from the model of `venue-spec` ([`venue_spec::model`]). The model relies on the
//! checks of [`Document::parse`], and an old revision must be comparable even if it violates checks that were added later.

mod condition;
mod element;
mod operation;
mod placeholders;
mod rate_limit;
mod root;
mod route;
mod schema;
mod stream;
mod structural_eq;
mod type_expression;

use std::collections::BTreeMap;

use venue_spec::Document;

pub(crate) use condition::text;
pub use condition::{Condition, Values};
pub use element::{Attribute, Content, Element, Kind, Position, Subject};
pub(crate) use placeholders::without_placeholders;
pub use rate_limit::RateLimit;
pub(crate) use structural_eq::{are_structurally_equal, differing};
pub(crate) use type_expression::ValueSetChange;
pub use type_expression::{TypeExpression, WireType};

/// All facts of a specification, in the order of the file.
#[derive(Debug, Clone)]
pub struct Listing {
    elements: Vec<Element>,
    indices: BTreeMap<Subject, usize>,
}

impl Listing {
    /// Lists the facts of a specification. The specification need not be valid. Unknown constructs are listed as JSON.
    pub fn new(document: &Document) -> Self {
        let elements = root::elements(document.root());
        let indices = elements.iter().enumerate().map(|(position, element)| (element.subject.clone(), position)).collect();
        Self { elements, indices }
    }

    /// The elements: operations, parameters, schemas, fields, values and all other parts with facts.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Finds an element.
    pub fn element(&self, subject: &Subject) -> Option<&Element> {
        self.indices.get(subject).map(|position| &self.elements[*position])
    }

    /// The wire values of an enum.
    pub(crate) fn values(&self, of: &str) -> impl Iterator<Item = &str> {
        let range = Subject::Value { owner: of.to_owned(), value: String::new() }..;
        self.indices.range(range).map_while(move |(subject, _)| match subject {
            Subject::Value { owner, value } if owner == of => Some(value.as_str()),
            _ => None,
        })
    }

    /// Whether an enum may have unlisted values.
    pub(crate) fn is_open(&self, of: &str) -> bool {
        self.element(&Subject::Type(of.to_owned())).is_some_and(|element| element.attribute("x-venue-extensible").is_some())
    }

    /// The set of wire values of a type. References to named schemas are resolved.
    pub(crate) fn wire_type(&self, expression: &TypeExpression) -> WireType {
        type_expression::wire_type(self, expression)
    }

    /// The number of facts: one for each element and one for each attribute.
    pub fn len(&self) -> usize {
        self.elements.iter().map(|element| 1 + element.attributes.len()).sum()
    }

    /// Whether there are no facts.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}
