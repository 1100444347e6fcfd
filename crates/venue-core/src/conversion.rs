//! The error of building a generated type.

use std::error::Error;
use std::fmt;

/// The error of a builder's `build` for a generated type: required fields are missing, or values have the wrong type. `Display` names all
/// of these fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

impl ConversionError {
    /// Returns an error that names every field with a problem.
    #[doc(hidden)]
    pub fn check(fields: &[(&str, Option<&String>)]) -> Result<(), Self> {
        let problems = fields.iter().filter_map(|(name, problem)| Some(format!("`{name}` {}", (*problem)?)));
        let problems: Vec<String> = problems.collect();
        if problems.is_empty() { Ok(()) } else { Err(Self(problems.join("; "))) }
    }
}

impl From<String> for ConversionError {
    fn from(message: String) -> Self {
        Self(message)
    }
}

impl From<&'static str> for ConversionError {
    fn from(message: &'static str) -> Self {
        Self(message.to_owned())
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConversionError {}
