//! Fault rules: the fault, and which requests it applies to.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::spec::Operation;

/// A rule that injects a fault into the requests that it selects.
///
/// JSON for the control interface: `{"operations": ["place_order"], "probability": 0.5, "count": 3, "fault": {"kind":
/// "dropAfter"}}`. All fields except `fault` are optional.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct FaultRule {
    /// Operations that the rule applies to. An empty list means all operations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operations: Vec<Operation>,
    /// Probability from 0 to 1 that the rule selects a matching request. The random numbers are derived from the seed of the local
    /// exchange.
    #[serde(default = "always")]
    pub probability: f64,
    /// Maximum number of hits, at least 1. `None` is unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The fault to inject.
    pub fault: Fault,
}

/// Maximum number of names in [`Fault::MissingFields`]. Together with [`MAX_FIELD_NAME_BYTES`], this maximum limits the size of a logged
/// hit, which contains the names.
const MAX_FIELDS: usize = 100;
const MAX_FIELD_NAME_BYTES: usize = 100;

fn always() -> f64 {
    1.0
}

impl FaultRule {
    /// A rule that injects this fault into every request.
    pub fn new(fault: Fault) -> Self {
        Self { operations: Vec::new(), probability: always(), count: None, fault }
    }

    /// Limits the rule to these operations.
    #[must_use]
    pub fn on(mut self, operations: impl IntoIterator<Item = Operation>) -> Self {
        self.operations = operations.into_iter().collect();
        self
    }

    /// Limits the number of hits, at least 1.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }

    /// Sets the probability that a request is selected, from 0 to 1.
    #[must_use]
    pub fn with_probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    pub(super) fn check(&self) -> Result<(), InvalidFaultRule> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(InvalidFaultRule(format!("`probability` is {}: it must be 0 to 1", self.probability)));
        }
        if self.count == Some(0) {
            return Err(InvalidFaultRule("`count` is 0: it must be 1 or more, or left out".to_owned()));
        }
        match &self.fault {
            Fault::HtmlBefore { status } | Fault::HtmlAfter { status } if !(500..=599).contains(status) && *status != 403 => {
                Err(InvalidFaultRule(format!("`status` is {status}: it must be 403, or 500 to 599")))
            }
            Fault::ErrorBefore { status } | Fault::ErrorAfter { status } if !(500..=599).contains(status) => {
                Err(InvalidFaultRule(format!("`status` is {status}: it must be 500 to 599")))
            }
            Fault::MissingFields { fields } if fields.len() > MAX_FIELDS => {
                Err(InvalidFaultRule(format!("`fields` has {} names: at most {MAX_FIELDS} are allowed", fields.len())))
            }
            Fault::MissingFields { fields } if fields.iter().any(|name| name.len() > MAX_FIELD_NAME_BYTES) => Err(InvalidFaultRule(
                format!("`fields` has a name of more than {MAX_FIELD_NAME_BYTES} bytes: no documented field name is this long"),
            )),
            _ => Ok(()),
        }
    }
}

/// Id of a fault rule, unique within an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaultRuleId(u64);

impl FaultRuleId {
    pub(crate) const fn new(id: u64) -> Self {
        Self(id)
    }
}

impl fmt::Display for FaultRuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Error for a fault rule with an invalid parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidFaultRule(String);

impl InvalidFaultRule {
    pub(crate) fn new(message: String) -> Self {
        Self(message)
    }
}

impl fmt::Display for InvalidFaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidFaultRule {}
