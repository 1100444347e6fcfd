//! Redaction of signatures and listen keys that the server repeats in its texts.

use sixmm_api::Attempt;
use sixmm_api::operations::{CLOSE_LISTEN_KEY, CREATE_LISTEN_KEY, RENEW_LISTEN_KEY};
use venue_runtime::redact::long_runs;

/// A signature has 64 hexadecimal digits.
const SIGNATURE_LENGTH: usize = 64;

/// The shortest run of letters and digits that may be a listen key.
const LISTEN_KEY_LENGTH: usize = 16;

/// Redacts each part of the text that looks like a signature. In a response of a listen-key operation, also redacts each part that looks
/// like a listen key.
pub(crate) fn by_pattern(text: &mut String, attempt: Attempt) {
    long_runs(text, SIGNATURE_LENGTH, |character| character.is_ascii_hexdigit());
    if [&CREATE_LISTEN_KEY, &RENEW_LISTEN_KEY, &CLOSE_LISTEN_KEY].iter().any(|operation| operation.id == attempt.operation.id) {
        long_runs(text, LISTEN_KEY_LENGTH, |character| character.is_ascii_alphanumeric());
    }
}

#[cfg(test)]
mod tests {
    use sixmm_api::operations::ORDER;

    use super::*;

    #[test]
    fn signatures_and_listen_keys_are_redacted_by_their_pattern() {
        let signature = "2d6ee4c516be63ea2f645cdc2d79ef2693ec939d8a6bc0584c62539dc591392f";
        let check = |operation, expected: &str| {
            let mut text = format!("listenKey f57cb61ef604ce76be09e753a5dbdd8c, signature={signature}: wrong");
            by_pattern(&mut text, Attempt::new(operation, 1));
            assert_eq!(text, expected);
        };
        check(&ORDER, "listenKey f57cb61ef604ce76be09e753a5dbdd8c, signature=[redacted]: wrong");
        check(&RENEW_LISTEN_KEY, "listenKey [redacted], signature=[redacted]: wrong");
    }
}
