//! What is to be spoilt of one request, sorted by when.

use std::time::Duration;

use super::Fault;

/// The faults that hit a request, in the order of their rules.
#[derive(Debug, Default)]
pub(crate) struct Plan(Vec<Fault>);

/// When an answer is put in place of the real one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The request has no effect.
    Before,
    /// The request took effect.
    After,
}

impl Plan {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// How long the request waits.
    pub(crate) fn delay(&self) -> Duration {
        self.0.iter().filter(|fault| matches!(fault, Fault::Delay { .. })).map(Fault::pause).sum()
    }

    /// How long the answer waits.
    pub(crate) fn answer_delay(&self) -> Duration {
        self.0.iter().filter(|fault| matches!(fault, Fault::DelayAnswer { .. })).map(Fault::pause).sum()
    }

    /// How long each byte waits.
    pub(crate) fn byte_delay(&self) -> Option<Duration> {
        self.0.iter().find(|fault| matches!(fault, Fault::SlowBytes { .. })).map(Fault::pause)
    }

    /// How far the exchange's clock is ahead, in milliseconds.
    pub(crate) fn skew(&self) -> i64 {
        self.0.iter().fold(0, |sum, fault| match fault {
            Fault::ClockSkew { millis } => millis.saturating_add(sum),
            _ => sum,
        })
    }

    /// The fault that stands in for the answer at this moment: the first of its kind.
    pub(crate) fn instead(&self, moment: Moment) -> Option<&Fault> {
        self.0.iter().find(|fault| match fault {
            Fault::DropBefore | Fault::RateLimit { .. } | Fault::ErrorBefore { .. } | Fault::HtmlBefore { .. } => moment == Moment::Before,
            Fault::DropAfter | Fault::ErrorAfter { .. } | Fault::HtmlAfter { .. } => moment == Moment::After,
            _ => false,
        })
    }

    /// Whether the body breaks off.
    pub(crate) fn truncates(&self) -> bool {
        self.0.contains(&Fault::TruncateBody)
    }

    /// The faults that change what the answer says.
    pub(crate) fn reshaping(&self) -> impl Iterator<Item = &Fault> {
        self.0
            .iter()
            .filter(|fault| matches!(fault, Fault::UnknownEnums | Fault::ExtraFields | Fault::MissingFields { .. } | Fault::NullLists))
    }
}
