//! The error of the builder.

use std::fmt;

/// Why a connection could not be built.
#[derive(Debug)]
pub struct Error {
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(message: &str) -> Self {
        Self { message: message.to_owned(), source: None }
    }
}

/// The connector of `venue-core` reports the schemes of HTTP.
impl From<venue_core::BuildError> for Error {
    fn from(error: venue_core::BuildError) -> Self {
        let source = std::error::Error::source(&error).map(|source| source.to_string().into());
        let message = error.to_string().replace("`https://", "`wss://").replace("`http://", "`ws://");
        Self { message, source }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
