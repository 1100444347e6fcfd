//! Redaction of texts before they are printed or recorded.

use venue_core::panics::contain_panic;

use crate::event::beginning;
use crate::{Protocol, RawText};

/// The number of bytes of a text that are redacted for a [`RawText`]. More than [`RawText::MAX_BYTES`], so that a secret at the end of the
/// kept part is recognised as a whole.
const EXAMINED: usize = 4 * RawText::MAX_BYTES;

/// The beginning of a text, without the secrets that the protocol knows.
pub(crate) fn redacted(protocol: &dyn Protocol, text: &str) -> RawText {
    RawText::new(&redacted_text(protocol, beginning(text, EXAMINED)))
}

/// The complete text, without the secrets that the protocol knows. If the protocol panics, the whole text is replaced.
pub(crate) fn redacted_text(protocol: &dyn Protocol, text: &str) -> String {
    let mut redacted = text.to_owned();
    if contain_panic(|| protocol.redact(&mut redacted)).is_err() {
        return String::from("[redacted]");
    }
    redacted
}
