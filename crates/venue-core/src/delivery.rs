//! Whether a failed call reached the exchange.

/// Whether a failed call reached the exchange and was executed there.
///
/// The variants are ordered: of several attempts the greatest delivery counts, because an earlier attempt may have been executed even if the
/// last one was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Delivery {
    /// The request was not sent. Nothing happened at the exchange.
    NotSent,
    /// The exchange received the request and rejected it. Nothing happened.
    Rejected,
    /// The request may have arrived, and may have been executed. Query the state that a write was to change before you send the write again.
    Unknown,
    /// The exchange reported success, but its data is missing or cannot be read.
    Executed,
}
