//! What the documentation does not know, kept as it came.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Printable;

/// The fields of an answer that the specification does not know, as the server sent them (a number with a fraction as the nearest double).
///
/// It also keeps a provisional field whose value turned out to be of another type, and, where nothing about the answer is documented, an
/// answer that is no JSON object at all ([`whole`](Self::whole)). `Debug` prints names alone: nobody knows whether such a field holds a
/// secret.
#[derive(Clone, Default, PartialEq)]
pub struct Extra {
    // Boxed and empty most of the time: an answer of a thousand rows has a thousand of these.
    kept: Option<Box<Kept>>,
}

#[derive(Clone, PartialEq)]
enum Kept {
    Fields(Map<String, Value>),
    Whole(Value),
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
        Self { kept: Some(Box::new(Kept::Whole(value))) }
    }

    /// A field that the specification does not know, or that came in another type than expected.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.fields().and_then(|fields| fields.get(name))
    }

    /// The unknown fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
    }

    /// The answer itself, if it was no object.
    #[must_use]
    pub fn whole(&self) -> Option<&Value> {
        match self.kept.as_deref() {
            Some(Kept::Whole(value)) => Some(value),
            _ => None,
        }
    }

    /// Whether there is nothing unknown.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.kept.is_none()
    }

    /// Keeps a field.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        match self.kept.as_deref_mut() {
            Some(Kept::Fields(fields)) => {
                fields.insert(name.into(), value);
            }
            Some(Kept::Whole(_)) | None => {
                self.kept = Some(Box::new(Kept::Fields(Map::from_iter([(name.into(), value)]))));
            }
        }
    }

    fn fields(&self) -> Option<&Map<String, Value>> {
        match self.kept.as_deref() {
            Some(Kept::Fields(fields)) => Some(fields),
            _ => None,
        }
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kept.as_deref() {
            None => f.write_str("{}"),
            Some(Kept::Fields(fields)) => {
                // The server chose the names, too.
                let names = fields.keys().take(SHOWN_NAMES).map(|name| Quoted(name));
                f.debug_set().entries(names).finish()?;
                fields.keys().nth(SHOWN_NAMES).map_or(Ok(()), |_| f.write_str("…"))
            }
            Some(Kept::Whole(value)) => f.write_str(kind(value)),
        }
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
