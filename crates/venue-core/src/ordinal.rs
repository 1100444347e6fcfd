//! The order of events within this process.

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that orders the events of this process: each ordinal is greater than every ordinal that was taken before it, on any thread.
///
/// An ordinal is not a time. Taking an ordinal is faster than reading a clock. An interceptor compares ordinals to learn whether a token or
/// a clock estimate was replaced before an [`Attempt`](crate::Attempt) started or afterwards.
///
/// Example: an attempt has ordinal 7, and the current token was stored with ordinal 9. The attempt may have used the previous token. If the
/// server rejects the attempt, the current token may therefore still be valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ordinal(u64);

impl Ordinal {
    /// Takes the next ordinal. No two calls return the same one.
    #[must_use]
    pub fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // `Relaxed` is enough, because all threads see the modifications of one atomic in the same order.
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
        // A clock would advance by more than one unit between two readings. The limit is not exact, because other tests of the process may
        // take ordinals at the same time.
        let span = all[all.len() - 1].0 - all[0].0;
        assert!(span < 2 * all.len() as u64, "{span} between the first and the last");
    }
}
