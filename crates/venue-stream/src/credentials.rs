//! The credentials of a connection.

use std::fmt;

use venue_core::{BoxFuture, Secret};

use crate::DisconnectReason;

/// Provides the credentials for each attempt to connect, such as a listen key that other code creates and renews.
pub trait CredentialSource: fmt::Debug + Send + Sync {
    /// Returns the credentials for an attempt. The time counts towards [`Settings::connect_timeout`](crate::Settings::connect_timeout).
    ///
    /// # Errors
    ///
    /// Returns an error if no credentials are available. The connection repeats the attempt after a pause, unless the error is
    /// [fatal](CredentialError::fatal).
    fn credentials<'a>(&'a self, attempt: &'a ConnectAttempt) -> BoxFuture<'a, Result<Credentials, CredentialError>>;
}

/// An attempt to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectAttempt {
    /// The number of the connection.
    pub connection: u64,
    /// Why the connection before was lost. `None` for the first attempt. After
    /// [`AuthenticationRejected`](DisconnectReason::AuthenticationRejected), the same credentials will probably be rejected again.
    pub previous: Option<DisconnectReason>,
}

/// The credentials of a connection. `Debug` prints no secret.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Credentials {
    pub(crate) query: Option<Secret>,
    pub(crate) login: Option<Secret>,
}

impl Credentials {
    /// Connects without credentials.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a query to the URL of the connection, such as `listenKey=…`. The caller has to percent-encode the values.
    pub fn query(mut self, query: impl Into<Secret>) -> Self {
        self.query = Some(query.into());
        self
    }

    /// Sends this text as the first message of the connection.
    pub fn login(mut self, message: impl Into<Secret>) -> Self {
        self.login = Some(message.into());
        self
    }
}

/// Why no credentials are available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialError {
    message: String,
    is_fatal: bool,
}

impl CredentialError {
    /// A failure after which the attempt should be repeated. The message must not contain a secret, because events and logs contain it.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_fatal: false }
    }

    /// A failure after which the connection is closed for good, for example because the user logged out.
    #[must_use]
    pub fn fatal(message: impl Into<String>) -> Self {
        Self { message: message.into(), is_fatal: true }
    }

    /// Whether the connection is closed for good.
    #[must_use]
    pub fn is_fatal(&self) -> bool {
        self.is_fatal
    }
}

impl fmt::Display for CredentialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for CredentialError {}
