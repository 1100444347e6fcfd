//! A successful response.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::error::RawResponse;
use crate::{Envelope, Error, Operation, Reading, Unreadable};

/// A successful response. The envelope's code means success, and the HTTP status does not contradict the code.
///
/// `Debug` prints no part of the response that may contain a secret: not the headers, which may set a session's cookie, not the server's
/// message, which may contain a signature, and not the values of secret types and of undocumented fields.
#[derive(Clone)]
pub struct Response<E> {
    reading: Reading<E>,
    raw: RawResponse,
    operation: &'static Operation,
    /// The request id, if redaction changed it.
    redacted_request_id: Option<String>,
}

impl<E: Envelope> Response<E> {
    pub(crate) fn new(reading: Reading<E>, raw: RawResponse, operation: &'static Operation) -> Self {
        Self { reading, raw, operation, redacted_request_id: None }
    }

    pub(crate) fn redact_request_id(mut self, redact: impl FnOnce(&mut String)) -> Self {
        if let Some(id) = self.reading.envelope.request_id() {
            let mut redacted = id.to_owned();
            redact(&mut redacted);
            self.redacted_request_id = (redacted != id).then_some(redacted);
        }
        self
    }

    /// The data, if the response contains any.
    pub fn data(&self) -> Option<&E::Data> {
        self.reading.envelope.data()
    }

    /// The data.
    ///
    /// # Errors
    ///
    /// Returns an error if the server reported success without any data ([`Error::is_missing_data`]). The request was executed, but its
    /// result is missing.
    pub fn into_data(self) -> Result<E::Data, Error> {
        // Only the error contains the id.
        let request_id = if self.data().is_some() { None } else { self.request_id().map(str::to_owned) };
        let Self { reading, raw, operation, .. } = self;
        reading.envelope.into_data().ok_or_else(|| Error::missing_data(operation, raw, request_id))
    }

    /// Whether every list of the response contains all rows that the server sent, and no documented list is missing.
    ///
    /// A list does not contain the rows that could not be read, and a documented list that is missing from the response is empty. Before
    /// you conclude from a list that there is no open order or no position, check this method or the `is_complete` of the type that
    /// contains the list.
    pub fn is_complete(&self) -> bool {
        self.reading.is_complete()
    }

    /// The rows that could not be read, from all lists of the response. Only the first 1,000 are kept.
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.reading.unreadable_rows()
    }

    /// How many rows could not be read.
    pub fn unreadable_row_count(&self) -> usize {
        self.reading.unreadable_row_count()
    }

    /// The optional fields whose value could not be read, from all objects of the response. Each of these fields is `None`. Only the first
    /// 1,000 are kept.
    pub fn unreadable_fields(&self) -> &[Unreadable] {
        self.reading.unreadable_fields()
    }

    /// The paths (such as `data.positions`) of the documented lists that the response does not contain. Each of these lists is empty. Only
    /// the first 1,000 are kept.
    pub fn missing_lists(&self) -> &[String] {
        self.reading.missing_lists()
    }

    /// The body of the response, byte for byte. Do not print it, because it may contain a secret.
    pub fn body(&self) -> &[u8] {
        &self.raw.body
    }

    /// The exchange's id of this request: the `X-Request-ID` header of the request, or an id that the server generated. Secrets are
    /// redacted from this id. The [envelope](Self::envelope) contains the original text.
    pub fn request_id(&self) -> Option<&str> {
        self.redacted_request_id.as_deref().or_else(|| self.reading.envelope.request_id())
    }

    /// The exchange's message, which may repeat a secret of the request.
    pub fn message(&self) -> &str {
        self.reading.envelope.message()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.raw.status
    }

    /// The HTTP headers. Do not print them, because a login's headers contain the session's cookie.
    pub fn headers(&self) -> &HeaderMap {
        &self.raw.headers
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The envelope with all of its fields.
    pub fn envelope(&self) -> &E {
        &self.reading.envelope
    }

    /// The envelope with all of its fields, by value.
    pub fn into_envelope(self) -> E {
        self.reading.envelope
    }
}

impl<E: Envelope<Data: fmt::Debug>> fmt::Debug for Response<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("operation", &self.operation.id)
            .field("status", &self.raw.status.as_u16())
            .field("data", &self.reading.envelope.data())
            .field("unreadable_rows", &self.unreadable_row_count())
            .finish_non_exhaustive()
    }
}
