//! A YAML document as a tree. Every key and every value has its position in the source.

/// A YAML value and its position.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// The source span of the value. For a list or a map, it ends at the closing bracket or at the end of the last child.
    pub span: Span,
}

/// A YAML value, resolved by the core schema of YAML 1.2.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// An empty value, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of at most 64 bits.
    Integer(i64),
    /// A number with a fraction or an exponent; always finite.
    Float(f64),
    /// Text, quoted or not.
    String(String),
    /// A list, in the order of the file.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<Entry>),
}

/// A key of a map and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Key,
    /// The value of the key.
    pub node: Node,
}

/// A key of a map. Keys are always text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The text of the key, without quotes.
    pub text: String,
    /// The position of the key, including quotes.
    pub span: Span,
}

/// A range of the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The line of the first character, from 1.
    pub line: usize,
    /// The column of the first character, from 1, counted in characters.
    pub column: usize,
    /// The byte offset of the first character.
    pub start: usize,
    /// The byte offset after the last character.
    pub end: usize,
}

impl Node {
    /// The value of a key, if this node is a map with the key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// A key and its value, if this node is a map with the key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.text == key)
    }

    /// The node at a JSON pointer (RFC 6901) such as `/info/title`. The empty pointer returns this node.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        steps(pointer)?.try_fold(self, |node, step| match &node.value {
            Value::Map(_) => node.get(&step),
            Value::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The text, if this node is text.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The boolean, if this node is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// The integer, if this node is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self.value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }

    /// The items, in order; empty if this node is not a list.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries, in order; empty if this node is not a map.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Converts the tree to JSON. The keys have the order of the file.
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

    /// The node as a diagnostic names it: "the number 5", "a list".
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
    /// The source span of the bytes `start..end`. An offset inside of a character is moved back to the start of the character.
    pub(crate) fn locate(source: &str, start: usize, end: usize) -> Self {
        let start = boundary(source, start);
        let end = boundary(source, end).max(start);
        let before = &source[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1, start, end }
    }
}

/// The largest character boundary that is not after the offset.
fn boundary(source: &str, offset: usize) -> usize {
    (0..=offset.min(source.len())).rev().find(|offset| source.is_char_boundary(*offset)).unwrap_or(0)
}

/// The segments of a JSON pointer without their escapes, or `None` if the text is not a JSON pointer.
fn steps(pointer: &str) -> Option<impl Iterator<Item = String> + '_> {
    let rest = match pointer {
        "" => None,
        _ => Some(pointer.strip_prefix('/')?),
    };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(|step| step.replace("~1", "/").replace("~0", "~")))
}

/// Appends a segment to a JSON pointer.
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
    fn keys_and_values_have_the_right_position_after_multi_byte_characters() {
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
