//! A successful answer.

use std::fmt;

use bytes::Bytes;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::error::RawAnswer;
use crate::{Envelope, Error, Operation};

/// A successful answer: the envelope said so, not the HTTP status.
///
/// `Debug` prints neither the headers, which may carry a session's cookie, nor the server's words, which may repeat a signature, nor anything
/// that a secret type or an undocumented field holds.
#[derive(Clone)]
pub struct Response<E> {
    envelope: E,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    operation: &'static Operation,
}

impl<E: Envelope> Response<E> {
    pub(crate) fn new(envelope: E, raw: RawAnswer, operation: &'static Operation) -> Self {
        let RawAnswer { status, headers, body } = raw;
        Self { envelope, status, headers, body, operation }
    }

    /// What came, if anything did.
    pub fn data(&self) -> Option<&E::Data> {
        self.envelope.data()
    }

    /// What came.
    ///
    /// # Errors
    ///
    /// If the server reported success and sent no data: the call was carried out, only its result is missing
    /// ([`Error::is_without_data`]).
    pub fn into_data(self) -> Result<E::Data, Error> {
        let request_id = self.request_id().map(str::to_owned);
        let raw = RawAnswer { status: self.status, headers: self.headers, body: self.body };
        self.envelope.into_data().ok_or_else(|| Error::without_data(self.operation, raw, request_id))
    }

    /// What the vendor calls this request: the `X-Request-ID` that was sent, or one that the server made.
    pub fn request_id(&self) -> Option<&str> {
        self.envelope.request_id()
    }

    /// The vendor's words.
    pub fn message(&self) -> &str {
        self.envelope.message()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The HTTP headers. A login's hold the session's cookie: do not print them.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The bytes of the body, as they came. They may hold a secret: do not print them.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The whole envelope.
    pub fn envelope(&self) -> &E {
        &self.envelope
    }

    /// The whole envelope.
    pub fn into_envelope(self) -> E {
        self.envelope
    }
}

impl<E: Envelope<Data: fmt::Debug>> fmt::Debug for Response<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("operation", &self.operation.id)
            .field("status", &self.status.as_u16())
            .field("data", &self.envelope.data())
            .finish_non_exhaustive()
    }
}
