//! What a table is made of.

use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

/// What may stand behind a key.
pub(crate) enum Pattern {
    /// A text that is not empty.
    Text,
    /// A text of several words.
    Sentence,
    /// A text on one line.
    Line,
    /// The address of a page or a server.
    Address,
    /// The address of a stream.
    StreamAddress,
    /// One of some words.
    OneOf(&'static Choices),
    /// `true` or `false`.
    Bool,
    /// Nothing but `true`.
    True,
    /// A whole number from here on.
    Integer(i64),
    /// A text, a number or a truth value.
    Scalar,
    /// Whatever it is; a rule looks at it later.
    Anything,
    /// A `$ref` to a component of this section.
    Reference(&'static str),
    /// A list of the same.
    List { items: &'static Pattern, at_least: usize, at_most: usize },
    /// A list of two different things.
    Tuple(&'static Pattern, &'static Pattern),
    /// A map whose keys are names.
    Map(&'static MapOf),
    /// A map whose keys are known.
    Object(&'static Object),
    /// It depends on what stands there; nothing if the function has reported it itself.
    Select(fn(&Cursor<'_>, &mut Vec<Diagnostic>) -> Option<&'static Object>),
}

/// Some words, and others that `OpenAPI` knows but that are not used here.
pub(crate) struct Choices {
    pub(crate) allowed: &'static [&'static str],
    /// A word and what to do instead.
    pub(crate) refused: &'static [(&'static str, &'static str)],
}

/// A map whose keys are names.
pub(crate) struct MapOf {
    /// What the map holds, as a message names it.
    pub(crate) what: &'static str,
    /// What a key must look like, if not any text will do.
    pub(crate) key: Option<KeyRule>,
    pub(crate) value: &'static Pattern,
    pub(crate) at_least: usize,
}

/// What a key must look like: the test, and the rule in words.
pub(crate) type KeyRule = (fn(&str) -> bool, &'static str);

/// A map whose keys are known.
pub(crate) struct Object {
    /// What the object is, as a message names it: "an operation".
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    /// Whether the keys stand in the order of the table.
    pub(crate) order: KeyOrder,
    /// A key that `OpenAPI` knows but that is not used here, and what to do instead.
    pub(crate) refused: &'static [(&'static str, &'static str)],
    /// What to say about any other key that is not in the table.
    pub(crate) otherwise: Option<&'static str>,
    /// Objects of the same family: their keys are no typing errors here, they only mean nothing.
    pub(crate) family: &'static [&'static Object],
}

/// Whether the keys of an object have an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyOrder {
    Any,
    Fixed,
}

/// A key of an object.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) presence: Presence,
    pub(crate) pattern: &'static Pattern,
}

/// Whether an object can do without a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
}

pub(crate) const fn required(key: &'static str, pattern: &'static Pattern) -> Field {
    Field { key, presence: Presence::Required, pattern }
}

pub(crate) const fn optional(key: &'static str, pattern: &'static Pattern) -> Field {
    Field { key, presence: Presence::Optional, pattern }
}

impl Object {
    /// An object with these keys, to be refined with `Object { refused: …, ..Object::new(…) }`.
    pub(crate) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, order: KeyOrder::Any, refused: &[], otherwise: None, family: &[] }
    }

    pub(crate) fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.fields.iter().map(|field| field.key)
    }
}

impl Choices {
    pub(crate) const fn new(allowed: &'static [&'static str]) -> Self {
        Self { allowed, refused: &[] }
    }
}
