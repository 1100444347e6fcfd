//! The events that a program receives.

use super::input::LossOfTrust;
use super::state::TrackedOrder;
use super::types::{AccountTypes, Notice, Part};

/// An event of the user's state.
///
/// [`Fill`](Self::Fill), [`PositionUpdate`](Self::PositionUpdate) and [`BalanceUpdate`](Self::BalanceUpdate) come from REST rows only.
/// [`Notice`](Self::Notice) and an unconfirmed [`OrderUpdate`](Self::OrderUpdate) come from the private stream. They are early and
/// provisional, and must not be added to a total.
///
/// Each part is read by requests of its own, so a `PositionUpdate` can precede or follow the `Fill` that changed the position.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AccountEvent<A: AccountTypes> {
    /// The order changed, or REST confirmed a change. [`TrackedOrder::is_confirmed`] states which.
    OrderUpdate(Box<TrackedOrder<A>>),
    /// A fill. Each fill is reported once, by its REST id. The fills of one reading are reported oldest first, and a fill that a
    /// reading missed follows later, so the times of successive fills can decrease.
    Fill(A::Fill),
    /// The position changed.
    PositionUpdate(A::Position),
    /// A complete list of positions no longer contains this position.
    PositionClosed(A::Position),
    /// The balance changed.
    BalanceUpdate(A::Balance),
    /// A message of the private stream that is not reported as an [`OrderUpdate`](Self::OrderUpdate): a message about the account, of an unknown
    /// kind, or about an order without the exchange's id. An unchanged repetition is not reported.
    Notice(Notice),
    /// All parts that the credentials can read were read completely since the last loss of trust or the last slow reading, and each single
    /// order that had to be queried was settled, or reported as [`Incomplete`](Self::Incomplete). Later messages may have made parts
    /// provisional again.
    Reconciled {
        /// The changes that no message of the private stream announced, each once and sorted. Empty for the first reading. A change whose
        /// message arrives after its row is a correction, too, so a correction does not prove that a message was lost.
        corrections: Vec<Correction>,
    },
    /// Messages of the private stream may be missing. Each failed attempt to connect again is reported, too. `Reconciled` follows.
    TrustLost(LossOfTrust),
    /// A part could not be read completely, or six queries of a single order of the part decided nothing
    /// ([`Trust::Undecided`](super::Trust::Undecided)). Nothing was removed because of it, and the part or the order is read again. Not
    /// repeated for further failures in succession.
    Incomplete {
        /// The part.
        part: Part,
        /// The id of the order that is undecided. `None` if the part could not be read. An order that the exchange no longer shows stays
        /// undecided until the program [forgets](super::Input::Forget) it, unless REST has shown its end.
        order: Option<String>,
        /// The reason.
        reason: String,
    },
    /// The credentials lack the permission to read this part, so it is not reconciled.
    NotPermitted {
        /// The part.
        part: Part,
        /// The reason.
        reason: String,
    },
    /// The program read events too slowly, so this number of events was dropped. The state is still correct. Dropped fills are not reported
    /// again by this stream.
    EventsDropped(u64),
    /// The private stream is closed. This is the last event.
    Closed,
}

/// A change that REST showed and no message of the private stream announced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Correction {
    /// The order with this id.
    Order(String),
    /// The fill with this key.
    Fill(String),
    /// The position with this key.
    Position(String),
    /// The balance.
    Balance,
    /// REST contradicted a message about the order with this id repeatedly, so the message was discarded.
    NoticeDiscarded(String),
    /// Further corrections, if there are more than 10,000: their number, in which a repeated correction counts repeatedly.
    Others(u64),
}
