//! Close codes of the server. The documentation defines none, so they are the sandbox's choice.

/// A request was rejected, and [`Rejection::Close`](super::Rejection::Close) is set.
pub(super) const REJECTED: u16 = 4000;
/// The credentials are not valid, or are no longer valid.
pub(super) const UNAUTHENTICATED: u16 = 4001;
/// The client does not read its messages fast enough.
pub(super) const SLOW_READER: u16 = 4008;
/// The control interface closed all connections, or a replay is at its end.
pub(super) const GOING_AWAY: u16 = 1001;
