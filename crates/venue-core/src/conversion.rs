//! What a builder of a type says when it cannot be finished.

use std::error::Error;
use std::fmt;

/// A type's builder lacks a required field, or was given something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversionError(String);

impl From<String> for ConversionError {
    fn from(problem: String) -> Self {
        Self(problem)
    }
}

impl From<&'static str> for ConversionError {
    fn from(problem: &'static str) -> Self {
        Self(problem.to_owned())
    }
}

impl fmt::Display for ConversionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ConversionError {}
