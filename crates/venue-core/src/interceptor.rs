//! The hook through which another crate signs, refuses or repeats a request.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, ready};
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Request, StatusCode};

use crate::{Error, Moment, Operation};

/// What an [`Interceptor`]'s methods return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sees every attempt of every call before it goes out, every answer as it comes in, and every failure after it.
///
/// ```
/// use venue_core::reqwest::{Request, header::{AUTHORIZATION, HeaderValue}};
/// use venue_core::{Attempt, BoxFuture, Interceptor, Refusal};
///
/// #[derive(Debug)]
/// struct Bearer(HeaderValue);
///
/// impl Interceptor for Bearer {
///     fn before<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
///         request.headers_mut().insert(AUTHORIZATION, self.0.clone());
///         Box::pin(async { Ok(()) })
///     }
/// }
///
/// # use venue_core::{BuildError, Client, ClientBuilder};
/// let mut token = HeaderValue::from_static("Bearer hunter2");
/// token.set_sensitive(true);
/// # let builder = ClientBuilder::<Client>::new("https://api.example.com", "example");
/// let client = builder.interceptor(Bearer(token)).build()?;
/// # Ok::<(), BuildError>(())
/// ```
///
/// Signing belongs in [`before`](Self::before): it runs anew for each attempt, on a fresh copy of the request, so that an old signature
/// is never sent twice. The request's URL, headers and body are the bytes that go out.
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Prepares an attempt: adds a header, appends a signature to the query, waits for a clock.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] ends the call before anything is sent; [`Error::is_refused`] is true for it.
    fn before<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Refusal>>;

    /// Looks at the head of an answer, success or not: rate limits, a session's cookie. Nothing by default.
    fn received(&self, head: AnswerHead<'_>, attempt: Attempt) {
        let _ = (head, attempt);
    }

    /// Redacts text from the server that must not be printed: a signature, a token, a cookie that the server repeats. Is called with each text
    /// of a failed attempt's answer that the error shows (the message, the request id, the media type, and what cannot be read of the data),
    /// and with each enum value of a response that the documentation does not list. Nothing by default.
    fn conceal(&self, text: &mut String, attempt: Attempt) {
        let _ = (text, attempt);
    }

    /// Looks at a failed attempt and says whether to make another one. Every interceptor is asked; one [`Verdict::Again`] is enough. After a
    /// refusal nobody is asked: nothing was sent.
    ///
    /// The default is to leave it at that. An implementation that says [`Verdict::Again`] answers for it: the core never repeats a call by
    /// itself, and asks nobody about a call that was carried out and must not be repeated.
    fn after<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Verdict> {
        let _ = (error, attempt);
        Box::pin(ready(Verdict::Done))
    }
}

/// The head of an answer. Its headers may set a session's cookie: do not print them.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct AnswerHead<'a> {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: &'a HeaderMap,
}

impl fmt::Debug for AnswerHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerHead").field("status", &self.status.as_u16()).finish_non_exhaustive()
    }
}

/// Which attempt of which call of which operation.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation's row in the table.
    pub operation: &'static Operation,
    /// 1 for the first attempt.
    pub number: u32,
    /// When the call began, with its first attempt.
    pub call_began: Moment,
    /// When this attempt began, before anybody prepared it. It did not go out with what an interceptor had replaced before that; it may
    /// have gone out with what was replaced since.
    pub began: Moment,
    /// How much of the call's time was left when this interceptor was asked, if the call's time is limited. An interceptor that waits for
    /// something that the attempt can do without waits for a part of it at most.
    pub time_left: Option<Duration>,
}

impl Attempt {
    /// This attempt of this operation, beginning now, as does its call; 1 is the first.
    #[must_use]
    pub fn new(operation: &'static Operation, number: u32) -> Self {
        let now = Moment::now();
        Self { operation, number, call_began: now, began: now, time_left: None }
    }

    /// The same attempt, with so much of its call's time left.
    #[must_use]
    pub fn with_time_left(self, time_left: Duration) -> Self {
        Self { time_left: Some(time_left), ..self }
    }

    pub(crate) fn next(self) -> Self {
        Self { number: self.number.saturating_add(1), began: Moment::now(), ..self }
    }
}

/// What follows a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The call ends with this error.
    Done,
    /// The call ends with this error, although another attempt might have succeeded: the error says why none was made
    /// ([`Error::no_retry_reason`]). The reason continues the sentence "no further attempt was made: …".
    DoneBecause(&'static str),
    /// One more attempt, prepared anew.
    Again,
}

/// Why an interceptor did not let a request go out. It must not name a secret: it is printed.
pub struct Refusal(Box<dyn StdError + Send + Sync>);

impl Refusal {
    /// Refuses with this reason.
    pub fn new(reason: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(reason.into())
    }

    /// The reason, to be downcast by who gave it.
    #[must_use]
    pub fn reason(&self) -> &(dyn StdError + Send + Sync + 'static) {
        &*self.0
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Refusal({:?})", self.0.to_string())
    }
}
