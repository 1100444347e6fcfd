//! Converts schemas of `OpenAPI` 3.0 to the dialect of `AsyncAPI`, which is an extension of JSON Schema draft 7.

use std::collections::BTreeSet;

use venue_spec::Node;

use super::yaml::{Map, Yaml};

/// Where the schemas are, in both documents.
pub(super) const SCHEMAS: &str = "#/components/schemas/";

/// Converts the schemas with these names, and all schemas that they refer to, in the order of the specification.
pub(super) fn convert_all<'a>(root: &Node, names: impl Iterator<Item = &'a str>) -> Map {
    let schemas = root.at("/components/schemas").map(Node::entries).unwrap_or_default();
    let mut pending: Vec<&str> = names.collect();
    let mut used = BTreeSet::new();
    while let Some(name) = pending.pop() {
        if used.insert(name)
            && let Some(entry) = schemas.iter().find(|entry| entry.key.text == name)
        {
            add_references(&entry.node, &mut pending);
        }
    }
    let mut converted = Map::new();
    for entry in schemas.iter().filter(|entry| used.contains(entry.key.text.as_str())) {
        converted.push(&entry.key.text, convert(&entry.node));
    }
    converted
}

fn add_references<'a>(node: &'a Node, names: &mut Vec<&'a str>) {
    names.extend(node.get("$ref").and_then(Node::as_str).and_then(|reference| reference.strip_prefix(SCHEMAS)));
    node.entries().iter().for_each(|entry| add_references(&entry.node, names));
    node.items().iter().for_each(|item| add_references(item, names));
}

/// Converts a schema:
///
/// * `nullable` becomes the type `null`, because JSON Schema ignores `nullable`.
/// * `example` becomes `examples`.
/// * The positions of a row become `items` with a schema for each position.
/// * The marks are also part of the description, because viewers do not show extensions.
fn convert(schema: &Node) -> Map {
    let is_nullable = schema.get("nullable").is_some();
    let mut converted = Map::new();
    if let Some(name) = schema.get("name").and_then(Node::as_str) {
        converted.push("title", name);
    }
    let description = description(schema);
    if schema.get("description").is_none() && !description.is_empty() {
        converted.push("description", description.as_str());
    }
    let has_positions = schema.get("x-venue-positions").is_some();
    for entry in schema.entries() {
        let node = &entry.node;
        match entry.key.text.as_str() {
            "nullable" | "name" => {}
            "type" if is_nullable => converted.push("type", vec![Yaml::from(node), Yaml::from("null")]),
            "enum" if is_nullable => converted.push("enum", node.items().iter().map(Yaml::from).chain([Yaml::Null]).collect::<Vec<_>>()),
            "allOf" if is_nullable => {
                let null = Map::new().with("type", "null");
                converted.push("oneOf", node.items().iter().map(convert).chain([null]).collect::<Vec<_>>());
            }
            "allOf" => converted.push("allOf", node.items().iter().map(convert).collect::<Vec<_>>()),
            "items" if has_positions => {}
            "items" => converted.push("items", convert(node)),
            "x-venue-positions" => converted.push("items", node.items().iter().map(convert).collect::<Vec<_>>()),
            "properties" => {
                let properties = node.entries().iter();
                converted.push("properties", properties.fold(Map::new(), |map, entry| map.with(&entry.key.text, convert(&entry.node))));
            }
            "description" => converted.push("description", description.as_str()),
            "example" => converted.push("examples", vec![Yaml::from(node)]),
            other => converted.push(other, node),
        }
    }
    converted
}

/// The description of a node of the specification, followed by its marks.
pub(super) fn description(node: &Node) -> String {
    let text = |key: &str| node.get(key).and_then(Node::as_str);
    let mut paragraphs: Vec<String> = text("description").map(|text| text.trim_end().to_owned()).into_iter().collect();
    paragraphs.extend(text("x-undocumented").map(|note| format!("**Undocumented:** {}", note.trim_end())));
    paragraphs.extend(text("x-provisional").map(|note| format!("**Provisional:** {}", note.trim_end())));
    let inferred = node.get("x-venue-inferred").map(Node::entries).unwrap_or_default();
    paragraphs.extend(inferred.iter().filter_map(|entry| Some(format!("**Inferred:** {}", entry.node.as_str()?.trim_end()))));
    paragraphs.join("\n\n")
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::*;

    const SOURCE: &str = "\
components:
  schemas:
    Unused: { type: string }
    Trade:
      type: object
      properties:
        price: { type: string, nullable: true, example: '1.5' }
        side: { allOf: [{ $ref: '#/components/schemas/Side' }], nullable: true, description: The side. }
        kind: { type: string, enum: [A], nullable: true }
        raw: { nullable: true, x-undocumented: The content. }
        levels: { type: array, items: { $ref: '#/components/schemas/Level' } }
    Level:
      type: array
      items: {}
      x-venue-positions:
        - { name: price, type: string, description: The price. }
        - { name: count, type: integer, description: The count., nullable: true, x-venue-inferred: { meaning: By the example. } }
    Side: { type: string, enum: [BUY], x-enum-varnames: [Buy] }
";

    #[test]
    fn the_schemas_that_are_used_are_converted_to_the_dialect_of_json_schema() {
        let document = Document::parse_unchecked("schemas.yaml", SOURCE).unwrap_or_else(|report| panic!("{report}"));
        insta::assert_snapshot!("asyncapi_schemas", super::super::yaml::write(&convert_all(document.root(), ["Trade"].into_iter())));
    }
}
