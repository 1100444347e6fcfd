//! The parts of a specification, and their facts.

use std::collections::BTreeMap;

use crate::fact::{Aspect, split_values};

/// A part of the specification that the pages describe.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    /// The JSON pointer of the part.
    pub(crate) pointer: String,
    /// The `operationId` of the operation, if the part belongs to one operation.
    pub(crate) operation: Option<String>,
    /// The Rust item that is generated from the part, below the generated crate.
    pub(crate) rust: Option<String>,
    /// The facts of the part, with the JSON pointers of their values.
    pub(crate) attributes: BTreeMap<Aspect, Attribute>,
    /// Whether the pages must contain the part.
    pub(crate) is_expected: bool,
    /// The JSON pointer of the mark `x-provisional` of the part or of its schema.
    pub(crate) provisional: Option<String>,
    /// The JSON pointer of the mark `x-undocumented` of the part.
    pub(crate) undocumented: Option<String>,
}

/// A fact of the specification.
#[derive(Debug, Clone)]
pub(crate) struct Attribute {
    pub(crate) value: String,
    /// The JSON pointer of the value.
    pub(crate) pointer: String,
}

impl Attribute {
    /// The single values of an enum.
    pub(crate) fn values(&self) -> Vec<&str> {
        split_values(&self.value)
    }
}
