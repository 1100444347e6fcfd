//! A node of the YAML tree with its JSON pointer.

use crate::diagnostic::Diagnostic;
use crate::tree::{self, Entry, Key, Node, Span};

/// A node with its JSON pointer. `key` is the key that holds the node in a map.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'d> {
    pub(crate) node: &'d Node,
    pub(crate) pointer: String,
    pub(crate) key: Option<&'d Key>,
}

impl<'d> Cursor<'d> {
    pub(crate) fn root(node: &'d Node) -> Self {
        Self { node, pointer: String::new(), key: None }
    }

    /// Returns a cursor to the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<Cursor<'d>> {
        self.node.entry(key).map(|entry| self.child(entry))
    }

    /// Follows several keys, one below the other.
    pub(crate) fn path(&self, keys: &[&str]) -> Option<Cursor<'d>> {
        keys.iter().try_fold(self.clone(), |cursor, key| cursor.get(key))
    }

    /// Returns a cursor to each value of a map.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Cursor<'d>> + '_ {
        self.node.entries().iter().map(|entry| self.child(entry))
    }

    /// Returns a cursor to each item of a list.
    pub(crate) fn items(&self) -> impl Iterator<Item = Cursor<'d>> + '_ {
        let items = self.node.items().iter().enumerate();
        items.map(|(index, node)| Cursor { node, pointer: tree::push(&self.pointer, &index.to_string()), key: None })
    }

    /// The value of a key, if the value is text.
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.node.get(key).and_then(Node::as_str)
    }

    /// The text of the node's key; empty for the root and for an item of a list.
    pub(crate) fn name(&self) -> &'d str {
        self.key.map_or("", |key| &key.text)
    }

    /// The source span of the node's key, or of the node if it has no key. A diagnostic about a large map uses this span to mark only
    /// the key.
    pub(crate) fn head(&self) -> Span {
        self.key.map_or(self.node.span, |key| key.span)
    }

    /// Creates a diagnostic that marks the value.
    pub(crate) fn error(&self, message: impl Into<String>) -> Diagnostic {
        let empty = self.node.span.start == self.node.span.end;
        let span = if empty { self.head() } else { self.node.span };
        Diagnostic::new(message, &self.pointer, span)
    }

    /// Creates a diagnostic that marks the key.
    pub(crate) fn error_at_head(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, &self.pointer, self.head())
    }

    fn child(&self, entry: &'d Entry) -> Cursor<'d> {
        Cursor { node: &entry.node, pointer: tree::push(&self.pointer, &entry.key.text), key: Some(&entry.key) }
    }
}
