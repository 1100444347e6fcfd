//! HMAC-SHA256 with a prepared key, to lowercase hex.
//!
//! Requests are signed by the thousand, so the limit is 1.45 times the four bare compressions that a payload of 160 bytes takes at least.
//! The `hmac` crate was tried first: 1.59 with a prepared key and the hex of this module, 1.47 before any hex, 2.6 keyed anew. This module
//! takes 1.38, or 1.44 for query and body apart (`cargo bench --bench sign`, on x86-64 with SHA instructions). Hence the few lines of
//! RFC 2104 here, on top of the compression function of `sha2`; the tests compare them with the `hmac` crate.

use std::fmt;

use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};
use venue_core::Secret;
use zeroize::{DefaultIsZeroes, Zeroize, ZeroizeOnDrop, Zeroizing};

/// A key, prepared: signing begins where the key has been hashed already.
///
/// Whoever reads its memory can sign, so it is overwritten on drop; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct HmacKey {
    inner: State,
    outer: State,
}

type State = [u32; 8];
type Block = [u8; 64];

/// What SHA-256 starts with (FIPS 180-4, 5.3.3).
const INITIAL: State = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5c;
/// A digest fills half a block; the length in the padding counts the key's block, too.
const DIGEST_LENGTH: usize = 32;
const BLOCK_LENGTH: usize = 64;

impl HmacKey {
    /// Prepares a key of any length. An exchange's secret is usually its text as it stands, even where it looks like hex.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK_LENGTH]);
        if key.len() > BLOCK_LENGTH {
            block[..DIGEST_LENGTH].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        Self { inner: padded(&mut block, INNER_PAD), outer: padded(&mut block, OUTER_PAD) }
    }

    /// Signs the parts as if they were one text. Does not allocate.
    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> Signature {
        let digest = bytes(finish(self.inner, parts));
        let mut block = [0; BLOCK_LENGTH];
        block[..DIGEST_LENGTH].copy_from_slice(&digest);
        block[DIGEST_LENGTH] = 0x80;
        set_length(&mut block, BLOCK_LENGTH + DIGEST_LENGTH);
        let mut state = self.outer;
        compress256(&mut state, &[block]);
        Signature(hex(bytes(state)))
    }
}

impl From<&Secret> for HmacKey {
    fn from(secret: &Secret) -> Self {
        Self::new(secret.expose_secret().as_bytes())
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey([redacted])")
    }
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

impl ZeroizeOnDrop for HmacKey {}

/// A signature: 64 lowercase hex digits. Overwritten on drop; `Debug` shows nothing of it, because a signature that was not sent is as
/// good as the key, for one request.
#[derive(Clone)]
pub struct Signature(Hex);

impl Signature {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0.0).expect("hex digits are ASCII")
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature([redacted])")
    }
}

impl Drop for Signature {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Signature {}

/// Overwritten as one value, not byte by byte, which would cost a tenth of signing.
#[derive(Clone, Copy)]
struct Hex([u8; 2 * DIGEST_LENGTH]);

impl Default for Hex {
    fn default() -> Self {
        Self([0; 2 * DIGEST_LENGTH])
    }
}

impl DefaultIsZeroes for Hex {}

/// The state after the key's block. Takes the pad off again.
fn padded(key: &mut Block, pad: u8) -> State {
    key.iter_mut().for_each(|byte| *byte ^= pad);
    let mut state = INITIAL;
    compress256(&mut state, std::slice::from_ref(key));
    key.iter_mut().for_each(|byte| *byte ^= pad);
    state
}

/// Hashes the parts and the padding, from the state after the key's block.
///
/// They are gathered, so that a usual request needs one call of the compression function, wherever its parts end.
fn finish(mut state: State, parts: &[&[u8]]) -> State {
    let mut blocks = [[0; BLOCK_LENGTH]; 4];
    let capacity = blocks.as_flattened().len();
    let mut filled = 0;
    let mut length = BLOCK_LENGTH;
    for part in parts {
        length += part.len();
        let mut rest = *part;
        // At the last free byte, too: the padding needs one.
        while rest.len() >= capacity - filled {
            let (head, tail) = rest.split_at(capacity - filled);
            blocks.as_flattened_mut()[filled..].copy_from_slice(head);
            compress256(&mut state, &blocks);
            (rest, filled) = (tail, 0);
        }
        blocks.as_flattened_mut()[filled..filled + rest.len()].copy_from_slice(rest);
        filled += rest.len();
    }
    let buffer = blocks.as_flattened_mut();
    buffer[filled] = 0x80;
    // What follows is left from earlier blocks, if there were any.
    if length > capacity {
        buffer[filled + 1..].fill(0);
    }
    let mut last = (filled + size_of::<u64>()) / BLOCK_LENGTH;
    if last == blocks.len() {
        compress256(&mut state, &blocks);
        blocks[0] = [0; BLOCK_LENGTH];
        last = 0;
    }
    set_length(&mut blocks[last], length);
    compress256(&mut state, &blocks[..=last]);
    state
}

/// The end of the padding: how much was hashed, in bits.
fn set_length(block: &mut Block, length: usize) {
    let bits = (length as u64).wrapping_mul(8);
    block[BLOCK_LENGTH - size_of::<u64>()..].copy_from_slice(&bits.to_be_bytes());
}

fn bytes(state: State) -> [u8; DIGEST_LENGTH] {
    let mut bytes = [0; DIGEST_LENGTH];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    bytes
}

/// Without a table and without a branch, on both digits of a byte at once: the compiler makes vector instructions of it, and what it takes
/// does not depend on the value.
fn hex(digest: [u8; DIGEST_LENGTH]) -> Hex {
    let mut digits = Hex::default();
    for (pair, byte) in digits.0.as_chunks_mut().0.iter_mut().zip(digest) {
        let byte = u16::from(byte);
        let nibbles = ((byte >> 4) | (byte << 8)) & 0x0f0f;
        let is_letter = ((nibbles + 0x0606) >> 4) & 0x0101;
        *pair = (nibbles + 0x3030 + is_letter * u16::from(b'a' - b'0' - 10)).to_le_bytes();
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_two_digits() {
        for first in (0..=u8::MAX).step_by(DIGEST_LENGTH) {
            let digest = std::array::from_fn(|index| first + u8::try_from(index).expect("less than 32"));
            let expected = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            assert_eq!(str::from_utf8(&hex(digest).0).expect("ASCII"), expected);
        }
    }

    #[test]
    fn nothing_is_printed() {
        let key = HmacKey::new(b"hunter2");
        assert_eq!(format!("{key:?} {:?}", key.sign(&[b"x"])), "HmacKey([redacted]) Signature([redacted])");
    }
}
