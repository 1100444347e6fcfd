//! Operations and parameters.

use std::collections::BTreeSet;

use venue_spec::tree::{Entry, Node, push};

use super::condition;
use super::element::{Content, Element, Position, Subject};
use super::rate_limit::RateLimit;
use super::schema::{Attributes, conditions, position};
use super::type_expression::reference;

/// The elements of an operation: the operation itself, its parameters, and its conditions.
pub(super) fn operation(path: &Entry, entry: &Entry, root: &Node) -> Vec<Element> {
    let node = &entry.node;
    let path_place = position("/paths", path);
    let head = position(&path_place.pointer, entry);
    let method = entry.key.text.to_uppercase();
    // An operation without an id is identified by its route.
    let id = node.get("operationId").and_then(Node::as_str).map_or_else(|| format!("{method} {}", path.key.text), str::to_owned);

    let mut attributes = Attributes::new();
    attributes.add("method", Content::Text(method), head.clone());
    attributes.add("path", Content::Text(path.key.text.clone()), path_place);
    for entry in node.entries() {
        match entry.key.text.as_str() {
            "operationId" | "parameters" | "x-venue-rules" => {}
            "tags" => attributes.add(
                "section",
                Content::Text(entry.node.items().iter().map(condition::text).collect::<Vec<_>>().join(", ")),
                position(&head.pointer, entry),
            ),
            "security" => attributes.add("security", Content::Credentials(credentials(&entry.node)), position(&head.pointer, entry)),
            "servers" => server(&mut attributes, entry, &head.pointer),
            "x-venue-rate-limit" => match RateLimit::read(&entry.node) {
                Some(limit) => attributes.add("x-venue-rate-limit", Content::RateLimit(limit), position(&head.pointer, entry)),
                None => attributes.entry("x-venue-rate-limit", entry, &head.pointer),
            },
            SUCCESS => attributes.rest("success.", &entry.node, &push(&head.pointer, SUCCESS), &[]),
            "externalDocs" => attributes.rest("documentation.", &entry.node, &push(&head.pointer, "externalDocs"), &[]),
            "requestBody" => body(&mut attributes, "body", &entry.node, &push(&head.pointer, "requestBody")),
            "responses" => responses(&mut attributes, &entry.node, &push(&head.pointer, "responses")),
            name => attributes.entry(name, entry, &head.pointer),
        }
    }
    let name = node.entry("operationId").map(|entry| position(&head.pointer, entry));
    let mut elements = vec![Element { subject: Subject::Operation(id.clone()), position: head.clone(), name, attributes: attributes.0 }];
    elements.extend(parameters(&id, node, &head.pointer, root));
    elements.extend(conditions(&id, node, &head.pointer));
    elements
}

const SUCCESS: &str = "x-venue-success";

/// Lists the server of an operation as the attribute `server`. An entry that is not a list of one server with only a URL is listed as a
/// tree.
fn server(attributes: &mut Attributes, entry: &Entry, pointer: &str) {
    let url = match entry.node.items() {
        [only] if only.entries().len() == 1 => only.entry("url"),
        _ => None,
    };
    match url {
        Some(url) => {
            let at = position(&push(&push(pointer, "servers"), "0"), url);
            attributes.add("server", Content::Text(condition::text(&url.node)), at);
        }
        None => attributes.entry("servers", entry, pointer),
    }
}

/// Lists a body or a response: its description, schema and example.
pub(super) fn body(attributes: &mut Attributes, name: &str, node: &Node, pointer: &str) {
    let media_pointer = push(&push(pointer, "content"), "application/json");
    attributes.rest(&format!("{name}."), node, pointer, &["content"]);
    let contents = node.get("content").map(Node::entries).unwrap_or_default();
    for content in contents {
        if content.key.text != "application/json" {
            attributes.entry(format!("{name}.{}", content.key.text), content, &push(pointer, "content"));
            continue;
        }
        attributes.rest(&format!("{name}."), &content.node, &media_pointer, &["schema"]);
        let Some(schema) = content.node.entry("schema") else { continue };
        self::schema(attributes, name, schema, &media_pointer);
    }
}

/// Lists the schema of a request body or a response. For a response in an envelope, lists the schema of the data and the name of the
/// envelope.
fn schema(attributes: &mut Attributes, name: &str, schema: &Entry, pointer: &str) {
    let head = position(pointer, schema);
    let parts = schema.node.get("allOf").map(Node::items).unwrap_or_default();
    let data = parts.get(1).and_then(|wrapper| Some((wrapper, wrapper.get("properties")?)));
    let (Some((wrapper, properties)), 2) = (data, parts.len()) else {
        attributes.data(name, &schema.node, &head);
        return;
    };
    let pointer = push(&head.pointer, "allOf");
    if let Some(envelope) = parts[0].entry("$ref") {
        let at = Position::new(&push(&push(&pointer, "0"), "$ref"), envelope.node.span);
        attributes.add(format!("{name}.envelope"), Content::Reference(reference(&envelope.node).unwrap_or_default()), at);
    }
    attributes.rest(&format!("{name}.envelope."), &parts[0], &push(&pointer, "0"), &["$ref"]);
    attributes.rest(&format!("{name}.wrapper."), wrapper, &push(&pointer, "1"), &["properties", "type"]);
    let pointer = push(&push(&pointer, "1"), "properties");
    for (index, entry) in properties.entries().iter().enumerate() {
        let name = if index == 0 { name.to_owned() } else { format!("{name}.{}", entry.key.text) };
        let head = position(&pointer, entry);
        attributes.data(&name, &entry.node, &head);
    }
}

fn responses(attributes: &mut Attributes, node: &Node, pointer: &str) {
    for entry in node.entries() {
        let status = entry.key.text.as_str();
        if let Some(target) = entry.node.get("$ref") {
            let name = format!("errors.{status}");
            attributes.add(name, Content::Reference(reference(target).unwrap_or_default()), position(pointer, entry));
        } else if status == "200" {
            body(attributes, "answer", &entry.node, &push(pointer, status));
        } else {
            attributes.entry(format!("answers.{status}"), entry, pointer);
        }
    }
}

fn credentials(node: &Node) -> BTreeSet<BTreeSet<String>> {
    node.items().iter().map(|item| item.entries().iter().map(|entry| entry.key.text.clone()).collect()).collect()
}

fn parameters(operation: &str, node: &Node, pointer: &str, root: &Node) -> Vec<Element> {
    let below = push(pointer, "parameters");
    let mut elements: Vec<Element> = Vec::new();
    for (index, item) in node.get("parameters").map(Node::items).unwrap_or_default().iter().enumerate() {
        let head = Position::new(&push(&below, &index.to_string()), item.span);
        let shared = item.get("$ref").and_then(Node::as_str);
        let written = shared.and_then(|target| root.at(target.strip_prefix('#')?)).unwrap_or(item);
        let word = |key: &str| written.get(key).and_then(Node::as_str).unwrap_or_default().to_owned();
        let subject = Subject::Parameter { operation: operation.to_owned(), location: word("in"), name: word("name") };
        let mut attributes = Attributes::new();
        match shared {
            Some(_) => attributes.add("shared", Content::Reference(item.get("$ref").and_then(reference).unwrap_or_default()), head.clone()),
            None => parameter(&mut attributes, item, &head, &["name", "in"]),
        }
        if elements.iter().all(|element| element.subject != subject) {
            let name = item.entry("name").map(|entry| position(&head.pointer, entry));
            elements.push(Element { subject, position: head, name, attributes: attributes.0 });
        }
    }
    elements
}

/// Lists the facts of a parameter. The keys of its schema get the same attribute names as the keys of a field. If the parameter itself has
/// the same key, the attribute of the schema gets the prefix `schema.`.
pub(super) fn parameter(attributes: &mut Attributes, node: &Node, head: &Position, known: &[&str]) {
    let is_required = node.get("required").and_then(Node::as_bool) == Some(true);
    let at = node.entry("required").map_or_else(|| head.clone(), |entry| position(&head.pointer, entry));
    attributes.add("required", Content::Text(is_required.to_string()), at);
    let handled: Vec<&str> = known.iter().copied().chain(["required", "schema"]).collect();
    attributes.rest("", node, &head.pointer, &handled);
    if let Some(schema) = node.entry("schema") {
        let mut inner = Attributes::new();
        inner.schema("", &schema.node, &position(&head.pointer, schema), &[]);
        for mut attribute in inner.0 {
            if attributes.0.iter().any(|outer| outer.name == attribute.name) {
                attribute.name = format!("schema.{}", attribute.name);
            }
            attributes.0.push(attribute);
        }
    }
}
