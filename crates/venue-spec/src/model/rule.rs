//! The model of a rule: a condition over several fields of a request, with the evidence for its inferred parts.

use serde_json::Value;

use super::inferences::{Aspect, Inferences};

/// A condition over several fields of a request, with its inferred parts.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The condition.
    pub condition: Condition,
    /// The evidence for the inferred parts of the condition. Both the rule itself and its exception can be inferred from the documentation.
    pub inferred: Inferences,
}

impl Rule {
    /// The evidence for the rule, if the documentation does not state the rule.
    pub fn evidence(&self) -> Option<&str> {
        self.inferred.of(Aspect::Rule)
    }
}

/// A condition over several fields of a request.
#[derive(Debug, Clone)]
pub enum Condition {
    /// At least one of these fields must be present.
    AnyOf(Vec<String>),
    /// Exactly one of these fields must be present.
    OneOf(Vec<String>),
    /// A field is required under a condition.
    Require {
        /// The required field.
        field: String,
        /// The field is required only if each of these fields has one of the listed values.
        when: Vec<(String, Vec<Value>)>,
        /// The field is not required if any of these fields has one of the listed values.
        unless: Vec<(String, Vec<Value>)>,
    },
}
