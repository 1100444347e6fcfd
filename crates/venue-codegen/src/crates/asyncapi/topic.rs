//! The payloads of requests and of received messages, and the descriptions of topics.

use venue_spec::{Node, Value};

use super::schemas;
use super::text;
use super::yaml::{Map, Yaml};

/// The schema of a request. The placeholder `{id}` is any text, and `{topics}` a list of texts. All other values are fixed.
pub(super) fn request_payload(request: &Node) -> Map {
    let fields = request.get("frame").map(Node::entries).unwrap_or_default();
    let properties = fields.iter().fold(Map::new(), |map, field| {
        let schema = match &field.node.value {
            Value::String(text) if text == "{id}" => Map::new().with("type", "string"),
            Value::String(text) if text == "{topics}" => Map::new().with("type", "array").with("items", Map::new().with("type", "string")),
            Value::List(_) => Map::new().with("type", "array").with("maxItems", Yaml::Integer(0)),
            Value::String(_) => Map::new().with("type", "string").with("const", &field.node),
            _ => Map::new().with("const", &field.node),
        };
        map.with(&field.key.text, schema)
    });
    let required: Vec<&str> = fields.iter().map(|field| field.key.text.as_str()).collect();
    Map::new().with("type", "object").with("required", required).with("properties", properties)
}

/// The schema of a received message, with the conditions by which a program recognises the message. For the messages of a topic, the
/// condition on the field with the topic is replaced by the pattern of the topic.
///
/// Example: the message has the condition `topic: ['market.*']`, and the topic is `market.depth.{symbol}`. `topic` then has the pattern
/// `^market\.depth\..+$`.
pub(super) fn payload(form: &Node, topic: Option<&str>) -> Option<Map> {
    let schema = super::reference(text(form.get("schema")?, "$ref")?);
    let conditions = form.get("match").map(Node::entries).unwrap_or_default();
    let properties = conditions.iter().fold(Map::new(), |map, condition| {
        let topic = topic.filter(|topic| condition.node.items().iter().any(|value| matches(value, topic)));
        map.with(&condition.key.text, topic.map_or_else(|| allowed(condition.node.items()), topic_schema))
    });
    if properties.is_empty() {
        return Some(schema);
    }
    Some(Map::new().with("allOf", vec![schema, Map::new().with("type", "object").with("properties", properties)]))
}

fn matches(value: &Node, topic: &str) -> bool {
    value.as_str().is_some_and(|value| value.strip_suffix('*').map_or(value == topic, |prefix| topic.starts_with(prefix)))
}

/// The schema of a field that has one of these values. A value that ends in `*` matches all texts with this beginning.
fn allowed(values: &[Node]) -> Map {
    let prefix = |value: &Node| value.as_str().is_some_and(|value| value.ends_with('*'));
    if !values.iter().any(prefix) {
        return match values {
            [value] => Map::new().with("const", value),
            _ => Map::new().with("enum", values.iter().map(Yaml::from).collect::<Vec<_>>()),
        };
    }
    let pattern = |value: &Node| {
        let text = value.as_str().map_or_else(|| value.to_json().to_string(), str::to_owned);
        text.strip_suffix('*').map_or_else(|| format!("{}$", escaped(&text)), escaped)
    };
    let patterns: Vec<String> = values.iter().map(pattern).collect();
    let pattern = if let [pattern] = patterns.as_slice() { pattern.clone() } else { format!("({})", patterns.join("|")) };
    Map::new().with("pattern", format!("^{pattern}"))
}

fn topic_schema(topic: &str) -> Map {
    let mut parts = topic.split('{');
    let first = escaped(parts.next().unwrap_or_default());
    let rest = parts.map(|part| format!(".+{}", escaped(part.split_once('}').map_or("", |(_, rest)| rest))));
    let pattern = first + &rest.collect::<String>();
    if topic.contains('{') { Map::new().with("pattern", format!("^{pattern}$")) } else { Map::new().with("const", topic) }
}

/// A text as a part of a regular expression.
fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// The description of a topic, with its placeholders and its snapshots.
pub(super) fn description(channel: &Node) -> String {
    let mut paragraphs = vec![schemas::description(channel)];
    for parameter in channel.get("parameters").map(Node::entries).unwrap_or_default() {
        let (name, node) = (&parameter.key.text, &parameter.node);
        paragraphs.extend(text(node, "operation").zip(text(node, "field")).map(|(operation, field)| {
            format!("The values of `{{{name}}}` are the values of `{field}` in the response of the REST operation `{operation}`.")
        }));
        paragraphs.extend(text(node, "x-undocumented").map(|gap| format!("**Undocumented values of `{{{name}}}`:** {}", gap.trim_end())));
    }
    if let Some(snapshot) = channel.get("snapshot") {
        let version = text(snapshot, "version").unwrap_or_default();
        paragraphs.push(format!(
            "The first message is a snapshot, and the following messages are increments, each with its version in `{version}`."
        ));
        paragraphs.extend(text(snapshot, "x-undocumented").map(|gap| format!("**Undocumented rule of `{version}`:** {}", gap.trim_end())));
    }
    if text(channel, "subscribedByServer").is_some() {
        paragraphs.push(String::from("The exchange subscribes an authenticated connection to this topic without a request."));
    }
    paragraphs.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(map: Map) -> String {
        super::super::yaml::write(&map)
    }

    #[test]
    fn the_pattern_of_a_topic_matches_only_its_own_topics() {
        assert_eq!(schema(topic_schema("market.depth.{symbol}")), "pattern: \"^market\\\\.depth\\\\..+$\"\n");
        assert_eq!(schema(topic_schema("a.{b}.{c}:x")), "pattern: \"^a\\\\..+\\\\..+:x$\"\n");
        assert_eq!(schema(topic_schema("market.tickers")), "const: market.tickers\n");
    }
}
