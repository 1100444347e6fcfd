//! Streams and their channels.

use venue_spec::tree::{Entry, Node, push};

use super::element::{Element, Position, Subject};
use super::schema::{Attributes, position};

/// The key of the streams at the root.
pub(super) const STREAMS: &str = "x-venue-streams";

/// Lists each stream and its channels.
pub(super) fn streams(node: &Node) -> Vec<Element> {
    let mut elements = Vec::new();
    for stream in node.entries() {
        let head = position(&push("", STREAMS), stream);
        let subject = Subject::Stream(stream.key.text.clone());
        elements.push(element(subject, stream, head.clone(), &["channels"]));
        let below = push(&head.pointer, "channels");
        for channel in stream.node.get("channels").map(Node::entries).unwrap_or_default() {
            let subject = Subject::Channel { stream: stream.key.text.clone(), topic: channel.key.text.clone() };
            elements.push(element(subject, channel, position(&below, channel), &[]));
        }
    }
    elements
}

fn element(subject: Subject, entry: &Entry, head: Position, listed_elsewhere: &[&str]) -> Element {
    let mut attributes = Attributes::new();
    for (key, prefix) in PARTS {
        if let Some(part) = entry.node.entry(key) {
            attributes.rest(prefix, &part.node, &position(&head.pointer, part).pointer, &[]);
        }
    }
    let known: Vec<&str> = PARTS.iter().map(|(key, _)| *key).chain(listed_elsewhere.iter().copied()).collect();
    attributes.rest("", &entry.node, &head.pointer, &known);
    Element { subject, position: head, name: None, attributes: attributes.0 }
}

/// Maps whose keys are listed as facts, with the prefix of the facts' names.
const PARTS: [(&str, &str); 2] = [("externalDocs", "documentation."), ("authentication", "authentication.")];
