//! Signatures that were seen: order paths take each of them once.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::TOLERANCE_MS;
use crate::UnixMillis;

/// How long a timestamp can pass: from the tolerance before its time to that after it.
const PASSES_MS: i64 = 2 * TOLERANCE_MS;

/// The signatures of late. How long the vendor remembers them is not documented; here it is as long as their timestamp could pass, by the
/// exchange's clock or by the wrong one by which it did. Nobody can tell the difference: after that, the timestamp is refused. Only a fault
/// that later sets the clock back further could let it pass again.
#[derive(Default)]
pub(crate) struct Seen {
    /// Each with the last time, by the exchange's clock, at which its timestamp could pass.
    until: FxHashMap<[u8; 32], UnixMillis>,
    /// When those were last forgotten that can pass no more. Not at every request: that looks at each of them.
    swept_at: UnixMillis,
}

impl Seen {
    /// Remembers a signature with the time that it was made for; false if it was seen before.
    pub(crate) fn remember(&mut self, signature: [u8; 32], timestamp: UnixMillis, now: UnixMillis) -> bool {
        if now > self.swept_at.plus(PASSES_MS) {
            self.until.retain(|_, until| *until >= now);
            self.swept_at = now;
        }
        match self.until.entry(signature) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                // A clock that is ahead lets a timestamp pass before its time, and by the right clock it would pass in its time again.
                place.insert(now.max(timestamp).plus(PASSES_MS));
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn time(millis: i64) -> UnixMillis {
        UnixMillis::new(millis)
    }

    /// A signature that differs from that of every other number.
    fn signature(number: i64) -> [u8; 32] {
        let mut signature = [0; 32];
        signature[..8].copy_from_slice(&number.to_le_bytes());
        signature
    }

    /// A signature comes first so long after others were forgotten, made for a time that is so far ahead, and again every second until
    /// so much later; others come meanwhile.
    fn is_taken_once(lead: i64, ahead: i64, for_ms: i64) {
        let forgotten = 100_000;
        let first = forgotten + lead;
        let (signed, timestamp) = (signature(-1), time(first + ahead));
        let mut seen = Seen::default();
        assert!(seen.remember(signature(0), time(forgotten), time(forgotten)));
        assert!(seen.remember(signed, timestamp, time(first)));
        for (now, other) in (first..=first + for_ms).step_by(1_000).zip(1..) {
            assert!(seen.remember(signature(other), time(now), time(now)), "{other} is new");
            assert!(!seen.remember(signed, timestamp, time(now)), "taken at {first}, made for {ahead} ms later, and taken again at {now}");
        }
    }

    #[test]
    fn a_signature_is_taken_once_as_long_as_its_timestamp_could_pass() {
        for lead in [0, 1, 5_000, 10_000, 15_000, 20_000, 20_001] {
            for ahead in [-TOLERANCE_MS, 0, TOLERANCE_MS] {
                is_taken_once(lead, ahead, 2 * TOLERANCE_MS);
            }
        }
    }

    #[test]
    fn a_signature_that_a_wrong_clock_let_pass_is_taken_once_too() {
        for lead in [0, 1, 5_000, 10_000, 15_000, 20_000, 20_001] {
            // By a clock that is a minute behind it can pass for 20 s; by the right clock it passes in its own time.
            is_taken_once(lead, -60_000, 2 * TOLERANCE_MS);
            is_taken_once(lead, 60_000, 60_000 + TOLERANCE_MS);
        }
    }

    #[test]
    fn what_is_too_old_to_pass_is_forgotten() {
        let mut seen = Seen::default();
        for second in 0..1_000 {
            seen.remember(signature(second), time(1_000 * second), time(1_000 * second));
            assert!(seen.until.len() <= 42, "{second}");
        }
    }
}
