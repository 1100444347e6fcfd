//! What the documentation does not know, kept as it came.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::unread::{Counted, Unreadable};
use crate::Printable;

/// What an object of a response contains beside its typed fields: fields that the specification does not know, as the server sent them (a
/// number with a fraction as the nearest double), and the list of what could not be read.
///
/// It also keeps the value of a field that the documentation does not promise if the value is not of the expected type, and, where nothing
/// about the response is documented, a response that is no JSON object at all ([`whole`](Self::whole)). `Debug` prints names only, because an
/// unknown field may hold a secret.
#[derive(Clone, Default, PartialEq)]
pub struct Extra {
    // Boxed and empty most of the time: an answer of a thousand rows has a thousand of these.
    kept: Option<Box<Kept>>,
}

#[derive(Clone, Default, PartialEq)]
struct Kept {
    fields: Map<String, Value>,
    whole: Option<Value>,
    unreadable_fields: Vec<&'static str>,
    unreadable_rows: Counted<Unreadable>,
    missing_lists: Vec<&'static str>,
}

impl Extra {
    /// Nothing unknown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An answer that is no object.
    #[must_use]
    pub fn from_whole(value: Value) -> Self {
        Self { kept: Some(Box::new(Kept { whole: Some(value), ..Kept::default() })) }
    }

    /// A field that the specification does not know, or that came in another type than expected.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.kept.as_deref().and_then(|kept| kept.fields.get(name))
    }

    /// The unknown fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.kept.iter().flat_map(|kept| &kept.fields).map(|(name, value)| (name.as_str(), value))
    }

    /// The answer itself, if it was no object.
    #[must_use]
    pub fn whole(&self) -> Option<&Value> {
        self.kept.as_deref().and_then(|kept| kept.whole.as_ref())
    }

    /// Whether there is nothing unknown.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.as_deref().is_none_or(|kept| kept.fields.is_empty() && kept.whole.is_none())
    }

    /// The documented fields that are in the object with a value that could not be read, by their names in the response. Each is `None` in
    /// Rust, and [`get`](Self::get) returns its value, with texts read lossily.
    #[must_use]
    pub fn unreadable_fields(&self) -> &[&'static str] {
        self.kept.as_deref().map_or(&[], |kept| &kept.unreadable_fields)
    }

    /// The rows that are missing from the lists of this object because they could not be read: the first 1,000 of them.
    /// [`unreadable_row_count`](Self::unreadable_row_count) counts all.
    #[must_use]
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.kept.as_deref().map_or(&[], |kept| kept.unreadable_rows.as_slice())
    }

    /// How many rows are missing from the lists of this object because they could not be read.
    #[must_use]
    pub fn unreadable_row_count(&self) -> usize {
        self.kept.as_deref().map_or(0, |kept| kept.unreadable_rows.count())
    }

    /// The documented lists that are not in the object, by their names in the response. Each is empty in Rust.
    #[must_use]
    pub fn missing_lists(&self) -> &[&'static str] {
        self.kept.as_deref().map_or(&[], |kept| &kept.missing_lists)
    }

    /// Whether the lists of this object hold every row that the server sent, and no documented list is missing.
    #[must_use]
    pub fn has_complete_lists(&self) -> bool {
        self.unreadable_row_count() == 0 && self.missing_lists().is_empty()
    }

    /// Keeps a field.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        self.kept_mut().fields.insert(name.into(), value);
    }

    pub(crate) fn keep_unreadable(&mut self, name: &'static str, value: Option<Value>) {
        let kept = self.kept_mut();
        kept.unreadable_fields.push(name);
        kept.fields.extend(value.map(|value| (name.to_owned(), value)));
    }

    pub(crate) fn keep_row(&mut self, row: &Unreadable) {
        self.kept_mut().unreadable_rows.push(|| row.clone());
    }

    pub(crate) fn keep_missing_list(&mut self, name: &'static str) {
        self.kept_mut().missing_lists.push(name);
    }

    fn kept_mut(&mut self) -> &mut Kept {
        self.kept.get_or_insert_default()
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(kept) = self.kept.as_deref() else { return f.write_str("{}") };
        if let Some(value) = &kept.whole {
            return f.write_str(kind(value));
        }
        // The server chose the names, too.
        f.debug_set().entries(kept.fields.keys().take(SHOWN_NAMES).map(|name| Quoted(name))).finish()?;
        kept.fields.keys().nth(SHOWN_NAMES).map_or(Ok(()), |_| f.write_str("…"))?;
        if kept.unreadable_rows.count() > 0 {
            write!(f, " without {} unreadable rows", kept.unreadable_rows.count())?;
        }
        if !kept.missing_lists.is_empty() {
            write!(f, " without the lists {:?}", kept.missing_lists)?;
        }
        Ok(())
    }
}

/// How many names of unknown fields `Debug` prints.
const SHOWN_NAMES: usize = 32;

struct Quoted<'a>(&'a str);

impl fmt::Debug for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Printable::new(self.0).with_limit(64))
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

/// An answer of which the documentation says nothing: raw JSON, as it came. `Debug` prints its kind alone.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Undocumented(Value);

impl Undocumented {
    /// The JSON that came.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// The JSON that came.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0
    }
}

impl From<Value> for Undocumented {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Undocumented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Undocumented({})", kind(&self.0))
    }
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_can_be_read_but_is_not_printed() {
        let mut extra = Extra::new();
        extra.insert("refreshToken", Value::from("hunter2"));
        assert_eq!(extra.get("refreshToken"), Some(&Value::from("hunter2")));
        assert_eq!(format!("{extra:?}"), r#"{"refreshToken"}"#);
        assert_eq!(format!("{:?}", Undocumented::from(Value::from("hunter2"))), "Undocumented(a string)");
        assert_eq!(format!("{:?}", Extra::from_whole(Value::from("hunter2"))), "a string");
    }
}
