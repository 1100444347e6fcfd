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
}
