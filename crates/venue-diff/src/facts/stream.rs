//! Streams and their channels.

use venue_spec::tree::{Entry, Node, push};

use super::element::{Content, Element, Position, Subject};
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
    for key in NESTED {
        if let Some(part) = entry.node.entry(key) {
            nested(&mut attributes, &format!("{key}."), &part.node, &position(&head.pointer, part).pointer);
        }
    }
    let known: Vec<&str> = PARTS.iter().map(|(key, _)| *key).chain(NESTED).chain(listed_elsewhere.iter().copied()).collect();
    attributes.rest("", &entry.node, &head.pointer, &known);
    Element { subject, position: head, name: None, attributes: attributes.0 }
}

/// Lists each value of a map of maps as an attribute. A schema becomes a reference.
fn nested(attributes: &mut Attributes, prefix: &str, node: &Node, pointer: &str) {
    for entry in node.entries() {
        let name = format!("{prefix}{}", entry.key.text);
        let below = push(pointer, &entry.key.text);
        match entry.node.entry("$ref") {
            Some(target) => {
                let schema = target.node.as_str().and_then(|target| target.rsplit('/').next()).unwrap_or_default();
                attributes.add(name, Content::Reference(schema.to_owned()), position(&below, target));
            }
            None if entry.node.entries().is_empty() => attributes.entry(name, entry, pointer),
            None => nested(attributes, &format!("{name}."), &entry.node, &below),
        }
    }
}

/// Maps of maps, such as the requests of a stream.
const NESTED: [&str; 5] = ["requests", "messages", "heartbeat", "parameters", "snapshot"];

/// Maps whose keys are listed as facts, with the prefix of the facts' names.
const PARTS: [(&str, &str); 2] = [("externalDocs", "documentation."), ("authentication", "authentication.")];
