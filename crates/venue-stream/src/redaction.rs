//! Redaction of texts before they are printed or recorded.

use venue_core::panics::contain_panic;

use crate::event::beginning;
use crate::{Protocol, RawText};

/// The number of bytes of a text that are redacted for a [`RawText`]. More than [`RawText::MAX_BYTES`], so that a secret at the end of the
/// kept part is recognised as a whole.
const EXAMINED: usize = 4 * RawText::MAX_BYTES;

/// The largest length of a secret that is never printed in part.
const LONGEST_SECRET: usize = EXAMINED - RawText::MAX_BYTES;

/// The beginning of a text, without the secrets that the protocol knows.
pub(crate) fn redacted(protocol: &dyn Protocol, text: &str) -> RawText {
    let examined = beginning(text, EXAMINED);
    let redacted = redacted_text(protocol, examined);
    if examined.len() == text.len() {
        return RawText::new(&redacted);
    }
    // The end can be a part of a secret, which was not recognised. It is near the beginning if the text before it contained many secrets.
    RawText::new(beginning(&redacted, redacted.len().saturating_sub(LONGEST_SECRET)))
}

/// The complete text, without the secrets that the protocol knows. If the protocol panics, the whole text is replaced.
pub(crate) fn redacted_text(protocol: &dyn Protocol, text: &str) -> String {
    let mut redacted = text.to_owned();
    if contain_panic(|| protocol.redact(&mut redacted)).is_err() {
        return String::from("[redacted]");
    }
    redacted
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{Inbound, Request, RequestId};

    #[derive(Debug)]
    struct Secretive(String);

    impl Protocol for Secretive {
        fn encode(&self, _: RequestId, _: Request<'_>) -> Option<String> {
            None
        }

        fn classify<'a>(&self, text: &'a str) -> Inbound<'a> {
            Inbound::Unreadable { topic: Some(Cow::Borrowed(text)) }
        }

        fn redact(&self, text: &mut String) {
            *text = text.replace(&self.0, "[redacted]");
        }
    }

    #[test]
    fn a_long_secret_that_is_repeated_is_not_printed_in_part() {
        let secret = "s3cret".repeat(250);
        let protocol = Secretive(secret.clone());
        for count in 1..6 {
            let text = format!("token {}", secret.repeat(count));
            let redacted = redacted(&protocol, &text);
            assert!(!redacted.as_str().contains("s3cret"), "{count}: {redacted}");
        }
        assert_eq!(redacted(&protocol, &format!("token {secret}.")).as_str(), "token [redacted].");
        assert_eq!(redacted(&protocol, &"x".repeat(5_000)).as_str(), "x".repeat(RawText::MAX_BYTES));
    }
}
