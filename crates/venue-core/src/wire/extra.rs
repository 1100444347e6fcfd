//! The parts of a response object that have no typed field.

use std::fmt;

use serde_json::{Map, Value};

use super::json::value_kind;
use super::unreadable::{BoundedList, Unreadable};
use crate::EscapedText;

/// The parts of a received object that have no typed field: undocumented fields with their JSON, and a record of the values that could not
/// be read.
///
/// An optional field is `None` if its value does not have the documented type. [`get`](Self::get) then returns the JSON of the field, and
/// [`unreadable_fields`](Self::unreadable_fields) contains its name. A list does not contain the rows that cannot be read.
/// [`unreadable_rows`](Self::unreadable_rows) returns these rows.
///
/// If the documentation describes no field of a response, the client also accepts a response that is not a JSON object
/// ([`non_object`](Self::non_object)). A number with a fraction is kept as the nearest `f64`. `Debug` prints only field names, because an
/// undocumented field may contain a secret.
#[derive(Clone, Default, PartialEq)]
pub struct Extra {
    // Boxed to keep `Extra` small: a response may contain a thousand objects, and most of them have only documented, readable fields.
    contents: Option<Box<Contents>>,
}

#[derive(Clone, Default, PartialEq)]
struct Contents {
    fields: Map<String, Value>,
    non_object: Option<Value>,
    unreadable_fields: Vec<&'static str>,
    unreadable_rows: BoundedList<Unreadable>,
    missing_lists: Vec<&'static str>,
}

impl Extra {
    /// Creates an empty `Extra`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates the `Extra` of a response that is not a JSON object.
    #[must_use]
    pub(crate) fn from_non_object(value: Value) -> Self {
        Self { contents: Some(Box::new(Contents { non_object: Some(value), ..Contents::default() })) }
    }

    /// The JSON of an undocumented field, or of an optional field whose value does not have the documented type.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.contents.as_deref().and_then(|contents| contents.fields.get(name))
    }

    /// All fields that [`get`](Self::get) returns, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.contents.iter().flat_map(|contents| &contents.fields).map(|(name, value)| (name.as_str(), value))
    }

    /// The whole response, if it is not a JSON object.
    #[must_use]
    pub fn non_object(&self) -> Option<&Value> {
        self.contents.as_deref().and_then(|contents| contents.non_object.as_ref())
    }

    /// Whether this `Extra` contains no JSON. [`iter`](Self::iter) is then empty and [`non_object`](Self::non_object) is `None`.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.contents.as_deref().is_none_or(|contents| contents.fields.is_empty() && contents.non_object.is_none())
    }

    /// The JSON names of the optional fields whose values could not be read. Each of these fields is `None`. [`get`](Self::get) returns the
    /// JSON of such a field, in which U+FFFD replaces invalid Unicode.
    #[must_use]
    pub fn unreadable_fields(&self) -> &[&'static str] {
        self.contents.as_deref().map_or(&[], |contents| &contents.unreadable_fields)
    }

    /// The rows that could not be read, at most the first 1,000. The lists of this object do not contain these rows.
    /// [`unreadable_row_count`](Self::unreadable_row_count) counts all of them.
    #[must_use]
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.contents.as_deref().map_or(&[], |contents| contents.unreadable_rows.as_slice())
    }

    /// The number of rows that could not be read in the lists of this object.
    #[must_use]
    pub fn unreadable_row_count(&self) -> usize {
        self.contents.as_deref().map_or(0, |contents| contents.unreadable_rows.count())
    }

    /// The JSON names of the documented lists that the received object did not contain. Each of these lists is empty in Rust.
    #[must_use]
    pub fn missing_lists(&self) -> &[&'static str] {
        self.contents.as_deref().map_or(&[], |contents| &contents.missing_lists)
    }

    /// Whether the lists of this object contain every row that the server sent, and no documented list is missing.
    #[must_use]
    pub fn has_complete_lists(&self) -> bool {
        self.unreadable_row_count() == 0 && self.missing_lists().is_empty()
    }

    /// Adds a field, or replaces it.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        self.contents_mut().fields.insert(name.into(), value);
    }

    pub(crate) fn add_unreadable_field(&mut self, name: &'static str, value: Option<Value>) {
        let contents = self.contents_mut();
        contents.unreadable_fields.push(name);
        contents.fields.extend(value.map(|value| (name.to_owned(), value)));
    }

    pub(crate) fn add_unreadable_row(&mut self, row: &Unreadable) {
        self.contents_mut().unreadable_rows.push(|| row.clone());
    }

    pub(crate) fn add_missing_list(&mut self, name: &'static str) {
        self.contents_mut().missing_lists.push(name);
    }

    fn contents_mut(&mut self) -> &mut Contents {
        self.contents.get_or_insert_default()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(contents) = self.contents.as_deref() else { return f.write_str("{}") };
        if let Some(value) = &contents.non_object {
            return f.write_str(value_kind(value));
        }
        // The server chooses the names, so their number and length are limited.
        f.debug_set().entries(contents.fields.keys().take(MAX_PRINTED_NAMES).map(|name| QuotedName(name))).finish()?;
        contents.fields.keys().nth(MAX_PRINTED_NAMES).map_or(Ok(()), |_| f.write_str("…"))?;
        if contents.unreadable_rows.count() > 0 {
            write!(f, " without {} unreadable rows", contents.unreadable_rows.count())?;
        }
        if !contents.missing_lists.is_empty() {
            write!(f, " without the lists {:?}", contents.missing_lists)?;
        }
        Ok(())
    }
}

/// The number of names of undocumented fields that `Debug` prints.
const MAX_PRINTED_NAMES: usize = 32;

struct QuotedName<'a>(&'a str);

impl fmt::Debug for QuotedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", EscapedText::new(self.0).with_limit(64))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Extra {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Extra".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "additionalProperties": true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undocumented_field_can_be_read_and_debug_prints_only_its_name() {
        let mut extra = Extra::new();
        extra.insert("refreshToken", Value::from("hunter2"));
        assert_eq!(extra.get("refreshToken"), Some(&Value::from("hunter2")));
        assert_eq!(format!("{extra:?}"), r#"{"refreshToken"}"#);
        assert_eq!(format!("{:?}", Extra::from_non_object(Value::from("hunter2"))), "a string");
    }
}
