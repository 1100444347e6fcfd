//! How often an order is looked up, and for how long.

use std::time::Duration;

/// The longest time that one lookup may take. If a lookup gets no response, this limit leaves time for further lookups.
pub(super) const LOOKUP_TIMEOUT: Duration = Duration::from_secs(2);

/// The longest wait for the quota of a lookup that a repeated cancellation follows.
pub(super) const LOOKUP_QUOTA_TIMEOUT: Duration = Duration::from_millis(1500);

/// The shortest pause between two lookups, however short the policy's delays are.
const MIN_DELAY: Duration = Duration::from_millis(10);

/// How a client reconciles an order write whose response was lost: how often it looks the order up, and for how long.
///
/// The first lookup is sent after [`first_delay`](Self::first_delay) (100 ms by default). Each further pause is twice as long as the pause
/// before, up to [`max_delay`](Self::max_delay) (2 s by default). With the defaults, lookups are sent about 0.1, 0.3, 0.7, 1.5, 3.1, 5.1 …
/// seconds after the write, plus the duration of the lookups themselves. A lost cancellation is sent again at most once per lookup.
///
/// After [`timeout`](Self::timeout) (12 s by default) the outcome is [`Unknown`](super::Outcome::Unknown), even if a lookup is still in
/// flight.
///
/// If signatures expire 10 seconds after their timestamps, the default timeout is long enough for a lookup after the expiry. The timeout
/// can be too short if a timestamp was ahead of the exchange's clock, because a burst of requests can use timestamps that are up to 5
/// seconds ahead. A further call of [`Unresolved::reconcile`](super::Unresolved::reconcile) then sends a lookup after the expiry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReconcilePolicy {
    first_delay: Duration,
    max_delay: Duration,
    timeout: Duration,
}

impl Default for ReconcilePolicy {
    /// Pauses from 100 ms to 2 s, for 12 s in total.
    fn default() -> Self {
        Self { first_delay: Duration::from_millis(100), max_delay: Duration::from_secs(2), timeout: Duration::from_secs(12) }
    }
}

impl ReconcilePolicy {
    /// Sets the pause before the first lookup.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the longest pause between two lookups.
    #[must_use]
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Sets how long reconciliation may take, including pauses and lookups. With a timeout of zero, one lookup is sent, which may take 2
    /// seconds.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The pause before the first lookup.
    pub(super) fn initial_pause(&self) -> Duration {
        self.first_delay
    }

    /// Whether one lookup is sent instead of several.
    pub(super) fn is_single_lookup(&self) -> bool {
        self.timeout.is_zero()
    }

    /// The time that reconciliation takes at most, pauses and lookups included.
    pub(super) fn bound(&self) -> Duration {
        if self.is_single_lookup() { self.first_delay.saturating_add(LOOKUP_TIMEOUT) } else { self.timeout }
    }

    /// The delay that follows this one.
    pub(super) fn next_delay(&self, delay: Duration) -> Duration {
        delay.saturating_mul(2).clamp(MIN_DELAY, self.max_delay.max(MIN_DELAY))
    }
}

/// The pause before the next lookup. The pause is `delay`, or shorter if the requests of the write expire earlier, because a lookup after
/// the expiry can prove that the exchange will not execute the requests any more.
///
/// For example, with a delay of 2 s and an expiry in 500 ms, the pause is 510 ms. The additional 10 ms allow for the error of the clock
/// estimate, which grows during the pause.
pub(super) fn pause_before_lookup(delay: Duration, until_expiry: Option<Duration>) -> Duration {
    until_expiry.map_or(delay, |left| delay.min(left.saturating_add(MIN_DELAY))).max(MIN_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn delays_double_up_to_the_longest() {
        let policy = ReconcilePolicy::default();
        let delays = std::iter::successors(Some(policy.initial_pause()), |delay| Some(policy.next_delay(*delay)));
        let delays: Vec<_> = delays.map(|delay| delay.as_millis()).take(7).collect();
        assert_eq!(delays, [100, 200, 400, 800, 1600, 2000, 2000]);
    }

    #[test]
    fn a_delay_of_zero_becomes_the_shortest_pause() {
        let policy = ReconcilePolicy::default().first_delay(Duration::ZERO).max_delay(Duration::ZERO);
        assert_eq!(policy.next_delay(policy.initial_pause()), millis(10));
    }

    #[test]
    fn a_pause_ends_when_the_requests_expire() {
        assert_eq!(pause_before_lookup(millis(2000), None), millis(2000));
        assert_eq!(pause_before_lookup(millis(2000), Some(millis(500))), millis(510));
        assert_eq!(pause_before_lookup(millis(2000), Some(millis(5000))), millis(2000));
        assert_eq!(pause_before_lookup(Duration::ZERO, None), millis(10));
    }

    #[test]
    fn a_timeout_of_zero_allows_one_lookup() {
        let policy = ReconcilePolicy::default().timeout(Duration::ZERO);
        assert!(policy.is_single_lookup());
        assert_eq!(policy.bound(), millis(2100));
    }
}
