//! The result of one lookup of an order.

use std::fmt;

use super::difference::Difference;

/// The result of the last lookup of an order write whose outcome is unknown. `S` is the exchange's order status, `E` the error of a
/// lookup.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastLookup<S, E> {
    /// No lookup has been sent.
    NotMade,
    /// The exchange does not find the order. The request that places the order may still be in flight.
    NotFound,
    /// The exchange did not find the order. When the lookup was sent, every request that could place the order had an expired signature, so
    /// the exchange rejects each of these requests that arrives later.
    ///
    /// However, the order may still appear, because a request that arrived before its signature expired may be queued inside the exchange.
    /// So the outcome stays [`Unknown`](super::Outcome::Unknown).
    NotFoundAfterExpiry,
    /// The order exists with this status, and the write has not changed it yet.
    Unchanged(S),
    /// The order exists, and amounts of it differ from the order or the amendment that was sent.
    Differs {
        /// The status of the order, if it can be read.
        status: Option<S>,
        /// The amounts that differ.
        differences: Vec<Difference>,
    },
    /// This number of orders is still open.
    StillOpen(usize),
    /// The search for the order was incomplete, because a row or a list could not be read, or because the history has more pages than the
    /// client searches.
    Incomplete,
    /// The response to the lookup contradicts itself, or lacks a field that identifies the order.
    Unreadable,
    /// The lookup returned a different order than the order that was sent: an id, the contract, the side or the type differs, or the order
    /// was created before the write was sent.
    AnotherOrder,
    /// The lookup failed.
    Failed(E),
}

impl<S: fmt::Display, E: fmt::Display> fmt::Display for LastLookup<S, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotMade => f.write_str("no lookup was sent"),
            Self::NotFound => f.write_str("the exchange does not know the order yet"),
            Self::NotFoundAfterExpiry => {
                f.write_str("the exchange does not know the order, and the request can no longer be accepted because its signature expired")
            }
            Self::Unchanged(status) => write!(f, "the order is {status} and not changed so far"),
            Self::Differs { status, differences } => {
                match status {
                    Some(status) => write!(f, "the order is {status} and differs:")?,
                    None => f.write_str("the order differs:")?,
                }
                for (index, Difference { field, sent, reported, .. }) in differences.iter().enumerate() {
                    write!(f, "{} {field} ", if index == 0 { "" } else { "," })?;
                    match reported {
                        Some(reported) => write!(f, "{reported} instead of {sent}")?,
                        None => write!(f, "cannot be read, {sent} was sent")?,
                    }
                }
                Ok(())
            }
            Self::StillOpen(1) => f.write_str("one order is still open"),
            Self::StillOpen(count) => write!(f, "{count} orders are still open"),
            Self::Incomplete => f.write_str("not all rows could be searched for the order"),
            Self::Unreadable => f.write_str("the response to the lookup cannot be read"),
            Self::AnotherOrder => f.write_str("the lookup returned another order"),
            Self::Failed(error) => write!(f, "the lookup failed ({error})"),
        }
    }
}

/// The result of one lookup for an order write. `T` is the result of an executed write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup<T, S, E> {
    /// The exchange executed the write.
    Executed(T),
    /// The exchange did not execute the write, and will not execute it.
    Rejected(E),
    /// The lookup decides neither.
    Undecided(LastLookup<S, E>),
}
