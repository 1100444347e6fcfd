//! Why a call did not succeed.

mod message;

use std::error::Error as StdError;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::error_without_data::is_error_without_data;
use crate::http::TransportError;
use crate::success_condition::UnmetCondition;
use crate::{Delivery, Envelope, FieldError, Operation, ReadError, SuccessCondition, ValidationErrors, Veto};

/// The error of a call. Its message names the operation, the failure, the request id if it is known, and what the caller can do.
///
/// `Display`, `Debug` and the error's sources never print a URL, a header or a body, because these may contain a signature, a token or a
/// listen key. Methods such as [`headers`](Self::headers) and [`body`](Self::body) return the parts.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: &'static Operation,
    response: Option<FailedResponse>,
    attempts: u32,
    /// The greatest delivery of all attempts of the call. It can be the delivery of an earlier attempt, because the exchange may have
    /// executed an earlier attempt even if the last attempt was not sent.
    delivery: Delivery,
    /// Why the call made no further attempt, although it might have succeeded.
    no_retry: Option<&'static str>,
}

struct FailedResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    request_id: Option<String>,
}

enum Kind {
    InvalidRequest(ValidationErrors),
    Vetoed(Veto),
    Transport(TransportError),
    ResponseInterrupted(TransportError),
    ResponseTooLarge(usize),
    Redirected,
    Exchange { code: i64, message: String, is_uncertain: bool, is_bare: bool },
    UnexpectedResponse { media_type: String, problem: String, invalid_json_at: Option<usize> },
    Undecodable(String),
    UnmetCondition(UnmetCondition),
    MissingData,
}

impl Error {
    /// The operation that was called.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// The exchange's id of this request. `None` if the response had no envelope. The exchange's support needs this id to find the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.response.as_ref()?.request_id.as_deref()
    }

    /// The HTTP status, if a response arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.0.response.as_ref()?.status)
    }

    /// The headers of the response, such as `Retry-After`. `None` if no response arrived. Do not print the headers, because they may set a
    /// session's cookie.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.0.response.as_ref()?.headers)
    }

    /// The raw body of the response. `None` if no response arrived. Do not print the body, because it may contain a secret.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        Some(&self.0.response.as_ref()?.body)
    }

    /// The code with which the exchange rejected the request. The `ErrorCode` enum of the generated crate names the documented codes.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        match self.0.kind {
            Kind::Exchange { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The exchange's message beside that code.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Exchange { message, .. } => Some(message),
            _ => None,
        }
    }

    /// Whether the exchange itself rejected the request, with a code and a message.
    #[must_use]
    pub fn is_exchange_error(&self) -> bool {
        matches!(self.0.kind, Kind::Exchange { .. })
    }

    /// Whether the request broke a documented limit and was not sent.
    #[must_use]
    pub fn is_invalid_request(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidRequest(_))
    }

    /// All errors of the fields of an invalid request. Empty for other errors.
    #[must_use]
    pub fn field_errors(&self) -> &[FieldError] {
        match &self.0.kind {
            Kind::InvalidRequest(errors) => errors.as_slice(),
            _ => &[],
        }
    }

    /// Whether the client did not send the last attempt because the deadline, the quota or an interceptor forbade it. [`veto`](Self::veto)
    /// returns the reason.
    #[must_use]
    pub fn is_vetoed(&self) -> bool {
        matches!(self.0.kind, Kind::Vetoed(_))
    }

    /// Why the client did not send the last attempt. `None` for other errors.
    #[must_use]
    pub fn veto(&self) -> Option<&Veto> {
        match &self.0.kind {
            Kind::Vetoed(veto) => Some(veto),
            _ => None,
        }
    }

    /// Whether the last attempt exceeded its timeout, either while connecting or before the response was complete.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(&self.0.kind, Kind::Transport(source) | Kind::ResponseInterrupted(source) if source.is_timeout())
    }

    /// Whether no connection was established, so that the request was not sent.
    #[must_use]
    pub fn is_connect_error(&self) -> bool {
        matches!(&self.0.kind, Kind::Transport(source) if source.is_connect())
    }

    /// Whether the response is not an envelope of the exchange, but for example a proxy's HTML page, a redirect or an incomplete document.
    #[must_use]
    pub fn is_unexpected_response(&self) -> bool {
        matches!(self.0.kind, Kind::UnexpectedResponse { .. } | Kind::Redirected)
    }

    /// The offset of the first byte that is not valid JSON, counted from 0, for an error for which
    /// [`is_unexpected_response`](Self::is_unexpected_response) is `true`. If the body ends too early, the offset is the length of the
    /// body.
    #[must_use]
    pub fn invalid_json_at(&self) -> Option<usize> {
        match self.0.kind {
            Kind::UnexpectedResponse { invalid_json_at, .. } => invalid_json_at,
            _ => None,
        }
    }

    /// Whether the exchange reported success, but the data in the response does not have the documented type. The request was executed.
    #[must_use]
    pub fn is_decode_error(&self) -> bool {
        matches!(self.0.kind, Kind::Undecodable(_))
    }

    /// Whether the envelope reported success, but the data does not meet a [condition of the operation](crate::Operation::success). For
    /// example, the data has an error code of its own, or a batch has failed items.
    ///
    /// A part of the request may have been executed, so the [delivery](Self::delivery) is [`Delivery::Unknown`]. The
    /// [body](Self::body) contains the whole response.
    #[must_use]
    pub fn is_unmet_condition(&self) -> bool {
        matches!(self.0.kind, Kind::UnmetCondition(_))
    }

    /// The condition that the data does not meet, for an error for which [`is_unmet_condition`](Self::is_unmet_condition) is `true`.
    #[must_use]
    pub fn unmet_condition(&self) -> Option<SuccessCondition> {
        match &self.0.kind {
            Kind::UnmetCondition(unmet) => Some(unmet.condition),
            _ => None,
        }
    }

    /// Whether the exchange reported success without any data. The request was executed.
    #[must_use]
    pub fn is_missing_data(&self) -> bool {
        matches!(self.0.kind, Kind::MissingData)
    }

    /// Whether the connection broke before or within the response.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(&self.0.kind, Kind::Transport(source) | Kind::ResponseInterrupted(source) if !(source.is_timeout() || source.is_connect() || source.is_builder()))
    }

    /// Whether the response was larger than the client's limit, which [`ClientBuilder::max_response`](crate::ClientBuilder::max_response)
    /// sets.
    #[must_use]
    pub fn is_response_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::ResponseTooLarge(_))
    }

    /// Whether the request reached the exchange and was executed, over all attempts of the call.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// Whether the last attempt reached the exchange and was executed. [`delivery`](Self::delivery) also considers the earlier attempts.
    #[must_use]
    pub fn last_attempt_delivery(&self) -> Delivery {
        self.0.kind.delivery(self.0.response.as_ref())
    }

    /// Whether the exchange rejected the request, and nothing in the response contradicts the rejection. The response then contains only a
    /// code, a message, a request id and empty data, each at most once. For example, a rejection that also contains the id of an order
    /// contradicts itself.
    #[must_use]
    pub fn is_bare_refusal(&self) -> bool {
        matches!(self.0.kind, Kind::Exchange { is_bare: true, .. })
    }

    /// Why the call made no further attempt, although another attempt might have succeeded: for example, the client's retry budget was
    /// exhausted. `None` if the call ended for any other reason.
    #[must_use]
    pub fn no_retry_reason(&self) -> Option<&'static str> {
        self.0.no_retry
    }

    /// Whether the request was executed ([`Delivery::Executed`]) or may have been executed ([`Delivery::Unknown`]). Query the state of an
    /// order before you send the order again.
    #[must_use]
    pub fn may_have_been_executed(&self) -> bool {
        self.0.delivery >= Delivery::Unknown
    }

    /// How many attempts the call made, including a last attempt that was vetoed. The error describes the last attempt.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Adds the number of the attempt, and the greatest delivery of the attempts before it.
    pub(crate) fn after_attempts(mut self, attempts: u32, before: Delivery) -> Self {
        self.0.attempts = attempts;
        self.0.delivery = self.0.delivery.max(before);
        self
    }

    pub(crate) fn without_retry(mut self, reason: &'static str) -> Self {
        self.0.no_retry = Some(reason);
        self
    }

    /// Removes secrets from each text of the server that the error prints.
    pub(crate) fn redact(&mut self, mut redact: impl FnMut(&mut String)) {
        match &mut self.0.kind {
            Kind::Exchange { message, .. } => redact(message),
            Kind::UnexpectedResponse { media_type, .. } => redact(media_type),
            Kind::Undecodable(detail) => redact(detail),
            Kind::UnmetCondition(unmet) => redact(&mut unmet.found),
            _ => {}
        }
        if let Some(request_id) = self.0.response.as_mut().and_then(|response| response.request_id.as_mut()) {
            redact(request_id);
        }
    }

    pub(crate) fn invalid_request(operation: &'static Operation, errors: ValidationErrors) -> Self {
        Self::new(Kind::InvalidRequest(errors), operation, None)
    }

    pub(crate) fn vetoed(operation: &'static Operation, veto: Veto) -> Self {
        Self::new(Kind::Vetoed(veto), operation, None)
    }

    pub(crate) fn transport(operation: &'static Operation, source: TransportError) -> Self {
        Self::new(Kind::Transport(source), operation, None)
    }

    pub(crate) fn response_interrupted(operation: &'static Operation, raw: RawResponse, source: TransportError) -> Self {
        Self::new(Kind::ResponseInterrupted(source), operation, Some(raw.into_failed(None)))
    }

    pub(crate) fn too_large(operation: &'static Operation, raw: RawResponse, limit: usize) -> Self {
        Self::new(Kind::ResponseTooLarge(limit), operation, Some(raw.into_failed(None)))
    }

    pub(crate) fn missing_data(operation: &'static Operation, raw: RawResponse, request_id: Option<String>) -> Self {
        Self::new(Kind::MissingData, operation, Some(raw.into_failed(request_id)))
    }

    pub(crate) fn unmet_condition_of(
        operation: &'static Operation,
        raw: RawResponse,
        unmet: UnmetCondition,
        request_id: Option<String>,
    ) -> Self {
        Self::new(Kind::UnmetCondition(unmet), operation, Some(raw.into_failed(request_id)))
    }

    pub(crate) fn redirected(operation: &'static Operation, raw: RawResponse) -> Self {
        Self::new(Kind::Redirected, operation, Some(raw.into_failed(None)))
    }

    pub(crate) fn exchange_error<E: Envelope>(operation: &'static Operation, raw: RawResponse, envelope: &E) -> Self {
        let (code, message) = (envelope.code(), envelope.message().to_owned());
        let (is_uncertain, is_bare) = (envelope.is_uncertain(), is_error_without_data(&raw.body, E::FIELDS));
        let kind = Kind::Exchange { code, message, is_uncertain, is_bare };
        Self::new(kind, operation, Some(raw.into_failed(envelope.request_id().map(str::to_owned))))
    }

    pub(crate) fn unexpected_response(
        operation: &'static Operation,
        raw: RawResponse,
        error: &ReadError,
        request_id: Option<String>,
    ) -> Self {
        let (media_type, problem, invalid_json_at) = (media_type(&raw.headers), error.to_string(), error.not_json_at());
        Self::new(Kind::UnexpectedResponse { media_type, problem, invalid_json_at }, operation, Some(raw.into_failed(request_id)))
    }

    pub(crate) fn undecodable(operation: &'static Operation, raw: RawResponse, error: &ReadError) -> Self {
        let request_id = error.request_id().map(str::to_owned);
        Self::new(Kind::Undecodable(error.to_string()), operation, Some(raw.into_failed(request_id)))
    }

    fn new(kind: Kind, operation: &'static Operation, response: Option<FailedResponse>) -> Self {
        let delivery = kind.delivery(response.as_ref());
        Self(Box::new(Inner { kind, operation, response, attempts: 1, delivery, no_retry: None }))
    }
}

impl Kind {
    fn delivery(&self, response: Option<&FailedResponse>) -> Delivery {
        match self {
            Self::InvalidRequest(_) | Self::Vetoed(_) => Delivery::NotSent,
            Self::Transport(source) if source.is_connect() || source.is_builder() => Delivery::NotSent,
            Self::Exchange { is_uncertain: false, .. } if response.is_none_or(|response| response.status.as_u16() < 500) => {
                Delivery::Rejected
            }
            Self::MissingData | Self::Undecodable(_) => Delivery::Executed,
            _ => Delivery::Unknown,
        }
    }
}

/// Status, headers and body of a response, before the body is decoded.
#[derive(Clone)]
pub(crate) struct RawResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawResponse {
    fn into_failed(self, request_id: Option<String>) -> FailedResponse {
        FailedResponse { status: self.status, headers: self.headers, body: self.body, request_id }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::Transport(source) | Kind::ResponseInterrupted(source) => Some(source),
            Kind::Vetoed(veto) => Some(veto.reason()),
            _ => None,
        }
    }
}

fn media_type(headers: &HeaderMap) -> String {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("no media type");
    String::from(media_type.split(';').next().unwrap_or_default().trim())
}
