//! The stages of a request at which faults apply.

use super::Fault;

/// A stage of the processing of a request at which faults apply. The stages are sorted in the order in which a request passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The request is delayed.
    Delay,
    /// The fault replaces the response, and the request is not executed.
    Before,
    /// The exchange's clock is skewed.
    Clock,
    /// The response is delayed.
    DelayResponse,
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
    pub(super) fn masks(self, later: Self) -> bool {
        match self {
            Self::Delay | Self::Clock | Self::DelayResponse | Self::Data => false,
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
            Self::DelayResponse { .. } => Stage::DelayResponse,
            Self::DropAfter | Self::HangAfter | Self::ErrorAfter { .. } | Self::HtmlAfter { .. } => Stage::After,
            Self::UnknownEnums | Self::ExtraFields | Self::MissingFields { .. } | Self::NullLists => Stage::Data,
            Self::TruncateBody => Stage::Truncate,
            Self::SlowBytes { .. } => Stage::Slow,
        }
    }
}
