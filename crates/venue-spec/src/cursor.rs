//! A node together with its way from the root: what every check walks over.

use crate::diagnostic::Diagnostic;
use crate::tree::{self, Entry, Key, Node, Span};

/// A node, its JSON pointer and, behind a key, the key.
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

    /// The place behind a key.
    pub(crate) fn get(&self, key: &str) -> Option<Cursor<'d>> {
        self.node.entry(key).map(|entry| self.child(entry))
    }

    /// The place behind one key after the other.
    pub(crate) fn path(&self, keys: &[&str]) -> Option<Cursor<'d>> {
        keys.iter().try_fold(self.clone(), |cursor, key| cursor.get(key))
    }

    /// The places behind all keys of a map.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Cursor<'d>> + '_ {
        self.node.entries().iter().map(|entry| self.child(entry))
    }

    /// The places of all items of a list.
    pub(crate) fn items(&self) -> impl Iterator<Item = Cursor<'d>> + '_ {
        let items = self.node.items().iter().enumerate();
        items.map(|(index, node)| Cursor { node, pointer: tree::push(&self.pointer, &index.to_string()), key: None })
    }

    /// The text behind a key.
    pub(crate) fn text(&self, key: &str) -> Option<&'d str> {
        self.node.get(key).and_then(Node::as_str)
    }

    /// The key's text; empty for the root and for an item of a list.
    pub(crate) fn name(&self) -> &'d str {
        self.key.map_or("", |key| &key.text)
    }

    /// Where a message about the place as a whole points: its key if it has one, so that it never covers a screenful.
    pub(crate) fn head(&self) -> Span {
        self.key.map_or(self.node.span, |key| key.span)
    }

    /// A mistake of the value.
    pub(crate) fn error(&self, message: impl Into<String>) -> Diagnostic {
        let empty = self.node.span.start == self.node.span.end;
        let span = if empty { self.head() } else { self.node.span };
        Diagnostic::new(message, &self.pointer, span)
    }

    /// A mistake of the place as a whole.
    pub(crate) fn error_at_head(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message, &self.pointer, self.head())
    }

    fn child(&self, entry: &'d Entry) -> Cursor<'d> {
        Cursor { node: &entry.node, pointer: tree::push(&self.pointer, &entry.key.text), key: Some(&entry.key) }
    }
}
