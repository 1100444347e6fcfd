//! What is to be spoilt of one request, and what was in the end.

use std::sync::Arc;

use super::{Fault, RuleId, Shared};
use crate::clock::Clock;
use crate::spec::Operation;

/// Where on a request's way a fault strikes. A request comes by in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The request waits.
    Delay,
    /// Something stands in for the answer, and the request has no effect.
    Before,
    /// The exchange's clock is wrong.
    Clock,
    /// The answer waits.
    DelayAnswer,
    /// Something stands in for the answer, and the request took effect.
    After,
    /// The answer's data is changed.
    Data,
    /// The answer's body breaks off.
    Truncate,
    /// The answer's body comes slowly.
    Slow,
}

impl Stage {
    /// Whether nobody can see a fault of another stage beside one of this stage.
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

/// The faults that are to hit a request. Those that did not strike in the end are given back to their rules.
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

    /// Whether a fault of this stage would show beside those that are planned.
    pub(super) fn has_room_for(&self, stage: Stage) -> bool {
        !self.drawn.iter().any(|drawn| drawn.fault.stage().hides(stage))
    }

    pub(super) fn add(&mut self, rule: RuleId, fault: Fault) {
        self.drawn.push(Drawn { rule, fault, struck: false });
    }

    /// The faults of a stage, before they strike.
    pub(crate) fn of(&self, stage: Stage) -> impl Iterator<Item = &Fault> {
        self.drawn.iter().map(|drawn| &drawn.fault).filter(move |fault| fault.stage() == stage)
    }

    /// How many faults of a rule are planned that have not struck.
    #[cfg(test)]
    pub(super) fn due(&self, rule: RuleId) -> usize {
        self.drawn.iter().filter(|drawn| drawn.rule == rule && !drawn.struck).count()
    }

    /// Lets the faults of a stage strike, and tells them.
    pub(crate) fn strike(&mut self, stage: Stage) -> Vec<Fault> {
        let mut struck = Vec::new();
        self.strike_if(stage, |fault| {
            struck.push(fault.clone());
            true
        });
        struck
    }

    /// Lets those faults of a stage strike that have an effect.
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
