//! A YAML document as a tree in which every key and every value knows its place in the file.

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Where it stands. A list or a map reaches from its first child to the end of its last.
    pub span: Span,
}

/// What a YAML node can be, after the core schema of YAML 1.2.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent; always finite.
    Float(f64),
    /// A text, quoted or not.
    String(String),
    /// A list, in the order of the file.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<Entry>),
}

/// A key of a map and what it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value behind the key.
    pub node: Node,
}

/// A key of a map; always a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key without its quotes.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A place in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The line of the first character, from 1.
    pub line: usize,
    /// The column of the first character, from 1, counted in characters.
    pub column: usize,
    /// The byte offset of the first character.
    pub start: usize,
    /// The byte offset behind the last character.
    pub end: usize,
}

impl Node {
    /// The value behind a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// A key and its value, if this is a map that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.text == key)
    }

    /// The node at a JSON pointer (RFC 6901) such as `/info/title`; the empty pointer is this node.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        steps(pointer)?.try_fold(self, |node, step| match &node.value {
            Value::Map(_) => node.get(&step),
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The text, if this is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The items of a list, in order; none if this is not a list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a map, in order; none if this is not a map.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The same tree without places, with the order of the keys kept.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => (*flag).into(),
            Value::Integer(number) => (*number).into(),
            Value::Float(number) => (*number).into(),
            Value::String(text) => text.as_str().into(),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => entries.iter().map(|entry| (entry.key.text.clone(), entry.node.to_json())).collect(),
        }
    }

    /// What this is, as a message names it: "the number 5", "a list".
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(flag) => format!("the truth value `{flag}`"),
            Value::Integer(number) => format!("the number `{number}`"),
            Value::Float(number) => format!("the number `{number}`"),
            Value::String(text) if text.is_empty() => "an empty text".to_owned(),
            Value::String(text) => format!("the text `{}`", crate::message::shorten(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        }
    }
}

impl Span {
    /// The span of the bytes `start..end`; both must be character boundaries of the source, or are moved back to one.
    pub(crate) fn locate(source: &str, start: usize, end: usize) -> Self {
        let start = boundary(source, start);
        let end = boundary(source, end).max(start);
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, start, end }
    }
}

/// The nearest character boundary at or before an offset.
fn boundary(source: &str, offset: usize) -> usize {
    (0..=offset.min(source.len())).rev().find(|offset| source.is_char_boundary(*offset)).unwrap_or(0)
}

/// The steps of a JSON pointer without their escapes, or nothing if it is not one.
fn steps(pointer: &str) -> Option<impl Iterator<Item = String> + '_> {
    let rest = match pointer {
        "" => None,
        _ => Some(pointer.strip_prefix('/')?),
    };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(|step| step.replace("~1", "/").replace("~0", "~")))
}

/// A JSON pointer with one more step at its end.
pub fn push(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(source: &str) -> Node {
        let read = crate::yaml::read(source).unwrap();
        assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
        read.root
    }

    #[test]
    fn a_pointer_reaches_through_maps_lists_and_escapes() {
        let root = tree("paths:\n  /a~b:\n    - x: 1\n    - x: 2\n");
        assert_eq!(root.at("/paths/~1a~0b/1/x").and_then(Node::as_integer), Some(2));
        assert_eq!(root.at(""), Some(&root));
        assert_eq!(root.at("paths"), None);
        assert_eq!(root.at("/paths/~1a~0b/2"), None);
    }

    #[test]
    fn json_keeps_the_order_of_the_keys() {
        let root = tree("b: 1\na: [x, 1.5, null, true]\n");
        assert_eq!(root.to_json().to_string(), r#"{"b":1,"a":["x",1.5,null,true]}"#);
    }

    #[test]
    fn keys_and_values_know_their_place_after_multi_byte_characters() {
        let source = "a: é\n\"ü\": {ß: \"𝄞x\", k: v}\n";
        let root = tree(source);
        let inner = &root.entries()[1];
        assert_eq!((inner.key.span.line, inner.key.span.column), (2, 1));
        assert_eq!(&source[inner.key.span.start..inner.key.span.end], "\"ü\"");
        let last = &inner.node.entries()[1];
        assert_eq!((last.key.span.line, last.key.span.column), (2, 16));
        assert_eq!(&source[last.node.span.start..last.node.span.end], "v");
        assert_eq!(&source[inner.node.span.start..inner.node.span.end], "{ß: \"𝄞x\", k: v}");
    }
}
