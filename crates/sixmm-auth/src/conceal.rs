//! Taking out of the server's words what it should not have repeated.

use sixmm_api::operations::{CLOSE_LISTEN_KEY, CREATE_LISTEN_KEY, RENEW_LISTEN_KEY};
use sixmm_api::{Attempt, Secret};

const REDACTED: &str = "[redacted]";

/// A signature is 64 hex digits; nothing else of that shape is worth reading.
const SIGNATURE_LENGTH: usize = 64;

/// What a listenKey has at the very least; nothing that long is worth reading where one is dealt with.
const LISTEN_KEY_LENGTH: usize = 16;

/// What is known by its shape: a signature, and a listenKey where one is sent or received.
pub(crate) fn by_shape(text: &mut String, attempt: Attempt) {
    words(text, SIGNATURE_LENGTH, |character| character.is_ascii_hexdigit());
    if [&CREATE_LISTEN_KEY, &RENEW_LISTEN_KEY, &CLOSE_LISTEN_KEY].contains(&attempt.operation) {
        words(text, LISTEN_KEY_LENGTH, |character| character.is_ascii_alphanumeric());
    }
}

/// What is known by its value.
pub(crate) fn secrets<'a>(text: &mut String, secrets: impl IntoIterator<Item = &'a Secret>) {
    for secret in secrets {
        value(text, secret.expose_secret());
    }
}

pub(crate) fn value(text: &mut String, value: &str) {
    if !value.is_empty() && text.contains(value) {
        *text = text.replace(value, REDACTED);
    }
}

/// Each run of such characters that is at least that long, in one pass: a server chooses how many there are.
fn words(text: &mut String, length: usize, is_part: impl Fn(char) -> bool) {
    let is_long = |word: &str| word.len() >= length;
    if !text.split(|character| !is_part(character)).any(is_long) {
        return;
    }
    let mut redacted = String::with_capacity(text.len());
    for piece in text.split_inclusive(|character| !is_part(character)) {
        let word = piece.trim_end_matches(|character| !is_part(character));
        redacted.push_str(if is_long(word) { REDACTED } else { word });
        redacted.push_str(&piece[word.len()..]);
    }
    *text = redacted;
}

#[cfg(test)]
mod tests {
    use sixmm_api::operations::ORDER;

    use super::*;

    #[test]
    fn signatures_and_listen_keys_are_known_by_their_shape() {
        let signature = "2d6ee4c516be63ea2f645cdc2d79ef2693ec939d8a6bc0584c62539dc591392f";
        let check = |operation, expected: &str| {
            let mut text = format!("listenKey f57cb61ef604ce76be09e753a5dbdd8c, signature={signature}: wrong");
            by_shape(&mut text, Attempt::new(operation, 1));
            assert_eq!(text, expected);
        };
        check(&ORDER, "listenKey f57cb61ef604ce76be09e753a5dbdd8c, signature=[redacted]: wrong");
        check(&RENEW_LISTEN_KEY, "listenKey [redacted], signature=[redacted]: wrong");
    }
}
