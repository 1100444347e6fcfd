//! A specification as a listing of facts, one line each: what is compared when two revisions are.
//!
//! The listing leaves nothing out. A key that it knows becomes an attribute with a name; a key that it does not know becomes an attribute
//! under its own name, so that a change of it is reported all the same.

mod condition;
mod element;
mod operation;
mod placeholders;
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
pub(crate) use structural_eq::{are_structurally_equal, differing};
pub(crate) use type_expression::ValueSetChange;
pub use type_expression::{TypeExpression, WireType};

/// Everything that a specification says, in the order of the file.
#[derive(Debug, Clone)]
pub struct Listing {
    elements: Vec<Element>,
    indices: BTreeMap<Subject, usize>,
}

impl Listing {
    /// Lists what a specification says. It need not be sound: what cannot be understood is listed as it stands.
    pub fn new(document: &Document) -> Self {
        let elements = root::elements(document.root());
        let indices = elements.iter().enumerate().map(|(position, element)| (element.subject.clone(), position)).collect();
        Self { elements, indices }
    }

    /// Whatever has facts of its own: operations, parameters, schemas, fields, values.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// One of them.
    pub fn element(&self, subject: &Subject) -> Option<&Element> {
        self.indices.get(subject).map(|position| &self.elements[*position])
    }

    /// The values of an enum, as the wire has them.
    pub(crate) fn values(&self, of: &str) -> impl Iterator<Item = &str> {
        let range = Subject::Value { owner: of.to_owned(), value: String::new() }..;
        self.indices.range(range).map_while(move |(subject, _)| match subject {
            Subject::Value { owner, value } if owner == of => Some(value.as_str()),
            _ => None,
        })
    }

    /// Whether an enum may have more values than it lists.
    pub(crate) fn is_open(&self, of: &str) -> bool {
        self.element(&Subject::Type(of.to_owned())).is_some_and(|element| element.attribute("x-venue-extensible").is_some())
    }

    /// What a type means on the wire, with named schemas looked up.
    pub(crate) fn wire_type(&self, expression: &TypeExpression) -> WireType {
        type_expression::wire_type(self, expression)
    }

    /// How many facts there are: what exists, and what is said of it.
    pub fn len(&self) -> usize {
        self.elements.iter().map(|element| 1 + element.attributes.len()).sum()
    }

    /// Whether the specification says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}
