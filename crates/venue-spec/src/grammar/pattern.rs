//! The types of the tables: patterns of values, objects and their keys.

use crate::cursor::Cursor;
use crate::diagnostic::Diagnostic;

/// The pattern of a YAML value.
pub(crate) enum Pattern {
    /// Text that is not empty.
    Text,
    /// Text of at least two words.
    Sentence,
    /// Text of one line.
    Line,
    /// The URL of a page or a server.
    Address,
    /// The URL of a stream.
    StreamAddress,
    /// One word of a list.
    OneOf(&'static Choices),
    /// `true` or `false`.
    Bool,
    /// The value `true`.
    True,
    /// An integer that is at least this number.
    Integer(i64),
    /// Text, an integer or a boolean.
    Scalar,
    /// Text, an integer, a boolean, or an empty list.
    Expected,
    /// A date in the form `2026-07-26`.
    Date,
    /// Any value. A later check of the whole file validates it.
    Anything,
    /// A `$ref` to a component of this section.
    Reference(&'static str),
    /// A list whose items all match one pattern.
    List { items: &'static Pattern, min: usize, max: usize },
    /// A list of two items, each with its own pattern.
    Tuple(&'static Pattern, &'static Pattern),
    /// A map with arbitrary keys.
    Map(&'static MapOf),
    /// A map with known keys.
    Object(&'static Object),
    /// A pattern that depends on the value. The function chooses the pattern, or returns `None` if it has already reported a mistake.
    Select(fn(&Cursor<'_>, &mut Vec<Diagnostic>) -> Option<&'static Object>),
}

/// The allowed words of a value, and words of `OpenAPI` that specifications must not use.
pub(crate) struct Choices {
    pub(crate) allowed: &'static [&'static str],
    /// Each forbidden word, with advice.
    pub(crate) forbidden: &'static [(&'static str, &'static str)],
}

/// A map with arbitrary keys, such as names.
pub(crate) struct MapOf {
    /// The values of the map in the plural, as a message names them.
    pub(crate) what: &'static str,
    /// The rule for the keys; `None` if every text is allowed.
    pub(crate) key: Option<KeyRule>,
    pub(crate) value: &'static Pattern,
    pub(crate) min: usize,
}

/// A rule for the keys of a map: a function that tests a key, and the text of the rule.
pub(crate) type KeyRule = (fn(&str) -> bool, &'static str);

/// A map with known keys.
pub(crate) struct Object {
    /// The object with its article, as a message names it: "an operation".
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    /// Whether the keys must have the order of the table.
    pub(crate) order: KeyOrder,
    /// Each key of `OpenAPI` that specifications must not use here, with advice.
    pub(crate) forbidden: &'static [(&'static str, &'static str)],
    /// Advice for every other key that the table does not have.
    pub(crate) unknown_key_advice: Option<&'static str>,
    /// A table whose keys this object also has.
    pub(crate) base: Option<&'static Object>,
    /// Tables of related objects. A key that a related object has, but this object does not have, is reported as meaningless and not as a
    /// misspelling.
    pub(crate) family: &'static [&'static Object],
}

/// Whether the keys of an object must have an order.
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

/// Whether an object must have a key.
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
    /// Creates a table with these keys. Other properties are set with `Object { forbidden: …, ..Object::new(…) }`.
    pub(crate) const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, order: KeyOrder::Any, forbidden: &[], unknown_key_advice: None, base: None, family: &[] }
    }

    pub(crate) fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.key == key)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &'static str> + Clone {
        self.fields().map(|field| field.key)
    }

    /// The keys of this table, followed by the keys that only the base has.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static Field> + Clone {
        let of_base = self.base.map_or(&[][..], |base| base.fields);
        self.fields.iter().chain(of_base.iter().filter(|field| self.fields.iter().all(|own| own.key != field.key)))
    }
}

impl Choices {
    pub(crate) const fn new(allowed: &'static [&'static str]) -> Self {
        Self { allowed, forbidden: &[] }
    }
}
