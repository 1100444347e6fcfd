//! Deterministic random values: the same seed gives the same keys, tokens and faults in each run.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A pseudo-random sequence that is derived from a seed and a purpose.
///
/// The values are predictable, so they must be used only for a local exchange, whose keys and tokens protect nothing.
pub(crate) struct DeterministicRng {
    mac: Hmac<Sha256>,
    count: u64,
}

impl DeterministicRng {
    pub(crate) fn new(seed: u64, purpose: &str) -> Self {
        let mut mac = hmac_sha256(&seed.to_be_bytes());
        mac.update(purpose.as_bytes());
        Self { mac, count: 0 }
    }

    /// The next 32 bytes.
    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.count += 1;
        let mut mac = self.mac.clone();
        mac.update(&self.count.to_be_bytes());
        mac.finalize().into_bytes().into()
    }

    /// The next 32 hexadecimal digits.
    pub(crate) fn hex(&mut self) -> String {
        self.bytes()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The next number from 0 (inclusive) to 1 (exclusive).
    pub(crate) fn unit(&mut self) -> f64 {
        let [a, b, c, d, ..] = self.bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
    }

    /// The next index into a list of `length` items, or 0 if the list is empty.
    pub(crate) fn index(&mut self, length: usize) -> usize {
        let [a, b, c, d, ..] = self.bytes();
        (u32::from_be_bytes([a, b, c, d]) as usize).checked_rem(length).unwrap_or(0)
    }
}

/// An HMAC-SHA256 that is initialised with a key of any length.
pub(crate) fn hmac_sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_purpose_give_the_same_values() {
        let mut first = DeterministicRng::new(7, "api keys");
        let mut second = DeterministicRng::new(7, "api keys");
        assert_eq!((first.hex(), first.hex()), (second.hex(), second.hex()));
    }

    #[test]
    fn another_seed_or_purpose_gives_other_values() {
        let of = |seed, purpose| DeterministicRng::new(seed, purpose).hex();
        assert_ne!(of(7, "api keys"), of(8, "api keys"));
        assert_ne!(of(7, "api keys"), of(7, "tokens"));
    }

    #[test]
    fn consecutive_values_differ() {
        let mut rng = DeterministicRng::new(7, "api keys");
        assert_ne!(rng.hex(), rng.hex());
    }
}
