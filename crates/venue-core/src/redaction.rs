//! Redaction: secrets are removed from the server's texts before anything prints them.
//!
//! The message of a rejection is redacted when its error is made. A value within the data, such as an undocumented order status, is printed by
//! its own type, which knows neither the client nor its secrets. While a response is decoded, this module makes both available to the type.

use std::cell::RefCell;
use std::sync::Arc;

use crate::panics::contain_panic;
use crate::pipeline::report_panic;
use crate::{Attempt, Interceptor};

/// The interceptors of a client, in the order in which they prepare an attempt.
type Interceptors = Arc<[Arc<dyn Interceptor>]>;

thread_local! {
    /// The interceptors of the client whose response this thread decodes, and the attempt that the response belongs to.
    static DECODING: RefCell<Option<(Interceptors, Attempt)>> = const { RefCell::new(None) };
}

/// Lets each interceptor remove the secrets that it knows from a text. If one of them panics, the whole text is replaced.
pub(crate) fn redact(interceptors: &[Arc<dyn Interceptor>], text: &mut String, attempt: Attempt) {
    for interceptor in interceptors {
        if contain_panic(|| interceptor.redact(text, attempt)).is_err() {
            *text = String::from("[redacted]");
            report_panic("an interceptor panicked while it redacted a text", attempt);
        }
    }
}

/// Decodes a response of the client that has these interceptors.
pub(crate) fn decoding<T>(interceptors: &Interceptors, attempt: Attempt, decode: impl FnOnce() -> T) -> T {
    let _restore = Restore(DECODING.replace(Some((Arc::clone(interceptors), attempt))));
    decode()
}

/// Restores the previous value when it is dropped, after a panic too.
struct Restore(Option<(Interceptors, Attempt)>);

impl Drop for Restore {
    fn drop(&mut self) {
        DECODING.set(self.0.take());
    }
}

/// The text without the secrets that the interceptors of the decoding client know. `None` if the text contains none of them.
pub(crate) fn redacted(text: &str) -> Option<String> {
    // Cloned, because an interceptor is code of the program, which may decode another response.
    let (interceptors, attempt) = DECODING.with_borrow(Clone::clone)?;
    let mut redacted = text.to_owned();
    redact(&interceptors, &mut redacted, attempt);
    (redacted != text).then_some(redacted)
}
