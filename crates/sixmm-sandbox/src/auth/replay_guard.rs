//! Replay protection: order paths accept each signature only once.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::TOLERANCE_MS;
use crate::UnixMillis;

/// Length of the window in which a signed timestamp is accepted, in milliseconds. The window begins [`TOLERANCE_MS`] before the timestamp
/// and ends [`TOLERANCE_MS`] after the timestamp.
const MAX_WINDOW_MS: i64 = 2 * TOLERANCE_MS;

/// Stores the signatures of accepted requests, so that a replayed request can be rejected.
///
/// A signature is stored as long as its timestamp can be accepted. After that, a replay is rejected because of its timestamp. The vendor
/// does not document how long it stores a signature.
///
/// A [`ClockSkew`](crate::Fault::ClockSkew) fault can make the local exchange accept a timestamp that is in the future of its own clock.
/// The signature is then stored until this clock can no longer accept the timestamp. A later `ClockSkew` fault that sets the clock back
/// further can make the local exchange accept a replay, because the signature is no longer stored.
#[derive(Default)]
pub(crate) struct ReplayGuard {
    /// For each stored signature, the time (by the exchange's clock) until which a replay could be accepted.
    expires_at: FxHashMap<[u8; 32], UnixMillis>,
    /// When expired signatures were last removed. They are not removed at each request, because a removal visits every stored signature.
    swept_at: UnixMillis,
}

impl ReplayGuard {
    /// Stores the signature of a request until a replay would be rejected because of its timestamp. Returns false if the signature is
    /// already stored, which means that the request is a replay.
    pub(crate) fn remember(&mut self, signature: [u8; 32], timestamp: UnixMillis, now: UnixMillis) -> bool {
        if now > self.swept_at.plus(MAX_WINDOW_MS) {
            self.expires_at.retain(|_, expires_at| *expires_at >= now);
            self.swept_at = now;
        }
        match self.expires_at.entry(signature) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                // A skewed clock can accept a timestamp that is in the future of the exchange's clock. The exchange's clock would accept a
                // replay when it reaches this timestamp, so the signature is stored for a window after the timestamp.
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

    /// Checks that a request is accepted only once. The request arrives `lead` ms after the last removal of expired signatures, with a
    /// timestamp `ahead` ms after its arrival. It is then replayed every second for `for_ms` ms. Each second, a request with a new
    /// signature arrives as well.
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
            // A clock that is a minute behind accepts a timestamp of a minute ago for up to 20 s. If a clock that is a minute ahead
            // accepted a timestamp, the correct clock would accept the same timestamp a minute later.
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
