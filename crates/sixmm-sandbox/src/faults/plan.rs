//! The faults that were selected for one request, and which of them had an effect.

use std::sync::Arc;

use super::{Fault, RuleId, Shared};
use crate::clock::Clock;
use crate::spec::Operation;

/// The stage of a request at which a fault applies, in the order in which a request passes the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The request is delayed.
    Delay,
    /// The fault replaces the response, and the request is not executed.
    Before,
    /// The exchange's clock is skewed.
    Clock,
    /// The response is delayed.
    DelayAnswer,
    /// The fault replaces the response, and the request was executed.
    After,
    /// The data of the response is changed.
    Data,
    /// The body of the response is truncated.
    Truncate,
    /// The body of the response is sent slowly.
    Slow,
}

impl Stage {
    /// Whether a fault of this stage makes a fault of the `later` stage invisible to the client.
    pub(super) fn hides(self, later: Self) -> bool {
        match self {
            Self::Delay | Self::Clock | Self::DelayAnswer | Self::Data => false,
            Self::Before | Self::After | Self::Truncate | Self::Slow => self <= later,
        }
    }
}

impl Fault {
    pub(super) fn stage(&self) -> Stage {
        match self {
            Self::Delay { .. } => Stage::Delay,
            Self::DropBefore | Self::HangBefore | Self::RateLimit { .. } | Self::ErrorBefore { .. } | Self::HtmlBefore { .. } => {
                Stage::Before
            }
            Self::ClockSkew { .. } => Stage::Clock,
            Self::DelayAnswer { .. } => Stage::DelayAnswer,
            Self::DropAfter | Self::HangAfter | Self::ErrorAfter { .. } | Self::HtmlAfter { .. } => Stage::After,
            Self::UnknownEnums | Self::ExtraFields | Self::MissingFields { .. } | Self::NullLists => Stage::Data,
            Self::TruncateBody => Stage::Truncate,
            Self::SlowBytes { .. } => Stage::Slow,
        }
    }
}

/// The faults that are selected for a request. When the plan is dropped, faults without an effect are returned to their rules.
pub(crate) struct Plan {
    shared: Arc<Shared>,
    clock: Clock,
    request: u64,
    operation: Operation,
    drawn: Vec<Drawn>,
}

struct Drawn {
    rule: RuleId,
    fault: Fault,
    struck: bool,
}

impl Plan {
    pub(super) fn new(shared: Arc<Shared>, clock: Clock, request: u64, operation: Operation) -> Self {
        Self { shared, clock, request, operation, drawn: Vec::new() }
    }

    /// Whether a fault of this stage would be visible in addition to the faults that are already planned.
    pub(super) fn has_room_for(&self, stage: Stage) -> bool {
        !self.drawn.iter().any(|drawn| drawn.fault.stage().hides(stage))
    }

    pub(super) fn add(&mut self, rule: RuleId, fault: Fault) {
        self.drawn.push(Drawn { rule, fault, struck: false });
    }

    /// The planned faults of a stage.
    pub(crate) fn of(&self, stage: Stage) -> impl Iterator<Item = &Fault> {
        self.drawn.iter().map(|drawn| &drawn.fault).filter(move |fault| fault.stage() == stage)
    }

    /// Number of planned faults of a rule that have not taken effect.
    #[cfg(test)]
    pub(super) fn due(&self, rule: RuleId) -> usize {
        self.drawn.iter().filter(|drawn| drawn.rule == rule && !drawn.struck).count()
    }

    /// Applies the faults of a stage and returns them.
    pub(crate) fn strike(&mut self, stage: Stage) -> Vec<Fault> {
        let mut struck = Vec::new();
        self.strike_if(stage, |fault| {
            struck.push(fault.clone());
            true
        });
        struck
    }

    /// Applies the faults of a stage for which `has_effect` returns true.
    pub(crate) fn strike_if(&mut self, stage: Stage, mut has_effect: impl FnMut(&Fault) -> bool) {
        for drawn in self.drawn.iter_mut().filter(|drawn| drawn.fault.stage() == stage) {
            if has_effect(&drawn.fault) {
                drawn.struck = true;
                self.shared.note_hit(self.clock.now(), self.request, self.operation, drawn.rule, &drawn.fault);
            }
        }
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        for drawn in self.drawn.iter().filter(|drawn| !drawn.struck) {
            self.shared.give_back(drawn.rule);
        }
    }
}
