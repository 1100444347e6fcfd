//! Writes YAML. Keys have the order in which they were added, and the same tree always results in the same bytes.
//!
//! A serializer from a library would choose the styles of texts itself and could change them with a version, so that `--check` would fail.

use venue_spec::{Node, Value};

/// The width at which the text of a block is wrapped.
const WIDTH: usize = 120;
/// The largest number of characters of a list on one line.
const MAX_LINE_OF_LIST: usize = 80;

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Yaml {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Yaml>),
    Map(Map),
}

/// A map whose keys have an order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Map(Vec<(String, Yaml)>);

impl Map {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with(mut self, key: &str, value: impl Into<Yaml>) -> Self {
        self.push(key, value);
        self
    }

    /// Adds the key if there is a value.
    pub(super) fn with_optional(mut self, key: &str, value: Option<impl Into<Yaml>>) -> Self {
        if let Some(value) = value {
            self.push(key, value);
        }
        self
    }

    pub(super) fn push(&mut self, key: &str, value: impl Into<Yaml>) {
        self.0.push((key.to_owned(), value.into()));
    }

    /// Adds all entries of another map.
    pub(super) fn merged(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Yaml {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Yaml {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Map> for Yaml {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl<T: Into<Yaml>> From<Vec<T>> for Yaml {
    fn from(items: Vec<T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl From<&Node> for Yaml {
    fn from(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Integer(number) => Self::Integer(*number),
            Value::Float(number) => Self::Float(*number),
            Value::String(text) => Self::Text(text.clone()),
            Value::List(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Map(entries) => Self::Map(Map(entries.iter().map(|entry| (entry.key.text.clone(), Self::from(&entry.node))).collect())),
        }
    }
}

/// Writes a document. Top-level keys are separated by empty lines.
pub(super) fn write(document: &Map) -> String {
    let entries = document.0.iter().map(|(key, value)| {
        let mut text = String::new();
        write_entry(&mut text, key, value, 0);
        text
    });
    entries.collect::<Vec<_>>().join("\n")
}

fn write_entry(out: &mut String, key: &str, value: &Yaml, indent: usize) {
    out.push_str(&format!("{:indent$}{}:", "", line_of_text(key)));
    if let Some(line) = one_line(value) {
        out.push_str(&format!(" {line}\n"));
        return;
    }
    match value {
        Yaml::Text(text) => write_block(out, text, indent + 2),
        Yaml::Map(map) => {
            out.push('\n');
            map.0.iter().for_each(|(key, value)| write_entry(out, key, value, indent + 2));
        }
        Yaml::List(items) => {
            out.push('\n');
            items.iter().for_each(|item| write_item(out, item, indent + 2));
        }
        _ => {}
    }
}

/// Writes an item of a list. The first key of a map is on the line of the hyphen.
fn write_item(out: &mut String, item: &Yaml, indent: usize) {
    out.push_str(&format!("{:indent$}-", ""));
    if let Some(line) = one_line(item) {
        out.push_str(&format!(" {line}\n"));
        return;
    }
    let mut inner = String::new();
    match item {
        Yaml::Text(text) => return write_block(out, text, indent + 2),
        Yaml::Map(map) => map.0.iter().for_each(|(key, value)| write_entry(&mut inner, key, value, indent + 2)),
        Yaml::List(items) => items.iter().for_each(|item| write_item(&mut inner, item, indent + 2)),
        _ => {}
    }
    out.push_str(&format!(" {}", inner.trim_start_matches(' ')));
}

/// The value as a part of a line, or `None` if the value needs lines of its own.
fn one_line(value: &Yaml) -> Option<String> {
    Some(match value {
        Yaml::Null => String::from("null"),
        Yaml::Bool(flag) => flag.to_string(),
        Yaml::Integer(number) => number.to_string(),
        // Debug writes the fraction of a whole number, so that a reader takes the number for a float.
        Yaml::Float(number) => format!("{number:?}"),
        Yaml::Text(text) if is_block(text) => return None,
        Yaml::Text(text) => line_of_text(text),
        Yaml::List(items) if items.iter().any(|item| matches!(item, Yaml::List(_) | Yaml::Map(_))) => return None,
        Yaml::List(items) => {
            let line = format!("[{}]", items.iter().map(one_line).collect::<Option<Vec<_>>>()?.join(", "));
            if line.len() > MAX_LINE_OF_LIST {
                return None;
            }
            line
        }
        Yaml::Map(map) if map.is_empty() => String::from("{}"),
        Yaml::Map(_) => return None,
    })
}

/// Whether a text is written as a block. Blocks cannot begin with a space, and cannot contain control characters.
fn is_block(text: &str) -> bool {
    let is_long = text.contains('\n') || text.len() > 100;
    let is_printable = !text.contains(|c: char| (c.is_control() && c != '\n') || needs_escape(c));
    let has_simple_ends = !text.starts_with([' ', '\n']) && !text.ends_with([' ', '\n']);
    is_long && is_printable && has_simple_ends && (text.contains('\n') || !text.contains("  "))
}

/// Writes a text that [`is_block`]: several lines as they are, and one long line wrapped at its spaces.
fn write_block(out: &mut String, text: &str, indent: usize) {
    if text.contains('\n') {
        out.push_str(" |-\n");
        for line in text.split('\n') {
            out.push_str(format!("{:indent$}{line}", "").trim_end_matches(|c| c == ' ' && line.is_empty()));
            out.push('\n');
        }
        return;
    }
    out.push_str(" >-\n");
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && indent + line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&format!("{:indent$}{line}\n", ""));
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(&format!("{:indent$}{line}\n", ""));
}

/// A text without quotes if all readers of YAML take it for a text, and otherwise in double quotes.
fn line_of_text(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '$')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_./- ()$".contains(&byte))
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// A text in double quotes, with the escapes of JSON, which YAML has too.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if c.is_control() || needs_escape(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether readers of YAML 1.1 take the character for a line break or for a byte order mark.
fn needs_escape(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use venue_spec::Document;

    use super::*;

    fn check(value: impl Into<Yaml>) {
        let document = Map::new().with("key", value.into()).with("list", vec![Map::new().with("inner", 1_i64)]);
        let text = write(&document);
        let read = Document::parse_unchecked("written.yaml", text.clone()).unwrap_or_else(|report| panic!("{text}\n{report}"));
        assert_eq!(Yaml::from(read.root()), Yaml::Map(document), "{text}");
    }

    impl From<i64> for Yaml {
        fn from(number: i64) -> Self {
            Self::Integer(number)
        }
    }

    #[test]
    fn a_reader_gets_the_values_that_were_written() {
        let long = "A sentence with: a colon, a # and \"quotes\" that is long enough to be wrapped at one of its spaces, and then again. "
            .repeat(3);
        let texts = [
            "",
            "plain",
            "two words",
            "no",
            "NULL",
            "1",
            "1.5",
            "-",
            "- a",
            "a: b",
            "a #b",
            "#",
            "*x",
            "@",
            "%",
            "'",
            "\"",
            "\\",
            "{x}",
            "[x]",
            "\t",
            " a",
            "a ",
            "ä",
            "\u{2028}",
            "line\nline",
            "line\n\n  indented\nline",
            "line\n",
            " line\nline",
            "a\r\nb",
            "a\u{7}b",
            "^a\\.b$",
            long.trim(),
            &long,
            "a  b",
            "true",
            "y",
            "2026-10-01",
            "?",
            "? a",
            "| a",
            "> a",
            "&a",
            "!a",
            "`a`",
            "=",
            "<<",
            "~",
        ];
        for text in texts {
            check(text);
            check(vec![text, text]);
            check(Map::new().with(text, text));
            check(vec![Map::new().with("a", text).with("b", vec![text]), Map::new()]);
        }
    }

    #[test]
    fn a_reader_gets_the_other_values_and_nested_lists() {
        check(vec![Yaml::Null, Yaml::Bool(true), Yaml::Integer(-7), Yaml::Float(1.0), Yaml::Float(0.25)]);
        check(vec![vec![Map::new().with("a", Map::new().with("b", Yaml::List(Vec::new())))], vec![]]);
        check(vec![vec!["a"; 3]; 2]);
        check(vec!["a long item of a list"; 9]);
    }
}
