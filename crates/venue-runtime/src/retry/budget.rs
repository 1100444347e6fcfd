//! How often over the whole client.

use std::sync::atomic::{AtomicU32, Ordering};

/// What a client's retries may cost together: a bucket of tokens. A retry takes some out; a call that succeeds puts one back,
/// and so does each answer with a successful HTTP status that a long-lived client gets ([`Runtime::around`](crate::Runtime::around)).
///
/// While calls succeed, the bucket is full and hides no retry. In an outage it soon runs dry, and each call fails after its first attempt
/// instead of loading the exchange further.
#[derive(Debug)]
pub struct RetryBudget {
    tokens: AtomicU32,
    capacity: u32,
    cost: u32,
}

impl RetryBudget {
    /// A full bucket of `capacity` tokens, of which each retry takes `cost`. A cost above the capacity forbids every retry.
    #[must_use]
    pub const fn new(capacity: u32, cost: u32) -> Self {
        Self { tokens: AtomicU32::new(capacity), capacity, cost }
    }

    /// Retries cost nothing.
    #[must_use]
    pub const fn unlimited() -> Self {
        Self::new(0, 0)
    }

    /// The tokens that are left.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.tokens.load(Ordering::Relaxed)
    }

    /// Pays for a retry; `false` if there is not enough.
    pub(crate) fn withdraw(&self) -> bool {
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(self.cost)).is_ok()
    }

    /// A call succeeded.
    pub(crate) fn deposit(&self) {
        // Full is the usual state: reading it costs no other thread its cache line.
        if self.tokens() < self.capacity {
            // A full bucket is no failure.
            let _ = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| (tokens < self.capacity).then(|| tokens + 1));
        }
    }
}

/// 100 tokens, 10 for a retry: ten retries at once, and one for ten calls that succeed from then on.
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
    fn successes_do_not_fill_it_beyond_its_capacity() {
        let budget = RetryBudget::new(2, 1);
        (0..5).for_each(|_| budget.deposit());
        assert_eq!(budget.tokens(), 2);
    }

    #[test]
    fn an_unlimited_budget_never_runs_dry() {
        let budget = RetryBudget::unlimited();
        assert!((0..1000).all(|_| budget.withdraw()));
    }

    #[test]
    fn a_cost_above_the_capacity_forbids_every_retry() {
        assert!(!RetryBudget::new(5, 6).withdraw());
    }
}
