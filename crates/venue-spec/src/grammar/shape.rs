//! What a table is made of.

use crate::diagnostic::Diagnostic;
use crate::place::Place;

/// What may stand behind a key.
pub(crate) enum Shape {
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
    Word(&'static Words),
    /// `true` or `false`.
    Truth,
    /// Nothing but `true`.
    True,
    /// A whole number from here on.
    Whole(i64),
    /// A text, a number or a truth value.
    Scalar,
    /// Whatever it is; a rule looks at it later.
    Anything,
    /// A `$ref` to a component of this section.
    Reference(&'static str),
    /// A list of the same.
    List { items: &'static Shape, at_least: usize, at_most: usize },
    /// A list of two different things.
    Pair(&'static Shape, &'static Shape),
    /// A map whose keys are names.
    Map(&'static Names),
    /// A map whose keys are known.
    Object(&'static Object),
    /// It depends on what stands there; nothing if the function has reported it itself.
    Choice(fn(&Place<'_>, &mut Vec<Diagnostic>) -> Option<&'static Object>),
}

/// Some words, and others that `OpenAPI` knows but that are not used here.
pub(crate) struct Words {
    pub(crate) allowed: &'static [&'static str],
    /// A word and what to do instead.
    pub(crate) refused: &'static [(&'static str, &'static str)],
}

/// A map whose keys are names.
pub(crate) struct Names {
    /// What the map holds, as a message names it.
    pub(crate) what: &'static str,
    /// What a key must look like, if not any text will do.
    pub(crate) key: Option<NameRule>,
    pub(crate) value: &'static Shape,
    pub(crate) at_least: usize,
}

/// What a key must look like: the test, and the rule in words.
pub(crate) type NameRule = (fn(&str) -> bool, &'static str);

/// A map whose keys are known.
pub(crate) struct Object {
    /// What the object is, as a message names it: "an operation".
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    /// Whether the keys stand in the order of the table.
    pub(crate) order: Order,
    /// A key that `OpenAPI` knows but that is not used here, and what to do instead.
    pub(crate) refused: &'static [(&'static str, &'static str)],
    /// What to say about any other key that is not in the table.
    pub(crate) otherwise: Option<&'static str>,
    /// Objects of the same family: their keys are no typing errors here, they only mean nothing.
    pub(crate) family: &'static [&'static Object],
}

/// Whether the keys of an object have an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Any,
    Fixed,
}

/// A key of an object.
pub(crate) struct Field {
    pub(crate) key: &'static str,
    pub(crate) need: Need,
    pub(crate) shape: &'static Shape,
}

/// Whether an object can do without a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

pub(crate) const fn required(key: &'static str, shape: &'static Shape) -> Field {
    Field { key, need: Need::Required, shape }
}

pub(crate) const fn optional(key: &'static str, shape: &'static Shape) -> Field {
    Field { key, need: Need::Optional, shape }
}

impl Object {
    /// An object with these keys, to be refined with `Object { refused: …, ..Object::new(…) }`.
    pub(crate) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, order: Order::Any, refused: &[], otherwise: None, family: &[] }
    }

    pub(crate) fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.fields.iter().map(|field| field.key)
    }
}

impl Words {
    pub(crate) const fn new(allowed: &'static [&'static str]) -> Self {
        Self { allowed, refused: &[] }
    }
}
