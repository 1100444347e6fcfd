//! Whether a failed call reached the server.

/// What is known of a failed call's way to the server: the worst of all its attempts, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Delivery {
    /// It never left: nothing happened at the exchange.
    NotSent,
    /// The API answered, and said no: nothing happened.
    Answered,
    /// It may have arrived, and may have been carried out. For a write: find out before doing anything else.
    Unknown,
    /// The API reported success; only its data is missing, or cannot be read.
    CarriedOut,
}
