//! JSON without a documented type.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::json::value_kind;

/// The raw JSON of a response, or of a part of a response, whose fields the documentation does not describe. The JSON is kept as the server
/// sent it.
///
/// `Debug` prints only the type of the JSON value (such as "an object"), because the value may contain a secret.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Undocumented(Value);

impl Undocumented {
    /// The JSON value that the server sent.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.0
    }

    /// The JSON value that the server sent, without a copy.
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
        write!(f, "Undocumented({})", value_kind(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_the_kind_and_no_value() {
        assert_eq!(format!("{:?}", Undocumented::from(Value::from("hunter2"))), "Undocumented(a string)");
    }
}
