//! Replay protection: order paths accept each signature only once.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::TOLERANCE_MS;
use crate::UnixMillis;

/// How long a signed timestamp is accepted, in milliseconds. The exchange accepts a timestamp from [`TOLERANCE_MS`] before that time to
/// [`TOLERANCE_MS`] after it.
const MAX_WINDOW_MS: i64 = 2 * TOLERANCE_MS;

/// Remembers the signatures of signed requests, so that a replayed request can be rejected.
///
/// The vendor does not document how long it remembers a signature. The sandbox stores a signature until its timestamp is outside of the
/// accepted window, because a replay is then rejected for its timestamp. If a [`ClockSkew`](crate::Fault::ClockSkew) fault changed the
/// clock when the signature was accepted, the window of the skewed clock counts as well. A later `ClockSkew` fault that sets the clock back
/// further can make the exchange accept a replay.
#[derive(Default)]
pub(crate) struct ReplayGuard {
    /// For each signature, the last time at which the exchange's clock could accept the timestamp of the signature.
    expires_at: FxHashMap<[u8; 32], UnixMillis>,
    /// When expired signatures were last removed. Expired signatures are not removed at each request, because a removal visits every
    /// signature.
    swept_at: UnixMillis,
}

impl ReplayGuard {
    /// Stores a signature with its signed timestamp. Returns false if the signature was already used.
    pub(crate) fn remember(&mut self, signature: [u8; 32], timestamp: UnixMillis, now: UnixMillis) -> bool {
        if now > self.swept_at.plus(MAX_WINDOW_MS) {
            self.expires_at.retain(|_, expires_at| *expires_at >= now);
            self.swept_at = now;
        }
        match self.expires_at.entry(signature) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                // A skewed clock that is ahead accepts a timestamp that is still in the future of the exchange's clock. The exchange's
                // clock would accept the same timestamp again later, so the signature is stored until then.
                place.insert(now.max(timestamp).plus(MAX_WINDOW_MS));
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

    /// Checks that a signature is accepted only once. It arrives `lead` ms after the last removal of expired signatures, its timestamp is
    /// `ahead` ms in the future, and it is replayed every second for `for_ms` ms. A new signature arrives each second, too.
    fn check_accepted_once(lead: i64, ahead: i64, for_ms: i64) {
        let forgotten = 100_000;
        let first = forgotten + lead;
        let (signed, timestamp) = (signature(-1), time(first + ahead));
        let mut guard = ReplayGuard::default();
        assert!(guard.remember(signature(0), time(forgotten), time(forgotten)));
        assert!(guard.remember(signed, timestamp, time(first)));
        for (now, other) in (first..=first + for_ms).step_by(1_000).zip(1..) {
            assert!(guard.remember(signature(other), time(now), time(now)), "{other} is new");
            assert!(!guard.remember(signed, timestamp, time(now)), "taken at {first}, made for {ahead} ms later, and taken again at {now}");
        }
    }

    #[test]
    fn a_signature_is_accepted_once_while_its_timestamp_is_in_the_window() {
        for lead in [0, 1, 5_000, 10_000, 15_000, 20_000, 20_001] {
            for ahead in [-TOLERANCE_MS, 0, TOLERANCE_MS] {
                check_accepted_once(lead, ahead, 2 * TOLERANCE_MS);
            }
        }
    }

    #[test]
    fn a_signature_accepted_by_a_skewed_clock_is_accepted_once() {
        for lead in [0, 1, 5_000, 10_000, 15_000, 20_000, 20_001] {
            // A clock that is a minute behind accepts the signature for 20 s. The correct clock accepts it at the time of its timestamp.
            check_accepted_once(lead, -60_000, 2 * TOLERANCE_MS);
            check_accepted_once(lead, 60_000, 60_000 + TOLERANCE_MS);
        }
    }

    #[test]
    fn signatures_outside_of_the_window_are_removed() {
        let mut guard = ReplayGuard::default();
        for second in 0..1_000 {
            guard.remember(signature(second), time(1_000 * second), time(1_000 * second));
            assert!(guard.expires_at.len() <= 42, "{second}");
        }
    }
}
