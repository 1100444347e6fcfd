//! The order of events within this process.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that orders the events of this process: each ordinal is greater than every ordinal that was taken before it, on any thread.
///
/// An ordinal is not a time, and taking one costs less than reading a clock. With the ordinals of an [`Attempt`](crate::Attempt), an
/// interceptor knows whether a token or a clock estimate was replaced before the attempt started or after.
///
/// Example: the attempt has ordinal 7, and the token that is valid now was stored with ordinal 9. The attempt may have been signed with the
/// previous token, so its rejection says nothing about the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ordinal(u64);

impl Ordinal {
    /// Takes the next ordinal. No two calls return the same one.
    #[must_use]
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // The modifications of one atomic have a single order that is consistent with every other synchronisation, so `Relaxed` is enough.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_ordinal_is_greater_on_every_thread() {
        let before = Ordinal::next();
        let on_another_thread = std::thread::spawn(Ordinal::next).join().expect("no panic");
        assert!(before < on_another_thread && on_another_thread < Ordinal::next());
    }

    #[test]
    fn ordinals_that_are_taken_without_a_pause_differ() {
        let taken: Vec<_> = (0..10_000).map(|_| Ordinal::next()).collect();
        assert!(taken.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
