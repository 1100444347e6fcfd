//! The inputs and outputs of the state machine.

use std::fmt;

use serde::{Deserialize, Serialize};
use venue_core::UnixMillis;

use super::event::AccountEvent;
use super::types::{AccountTypes, Notice, Part};

/// An input of the state machine. Inputs can be written as JSON and replayed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub enum Input<A: AccountTypes> {
    /// The private stream is subscribed, so its messages follow.
    Subscribed,
    /// Messages of the private stream may be missing.
    TrustLost(LossOfTrust),
    /// A message of the private stream.
    Notice(Notice),
    /// The time since which fills are reported, if the settings did not contain it. Has no effect otherwise.
    FillsSince(UnixMillis),
    /// The result of a request.
    Read(ReadId, ReadResult<A>),
    /// The program asks for a complete reading.
    Refresh,
    /// The program knows that the exchange no longer has the order with this id, for example because a test exchange was reset. The order is
    /// removed and no longer queried. An order whose end REST has shown is not changed. If a row or a message shows the order again, it is tracked again.
    Forget(String),
    /// A time of [`UserStateMachine::next_wakeup`](super::UserStateMachine::next_wakeup) has come.
    Wakeup,
}

/// The number of a request, unique in its state machine.
pub type ReadId = u64;

/// Why messages of the private stream may be missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum LossOfTrust {
    /// The connection is lost. `Subscribed` follows when it was opened again.
    Disconnected(String),
    /// The stream was silent for its limit.
    Stale,
    /// Messages were dropped, because they were not processed fast enough.
    Lagged(u64),
    /// A message could not be read.
    Unreadable,
    /// The topic is subscribed again. `Subscribed` follows.
    Resync(String),
    /// The stream was closed and delivers no more messages.
    Closed,
}

impl LossOfTrust {
    /// Whether the stream delivers further messages without a new `Subscribed`.
    pub(super) fn continues(&self) -> bool {
        matches!(self, Self::Stale | Self::Lagged(_) | Self::Unreadable)
    }
}

impl fmt::Display for LossOfTrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disconnected(why) => write!(f, "the connection was lost: {why}"),
            Self::Stale => f.write_str("the private stream is silent"),
            Self::Lagged(skipped) => write!(f, "{skipped} messages were dropped"),
            Self::Unreadable => f.write_str("a message could not be read"),
            Self::Resync(why) => write!(f, "the private stream is subscribed again: {why}"),
            Self::Closed => f.write_str("the private stream is closed"),
        }
    }
}

/// An output of the state machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Output<A: AccountTypes> {
    /// Send this request, and pass the result to the state machine with the same number.
    Read(ReadId, Read),
    /// Report this event to the program.
    Event(AccountEvent<A>),
}

/// A request to the REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Read {
    /// All open orders.
    OpenOrders,
    /// One order by the exchange's id.
    Order {
        /// The contract.
        symbol: String,
        /// The exchange's id.
        id: String,
    },
    /// All fills since this time.
    Fills {
        /// The earliest time.
        since: UnixMillis,
    },
    /// All fills of one order.
    FillsOfOrder {
        /// The contract.
        symbol: String,
        /// The exchange's id.
        id: String,
    },
    /// All open positions.
    Positions,
    /// The balance.
    Balance,
}

impl Read {
    /// The part of the state that the request reads.
    #[must_use]
    pub fn part(&self) -> Part {
        match self {
            Self::OpenOrders | Self::Order { .. } => Part::Orders,
            Self::Fills { .. } | Self::FillsOfOrder { .. } => Part::Fills,
            Self::Positions => Part::Positions,
            Self::Balance => Part::Balance,
        }
    }
}

/// The result of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub struct ReadResult<A: AccountTypes> {
    /// The rows that could be read.
    pub rows: Rows<A>,
    /// Why the rows are incomplete. `None` if the response contains all rows.
    pub failure: Option<ReadFailure>,
}

/// Why a request has no result, or only a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ReadFailure {
    /// The exchange does not find the order. This proves nothing.
    NotFound,
    /// The credentials lack the permission.
    NotPermitted(String),
    /// The request failed, or a row or a list could not be read.
    Incomplete(String),
}

/// The rows of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", bound = "")]
pub enum Rows<A: AccountTypes> {
    /// Orders, or the one order of a query.
    Orders(Vec<A::Order>),
    /// Fills.
    Fills(Vec<A::Fill>),
    /// Positions.
    Positions(Vec<A::Position>),
    /// The balance, if it could be read.
    Balance(Option<A::Balance>),
}
