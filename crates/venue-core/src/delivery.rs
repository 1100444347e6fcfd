//! Whether a failed call reached the exchange.

/// Whether a failed call reached the exchange and was executed there.
///
/// The variants are ordered. A call with several attempts has the greatest delivery of its attempts, because an earlier attempt may have
/// been executed even if the last attempt was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Delivery {
    /// The request was not sent. Nothing happened at the exchange.
    NotSent,
    /// The exchange received the request and rejected it. Nothing happened.
    Rejected,
    /// The exchange may have received and executed the request. Before you send an order again, query whether the first request placed it.
    Unknown,
    /// The exchange reported success, but its data is missing or cannot be read.
    Executed,
}
