//! Faults on demand: rules that inject faults into requests, and a log of the faults that had an effect.
//!
//! ```
//! use std::time::Duration;
//! use sixmm_sandbox::{Fault, Operation, FaultRule};
//!
//! // The next two orders are executed, and their responses are lost.
//! let lost = FaultRule::new(Fault::DropAfter)
//!     .on([Operation::PlaceOrder])
//!     .times(2);
//! // About every tenth request is slow.
//! let slow = FaultRule::new(Fault::Delay { millis: 250 }).with_probability(0.1);
//! ```

mod body;
mod fault;
mod mutate_json;
mod plan;
mod rule;
mod stage;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub(crate) use body::{SlowBody, TruncatedBody};
pub use fault::Fault;
pub(crate) use fault::no_parameters;
pub(crate) use mutate_json::apply_to_json;
pub(crate) use plan::FaultPlan;
pub use rule::{FaultRule, FaultRuleId, InvalidFaultRule};
pub(crate) use stage::Stage;

use crate::UnixMillis;
use crate::clock::Clock;
use crate::deterministic_rng::DeterministicRng;
use crate::spec::Operation;

/// A fault that had an effect on a request or on its response.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// When the fault took effect, by the exchange's clock, in Unix milliseconds.
    pub at: UnixMillis,
    /// Number of the request: see [`LoggedRequest::number`](crate::LoggedRequest::number).
    pub request: u64,
    /// Operation of the request.
    pub operation: Operation,
    /// The rule that injected the fault.
    pub rule: FaultRuleId,
    /// The fault.
    pub fault: Fault,
}

/// The active fault rules, and the log of their hits.
pub struct Faults(Arc<SharedRules>);

/// The state that the fault plans of requests in flight share with [`Faults`].
struct SharedRules(Mutex<State>);

struct State {
    rng: DeterministicRng,
    last_id: u64,
    /// The active rules, sorted by the stage at which the fault applies, and within a stage by the time at which the rule was added.
    rules: Vec<ActiveRule>,
    hits: VecDeque<Hit>,
    max_hits: usize,
}

struct ActiveRule {
    id: FaultRuleId,
    rule: FaultRule,
    /// How many more requests the rule can select. `None` is unlimited.
    left: Option<u32>,
    /// Number of requests in flight that the rule has selected, but that its fault has not affected yet.
    in_flight: u32,
}

impl Faults {
    pub(crate) fn new(seed: u64, max_hits: usize) -> Self {
        let rng = DeterministicRng::new(seed, "faults");
        Self(Arc::new(SharedRules(Mutex::new(State { rng, last_id: 0, rules: Vec::new(), hits: VecDeque::new(), max_hits }))))
    }

    /// Adds a rule, which applies to requests that arrive from now on. Several rules can affect one request: see [`Fault`].
    ///
    /// # Errors
    ///
    /// Returns an error if the probability is not between 0 and 1, the count is 0, the HTTP status of the fault is not from 500 to 599 (a
    /// page of a proxy can also have 403), or the `fields` of [`Fault::MissingFields`] contain more than 100 names or a name of more than 100 bytes.
    pub fn add(&self, rule: FaultRule) -> Result<FaultRuleId, InvalidFaultRule> {
        rule.check()?;
        let mut state = self.0.lock();
        state.last_id += 1;
        let id = FaultRuleId::new(state.last_id);
        let (stage, left) = (rule.fault.stage(), rule.count);
        let place = state.rules.partition_point(|active| active.rule.fault.stage() <= stage);
        state.rules.insert(place, ActiveRule { id, rule, left, in_flight: 0 });
        Ok(id)
    }

    /// Removes a rule. Returns false if no rule has this id. If the rule has selected a request that is still in flight, its fault still
    /// affects this request.
    pub fn remove(&self, id: FaultRuleId) -> bool {
        let mut state = self.0.lock();
        let before = state.rules.len();
        state.rules.retain(|active| active.id != id);
        state.rules.len() != before
    }

    /// Removes all rules, as [`remove`](Self::remove) does. The log of hits is kept.
    pub fn clear(&self) {
        self.0.lock().rules.clear();
    }

    /// Returns the active rules in the order in which they were added, each with its remaining number of hits.
    pub fn rules(&self) -> Vec<(FaultRuleId, FaultRule, Option<u32>)> {
        let state = self.0.lock();
        let active_rules = state.rules.iter().filter(|active| active.left != Some(0));
        let mut rules: Vec<_> = active_rules.map(|active| (active.id, active.rule.clone(), active.left)).collect();
        rules.sort_by_key(|(id, ..)| *id);
        rules
    }

    /// Returns the logged hits, oldest first. A fault without a visible effect is not logged.
    /// [`keep_requests`](crate::Builder::keep_requests) limits the length of this log.
    pub fn hits(&self) -> Vec<Hit> {
        self.0.lock().hits.iter().cloned().collect()
    }

    /// Selects the faults of a request that has arrived.
    pub(crate) fn plan(&self, operation: Operation, request: u64, clock: &Clock) -> FaultPlan {
        let mut plan = FaultPlan::new(Arc::clone(&self.0), clock.clone(), request, operation);
        let mut state = self.0.lock();
        let State { rng, rules, .. } = &mut *state;
        for active in rules.iter_mut() {
            let FaultRule { operations, probability, fault, .. } = &active.rule;
            let applies = operations.is_empty() || operations.contains(&operation);
            if active.left == Some(0) || !applies || !plan.is_visible(fault.stage()) {
                continue;
            }
            if *probability < 1.0 && rng.unit() >= *probability {
                continue;
            }
            active.left = active.left.map(|left| left - 1);
            active.in_flight += 1;
            plan.add(active.id, fault.clone());
        }
        drop(state);
        plan
    }

    /// A random index that is derived from the seed.
    pub(crate) fn random_index(&self, length: usize) -> usize {
        self.0.lock().rng.index(length)
    }
}

impl SharedRules {
    /// Logs a hit, and removes a rule that is exhausted.
    fn record_hit(&self, at: UnixMillis, request: u64, operation: Operation, rule: FaultRuleId, fault: &Fault) {
        tracing::info!(request, %operation, %rule, ?fault, "injected a fault");
        let mut state = self.lock();
        if state.hits.len() >= state.max_hits {
            state.hits.pop_front();
        }
        if state.max_hits > 0 {
            state.hits.push_back(Hit { at, request, operation, rule, fault: fault.clone() });
        }
        if let Some(active) = state.rules.iter_mut().find(|active| active.id == rule) {
            active.in_flight -= 1;
        }
        state.rules.retain(|active| active.left != Some(0) || active.in_flight > 0);
    }

    /// Returns a selection to its rule, because the fault had no effect on the request.
    fn release(&self, rule: FaultRuleId) {
        if let Some(active) = self.lock().rules.iter_mut().find(|active| active.id == rule) {
            active.left = active.left.map(|left| left + 1);
            active.in_flight -= 1;
        }
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
