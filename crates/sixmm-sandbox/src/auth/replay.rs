//! Replay protection: order paths accept each signature only once.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::TOLERANCE_MS;
use crate::UnixMillis;

/// How long a timestamp can be within the window, in milliseconds: from one tolerance before its time to one tolerance after.
const PASSES_MS: i64 = 2 * TOLERANCE_MS;

/// Remembers the signatures of signed requests, so that a replayed request can be rejected.
///
/// How long the vendor remembers a signature is not documented. The sandbox keeps a signature as long as its timestamp could be accepted,
/// by the exchange's clock or by the skewed clock that accepted the signature. Afterwards the timestamp is outside of the window, so a
/// replay is rejected anyway. The exception is a [`ClockSkew`](crate::Fault::ClockSkew) fault that later sets the clock back further.
#[derive(Default)]
pub(crate) struct Seen {
    /// For each signature, the last time of the exchange's clock at which its timestamp could be accepted.
    until: FxHashMap<[u8; 32], UnixMillis>,
    /// When expired signatures were last removed. A removal visits every signature, so removals are not done for each request.
    swept_at: UnixMillis,
}

impl Seen {
    /// Stores a signature with its signed timestamp. Returns false if the signature was already used.
    pub(crate) fn remember(&mut self, signature: [u8; 32], timestamp: UnixMillis, now: UnixMillis) -> bool {
        if now > self.swept_at.plus(PASSES_MS) {
            self.until.retain(|_, until| *until >= now);
            self.swept_at = now;
        }
        match self.until.entry(signature) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                // A clock that is ahead accepts a timestamp early. The correct clock would accept the same timestamp again later.
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

    /// A signature that is different for each number.
    fn signature(number: i64) -> [u8; 32] {
        let mut signature = [0; 32];
        signature[..8].copy_from_slice(&number.to_le_bytes());
        signature
    }

    /// Checks that a signature is accepted once. The signature arrives `lead` ms after the last removal of expired signatures, its
    /// timestamp is `ahead` ms in the future, and it is replayed every second for `for_ms` ms. A new signature arrives each second, too.
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
            // A clock that is a minute behind accepts the signature for 20 s. The correct clock accepts it at the time of its timestamp.
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
