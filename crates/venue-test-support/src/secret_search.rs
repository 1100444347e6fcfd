//! Searches printed text for a secret, also in an encoded form.

use std::fmt::Write as _;

/// Finds a secret in a text: returns the first line that contains the secret unencoded, percent-encoded, in hexadecimal or in base64.
///
/// In base64, the secret is also found within a longer encoded text, such as the header `Basic YWxpY2U6aHVudGVyMg==` of `alice:hunter2`.
///
/// # Panics
///
/// Panics if the secret has fewer than eight bytes, because a shorter text could occur by chance.
#[must_use]
pub fn find_secret<'a>(text: &'a str, secret: &str) -> Option<&'a str> {
    assert!(secret.len() >= 8, "too short to search for");
    let forms = encoded_forms(secret);
    text.lines().find(|line| forms.iter().any(|form| line.contains(&**form)))
}

/// Whether the text contains 64 hexadecimal digits in a row, as a signature by HMAC-SHA-256 does.
#[must_use]
pub fn contains_signature(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_hexdigit()).any(|digits| digits.len() >= 64)
}

fn encoded_forms(secret: &str) -> Vec<String> {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let percent = |is_kept: &dyn Fn(u8) -> bool| {
        secret.bytes().fold(String::new(), |mut text, byte| {
            // Writing to a `String` does not fail.
            let _ = if is_kept(byte) { write!(text, "{}", char::from(byte)) } else { write!(text, "%{byte:02X}") };
            text
        })
    };
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_owned(), percent(&is_unreserved), percent(&|_| false), hex.to_uppercase(), hex];
    for alphabet in ["+/", "-_"] {
        forms.extend((0..3).map(|offset| base64_core(secret.as_bytes(), offset, alphabet)));
    }
    forms
}

/// Returns the base64 characters that depend on `bytes` only, if `offset` unknown bytes precede `bytes`.
///
/// Each base64 character encodes six bits, so the characters at both ends can depend on neighbouring bytes. Such characters are left out.
/// For example, with an `offset` of 1, the first two characters depend on the preceding byte.
fn base64_core(bytes: &[u8], offset: usize, last_two: &str) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(last_two.chars()).collect();
    let (start, end) = ((offset * 8).div_ceil(6), (offset + bytes.len()) * 8 / 6);
    let bit = |index: usize| (bytes[index / 8 - offset] >> (7 - index % 8)) & 1;
    let value = |character: usize| (character * 6..character * 6 + 6).fold(0, |value, index| value * 2 + usize::from(bit(index)));
    (start..end).map(|character| alphabet[value(character)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_encoding() {
        for printed in [
            "password: hunter2+hunter2",
            "?password=hunter2%2Bhunter2",
            "%68%75%6E%74%65%72%32%2B%68%75%6E%74%65%72%32",
            "68756e746572322b68756e74657232",
            "aHVudGVyMitodW50ZXIy",
            "YWxpY2U6aHVudGVyMitodW50ZXIyOg",
            "OmJvYjpodW50ZXIyK2h1bnRlcjI=",
        ] {
            assert_eq!(find_secret(&format!("first line\n{printed}\n"), "hunter2+hunter2"), Some(printed));
        }
        assert_eq!(find_secret("hunter2-hunter2", "hunter2+hunter2"), None);
    }

    #[test]
    fn a_signature_is_recognised_by_its_length() {
        assert!(contains_signature(&format!("signature={}&", "0a".repeat(32))));
        assert!(!contains_signature(&format!("id={}", "0a".repeat(31))));
    }
}
