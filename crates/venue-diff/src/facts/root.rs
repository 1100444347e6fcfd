//! Lists the complete file.

use std::collections::BTreeSet;

use venue_spec::tree::{Entry, Node, push};

use super::condition;
use super::element::{Content, Element, Position, Subject};
use super::operation;
use super::schema::{self, Attributes, position};
use super::stream;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

/// All elements of a file, in order and without duplicate subjects.
pub(super) fn elements(root: &Node) -> Vec<Element> {
    let mut elements = vec![api(root)];
    for entry in root.entries() {
        match entry.key.text.as_str() {
            "servers" => elements.extend(servers(&entry.node)),
            "tags" => elements.extend(sections(&entry.node)),
            "x-venue-permissions" => elements.extend(permissions(&entry.node)),
            stream::STREAMS => elements.extend(stream::streams(&entry.node)),
            "paths" => elements.extend(paths(&entry.node, root)),
            "components" => elements.extend(components(&entry.node)),
            _ => {}
        }
    }
    let mut seen = BTreeSet::new();
    elements.retain(|element| seen.insert(element.subject.clone()));
    elements
}

/// Lists the facts about the complete API, and every key that is not listed elsewhere.
fn api(root: &Node) -> Element {
    let mut attributes = Attributes::new();
    for entry in root.entries() {
        match entry.key.text.as_str() {
            "servers" | "tags" | "x-venue-permissions" | stream::STREAMS | "paths" => {}
            "components" => {
                attributes.rest("components.", &entry.node, "/components", &["securitySchemes", "parameters", "responses", "schemas"])
            }
            name @ ("info" | "externalDocs" | "x-venue-source" | "x-venue-lifecycle" | "x-venue-envelope") => {
                leaves(&mut attributes, &format!("{name}."), &entry.node, &push("", name));
            }
            name => attributes.entry(name, entry, ""),
        }
    }
    // Unknown keys beside the operations of a path belong to the file, not to an operation.
    for path in root.get("paths").map(Node::entries).unwrap_or_default() {
        for entry in path.node.entries().iter().filter(|entry| !METHODS.contains(&entry.key.text.as_str())) {
            attributes.entry(format!("paths.{}.{}", path.key.text, entry.key.text), entry, &push("/paths", &path.key.text));
        }
    }
    Element {
        subject: Subject::Api,
        position: Position { pointer: String::new(), line: 1, column: 1 },
        name: None,
        attributes: attributes.0,
    }
}

/// Lists of codes. Their order is ignored.
const CODES: [&str; 2] = ["x-venue-envelope.success", "x-venue-envelope.uncertain"];

/// Lists every scalar and list below a map as an attribute.
fn leaves(attributes: &mut Attributes, prefix: &str, node: &Node, pointer: &str) {
    for entry in node.entries() {
        let name = format!("{prefix}{}", entry.key.text);
        if CODES.contains(&name.as_str()) {
            let codes: BTreeSet<String> = entry.node.items().iter().map(condition::text).collect();
            let codes = codes.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
            attributes.add(name, Content::Text(codes), position(pointer, entry));
        } else if entry.node.entries().is_empty() {
            attributes.entry(name, entry, pointer);
        } else {
            leaves(attributes, &format!("{name}."), &entry.node, &push(pointer, &entry.key.text));
        }
    }
}

fn servers(node: &Node) -> Vec<Element> {
    list(node, "/servers", |index, _| Subject::Server(index + 1), |attributes, item, pointer| attributes.rest("", item, pointer, &[]))
}

fn sections(node: &Node) -> Vec<Element> {
    let name = |_, item: &Node| Subject::Section(item.get("name").map(condition::text).unwrap_or_default());
    list(node, "/tags", name, |attributes, item, pointer| {
        attributes.rest("", item, pointer, &["name", "externalDocs"]);
        if let Some(page) = item.get("externalDocs") {
            attributes.rest("documentation.", page, &push(pointer, "externalDocs"), &[]);
        }
    })
}

fn permissions(node: &Node) -> Vec<Element> {
    list(node, "/x-venue-permissions", |_, item| Subject::Permission(condition::text(item)), |_, _, _| {})
}

fn list(
    node: &Node,
    pointer: &str,
    subject: impl Fn(usize, &Node) -> Subject,
    fill: impl Fn(&mut Attributes, &Node, &str),
) -> Vec<Element> {
    let mut elements = Vec::new();
    for (index, item) in node.items().iter().enumerate() {
        let position = Position::new(&push(pointer, &index.to_string()), item.span);
        let mut attributes = Attributes::new();
        fill(&mut attributes, item, &position.pointer);
        elements.push(Element { subject: subject(index, item), position, name: None, attributes: attributes.0 });
    }
    elements
}

fn paths(node: &Node, root: &Node) -> Vec<Element> {
    let mut elements = Vec::new();
    for path in node.entries() {
        for entry in path.node.entries().iter().filter(|entry| METHODS.contains(&entry.key.text.as_str())) {
            elements.extend(operation::operation(path, entry, root));
        }
    }
    elements
}

fn components(node: &Node) -> Vec<Element> {
    let mut elements = Vec::new();
    for (section, read) in SECTIONS {
        let pointer = push("/components", section);
        for entry in node.get(section).map(Node::entries).unwrap_or_default() {
            elements.extend(read(entry, &pointer));
        }
    }
    elements
}

type Read = fn(&Entry, &str) -> Vec<Element>;

const SECTIONS: [(&str, Read); 4] =
    [("securitySchemes", scheme), ("parameters", parameter), ("responses", response), ("schemas", schema::named)];

fn scheme(entry: &Entry, pointer: &str) -> Vec<Element> {
    let head = position(pointer, entry);
    let mut attributes = Attributes::new();
    attributes.rest("", &entry.node, &head.pointer, &[]);
    vec![Element { subject: Subject::Scheme(entry.key.text.clone()), position: head, name: None, attributes: attributes.0 }]
}

fn parameter(entry: &Entry, pointer: &str) -> Vec<Element> {
    let head = position(pointer, entry);
    let mut attributes = Attributes::new();
    operation::parameter(&mut attributes, &entry.node, &head, &[]);
    vec![Element { subject: Subject::SharedParameter(entry.key.text.clone()), position: head, name: None, attributes: attributes.0 }]
}

fn response(entry: &Entry, pointer: &str) -> Vec<Element> {
    let head = position(pointer, entry);
    let mut attributes = Attributes::new();
    operation::body(&mut attributes, "answer", &entry.node, &head.pointer);
    vec![Element { subject: Subject::SharedResponse(entry.key.text.clone()), position: head, name: None, attributes: attributes.0 }]
}
