//! The credentials of a client, which are added to each attempt.

use std::sync::Arc;

use bitmart_api::operations::security;
use bitmart_api::types::ErrorCode;
use bitmart_api::{Attempt, BoxFuture, Client, Error, Interceptor, Retry, SecurityScheme, Veto};
use venue_core::reqwest::Request;
use venue_runtime::{AvailableCredentials, ClockSync, ServerClock, SyncError, retry};

use crate::signing::Signer;
use crate::{AuthBuilder, BitMart};

/// The reason why a call ends after a response that reports too many requests. It completes "this call made no further attempt: …".
const TOO_MANY_REQUESTS: &str =
    "the exchange reported too many requests and bans callers that continue; wait for the window that X-BM-RateLimit-Reset states";

/// The credentials of a client: an API key and the estimate of the server's clock. Clones share all state.
///
/// [`client`](Self::client) returns a client with these credentials. `Auth` is also an [`Interceptor`] for a client that is built by hand. It
/// must be the last interceptor, because it signs the body as it is.
#[derive(Clone, Debug)]
pub struct Auth {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) unauthenticated: Client,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) clock: ClockSync,
    pub(crate) signer: Option<Signer>,
    pub(crate) credentials: AvailableCredentials,
}

impl Auth {
    /// A builder on a client without credentials, which reads the server's clock and provides the connections.
    pub fn builder(unauthenticated: &Client) -> AuthBuilder {
        AuthBuilder::new(unauthenticated)
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// A client with these credentials on the connections of the unauthenticated client.
    ///
    /// The interceptors of the unauthenticated client and then those of [`AuthBuilder::interceptor`] prepare each attempt before it is
    /// signed, so that the signature covers a body that they change.
    #[must_use]
    pub fn client(&self) -> Client {
        let Shared { unauthenticated, interceptors, .. } = &*self.shared;
        let auth: Arc<dyn Interceptor> = Arc::new(self.clone());
        let core = unauthenticated.core();
        Client::from(core.with_interceptors([core.interceptors(), interceptors, &[auth]].concat()))
    }

    /// The estimate of the server's clock.
    #[must_use]
    pub fn clock(&self) -> &ServerClock {
        self.shared.clock.estimate()
    }

    /// Reads the server's clock now. The credentials read it by themselves when that is due, so this is only useful before a burst of calls.
    ///
    /// # Errors
    ///
    /// Returns an error if every attempt to read the server's time failed.
    pub async fn sync_clock(&self) -> Result<(), SyncError> {
        self.shared.clock.sync().await
    }

    /// Adds the headers of the operation's security schemes. Waits for the clock or for a timestamp if the request is SIGNED.
    async fn prepare(&self, request: &mut Request, attempt: Attempt) -> Result<(), Veto> {
        let Shared { clock, signer, credentials, .. } = &*self.shared;
        let schemes = credentials.select(attempt.operation)?;
        match signer {
            Some(signer) if is_signed(schemes) => {
                let timestamp = signer.timestamps().next_synced(clock, ClockSync::wait_limit(attempt)).await?;
                signer.sign(request, timestamp)?;
            }
            Some(signer) if !schemes.is_empty() => signer.add_key(request),
            _ => {}
        }
        Ok(())
    }

    /// Decides whether a failed attempt is repeated: once after a timestamp out of range, and never after too many requests.
    async fn decide_retry(&self, error: &Error, attempt: Attempt) -> Retry {
        if retry::is_rate_limited_or_banned(error, &BitMart) {
            return Retry::NoBecause(TOO_MANY_REQUESTS);
        }
        let code = error.code().map(ErrorCode::from);
        let is_timestamp = code == Some(ErrorCode::TimestampOutOfRange) && !error.message().is_some_and(reports_invalid_window);
        let is_signed = self.shared.credentials.select(attempt.operation).is_ok_and(is_signed);
        if is_timestamp && is_signed { self.shared.clock.retry_rejected_timestamp(error, attempt).await } else { Retry::No }
    }
}

impl Interceptor for Auth {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(self.prepare(request, attempt))
    }

    fn redact(&self, text: &mut String, _: Attempt) {
        if let Some(signer) = &self.shared.signer {
            signer.redact(text);
        }
    }

    fn on_error<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        Box::pin(self.decide_retry(error, attempt))
    }
}

/// Whether a request with these schemes is SIGNED.
fn is_signed(schemes: &[SecurityScheme]) -> bool {
    schemes.contains(&security::SIGN)
}

/// Whether code 30007 is about an invalid `recvWindow` and not about the timestamp.
fn reports_invalid_window(message: &str) -> bool {
    message.to_ascii_lowercase().starts_with("param recvwindow")
}
