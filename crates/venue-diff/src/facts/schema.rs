//! Lists named schemas, their fields and values.

use venue_spec::tree::{Entry, Node, push};

use super::condition::{self, Condition};
use super::element::{Attribute, Content, Element, Position, Subject};
use super::type_expression::TypeExpression;

/// Collects the attributes of an element.
pub(super) struct Attributes(pub(super) Vec<Attribute>);

impl Attributes {
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn add(&mut self, name: impl Into<String>, content: Content, position: Position) {
        self.0.push(Attribute { name: name.into(), content, position });
    }

    /// Adds the value of a key of the specification as an attribute: a scalar as text, a list or a map as a tree. The inferences of a schema
    /// (`x-venue-inferred`) become one attribute each.
    pub(super) fn entry(&mut self, name: impl Into<String>, entry: &Entry, pointer: &str) {
        let name = name.into();
        if entry.key.text == INFERRED && matches!(entry.node.value, venue_spec::Value::Map(_)) {
            return self.rest(&format!("{name}."), &entry.node, &push(pointer, INFERRED), &[]);
        }
        let content = match &entry.node.value {
            venue_spec::Value::List(_) | venue_spec::Value::Map(_) => Content::Tree(entry.node.clone()),
            _ => Content::Text(condition::text(&entry.node)),
        };
        self.add(name, content, position(pointer, entry));
    }

    /// Adds every key that is not in `known`.
    pub(super) fn rest(&mut self, prefix: &str, node: &Node, pointer: &str, known: &[&str]) {
        for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.text.as_str())) {
            self.entry(format!("{prefix}{}", entry.key.text), entry, pointer);
        }
    }

    /// Adds the schema of the data of a response or a request body: the type as the attribute `name`, and all other keys as attributes that
    /// begin with `name`.
    pub(super) fn data(&mut self, name: &str, schema: &Node, head: &Position) {
        let (expression, read) = TypeExpression::read(schema);
        let mut handled = read.to_vec();
        let items = schema.entry("items").filter(|_| matches!(expression, TypeExpression::List(_)));
        self.add(name, Content::Type(expression), head.clone());
        if let Some(items) = items {
            handled.push("items");
            self.nested(&format!("{name}.items."), &items.node, &position(&head.pointer, items));
        }
        self.rest(&format!("{name}.schema."), schema, &head.pointer, &handled);
    }

    /// Adds the attributes of a schema: its type, and all other keys except for the keys in `known`, which the caller lists itself.
    pub(super) fn schema(&mut self, prefix: &str, schema: &Node, head: &Position, known: &[&str]) {
        let (expression, read) = TypeExpression::read(schema);
        // A type has the position of the first key that determines the type, or the position of the schema if there is no such key.
        let at = schema.entries().iter().find(|entry| read.contains(&entry.key.text.as_str()));
        let at = at.map_or_else(|| head.clone(), |entry| position(&head.pointer, entry));
        let is_list = matches!(expression, TypeExpression::List(_));
        self.add(format!("{prefix}type"), Content::Type(expression), at);
        let mut handled: Vec<&str> = read.iter().chain(known).copied().collect();
        if let Some(items) = schema.entry("items").filter(|_| is_list) {
            handled.push("items");
            let head = position(&head.pointer, items);
            self.nested(&format!("{prefix}items."), &items.node, &head);
        }
        self.rest(prefix, schema, &head.pointer, &handled);
    }

    /// Adds the attributes of the items of a list. The type of the items is left out, because it is part of the list's type.
    fn nested(&mut self, prefix: &str, schema: &Node, head: &Position) {
        let (expression, read) = TypeExpression::read(schema);
        let mut handled = read.to_vec();
        if let Some(items) = schema.entry("items").filter(|_| matches!(expression, TypeExpression::List(_))) {
            handled.push("items");
            self.nested(&format!("{prefix}items."), &items.node, &position(&head.pointer, items));
        }
        self.rest(prefix, schema, &head.pointer, &handled);
    }
}

/// The key of the inferences.
const INFERRED: &str = "x-venue-inferred";

/// The elements of a named schema: the schema itself, its fields, its values, and its conditions.
pub(super) fn named(entry: &Entry, pointer: &str) -> Vec<Element> {
    let (name, schema) = (&entry.key.text, &entry.node);
    let head = position(pointer, entry);
    let (expression, _) = TypeExpression::read(schema);
    let mut attributes = Attributes::new();
    let mut inner = Vec::new();
    match expression {
        TypeExpression::Object => {
            attributes.schema("", schema, &head, &["properties", "required", "x-venue-rules"]);
            inner.extend(fields(name, schema, &head.pointer));
            inner.extend(conditions(name, schema, &head.pointer));
        }
        TypeExpression::Enum { .. } => {
            attributes.schema("", schema, &head, &["enum", "x-enum-varnames", "x-enum-descriptions", MARKS, STATES]);
            inner.extend(values(name, schema, &head.pointer));
        }
        TypeExpression::Row => {
            let has_common_type = schema.get("items").is_some_and(|items| !items.entries().is_empty());
            let known: &[&str] = if has_common_type { &[POSITIONS] } else { &[POSITIONS, "items"] };
            attributes.schema("", schema, &head, known);
            inner.extend(positions(name, schema, &head.pointer));
        }
        _ => attributes.schema("", schema, &head, &[]),
    }
    inner.insert(0, Element { subject: Subject::Type(name.clone()), position: head, name: None, attributes: attributes.0 });
    inner
}

fn fields(owner: &str, schema: &Node, pointer: &str) -> Vec<Element> {
    let required: Vec<&Node> = schema.get("required").map(Node::items).unwrap_or_default().iter().collect();
    let is_named = |name: &str| required.iter().position(|node| node.as_str() == Some(name));
    let properties = schema.get("properties").map(Node::entries).unwrap_or_default();
    let below = push(pointer, "properties");
    let mut elements = Vec::new();
    for entry in properties {
        let name = &entry.key.text;
        let head = position(&below, entry);
        let mut attributes = Attributes::new();
        let position = is_named(name);
        let at = position.map_or_else(
            || head.clone(),
            |position| Position::new(&push(&push(pointer, "required"), &position.to_string()), required[position].span),
        );
        attributes.add("required", Content::Text(position.is_some().to_string()), at);
        attributes.schema("", &entry.node, &head, &[]);
        let subject = Subject::Field { owner: owner.to_owned(), name: name.clone() };
        elements.push(Element { subject, position: head, name: None, attributes: attributes.0 });
    }
    elements
}

/// The positions of a row, as fields. Each has the attribute `position`, a number from 1.
fn positions(owner: &str, schema: &Node, pointer: &str) -> Vec<Element> {
    let below = push(pointer, POSITIONS);
    let mut elements = Vec::new();
    for (index, item) in schema.get(POSITIONS).map(Node::items).unwrap_or_default().iter().enumerate() {
        let head = Position::new(&push(&below, &index.to_string()), item.span);
        let number = (index + 1).to_string();
        let name = item.get("name").map_or_else(|| number.clone(), condition::text);
        let mut attributes = Attributes::new();
        attributes.add("position", Content::Text(number), head.clone());
        attributes.add("required", Content::Text(String::from("true")), head.clone());
        attributes.schema("", item, &head, &["name"]);
        let subject = Subject::Field { owner: owner.to_owned(), name };
        let name = item.entry("name").map(|entry| position(&head.pointer, entry));
        elements.push(Element { subject, position: head, name, attributes: attributes.0 });
    }
    elements
}

fn values(owner: &str, schema: &Node, pointer: &str) -> Vec<Element> {
    let items = |key: &str| schema.get(key).map(Node::items).unwrap_or_default();
    let (names, descriptions) = (items("x-enum-varnames"), items("x-enum-descriptions"));
    let at = |key: &str, index: usize, node: &Node| Position::new(&push(&push(pointer, key), &index.to_string()), node.span);
    let mut elements = Vec::new();
    for (index, value) in items("enum").iter().enumerate() {
        let mut attributes = Attributes::new();
        for (key, name, list) in [("x-enum-varnames", "variant", names), ("x-enum-descriptions", "description", descriptions)] {
            if let Some(node) = list.get(index) {
                attributes.add(name, Content::Text(condition::text(node)), at(key, index, node));
            }
        }
        let value_text = condition::text(value);
        if let Some(marks) = schema.get(MARKS).and_then(|marks| marks.entry(&value_text)) {
            attributes.rest("", &marks.node, &push(&push(pointer, MARKS), &value_text), &[]);
        }
        if let Some((state, position)) = state(schema, &value_text, pointer) {
            attributes.add("state", Content::Text(state), position);
        }
        let subject = Subject::Value { owner: owner.to_owned(), value: value_text };
        elements.push(Element { subject, position: at("enum", index, value), name: None, attributes: attributes.0 });
    }
    elements
}

const POSITIONS: &str = "x-venue-positions";
const MARKS: &str = "x-enum-marks";
const STATES: &str = "x-enum-states";

/// The state under which an enum lists a value, with its position.
fn state(schema: &Node, value: &str, pointer: &str) -> Option<(String, Position)> {
    let states = schema.get(STATES).map(Node::entries).unwrap_or_default();
    states.iter().find_map(|state| {
        let index = state.node.items().iter().position(|item| condition::text(item) == value)?;
        let below = push(&push(pointer, STATES), &state.key.text);
        Some((state.key.text.clone(), Position::new(&push(&below, &index.to_string()), state.node.items()[index].span)))
    })
}

/// The conditions of `x-venue-rules`. A condition of unknown form is listed as JSON.
pub(super) fn conditions(holder: &str, node: &Node, pointer: &str) -> Vec<Element> {
    let items = node.get("x-venue-rules").map(Node::items).unwrap_or_default();
    let below = push(pointer, "x-venue-rules");
    let mut elements: Vec<Element> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let position = Position::new(&push(&below, &index.to_string()), item.span);
        let content = Condition::read(item).map_or_else(|| Content::Tree(item.clone()), Content::Condition);
        let subject = Subject::Condition { holder: holder.to_owned(), text: content.to_string() };
        if elements.iter().all(|element| element.subject != subject) {
            let mut attributes = Attributes::new();
            let is_read = matches!(content, Content::Condition(_));
            attributes.add("condition", content, position.clone());
            if let Some(inferred) = item.entry(INFERRED).filter(|_| is_read) {
                attributes.entry(INFERRED, inferred, &position.pointer);
            }
            elements.push(Element { subject, position, name: None, attributes: attributes.0 });
        }
    }
    elements
}

/// The position of a key.
pub(super) fn position(pointer: &str, entry: &Entry) -> Position {
    Position::new(&push(pointer, &entry.key.text), entry.key.span)
}
