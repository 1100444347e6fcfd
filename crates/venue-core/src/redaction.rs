//! Redaction of texts that a decoded response keeps and prints.
//!
//! The message of a refusal is redacted when its error is made. A value within the data, such as an order status that is not documented, is
//! printed by its own type, which knows neither the client nor its secrets. While a response is decoded, both are known here.

use std::cell::RefCell;

use crate::{Attempt, Client};

thread_local! {
    /// The client whose response this thread decodes, and the attempt that it answers.
    static DECODING: RefCell<Option<(Client, Attempt)>> = const { RefCell::new(None) };
}

/// Decodes a response of this client.
pub(crate) fn decoding<T>(client: &Client, attempt: Attempt, decode: impl FnOnce() -> T) -> T {
    let _reset = Reset(DECODING.replace(Some((client.clone(), attempt))));
    decode()
}

/// Restores what was there before, also after a panic.
struct Reset(Option<(Client, Attempt)>);

impl Drop for Reset {
    fn drop(&mut self) {
        DECODING.set(self.0.take());
    }
}

/// The text without the secrets that the interceptors of the decoding client know, if there are any in it.
pub(crate) fn redacted(text: &str) -> Option<String> {
    // Cloned, because an interceptor is code of the program.
    let (client, attempt) = DECODING.with_borrow(Clone::clone)?;
    let mut redacted = text.to_owned();
    for interceptor in client.interceptors() {
        interceptor.conceal(&mut redacted, attempt);
    }
    (redacted != text).then_some(redacted)
}
