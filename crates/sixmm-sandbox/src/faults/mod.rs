//! Faults on demand: rules that inject faults into requests, and a log of the faults that had an effect.
//!
//! ```
//! use std::time::Duration;
//! use sixmm_sandbox::{Fault, Operation, Rule};
//!
//! // The next two orders are executed, and their responses are lost.
//! let lost = Rule::new(Fault::DropAfter).on([Operation::PlaceOrder]).times(2);
//! // About every tenth request is slow.
//! let slow = Rule::new(Fault::Delay { millis: 250 }).with_probability(0.1);
//! ```

mod plan;
mod rule;
mod shape;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub(crate) use plan::{Plan, Stage};
pub use rule::{Fault, InvalidRule, Rule, RuleId};
pub(crate) use shape::reshape;
pub(crate) use wire::{Slow, Truncated};

use crate::UnixMillis;
use crate::auth::seeded::Seeded;
use crate::clock::Clock;
use crate::spec::Operation;

/// A fault that had an effect on a request or on its response.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hit {
    /// When the fault took effect, by the exchange's clock, in Unix milliseconds.
    pub at: UnixMillis,
    /// Number of the request: see [`Received::number`](crate::Received::number).
    pub request: u64,
    /// Operation of the request.
    pub operation: Operation,
    /// The rule that injected the fault.
    pub rule: RuleId,
    /// The fault.
    pub fault: Fault,
}

/// The active fault rules, and the log of their hits.
pub struct Faults(Arc<Shared>);

/// The state that the fault plans of requests in flight share with [`Faults`].
struct Shared(Mutex<State>);

struct State {
    seeded: Seeded,
    last_id: u64,
    /// Sorted by the stage at which the fault applies, then by the time at which the rule was added.
    rules: Vec<Active>,
    hits: VecDeque<Hit>,
    kept_hits: usize,
}

struct Active {
    id: RuleId,
    rule: Rule,
    /// How often it may still be drawn.
    left: Option<u32>,
    /// Number of requests in flight that the rule selected and that its fault has not affected yet.
    on_the_way: u32,
}

impl Faults {
    pub(crate) fn new(seed: u64, kept_hits: usize) -> Self {
        let seeded = Seeded::new(seed, "faults");
        Self(Arc::new(Shared(Mutex::new(State { seeded, last_id: 0, rules: Vec::new(), hits: VecDeque::new(), kept_hits }))))
    }

    /// Adds a rule, which applies to requests that arrive from now on. Several rules can affect one request: see [`Fault`].
    pub fn add(&self, rule: Rule) -> Result<RuleId, InvalidRule> {
        rule.check()?;
        let mut state = self.0.lock();
        state.last_id += 1;
        let id = RuleId::new(state.last_id);
        let (stage, left) = (rule.fault.stage(), rule.count);
        let place = state.rules.partition_point(|active| active.rule.fault.stage() <= stage);
        state.rules.insert(place, Active { id, rule, left, on_the_way: 0 });
        Ok(id)
    }

    /// Removes a rule, or returns false if no rule has this id. Requests already in flight are still affected.
    pub fn remove(&self, id: RuleId) -> bool {
        let mut state = self.0.lock();
        let before = state.rules.len();
        state.rules.retain(|active| active.id != id);
        state.rules.len() != before
    }

    /// Removes all rules, as [`remove`](Self::remove) does. The log of hits is kept.
    pub fn clear(&self) {
        self.0.lock().rules.clear();
    }

    /// The active rules in the order in which they were added, each with its remaining number of hits.
    pub fn rules(&self) -> Vec<(RuleId, Rule, Option<u32>)> {
        let state = self.0.lock();
        let in_force = state.rules.iter().filter(|active| active.left != Some(0));
        let mut rules: Vec<_> = in_force.map(|active| (active.id, active.rule.clone(), active.left)).collect();
        rules.sort_by_key(|(id, ..)| *id);
        rules
    }

    /// The logged hits, oldest first. A fault without a visible effect is not logged. The log has the same maximum length as [the log of
    /// requests](crate::Builder::keep_requests).
    pub fn hits(&self) -> Vec<Hit> {
        self.0.lock().hits.iter().cloned().collect()
    }

    /// Selects the faults of a request that has arrived.
    pub(crate) fn plan(&self, operation: Operation, request: u64, clock: &Clock) -> Plan {
        let mut plan = Plan::new(Arc::clone(&self.0), clock.clone(), request, operation);
        let mut state = self.0.lock();
        let State { seeded, rules, .. } = &mut *state;
        for active in rules.iter_mut() {
            let Rule { operations, probability, fault, .. } = &active.rule;
            let concerns = operations.is_empty() || operations.contains(&operation);
            if active.left == Some(0) || !concerns || !plan.has_room_for(fault.stage()) {
                continue;
            }
            if *probability < 1.0 && seeded.unit() >= *probability {
                continue;
            }
            active.left = active.left.map(|left| left - 1);
            active.on_the_way += 1;
            plan.add(active.id, fault.clone());
        }
        drop(state);
        plan
    }

    /// A random index that is derived from the seed.
    pub(crate) fn below(&self, length: usize) -> usize {
        self.0.lock().seeded.below(length)
    }
}

impl Shared {
    /// Logs a hit, and removes a rule that is exhausted.
    fn note_hit(&self, at: UnixMillis, request: u64, operation: Operation, rule: RuleId, fault: &Fault) {
        tracing::info!(request, %operation, %rule, ?fault, "injected a fault");
        let mut state = self.lock();
        if state.hits.len() >= state.kept_hits {
            state.hits.pop_front();
        }
        if state.kept_hits > 0 {
            state.hits.push_back(Hit { at, request, operation, rule, fault: fault.clone() });
        }
        if let Some(active) = state.rules.iter_mut().find(|active| active.id == rule) {
            active.on_the_way -= 1;
        }
        state.rules.retain(|active| active.left != Some(0) || active.on_the_way > 0);
    }

    /// Returns a selection to its rule, because the fault had no effect on the request.
    fn give_back(&self, rule: RuleId) {
        if let Some(active) = self.lock().rules.iter_mut().find(|active| active.id == rule) {
            active.left = active.left.map(|left| left + 1);
            active.on_the_way -= 1;
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
