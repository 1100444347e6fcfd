//! A successful answer.

use std::fmt;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::error::RawAnswer;
use crate::{Envelope, Error, Operation, Reading, Unreadable};

/// A successful answer: the envelope said so, not the HTTP status.
///
/// `Debug` prints neither the headers, which may carry a session's cookie, nor the server's words, which may repeat a signature, nor anything
/// that a secret type or an undocumented field holds.
#[derive(Clone)]
pub struct Response<E> {
    reading: Reading<E>,
    raw: RawAnswer,
    operation: &'static Operation,
}

impl<E: Envelope> Response<E> {
    pub(crate) fn new(reading: Reading<E>, raw: RawAnswer, operation: &'static Operation) -> Self {
        Self { reading, raw, operation }
    }

    /// What came, if anything did.
    pub fn data(&self) -> Option<&E::Data> {
        self.reading.envelope.data()
    }

    /// What came.
    ///
    /// # Errors
    ///
    /// If the server reported success and sent no data: the call was carried out, only its result is missing
    /// ([`Error::is_without_data`]).
    pub fn into_data(self) -> Result<E::Data, Error> {
        let request_id = self.request_id().map(str::to_owned);
        let Self { reading, raw, operation } = self;
        reading.envelope.into_data().ok_or_else(|| Error::without_data(operation, raw, request_id))
    }

    /// Whether every list of the response holds all rows that the server sent, and no documented list is missing.
    ///
    /// A program that concludes something from what a list does not contain (no open order, no position) has to ask this, or the
    /// `is_complete` of the list's own type: a row that cannot be read is left out of its list, and a documented list that is missing is
    /// empty.
    pub fn is_complete(&self) -> bool {
        self.reading.is_complete()
    }

    /// The rows that could not be read, over all lists of the response: the first 1,000 of them.
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.reading.unreadable_rows()
    }

    /// How many rows could not be read.
    pub fn unreadable_row_count(&self) -> usize {
        self.reading.unreadable_row_count()
    }

    /// The fields that the documentation does not promise and whose value could not be read, over all objects of the response: the first
    /// 1,000 of them. Each is `None` in its object.
    pub fn unreadable_fields(&self) -> &[Unreadable] {
        self.reading.unreadable_fields()
    }

    /// Where a documented list is missing, over all objects of the response: the first 1,000 places, such as `data.positions`. Each is empty
    /// in its object.
    pub fn missing_lists(&self) -> &[String] {
        self.reading.missing_lists()
    }

    /// The body of the response as it was sent. Do not print it, because it may hold a secret.
    pub fn body(&self) -> &[u8] {
        &self.raw.body
    }

    /// What the vendor calls this request: the `X-Request-ID` that was sent, or one that the server made.
    pub fn request_id(&self) -> Option<&str> {
        self.reading.envelope.request_id()
    }

    /// The vendor's words.
    pub fn message(&self) -> &str {
        self.reading.envelope.message()
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.raw.status
    }

    /// The HTTP headers. A login's hold the session's cookie: do not print them.
    pub fn headers(&self) -> &HeaderMap {
        &self.raw.headers
    }

    /// The operation that was called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The whole envelope.
    pub fn envelope(&self) -> &E {
        &self.reading.envelope
    }

    /// The whole envelope.
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
