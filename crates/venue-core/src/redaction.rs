//! Redaction: removing secrets from texts of the server before these texts are printed.
//!
//! The message of a rejection is redacted when the [`Error`](crate::Error) is created. A value inside of the data, such as an undocumented
//! order status, is redacted while the response is decoded, because the decoded value has no access to the client's secrets. For this
//! purpose, this module keeps the client's interceptors in a thread-local variable while a response is decoded.

use std::cell::RefCell;
use std::sync::Arc;

use crate::panics::contain_panic;
use crate::pipeline::report_panic;
use crate::{Attempt, Interceptor};

/// The interceptors of a client, in the order in which they prepare an attempt.
type Interceptors = Arc<[Arc<dyn Interceptor>]>;

thread_local! {
    /// The context of the response that the current thread decodes: the interceptors of the client that received the response, and the
    /// attempt that the response belongs to.
    static DECODING: RefCell<Option<(Interceptors, Attempt)>> = const { RefCell::new(None) };
}

/// Lets each interceptor remove the secrets that it knows from a text. If an interceptor panics, `[redacted]` replaces the whole text.
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

/// Redacts a text of the response that this thread is decoding, with the interceptors of the client that received the response. Returns
/// `None` if the text contains no secret.
pub(crate) fn redacted(text: &str) -> Option<String> {
    // Cloned, because an interceptor is code of the program, which may decode another response.
    let (interceptors, attempt) = DECODING.with_borrow(Clone::clone)?;
    let mut redacted = text.to_owned();
    redact(&interceptors, &mut redacted, attempt);
    (redacted != text).then_some(redacted)
}
