//! A successful response.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::error::RawResponse;
use crate::{Envelope, Error, Operation, Reading, Unreadable};

/// A successful response: its envelope reports success, and its HTTP status does not contradict that.
///
/// `Debug` prints neither the headers, which may set a session's cookie, nor the server's message, which may repeat a signature, nor the value
/// of a secret type or of an undocumented field.
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
    /// If the server reported success without any data. The request was executed, and only its result is missing
    /// ([`Error::is_missing_data`]).
    pub fn into_data(self) -> Result<E::Data, Error> {
        // Only the error contains the id.
        let request_id = if self.data().is_some() { None } else { self.request_id().map(str::to_owned) };
        let Self { reading, raw, operation, .. } = self;
        reading.envelope.into_data().ok_or_else(|| Error::missing_data(operation, raw, request_id))
    }

    /// Whether every list of the response contains all rows that the server sent, and no documented list is missing.
    ///
    /// A row that cannot be read is left out of its list, and a documented list that is missing is empty. So check this method, or the
    /// `is_complete` of the list's own type, before you conclude from a list that there is no open order or no position.
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

    /// The optional fields whose value could not be read, from all objects of the response. Each is `None` in its object. Only the first 1,000
    /// are kept.
    pub fn unreadable_fields(&self) -> &[Unreadable] {
        self.reading.unreadable_fields()
    }

    /// The paths of the documented lists that are missing, such as `data.positions`, from all objects of the response. Each is empty in its
    /// object. Only the first 1,000 are kept.
    pub fn missing_lists(&self) -> &[String] {
        self.reading.missing_lists()
    }

    /// The body of the response, byte for byte. Do not print it, because it may contain a secret.
    pub fn body(&self) -> &[u8] {
        &self.raw.body
    }

    /// The exchange's id of this request: the `X-Request-ID` that was sent, or one that the server made. Secrets are redacted from it; the
    /// [envelope](Self::envelope) has the original text.
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
