//! The wrapper that an exchange puts around every answer.

use std::fmt;

use crate::wire::private::Mismatch;
use crate::wire::{Unread, Unreadable};

/// What a response's envelope must tell. Implemented by the generated `Envelope` of each exchange.
pub trait Envelope: Sized + Send {
    /// What is inside.
    type Data;

    /// The names of the fields in the response: of the code, the message, the data and the request id.
    const FIELDS: [&'static str; 4];

    /// Reads the body of a response: in the documented spelling, or else in any exact one, with what could not be read reported beside it.
    ///
    /// The code decides what a response is, even if nothing else can be read: if it is not a success, the data is not read.
    ///
    /// # Errors
    ///
    /// If the body is no JSON, if it is not an object with exactly one code that is an integer, or if the code is a success and the data is
    /// not of the documented type.
    fn read(body: &[u8]) -> Result<Reading<Self>, ReadError>;

    /// The business code.
    fn code(&self) -> i64;
    /// Whether the code means success. The HTTP status alone never does.
    fn is_success(&self) -> bool;
    /// Whether a write may have taken effect although the code says that it failed.
    fn is_uncertain(&self) -> bool;
    /// The vendor's words; empty if none came.
    fn message(&self) -> &str;
    /// What the vendor calls this request, for its support.
    fn request_id(&self) -> Option<&str>;
    /// What is inside, if anything is.
    fn data(&self) -> Option<&Self::Data>;
    /// What is inside, if anything is.
    fn into_data(self) -> Option<Self::Data>;
}

/// An envelope that was read, and what could not be read of it.
#[derive(Clone, Debug)]
pub struct Reading<E> {
    pub(crate) envelope: E,
    /// Boxed, because a response in the documented spelling has none.
    pub(crate) unread: Option<Box<Unread>>,
}

impl<E> Reading<E> {
    /// An envelope of which everything was read.
    #[must_use]
    pub fn complete(envelope: E) -> Self {
        Self { envelope, unread: None }
    }

    pub(crate) fn new(envelope: E, unread: Unread) -> Self {
        Self { envelope, unread: Some(Box::new(unread)) }
    }

    /// The same reading of another envelope.
    #[doc(hidden)]
    pub fn map<T>(self, to: impl FnOnce(E) -> T) -> Reading<T> {
        Reading { envelope: to(self.envelope), unread: self.unread }
    }

    /// The envelope.
    #[must_use]
    pub fn into_envelope(self) -> E {
        self.envelope
    }

    /// Whether every list of the response holds all rows that the server sent, and no documented list is missing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.unread.as_deref().is_none_or(Unread::is_complete)
    }

    /// The rows that could not be read, over all lists of the response: the first 1,000 of them.
    #[must_use]
    pub fn unreadable_rows(&self) -> &[Unreadable] {
        self.unread.as_deref().map_or(&[], |unread| unread.rows.as_slice())
    }

    /// How many rows could not be read.
    #[must_use]
    pub fn unreadable_row_count(&self) -> usize {
        self.unread.as_deref().map_or(0, |unread| unread.rows.count())
    }

    /// The fields that the documentation does not promise and whose value could not be read, over all objects of the response: the first
    /// 1,000 of them. Each is `None` in its object.
    #[must_use]
    pub fn unreadable_fields(&self) -> &[Unreadable] {
        self.unread.as_deref().map_or(&[], |unread| unread.fields.as_slice())
    }

    /// Where a documented list is missing, over all objects of the response: the first 1,000 places, such as `data.positions`. Each is empty
    /// in its object.
    #[must_use]
    pub fn missing_lists(&self) -> &[String] {
        self.unread.as_deref().map_or(&[], |unread| unread.missing_lists.as_slice())
    }
}

/// Why a body could not be read as a response. Contains no value that the server sent.
#[derive(Clone, Debug)]
pub struct ReadError(Fault);

#[derive(Clone, Debug)]
enum Fault {
    NotJson { offset: usize },
    NotEnvelope(String),
    Data { fault: String, request_id: Option<String> },
}

impl ReadError {
    pub(crate) fn not_json(offset: usize) -> Self {
        Self(Fault::NotJson { offset })
    }

    pub(crate) fn not_envelope(reason: impl Into<String>) -> Self {
        Self(Fault::NotEnvelope(reason.into()))
    }

    pub(crate) fn envelope(fault: &Mismatch) -> Self {
        Self(Fault::NotEnvelope(fault.to_string()))
    }

    pub(crate) fn data(fault: &Mismatch, request_id: Option<String>) -> Self {
        Self(Fault::Data { fault: fault.to_string(), request_id })
    }

    /// Whether the code is a success, and only the data is not of the documented type.
    #[must_use]
    pub fn is_data(&self) -> bool {
        matches!(self.0, Fault::Data { .. })
    }

    /// The offset of the first byte that makes the body no JSON, from 0; the length of the body if it ends too early.
    #[must_use]
    pub fn not_json_at(&self) -> Option<usize> {
        match self.0 {
            Fault::NotJson { offset } => Some(offset),
            Fault::NotEnvelope(_) | Fault::Data { .. } => None,
        }
    }

    /// What the vendor calls the request, if the code could be read.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.0 {
            Fault::Data { request_id, .. } => request_id.as_deref(),
            Fault::NotJson { .. } | Fault::NotEnvelope(_) => None,
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Fault::NotJson { offset } => write!(f, "no JSON at byte {offset}"),
            Fault::NotEnvelope(reason) => f.write_str(reason),
            Fault::Data { fault, .. } => f.write_str(fault),
        }
    }
}

impl std::error::Error for ReadError {}
