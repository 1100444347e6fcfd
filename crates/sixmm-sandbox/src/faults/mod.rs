//! Faults on demand: what to spoil, for which operations, how often; and a record of what was spoilt.
//!
//! ```
//! use std::time::Duration;
//! use sixmm_sandbox::{Fault, Operation, Rule};
//!
//! // The next two orders take effect, and their answers are lost.
//! let lost = Rule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(2);
//! // Every tenth request, or so, is slow.
//! let slow = Rule::new(Fault::Delay { millis: 250 }).with_probability(0.1);
//! ```

mod plan;
mod rule;
mod shape;
mod wire;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub(crate) use plan::{Moment, Plan};
pub use rule::{Fault, InvalidRule, Rule, RuleId};
pub(crate) use shape::reshape;
pub(crate) use wire::{Slow, Truncated};

use crate::UnixMillis;
use crate::auth::seeded::Seeded;
use crate::spec::Operation;

/// A fault that was carried out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// When, by the exchange's clock; Unix milliseconds.
    pub at: UnixMillis,
    /// The number of the request: see [`Received::number`](crate::Received::number).
    pub request: u64,
    /// What the request asked for.
    pub operation: Operation,
    /// The rule that asked for the fault.
    pub rule: RuleId,
    /// The fault.
    pub fault: Fault,
}

/// The rules in force, and what they did.
pub struct Faults(Mutex<State>);

struct State {
    seeded: Seeded,
    last_id: u64,
    rules: Vec<Active>,
    hits: Vec<Hit>,
}

struct Active {
    id: RuleId,
    rule: Rule,
    left: Option<u32>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(State { seeded: Seeded::new(seed, "faults"), last_id: 0, rules: Vec::new(), hits: Vec::new() }))
    }

    /// Puts a rule into force. Rules are asked in the order in which they came; several can hit one request.
    ///
    /// # Errors
    ///
    /// If the rule asks for what cannot be: a probability outside of 0 to 1, an HTTP status that is no error.
    pub fn add(&self, rule: Rule) -> Result<RuleId, InvalidRule> {
        rule.check()?;
        let mut state = self.lock();
        state.last_id += 1;
        let id = RuleId::new(state.last_id);
        let left = rule.count;
        state.rules.push(Active { id, rule, left });
        Ok(id)
    }

    /// Takes a rule out of force; false if there is none of this id.
    pub fn remove(&self, id: RuleId) -> bool {
        let mut state = self.lock();
        let before = state.rules.len();
        state.rules.retain(|active| active.id != id);
        state.rules.len() != before
    }

    /// Takes every rule out of force. What they did stays on record.
    pub fn clear(&self) {
        self.lock().rules.clear();
    }

    /// The rules in force, with how often each may still hit.
    pub fn rules(&self) -> Vec<(RuleId, Rule, Option<u32>)> {
        self.lock().rules.iter().map(|active| (active.id, active.rule.clone(), active.left)).collect()
    }

    /// What was spoilt so far, in the order of the requests' arrival.
    pub fn hits(&self) -> Vec<Hit> {
        self.lock().hits.clone()
    }

    /// What is to be spoilt of a request.
    pub(crate) fn plan(&self, operation: Operation, request: u64, now: UnixMillis) -> Plan {
        let mut state = self.lock();
        let State { seeded, rules, hits, .. } = &mut *state;
        let mut plan = Plan::default();
        for active in rules.iter_mut() {
            let Rule { operations, probability, fault, .. } = &active.rule;
            if plan.instead(Moment::Before).is_some() {
                // The request comes to an end here: no later rule can hit it.
                break;
            }
            if active.left == Some(0) || !(operations.is_empty() || operations.contains(&operation)) {
                continue;
            }
            if *probability < 1.0 && seeded.unit() >= *probability {
                continue;
            }
            active.left = active.left.map(|left| left - 1);
            tracing::info!(request, %operation, rule = %active.id, ?fault, "a fault on demand");
            hits.push(Hit { at: now, request, operation, rule: active.id, fault: fault.clone() });
            plan.add(fault.clone());
        }
        rules.retain(|active| active.left != Some(0));
        plan
    }

    /// A place that follows from the seed.
    pub(crate) fn below(&self, length: usize) -> usize {
        self.lock().seeded.below(length)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Faults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Faults").field("rules", &self.rules()).finish_non_exhaustive()
    }
}
