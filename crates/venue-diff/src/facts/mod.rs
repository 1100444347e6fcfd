//! A specification as a listing of facts, one line each: what is compared when two revisions are.
//!
//! The listing leaves nothing out. A key that it knows becomes an attribute with a name; a key that it does not know becomes an attribute
//! under its own name, so that a change of it is reported all the same.

mod condition;
mod element;
mod likeness;
mod operation;
mod placeholders;
mod root;
mod route;
mod schema;
mod stream;
mod type_expression;

use std::collections::BTreeMap;

use venue_spec::Document;

pub(crate) use condition::text;
pub use condition::{Condition, Values};
pub use element::{Attribute, Content, Element, Kind, Place, Subject};
pub(crate) use likeness::{are_alike, differing};
pub(crate) use placeholders::without_placeholders;
pub(crate) use type_expression::Shift;
pub use type_expression::{Form, TypeExpression};

use crate::reach::{Direction, Reach};

/// Everything that a specification says, in the order of the file.
#[derive(Debug, Clone)]
pub struct Listing {
    elements: Vec<Element>,
    positions: BTreeMap<Subject, usize>,
    reach: Reach,
}

impl Listing {
    /// Lists what a specification says. It need not be sound: what cannot be understood is listed as it stands.
    pub fn new(document: &Document) -> Self {
        let elements = root::elements(document.root());
        let positions = elements.iter().enumerate().map(|(position, element)| (element.subject.clone(), position)).collect();
        let reach = Reach::new(&elements);
        Self { elements, positions, reach }
    }

    /// Whatever has facts of its own: operations, parameters, schemas, fields, values.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// One of them.
    pub fn element(&self, subject: &Subject) -> Option<&Element> {
        self.positions.get(subject).map(|position| &self.elements[*position])
    }

    /// Which operations reach what.
    pub(crate) fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The values of an enum, as the wire has them.
    pub(crate) fn values(&self, of: &str) -> impl Iterator<Item = &str> {
        let range = Subject::Value { owner: of.to_owned(), value: String::new() }..;
        self.positions.range(range).map_while(move |(subject, _)| match subject {
            Subject::Value { owner, value } if owner == of => Some(value.as_str()),
            _ => None,
        })
    }

    /// Whether an enum may have more values than it lists.
    pub(crate) fn is_open(&self, of: &str) -> bool {
        self.element(&Subject::Type(of.to_owned())).is_some_and(|element| element.attribute("x-venue-extensible").is_some())
    }

    /// What a type means on the wire, with named schemas looked up.
    pub(crate) fn form(&self, expression: &TypeExpression) -> Form {
        type_expression::form(self, expression)
    }

    /// The listing as text: a line for each fact, with its line in the file, the way it travels and how many operations reach it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for element in &self.elements {
            let subject = &element.subject;
            let count = self.reach.reached(subject).operations.len();
            let direction = |attribute| match self.reach.direction(subject, attribute) {
                Direction::Request => "request",
                Direction::Response => "response",
                Direction::Both => "both ways",
                Direction::None => "neither",
            };
            let mut line = |place: &Place, direction: &str, fact: &str| {
                text.push_str(&format!("{:>5}  {direction:<9} {count:>3}  {fact}\n", place.line));
            };
            line(&element.place, direction(None), &subject.to_string());
            for attribute in &element.attributes {
                let content = attribute.content.to_string().replace('\n', " ");
                line(&attribute.place, direction(Some(&attribute.name)), &format!("{subject}/{} = {content}", attribute.name));
            }
        }
        text
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
