//! Signatures that were seen: order paths take each of them once.

use std::collections::{HashSet, VecDeque};

use super::TOLERANCE_MS;
use crate::UnixMillis;

/// The signatures of late. How long the vendor remembers them is not documented; here it is as long as their timestamp could pass.
#[derive(Default)]
pub(crate) struct Seen {
    signatures: HashSet<[u8; 32]>,
    by_time: VecDeque<(UnixMillis, [u8; 32])>,
}

impl Seen {
    /// Remembers a signature; false if it was seen before.
    pub(crate) fn remember(&mut self, signature: [u8; 32], now: UnixMillis) -> bool {
        let oldest = now.plus(-2 * TOLERANCE_MS);
        while let Some((at, forgotten)) = self.by_time.front()
            && *at < oldest
        {
            self.signatures.remove(forgotten);
            self.by_time.pop_front();
        }
        let is_new = self.signatures.insert(signature);
        if is_new {
            self.by_time.push_back((now, signature));
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_taken_once_as_long_as_its_timestamp_could_pass() {
        let mut seen = Seen::default();
        assert!(seen.remember([1; 32], UnixMillis::new(0)));
        assert!(!seen.remember([1; 32], UnixMillis::new(20_000)));
        assert!(seen.remember([2; 32], UnixMillis::new(20_000)));
    }

    #[test]
    fn what_is_too_old_to_pass_is_forgotten() {
        let mut seen = Seen::default();
        seen.remember([1; 32], UnixMillis::new(0));
        seen.remember([2; 32], UnixMillis::new(20_001));
        assert_eq!((seen.signatures.len(), seen.by_time.len()), (1, 1));
    }
}
