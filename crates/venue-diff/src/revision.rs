//! A revision of a specification, prepared for a comparison.

use venue_spec::Document;

use crate::facts::{Listing, Position};
use crate::reach::{Direction, Reach};

/// A revision of a specification: its facts, and the operations that each fact affects.
#[derive(Debug, Clone)]
pub struct Revision {
    /// The facts of the specification.
    pub listing: Listing,
    pub(crate) reach: Reach,
}

impl Revision {
    /// Lists the facts of a specification and the operations that use each part. The specification need not be valid.
    pub fn new(document: &Document) -> Self {
        let listing = Listing::new(document);
        let reach = Reach::new(&listing);
        Self { listing, reach }
    }

    /// Formats the facts, one per line: the line in the file, the direction, the number of affected operations, and the
    /// fact.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for element in self.listing.elements() {
            let subject = &element.subject;
            let count = self.reach.affected(subject).operations.len();
            let direction = |attribute| match self.reach.direction(subject, attribute) {
                Direction::Request => "request",
                Direction::Response => "response",
                Direction::Both => "both ways",
                Direction::None => "neither",
            };
            let mut line = |position: &Position, direction: &str, fact: &str| {
                text.push_str(&format!("{:>5}  {direction:<9} {count:>3}  {fact}\n", position.line));
            };
            line(&element.position, direction(None), &subject.to_string());
            for attribute in &element.attributes {
                let content = attribute.content.to_string().replace('\n', " ");
                line(&attribute.position, direction(Some(&attribute.name)), &format!("{subject}/{} = {content}", attribute.name));
            }
        }
        text
    }
}
