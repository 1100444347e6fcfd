//! How many retries all calls of a client may make together.

use std::sync::atomic::{AtomicU32, Ordering};

/// Limits the retries of all calls of a client together, with a bucket of tokens. A retry takes `cost` tokens out of the bucket, and a call
/// that succeeds puts one token back.
///
/// While most calls succeed, the bucket stays full and allows every retry. In an outage the bucket is soon empty. Each call then fails
/// after its first attempt, so that retries do not add load to the server.
#[derive(Debug)]
pub struct RetryBudget {
    tokens: AtomicU32,
    capacity: u32,
    cost: u32,
}

impl RetryBudget {
    /// Creates a full bucket of `capacity` tokens. Each retry takes `cost` tokens. A cost above the capacity forbids every retry.
    #[must_use]
    pub const fn new(capacity: u32, cost: u32) -> Self {
        Self { tokens: AtomicU32::new(capacity), capacity, cost }
    }

    /// A budget in which retries cost nothing.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self::new(0, 0)
    }

    /// How many tokens are left.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// Pays for a retry. Returns `false` if there are not enough tokens.
    pub(crate) fn withdraw(&self) -> bool {
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(self.cost)).is_ok()
    }

    /// A call succeeded.
    pub(crate) fn deposit(&self) {
        // Only a bucket that is not full is written. The bucket is usually full, and other threads can keep its cache line while it is only
        // read.
        if self.tokens() < self.capacity {
            // A bucket that another thread has filled meanwhile is not a failure.
            let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| (tokens < self.capacity).then(|| tokens + 1));
        }
    }
}

/// A bucket of 100 tokens, and a cost of 10 tokens for each retry. This allows ten retries at once, and then one retry for every ten calls
/// that succeed.
impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(100, 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_retries_empty_the_bucket_and_ten_successes_pay_for_one_more() {
        let budget = RetryBudget::default();
        assert_eq!((0..20).filter(|_| budget.withdraw()).count(), 10);
        for _ in 0..10 {
            assert!(!budget.withdraw());
            budget.deposit();
        }
        assert!(budget.withdraw());
        assert!(!budget.withdraw());
    }

    #[test]
    fn successes_do_not_fill_the_bucket_beyond_its_capacity() {
        let budget = RetryBudget::new(2, 1);
        (0..5).for_each(|_| budget.deposit());
        assert_eq!(budget.tokens(), 2);
    }

    #[test]
    fn an_unlimited_budget_is_never_exhausted() {
        let budget = RetryBudget::unlimited();
        assert!((0..1000).all(|_| budget.withdraw()));
    }

    #[test]
    fn a_cost_above_the_capacity_forbids_every_retry() {
        assert!(!RetryBudget::new(5, 6).withdraw());
    }
}
