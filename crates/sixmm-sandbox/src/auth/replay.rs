//! Signatures that were seen: order paths take each of them once.

use std::mem;

use rustc_hash::FxHashSet;

use super::TOLERANCE_MS;
use crate::UnixMillis;

/// How long a timestamp can pass: from the tolerance before its time to that after it.
const PASSES_MS: i64 = 2 * TOLERANCE_MS;

/// The signatures of late. How long the vendor remembers them is not documented; here it is as long as their timestamp could pass, and up
/// to twice as long. Nobody can tell the difference: after that, the timestamp is refused.
#[derive(Default)]
pub(crate) struct Seen {
    of_late: FxHashSet<[u8; 32]>,
    before: FxHashSet<[u8; 32]>,
    /// When the first of late came.
    since: UnixMillis,
}

impl Seen {
    /// Remembers a signature; false if it was seen before.
    pub(crate) fn remember(&mut self, signature: [u8; 32], now: UnixMillis) -> bool {
        if now > self.since.plus(PASSES_MS) {
            self.before = mem::take(&mut self.of_late);
            self.since = now;
        }
        !self.before.contains(&signature) && self.of_late.insert(signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_taken_once_as_long_as_its_timestamp_could_pass() {
        for first in [1, 19_999, 20_000, 20_001, 30_000] {
            let mut seen = Seen::default();
            assert!(seen.remember([0; 32], UnixMillis::new(1)));
            assert!(seen.remember([1; 32], UnixMillis::new(first)));
            for again in [first, first + 1, first + 10_000, first + 20_000] {
                assert!(!seen.remember([1; 32], UnixMillis::new(again)), "{first}, {again}");
            }
            assert!(seen.remember([2; 32], UnixMillis::new(first + 20_000)));
        }
    }

    #[test]
    fn what_is_too_old_to_pass_is_forgotten() {
        let mut seen = Seen::default();
        let kept = |seen: &Seen| seen.before.len() + seen.of_late.len();
        for second in 0..1_000 {
            seen.remember([u8::try_from(second % 256).expect("a byte"); 32], UnixMillis::new(1_000 * second));
            assert!(kept(&seen) <= 42, "{second}");
        }
    }
}
