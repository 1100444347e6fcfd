//! The envelope: the object that an exchange puts around the data of every response.

mod bare;

use std::fmt;

pub use bare::BareEnvelope;
use reqwest::StatusCode;

use crate::wire::private::Mismatch;
use crate::wire::{Unreadable, UnreadableParts};

/// The envelope of an exchange's responses: the JSON object that contains the code, the message, the data and the request id. The generated
/// `Envelope` type of each exchange implements this trait.
pub trait Envelope: Sized + Send {
    /// The type of the data.
    type Data;

    /// The names in JSON of the code, the message, the data and the request id.
    const FIELDS: [&'static str; 4];

    /// Whether the body of a successful response is the data itself: see [`BareEnvelope`].
    const IS_BARE: bool = false;

    /// Reads the body of a response. The strict reader accepts only the documented spelling of each value. If it fails, the lenient reader
    /// accepts any exact spelling, such as an integer in quotes, and records the values that it cannot read.
    ///
    /// The data is read only if the code means success. Invalid data therefore does not prevent an error code from being read.
    ///
    /// # Errors
    ///
    /// Returns an error if the body is not JSON, if it is not an object with exactly one integer code, or if the code means success and the
    /// type of the data is not the documented type.
    fn read(body: &[u8]) -> Result<Reading<Self>, ReadError>;

    /// Reads the body of a response with this HTTP status. The status matters only for a response without an envelope.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`read`](Self::read).
    fn read_response(status: StatusCode, body: &[u8]) -> Result<Reading<Self>, ReadError> {
        let _ = status;
        Self::read(body)
    }

    /// The business code.
    fn code(&self) -> i64;
    /// Whether the code means success. The HTTP status does not count.
    fn is_success(&self) -> bool;
    /// Whether a write may have been executed although the code reports a failure.
    fn is_uncertain(&self) -> bool;
    /// The exchange's message about the result, or an empty text.
    fn message(&self) -> &str;
    /// The exchange's id of the request, which the exchange's support asks for.
    fn request_id(&self) -> Option<&str>;
    /// The data, if the response contains data.
    fn data(&self) -> Option<&Self::Data>;
    /// The data, if the response contains data, without a copy.
    fn into_data(self) -> Option<Self::Data>;
}

/// An envelope that was read from a response, and a record of the response's values that could not be read.
#[derive(Clone, Debug)]
pub struct Reading<E> {
    pub(crate) envelope: E,
    /// `None` after the strict reader, which fails at the first value that it cannot read.
    pub(crate) unreadable: Option<Box<UnreadableParts>>,
}

impl<E> Reading<E> {
    /// Creates a reading without unreadable values.
    #[must_use]
    pub fn complete(envelope: E) -> Self {
        Self { envelope, unreadable: None }
    }

    pub(crate) fn new(envelope: E, unreadable: UnreadableParts) -> Self {
        Self { envelope, unreadable: Some(Box::new(unreadable)) }
    }

    /// Converts the envelope, and keeps the record of unreadable values.
    #[doc(hidden)]
    pub fn map<T>(self, to: impl FnOnce(E) -> T) -> Reading<T> {
        Reading { envelope: to(self.envelope), unreadable: self.unreadable }
    }

    /// The envelope.
    #[must_use]
    pub fn into_envelope(self) -> E {
        self.envelope
    }

    /// Whether every list of the response contains all rows that the server sent, and no documented list is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unreadable.as_deref().is_none_or(UnreadableParts::is_complete)
    }

    /// The rows that could not be read, from all lists of the response. The lists do not contain these rows. At most the first 1,000 are
    /// recorded.
    #[must_use]
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.unreadable.as_deref().map_or(&[], |parts| parts.rows.as_slice())
    }

    /// The number of rows of all lists of the response that could not be read.
    #[must_use]
    pub fn unreadable_row_count(&self) -> usize {
        self.unreadable.as_deref().map_or(0, |parts| parts.rows.count())
    }

    /// The optional fields that could not be read, from all objects of the response. Each of these fields is `None`. At most the first
    /// 1,000 are recorded.
    #[must_use]
    pub fn unreadable_fields(&self) -> &[Unreadable] {
        self.unreadable.as_deref().map_or(&[], |parts| parts.fields.as_slice())
    }

    /// The paths (such as `data.positions`) of the documented lists that the response does not contain. Each of these lists is empty. At
    /// most the first 1,000 are recorded.
    #[must_use]
    pub fn missing_lists(&self) -> &[String] {
        self.unreadable.as_deref().map_or(&[], |parts| parts.missing_lists.as_slice())
    }
}

/// The error of reading a body as a response. The error contains no value that the server sent.
#[derive(Clone, Debug)]
pub struct ReadError(ReadErrorKind);

#[derive(Clone, Debug)]
enum ReadErrorKind {
    NotJson { offset: usize },
    NotEnvelope(String),
    Data { mismatch: String, request_id: Option<String> },
}

impl ReadError {
    pub(crate) fn not_json(offset: usize) -> Self {
        Self(ReadErrorKind::NotJson { offset })
    }

    pub(crate) fn not_envelope(reason: impl Into<String>) -> Self {
        Self(ReadErrorKind::NotEnvelope(reason.into()))
    }

    pub(crate) fn envelope(mismatch: &Mismatch) -> Self {
        Self(ReadErrorKind::NotEnvelope(mismatch.to_string()))
    }

    pub(crate) fn data(mismatch: &Mismatch, request_id: Option<String>) -> Self {
        Self(ReadErrorKind::Data { mismatch: mismatch.to_string(), request_id })
    }

    /// Whether the envelope was read and only its data could not be read. In this case, the code of the envelope reports success, but the
    /// data does not have the documented type.
    #[must_use]
    pub fn is_data(&self) -> bool {
        matches!(self.0, ReadErrorKind::Data { .. })
    }

    /// The offset of the first byte that is not valid JSON, counted from 0. If the body ends too early, the offset is the length of the
    /// body. `None` if the body is valid JSON.
    #[must_use]
    pub fn not_json_at(&self) -> Option<usize> {
        match self.0 {
            ReadErrorKind::NotJson { offset } => Some(offset),
            ReadErrorKind::NotEnvelope(_) | ReadErrorKind::Data { .. } => None,
        }
    }

    /// The exchange's id of the request, if the code and the id could be read.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.0 {
            ReadErrorKind::Data { request_id, .. } => request_id.as_deref(),
            ReadErrorKind::NotJson { .. } | ReadErrorKind::NotEnvelope(_) => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            ReadErrorKind::NotJson { offset } => write!(f, "invalid JSON at byte {offset}"),
            ReadErrorKind::NotEnvelope(reason) => f.write_str(reason),
            ReadErrorKind::Data { mismatch, .. } => f.write_str(mismatch),
        }
    }
}

impl std::error::Error for ReadError {}
