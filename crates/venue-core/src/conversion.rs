//! The error of building a generated type.

use std::error::Error;
use std::fmt;

/// The error of a builder's `build` for a generated type: a required field is missing, or a value has the wrong type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

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
