//! The error of a subscription.

use std::error::Error as StdError;
use std::fmt;

use crate::Error;

/// Why a stream could not be opened. No message was sent to the exchange.
///
/// After a stream was opened, its [`Event`](super::Event)s report all failures. No text of the error contains a secret.
#[derive(Debug)]
pub struct StreamError(Kind);

#[derive(Debug)]
enum Kind {
    Topic(String),
    Address(&'static str),
    Credentials(Error),
    Connection(venue_stream::Error),
    Recording(std::io::Error),
    DuplicateBook(String),
    Book(venue_book::Error),
    NoRuntime,
}

impl StreamError {
    pub(super) fn topic(reason: impl fmt::Display) -> Self {
        Self(Kind::Topic(reason.to_string()))
    }

    pub(super) fn address(reason: &'static str) -> Self {
        Self(Kind::Address(reason))
    }

    pub(super) fn credentials(error: Error) -> Self {
        Self(Kind::Credentials(error))
    }

    pub(super) fn connection(error: venue_stream::Error) -> Self {
        Self(Kind::Connection(error))
    }

    pub(super) fn recording(error: std::io::Error) -> Self {
        Self(Kind::Recording(error))
    }

    pub(super) fn duplicate_book(topic: &str) -> Self {
        Self(Kind::DuplicateBook(topic.to_owned()))
    }

    pub(super) fn no_runtime() -> Self {
        Self(Kind::NoRuntime)
    }

    pub(super) fn book(error: venue_book::Error) -> Self {
        Self(Kind::Book(error))
    }

    /// Whether the client already has an open order book of the contract. Clone the handle of that book, or drop all of its handles first.
    #[must_use]
    pub fn is_duplicate_book(&self) -> bool {
        matches!(self.0, Kind::DuplicateBook(_))
    }

    /// Whether a part of the topic is invalid: the symbol, the interval or the raw topic.
    #[must_use]
    pub fn is_invalid_topic(&self) -> bool {
        matches!(self.0, Kind::Topic(_))
    }

    /// Whether the client has no credentials for the private stream. Set an API key with
    /// [`ClientBuilder::api_key`](crate::ClientBuilder::api_key), or log in.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        matches!(&self.0, Kind::Credentials(error) if error.is_auth())
    }

    /// Whether the API key was declared without the permission Read.
    #[must_use]
    pub fn is_permission(&self) -> bool {
        matches!(&self.0, Kind::Credentials(error) if error.is_permission())
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Topic(reason) => write!(f, "not subscribed: {reason}"),
            Kind::Address(reason) => write!(f, "the address of the streams: {reason}"),
            Kind::Credentials(error) => write!(f, "no credentials for the private stream: {error}"),
            Kind::Connection(error) => write!(f, "the stream cannot be opened: {error}"),
            Kind::Recording(error) => write!(f, "the recording cannot be opened: {error}"),
            Kind::DuplicateBook(topic) => {
                write!(
                    f,
                    "the client already has an open book of `{topic}`: clone its handle, because a second subscription would reset the book"
                )
            }
            Kind::Book(error) => error.fmt(f),
            Kind::NoRuntime => f.write_str("no tokio runtime: open the stream inside of a runtime, which runs its task"),
        }
    }
}

impl StdError for StreamError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Kind::Topic(_) | Kind::Address(_) | Kind::DuplicateBook(_) | Kind::NoRuntime => None,
            Kind::Credentials(error) => error.source(),
            Kind::Connection(error) => error.source(),
            Kind::Recording(error) => error.source(),
            Kind::Book(error) => error.source(),
        }
    }
}
