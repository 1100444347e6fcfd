//! What came before what, in this process.

use std::sync::atomic::{AtomicU64, Ordering};

/// A place in the order of what happens in this process: greater than any that was taken before it, on whichever thread.
///
/// It is no time, and costs less than reading a clock. With an [`Attempt`](crate::Attempt)'s, an interceptor knows whether something that it
/// replaces (a token, an estimate) was replaced before the attempt began, or since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(u64);

impl Moment {
    /// One that nobody else has.
    #[must_use]
    pub fn now() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // Of two that are ordered by anything else, such as a lock, the earlier one has the lesser number: that much is true of any
        // single atomic.
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_moment_is_greater_on_whichever_thread() {
        let before = Moment::now();
        let meanwhile = std::thread::spawn(Moment::now).join().expect("no panic");
        assert!(before < meanwhile && meanwhile < Moment::now());
    }

    #[test]
    fn moments_of_several_threads_are_distinct_and_consecutive() {
        const TAKEN: usize = 20_000;
        let take = || std::iter::repeat_with(Moment::now).take(TAKEN).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(take)).collect();
        let mut all = Vec::new();
        for thread in threads {
            let taken = thread.join().expect("no panic");
            assert!(taken.is_sorted(), "a later moment of the same thread is greater");
            all.extend(taken);
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 4 * TAKEN, "distinct");
        // A clock would advance by more than one unit between two readings. Other tests of the process may take moments meanwhile.
        let span = all[all.len() - 1].0 - all[0].0;
        assert!(span < 2 * all.len() as u64, "{span} between the first and the last");
    }
}
