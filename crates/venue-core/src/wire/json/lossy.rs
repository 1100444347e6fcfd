//! Texts with invalid Unicode.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error, Visitor};

/// Reads a JSON string, and replaces invalid Unicode by U+FFFD. Returns `None` if the bytes are not a JSON string.
pub(super) fn text(json: &[u8]) -> Option<String> {
    let bytes = serde_json::Deserializer::from_slice(json).deserialize_bytes(Wtf8).ok()?;
    Some(from_wtf8(bytes))
}

/// Reads a JSON string as bytes. The bytes are UTF-8, with two exceptions: serde_json encodes an unpaired half of a surrogate pair as three
/// bytes, and bytes that the server did not send as UTF-8 stay as they are.
struct Wtf8;

impl Visitor<'_> for Wtf8 {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_owned())
    }
}

/// Replaces each half of a surrogate pair by one U+FFFD. The standard library's conversion would insert three U+FFFD for each half.
fn from_wtf8(mut bytes: Vec<u8>) -> String {
    const REPLACEMENT: [u8; 3] = [0xEF, 0xBF, 0xBD];
    for at in 0..bytes.len().saturating_sub(2) {
        if bytes[at] == 0xED && (0xA0..=0xBF).contains(&bytes[at + 1]) && (0x80..=0xBF).contains(&bytes[at + 2]) {
            bytes[at..at + 3].copy_from_slice(&REPLACEMENT);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
