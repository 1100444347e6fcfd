//! Why a call did not succeed.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::EscapedText;
use crate::error_without_data::is_error_without_data;
use crate::http::TransportError;
use crate::{Delivery, Envelope, FieldError, Operation, ReadError, Refusal, ValidationErrors};

/// Why a call did not succeed: what happened, to which operation, with which request id, and what to do.
///
/// Neither `Display` nor `Debug`, nor any source, prints a URL, a header or a body: they may hold a signature, a token or a listen key.
/// The parts can be read one by one.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: &'static Operation,
    answer: Option<Answer>,
    attempts: u32,
    /// Over all attempts: what the last one does not know, an earlier one may have done.
    delivery: Delivery,
    /// Why an attempt that might have succeeded was not made.
    no_retry: Option<&'static str>,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    request_id: Option<String>,
}

enum Kind {
    InvalidRequest(ValidationErrors),
    Refused(Refusal),
    Transport(TransportError),
    BodyLost(TransportError),
    TooLarge(usize),
    Redirected,
    Api { code: i64, message: String, is_uncertain: bool, is_bare: bool },
    NoEnvelope { media_type: String, problem: String, not_json_at: Option<usize> },
    Undecodable(String),
    NoData,
}

impl Error {
    /// The operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// What the vendor calls this request, if an envelope came back: quote it to the vendor's support.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.answer.as_ref()?.request_id.as_deref()
    }

    /// The HTTP status, if an answer came back.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.0.answer.as_ref()?.status)
    }

    /// The answer's headers (`Retry-After`), if one came back. Do not print them: they may set a session's cookie.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.0.answer.as_ref()?.headers)
    }

    /// The answer's raw body, if one came back. Do not print it unseen: it may hold a secret.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        Some(&self.0.answer.as_ref()?.body)
    }

    /// The business code of a refusal by the API. The generated crate's `ErrorCode` gives it a name.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self.0.kind {
            Kind::Api { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The vendor's words to that code.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Api { message, .. } => Some(message),
            _ => None,
        }
    }

    /// Whether the API itself refused, with a code and a message.
    #[must_use]
    pub fn is_api(&self) -> bool {
        matches!(self.0.kind, Kind::Api { .. })
    }

    /// Whether the request broke a documented limit, and was not sent.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidRequest(_))
    }

    /// All errors of an invalid request.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match &self.0.kind {
            Kind::InvalidRequest(errors) => errors.as_slice(),
            _ => &[],
        }
    }

    /// Whether an interceptor refused to let the request go out: see [`refusal`](Self::refusal).
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.0.kind, Kind::Refused(_))
    }

    /// An interceptor's reason, to be downcast.
    #[must_use]
    pub fn refusal(&self) -> Option<&(dyn StdError + Send + Sync + 'static)> {
        match &self.0.kind {
            Kind::Refused(refusal) => Some(refusal.reason()),
            _ => None,
        }
    }

    /// Whether no answer came in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(&self.0.kind, Kind::Transport(source) | Kind::BodyLost(source) if source.is_timeout())
    }

    /// Whether no connection could be made, in time or at all: the request was not sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(&self.0.kind, Kind::Transport(source) if source.is_connect())
    }

    /// Whether something came back that is not the API's envelope: a proxy's HTML page, a redirect, half a document.
    #[must_use]
    pub fn is_not_envelope(&self) -> bool {
        matches!(self.0.kind, Kind::NoEnvelope { .. } | Kind::Redirected)
    }

    /// The offset of the first byte that makes the body no JSON, from 0, if [`is_not_envelope`](Self::is_not_envelope); the length of the body if
    /// it ends too early.
    #[must_use]
    pub fn not_json_at(&self) -> Option<usize> {
        match self.0.kind {
            Kind::NoEnvelope { not_json_at, .. } => not_json_at,
            _ => None,
        }
    }

    /// Whether the API reported success with data that is not of the documented shape: the call was carried out.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Undecodable(_))
    }

    /// Whether the API reported success without any data: the call was carried out.
    #[must_use]
    pub fn is_without_data(&self) -> bool {
        matches!(self.0.kind, Kind::NoData)
    }

    /// Whether the connection broke, before an answer came or within it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(&self.0.kind, Kind::Transport(source) | Kind::BodyLost(source) if !(source.is_timeout() || source.is_connect() || source.is_builder()))
    }

    /// Whether the answer was larger than the client reads: see [`ClientBuilder::max_answer`](crate::ClientBuilder::max_answer).
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge(_))
    }

    /// What is known of the call's way to the server, over all of its attempts.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// What is known of the way of the last attempt to the server, whatever the attempts before it may have done.
    #[must_use]
    pub fn last_attempt_delivery(&self) -> Delivery {
        self.0.kind.delivery(self.0.answer.as_ref())
    }

    /// Whether the API refused, and its response contains nothing else: no fields but the envelope's code, message, request id and empty data,
    /// and none of them twice. A refusal that contains more, such as the id of an order, contradicts itself.
    #[must_use]
    pub fn is_bare_refusal(&self) -> bool {
        matches!(self.0.kind, Kind::Api { is_bare: true, .. })
    }

    /// Why no further attempt was made, if another one might have succeeded: the client's retry budget is exhausted. `None` if the call made all
    /// the attempts that it was allowed.
    #[must_use]
    pub fn no_retry_reason(&self) -> Option<&'static str> {
        self.0.no_retry
    }

    /// Whether the call was carried out, or may have been: [`Delivery::Unknown`] or [`Delivery::CarriedOut`]. Before an order is sent again,
    /// find out what became of it.
    #[must_use]
    pub fn may_have_been_carried_out(&self) -> bool {
        self.0.delivery >= Delivery::Unknown
    }

    /// How many attempts were made; the error is the last one's.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    pub(crate) fn after(mut self, attempts: u32, before: Delivery) -> Self {
        self.0.attempts = attempts;
        self.0.delivery = self.0.delivery.max(before);
        self
    }

    pub(crate) fn without_retry(mut self, reason: &'static str) -> Self {
        self.0.no_retry = Some(reason);
        self
    }

    /// Lets somebody take secrets out of what the server said.
    pub(crate) fn conceal(&mut self, mut conceal: impl FnMut(&mut String)) {
        match &mut self.0.kind {
            Kind::Api { message, .. } => conceal(message),
            Kind::NoEnvelope { media_type, .. } => conceal(media_type),
            Kind::Undecodable(detail) => conceal(detail),
            _ => {}
        }
        if let Some(request_id) = self.0.answer.as_mut().and_then(|answer| answer.request_id.as_mut()) {
            conceal(request_id);
        }
    }

    pub(crate) fn invalid_request(operation: &'static Operation, errors: ValidationErrors) -> Self {
        Self::new(Kind::InvalidRequest(errors), operation, None)
    }

    pub(crate) fn refused(operation: &'static Operation, refusal: Refusal) -> Self {
        Self::new(Kind::Refused(refusal), operation, None)
    }

    pub(crate) fn transport(operation: &'static Operation, source: TransportError) -> Self {
        Self::new(Kind::Transport(source), operation, None)
    }

    pub(crate) fn body_lost(operation: &'static Operation, raw: RawAnswer, source: TransportError) -> Self {
        Self::new(Kind::BodyLost(source), operation, Some(raw.into_answer(None)))
    }

    pub(crate) fn too_large(operation: &'static Operation, raw: RawAnswer, limit: usize) -> Self {
        Self::new(Kind::TooLarge(limit), operation, Some(raw.into_answer(None)))
    }

    pub(crate) fn without_data(operation: &'static Operation, raw: RawAnswer, request_id: Option<String>) -> Self {
        Self::new(Kind::NoData, operation, Some(raw.into_answer(request_id)))
    }

    pub(crate) fn redirected(operation: &'static Operation, raw: RawAnswer) -> Self {
        Self::new(Kind::Redirected, operation, Some(raw.into_answer(None)))
    }

    pub(crate) fn api<E: Envelope>(operation: &'static Operation, raw: RawAnswer, envelope: &E) -> Self {
        let (code, message) = (envelope.code(), envelope.message().to_owned());
        let (is_uncertain, is_bare) = (envelope.is_uncertain(), is_error_without_data(&raw.body, E::FIELDS));
        let kind = Kind::Api { code, message, is_uncertain, is_bare };
        Self::new(kind, operation, Some(raw.into_answer(envelope.request_id().map(str::to_owned))))
    }

    pub(crate) fn no_envelope(operation: &'static Operation, raw: RawAnswer, error: &ReadError, request_id: Option<String>) -> Self {
        let (media_type, problem, not_json_at) = (media_type(&raw.headers), error.to_string(), error.not_json_at());
        Self::new(Kind::NoEnvelope { media_type, problem, not_json_at }, operation, Some(raw.into_answer(request_id)))
    }

    pub(crate) fn undecodable(operation: &'static Operation, raw: RawAnswer, error: &ReadError) -> Self {
        let request_id = error.request_id().map(str::to_owned);
        Self::new(Kind::Undecodable(error.to_string()), operation, Some(raw.into_answer(request_id)))
    }

    fn new(kind: Kind, operation: &'static Operation, answer: Option<Answer>) -> Self {
        let delivery = kind.delivery(answer.as_ref());
        Self(Box::new(Inner { kind, operation, answer, attempts: 1, delivery, no_retry: None }))
    }
}

impl Kind {
    fn delivery(&self, answer: Option<&Answer>) -> Delivery {
        match self {
            Self::InvalidRequest(_) | Self::Refused(_) => Delivery::NotSent,
            Self::Transport(source) if source.is_connect() || source.is_builder() => Delivery::NotSent,
            Self::Api { is_uncertain: false, .. } if answer.is_none_or(|answer| answer.status.as_u16() < 500) => Delivery::Answered,
            Self::NoData | Self::Undecodable(_) => Delivery::CarriedOut,
            _ => Delivery::Unknown,
        }
    }
}

/// What came back, before anything is made of it.
#[derive(Clone)]
pub(crate) struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawAnswer {
    fn into_answer(self, request_id: Option<String>) -> Answer {
        Answer { status: self.status, headers: self.headers, body: self.body, request_id }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.0.operation)?;
        match &self.0.kind {
            Kind::InvalidRequest(errors) => write!(f, "not sent: {errors} (see {})", self.0.operation.documentation)?,
            Kind::Refused(refusal) => write!(f, "not sent: {}", refusal.reason())?,
            Kind::Transport(source) if source.is_connect() && source.is_timeout() => {
                f.write_str("not sent: no connection to the exchange in time")?;
            }
            Kind::Transport(source) if source.is_connect() => f.write_str("not sent: no connection to the exchange")?,
            Kind::Transport(source) if source.is_builder() => f.write_str("not sent: the request cannot be built")?,
            Kind::Transport(source) if source.is_timeout() => f.write_str("no answer in time")?,
            Kind::Transport(_) => f.write_str("the connection broke before an answer came")?,
            Kind::BodyLost(source) if source.is_timeout() => f.write_str("the answer did not arrive completely in time")?,
            Kind::BodyLost(_) => f.write_str("the connection broke within the answer")?,
            Kind::TooLarge(limit) => write!(f, "the answer is larger than the {limit} bytes that are read")?,
            Kind::Redirected => f.write_str("redirected, which the API never does, and not followed")?,
            Kind::Api { code, message, .. } if message.is_empty() => write!(f, "refused with code {code}")?,
            Kind::Api { code, message, .. } => write!(f, "refused with code {code}: {}", EscapedText::new(message))?,
            Kind::NoEnvelope { media_type, problem, not_json_at } => {
                let length = self.body().map_or(0, <[u8]>::len);
                write!(f, "the answer is not the API's: {}, {length} bytes", EscapedText::new(media_type))?;
                // Of a page of HTML, the media type says enough.
                if *not_json_at != Some(0) {
                    write!(f, ", {problem}")?;
                }
            }
            Kind::Undecodable(detail) => write!(f, "the API reported success, but its data cannot be read: {}", EscapedText::new(detail))?,
            Kind::NoData => f.write_str("the API reported success, but sent no data")?,
        }
        if let Some(answer) = &self.0.answer {
            write!(f, " (HTTP {}", answer.status.as_u16())?;
            if let Some(request_id) = &answer.request_id {
                write!(f, ", request id {}", EscapedText::new(request_id))?;
            }
            f.write_str(")")?;
        }
        if self.attempts() > 1 {
            write!(f, ", after {} attempts", self.attempts())?;
        }
        if let Some(reason) = self.0.no_retry {
            write!(f, "; no further attempt was made: {reason}")?;
        }
        if self.delivery() == Delivery::CarriedOut {
            f.write_str("; it was carried out")?;
        } else if self.delivery() == Delivery::Unknown && !self.0.operation.repeatable.is_repeatable() {
            f.write_str("; it may have been carried out: find out before sending it again")?;
        }
        Ok(())
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("no media type");
    String::from(media_type.split(';').next().unwrap_or_default().trim())
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, delivery: {:?})", self.to_string(), self.delivery())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::Transport(source) | Kind::BodyLost(source) => Some(source),
            Kind::Refused(refusal) => Some(refusal.reason()),
            _ => None,
        }
    }
}
