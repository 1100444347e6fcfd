//! The faults that were selected for one request, each with a mark whether it took effect.

use std::sync::Arc;

use super::{Fault, FaultRuleId, SharedRules, Stage};
use crate::clock::Clock;
use crate::spec::Operation;

/// The faults that were selected for a request. A selected fault counts as a hit of its rule in advance. When the plan is dropped, the hits
/// of the faults that did not take effect are given back to their rules.
pub(crate) struct FaultPlan {
    shared: Arc<SharedRules>,
    clock: Clock,
    request: u64,
    operation: Operation,
    planned: Vec<PlannedFault>,
}

struct PlannedFault {
    rule: FaultRuleId,
    fault: Fault,
    applied: bool,
}

impl FaultPlan {
    pub(super) fn new(shared: Arc<SharedRules>, clock: Clock, request: u64, operation: Operation) -> Self {
        Self { shared, clock, request, operation, planned: Vec::new() }
    }

    /// Whether the client would notice a further fault that applies at this stage. For example, the client does not notice a truncated
    /// response if a planned fault drops the request.
    pub(super) fn is_visible(&self, stage: Stage) -> bool {
        !self.planned.iter().any(|planned| planned.fault.stage().masks(stage))
    }

    pub(super) fn add(&mut self, rule: FaultRuleId, fault: Fault) {
        self.planned.push(PlannedFault { rule, fault, applied: false });
    }

    /// The planned faults of a stage.
    pub(crate) fn of(&self, stage: Stage) -> impl Iterator<Item = &Fault> {
        self.planned.iter().map(|planned| &planned.fault).filter(move |fault| fault.stage() == stage)
    }

    /// Number of planned faults of a rule that have not taken effect.
    #[cfg(test)]
    pub(super) fn pending(&self, rule: FaultRuleId) -> usize {
        self.planned.iter().filter(|planned| planned.rule == rule && !planned.applied).count()
    }

    /// Applies the faults of a stage and returns them.
    pub(crate) fn apply(&mut self, stage: Stage) -> Vec<Fault> {
        let mut applied = Vec::new();
        self.apply_if(stage, |fault| {
            applied.push(fault.clone());
            true
        });
        applied
    }

    /// Applies the faults of a stage for which `has_effect` returns true.
    pub(crate) fn apply_if(&mut self, stage: Stage, mut has_effect: impl FnMut(&Fault) -> bool) {
        for planned in self.planned.iter_mut().filter(|planned| planned.fault.stage() == stage) {
            if has_effect(&planned.fault) {
                planned.applied = true;
                self.shared.record_hit(self.clock.now(), self.request, self.operation, planned.rule, &planned.fault);
            }
        }
    }
}

impl Drop for FaultPlan {
    fn drop(&mut self) {
        for planned in self.planned.iter().filter(|planned| !planned.applied) {
            self.shared.release(planned.rule);
        }
    }
}
