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
    fn ordinals_of_several_threads_are_distinct_and_consecutive() {
        const TAKEN: usize = 20_000;
        let take = || std::iter::repeat_with(Ordinal::next).take(TAKEN).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(take)).collect();
        let mut all = Vec::new();
        for thread in threads {
            let taken = thread.join().expect("no panic");
            assert!(taken.is_sorted(), "a later ordinal of the same thread is greater");
            all.extend(taken);
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4 * TAKEN, "distinct");
        // A clock would advance by more than one unit between two readings. Other tests of the process may take ordinals in between.
        let span = all[all.len() - 1].0 - all[0].0;
        assert!(span < 2 * all.len() as u64, "{span} between the first and the last");
    }
}
