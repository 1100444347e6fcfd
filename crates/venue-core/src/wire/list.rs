//! `List<T>`: a response whose data is a list.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::field::with_path;
use super::from_json::FromJson;
use super::json::{Json, JsonKind};
use super::read_context::ReadContext;
use super::unreadable::{BoundedList, Mismatch, Unreadable};

/// The data of a response that is a list, without an object around the list.
///
/// The lenient reader leaves out each row that it cannot read, and keeps the other rows. `null` and `{}` are empty lists. `List` is a slice
/// for reading (`list.len()`, `list.iter()`, `list[0]`), and can be converted to a `Vec`.
///
/// ```
/// use venue_core::List;
///
/// let trades: List<String> = serde_json::from_str(r#"["a", "b"]"#)?;
/// assert!(trades.is_complete());
/// assert_eq!(trades.first().map(String::as_str), Some("a"));
/// let trades: Vec<String> = trades.into();
/// assert_eq!(trades, ["a", "b"]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct List<T> {
    rows: Vec<T>,
    // Boxed, because the rows of most responses are all readable.
    unreadable: Option<Box<BoundedList<Unreadable>>>,
}

impl<T> List<T> {
    /// Creates a list of these rows.
    #[must_use]
    pub fn new(rows: Vec<T>) -> Self {
        Self { rows, unreadable: None }
    }

    /// The rows that could be read.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.rows
    }

    /// The rows that could be read, without a copy.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.rows
    }

    /// Whether the list contains every row that the server sent. Before you conclude from the list that there is no open order or no
    /// position, check this method.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unreadable.is_none()
    }

    /// The rows that could not be read, at most the first 1,000. The list does not contain these rows.
    /// [`unreadable_row_count`](Self::unreadable_row_count) counts all of them.
    #[must_use]
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.unreadable.as_deref().map_or(&[], BoundedList::as_slice)
    }

    /// The number of rows that could not be read.
    #[must_use]
    pub fn unreadable_row_count(&self) -> usize {
        self.unreadable.as_deref().map_or(0, BoundedList::count)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<T> Deref for List<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.rows
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(rows: Vec<T>) -> Self {
        Self::new(rows)
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Self {
        list.rows
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Self::new(rows.into_iter().collect())
    }
}

impl<T> IntoIterator for List<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.fmt(f)?;
        match self.unreadable_row_count() {
            0 => Ok(()),
            count => write!(f, " without {count} unreadable rows"),
        }
    }
}

impl<T: Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.rows.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rows<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Rows<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(List::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut rows = Vec::new();
                while let Some(row) = items.next_element().map_err(|error| with_path(rows.len(), &error))? {
                    rows.push(row);
                }
                Ok(List::new(rows))
            }
        }

        deserializer.deserialize_any(Rows(PhantomData))
    }
}

impl<T: FromJson> FromJson for List<T> {
    const ACCEPTS_NULL: bool = true;

    fn from_json(json: Json<'_>, context: &mut ReadContext) -> Result<Self, Mismatch> {
        if json.is_null() || json.is_empty_container() {
            return Ok(Self::default());
        }
        if json.kind() != JsonKind::List {
            return Err(context.unexpected(json, "a list"));
        }
        let (mut rows, mut unreadable) = (Vec::new(), BoundedList::default());
        for (index, item) in json.items().enumerate() {
            match context.in_item(index, |context| T::from_json(item, context)) {
                Ok(row) => rows.push(row),
                Err(mismatch) => {
                    let row = context.unreadable_item(index, mismatch, item);
                    unreadable.push(|| row);
                }
            }
        }
        Ok(Self { rows, unreadable: (unreadable.count() > 0).then(|| Box::new(unreadable)) })
    }
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for List<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Vec::<T>::json_schema(generator)
    }
}
