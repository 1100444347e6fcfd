//! The hooks through which another crate signs requests, vetoes them and asks for retries.

use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Request, StatusCode};

use crate::{Error, Operation, Ordinal, Veto};

/// What the asynchronous methods of an [`Interceptor`] return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Processes every attempt of every call before it is sent, the head of every response, and every failed attempt.
///
/// ```
/// use venue_core::reqwest::Request;
/// use venue_core::reqwest::header::{AUTHORIZATION, HeaderValue};
/// use venue_core::{Attempt, BoxFuture, Interceptor, Veto};
///
/// #[derive(Debug)]
/// struct Bearer(HeaderValue);
///
/// impl Interceptor for Bearer {
///     fn on_attempt<'a>(
///         &'a self,
///         request: &'a mut Request,
///         _: Attempt,
///     ) -> BoxFuture<'a, Result<(), Veto>> {
///         let token = self.0.clone();
///         request.headers_mut().insert(AUTHORIZATION, token);
///         Box::pin(async { Ok(()) })
///     }
/// }
///
/// # use venue_core::{BuildError, Client, ClientBuilder};
/// let mut token = HeaderValue::from_static("Bearer hunter2");
/// token.set_sensitive(true);
/// # let url = "https://api.example.com";
/// # let builder = ClientBuilder::<Client>::new(url, "example");
/// let client = builder.interceptor(Bearer(token)).build()?;
/// # Ok::<(), BuildError>(())
/// ```
///
/// Sign requests in [`on_attempt`](Self::on_attempt). Each attempt has a new copy of the request, so an old signature is never sent twice.
/// The request's URL, headers and body are the bytes that are sent.
///
/// The deadline of the call also limits the asynchronous methods. If an interceptor panics before an attempt is sent, the call ends with
/// [`VetoKind::InterceptorPanicked`](crate::VetoKind::InterceptorPanicked) and nothing is sent. If an interceptor panics later, the call
/// continues without the interceptor's result.
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Prepares an attempt. For example, the interceptor adds a header, appends a signature to the query, or waits for a clock.
    ///
    /// # Errors
    ///
    /// A [`Veto`] ends the call before the attempt is sent. [`Error::is_vetoed`] is true for its error.
    fn on_attempt<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Veto>>;

    /// Receives the status and headers of each response, whether the call succeeds or fails. Does nothing by default.
    fn on_response_head(&self, head: ResponseHead<'_>, attempt: Attempt) {
        let _ = (head, attempt);
    }

    /// Removes secrets from a text that the server sent, such as a signature, a token or a cookie from the request. Does nothing by
    /// default.
    ///
    /// The client calls this method with each text that it may print: the message, the media type and the unreadable part of the response
    /// to a failed attempt, the request id of every response, and each undocumented enum value.
    fn redact(&self, text: &mut String, attempt: Attempt) {
        let _ = (text, attempt);
    }

    /// Decides whether a failed attempt is repeated. The default is no retry.
    ///
    /// The client calls this method of every interceptor, and repeats the attempt if at least one returns [`Retry::Yes`] and none returns
    /// [`Retry::NoBecause`]. The decision of the client's [`CallPolicy`](crate::CallPolicy) counts in the same way. An interceptor that
    /// returns [`Retry::Yes`] must ensure that the retry is safe. The method is not called after a veto, nor if the exchange has
    /// executed an operation that must not be repeated. If the exchange [may have executed](Error::may_have_been_executed) such an
    /// operation, the client makes no further attempt, even if the method returns [`Retry::Yes`].
    fn on_error<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        let _ = (error, attempt);
        Box::pin(ready(Retry::No))
    }
}

/// Status and headers of a response. The headers may set a session's cookie, so do not print them.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct ResponseHead<'a> {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl fmt::Debug for ResponseHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseHead").field("status", &self.status.as_u16()).finish_non_exhaustive()
    }
}

/// One attempt of a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation that is called.
    pub operation: &'static Operation,
    /// The number of the attempt. The first attempt is 1.
    pub number: u32,
    /// When the call started, which is when its first attempt started.
    pub call_started: Ordinal,
    /// The ordinal of the start of this attempt, before any interceptor prepared it. The attempt cannot have used a token that was replaced
    /// before this ordinal. It may have used a token that was replaced after this ordinal.
    pub started: Ordinal,
    /// How much time was left until the call's deadline when the interceptor was called. `None` if the call has no deadline. An interceptor
    /// that waits for something optional should use only a part of this time.
    pub time_left: Option<Duration>,
}

impl Attempt {
    /// An attempt of this number, which starts now, as does its call.
    #[must_use]
    pub fn new(operation: &'static Operation, number: u32) -> Self {
        let now = Ordinal::next();
        Self { operation, number, call_started: now, started: now, time_left: None }
    }

    /// The same attempt with this much of the call's time left.
    #[must_use]
    pub fn time_left(self, time_left: Duration) -> Self {
        Self { time_left: Some(time_left), ..self }
    }

    pub(crate) fn next(self) -> Self {
        Self { number: self.number.saturating_add(1), started: Ordinal::next(), ..self }
    }
}

/// Whether a failed attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retry {
    /// The call ends with the attempt's error, unless another decision about the same attempt is [`Yes`](Self::Yes).
    No,
    /// The call ends with the attempt's error, although another attempt might have succeeded. No other decision about the same attempt can
    /// change this. [`Error::no_retry_reason`] returns the reason. The reason is a text that completes the sentence "this call made no further attempt: …".
    NoBecause(&'static str),
    /// The call makes another attempt, which is signed again, unless another decision about the same attempt is
    /// [`NoBecause`](Self::NoBecause).
    Yes,
}

impl Retry {
    /// Combines two decisions about the same failed attempt. If there is a reason against a retry, the result is the first reason.
    /// Otherwise, the result is a retry if at least one of the decisions is a retry.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::NoBecause(reason), _) | (_, Self::NoBecause(reason)) => Self::NoBecause(reason),
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, Self::No) => Self::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Retry::{No, NoBecause, Yes};

    #[test]
    fn a_reason_against_a_retry_is_final() {
        let decisions = [No, NoBecause("first"), Yes];
        let combined = decisions.map(|first| [No, NoBecause("second"), Yes].map(|second| first.or(second)));
        let expected =
            [[No, NoBecause("second"), Yes], [NoBecause("first"), NoBecause("first"), NoBecause("first")], [Yes, NoBecause("second"), Yes]];
        assert_eq!(combined, expected);
    }
}
