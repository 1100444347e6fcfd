//! The random pause between two attempts.

use std::time::Duration;

use venue_core::RetryPolicy;

/// A random pause after this many attempts, between zero and [`RetryPolicy::delay_limit`].
pub(crate) fn random_pause(policy: RetryPolicy, attempts: u32, random: &mut fastrand::Rng) -> Duration {
    let longest = u64::try_from(policy.delay_limit(attempts).as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(random.u64(0..=longest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_seed_gives_the_same_pauses_again() {
        let pauses = |seed| {
            let mut random = fastrand::Rng::with_seed(seed);
            [1, 2, 3].map(|attempts| random_pause(RetryPolicy::new(), attempts, &mut random))
        };
        assert_eq!(pauses(7), pauses(7));
        assert_ne!(pauses(7), pauses(8));
    }

    proptest! {
        #[test]
        fn a_pause_is_never_longer_than_its_limit(
            seed: u64, attempts in 0_u32..100, first in 0_u64..u64::MAX, max in 0_u64..u64::MAX
        ) {
            let policy = RetryPolicy::new().first_delay(Duration::from_nanos(first)).max_delay(Duration::from_nanos(max));
            let pause = random_pause(policy, attempts, &mut fastrand::Rng::with_seed(seed));
            prop_assert!(pause <= policy.delay_limit(attempts));
            prop_assert!(policy.delay_limit(attempts) <= policy.max_delay);
        }
    }
}
