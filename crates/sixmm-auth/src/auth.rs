//! The credentials of a client, which are added to each attempt and renewed when the exchange rejects them.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use sixmm_api::operations::{LOGOUT, REFRESH_TOKEN, security};
use sixmm_api::types::ErrorCode;
use sixmm_api::{Attempt, BoxFuture, Client, Error, Interceptor, Operation, Permission, ResponseHead, Retry, Veto};
use venue_core::reqwest::Request;
use venue_core::reqwest::header::{AUTHORIZATION, COOKIE};
use venue_runtime::session::TokenRejection;
use venue_runtime::{ClockSync, ServerClock, SyncError};

use crate::AuthBuilder;
use crate::credential_selection::Selector;
use crate::redact;
use crate::session::Session;
use crate::signing::Signer;

/// The message with which the server rejects a timestamp. The documentation does not state the code of this rejection.
///
/// Documentation: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
const OUT_OF_TOLERANCE: &[u8] = b"timestamp outside of tolerance window";

/// The credentials of a client: an API key, a session, or both. Clones share all state.
///
/// With both, a request for an operation that accepts an API key is signed with the key. Any other request has the token of the session.
///
/// [`client`](Self::client) returns a client with these credentials. `Auth` is also an [`Interceptor`] for a client that is built by hand.
/// It must be the last interceptor, because it signs the request as it is.
#[derive(Clone)]
pub struct Auth {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) unauthenticated: Client,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) clock: ClockSync,
    pub(crate) signer: Option<Signer>,
    pub(crate) session: Session,
    pub(crate) selector: Selector,
    pub(crate) declared: Option<Vec<Permission>>,
}

impl Auth {
    /// Returns a builder of credentials. The given client has no credentials. It provides the connections, reads the server's clock, and
    /// sends the logins.
    pub fn builder(unauthenticated: &Client) -> AuthBuilder {
        AuthBuilder::new(unauthenticated)
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// Returns a client with these credentials, which shares the connections of the unauthenticated client.
    ///
    /// The interceptors of the unauthenticated client and then those of [`AuthBuilder::interceptor`] prepare each attempt before it is
    /// signed, so that the signature covers what they add.
    #[must_use]
    pub fn client(&self) -> Client {
        let Shared { unauthenticated, interceptors, .. } = &*self.shared;
        let auth: Arc<dyn Interceptor> = Arc::new(self.clone());
        let core = unauthenticated.core();
        Client::from(core.with_interceptors([core.interceptors(), interceptors, &[auth]].concat()))
    }

    /// The session, which logs in and out.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.shared.session
    }

    /// The estimate of the server's clock.
    #[must_use]
    pub fn clock(&self) -> &ServerClock {
        self.shared.clock.estimate()
    }

    /// Reads the server's clock now. The credentials also read the clock when this is due, so this method is only useful before a burst of
    /// orders.
    ///
    /// # Errors
    ///
    /// Returns an error if every attempt to read the server's time failed.
    pub async fn sync_clock(&self) -> Result<(), SyncError> {
        self.shared.clock.sync().await
    }

    async fn prepare(&self, request: &mut Request, attempt: Attempt) -> Result<(), Veto> {
        let Shared { clock, signer, session, selector, .. } = &*self.shared;
        let session = session.tokens();
        let operation = attempt.operation;
        let schemes = selector.select(operation, &session.available())?;
        if let Some(signer) = signer.as_ref().filter(|_| schemes.contains(&security::API_KEY)) {
            let timestamp = signer.timestamps().next_synced(clock, ClockSync::wait_limit(attempt)).await?;
            return signer.sign(request, timestamp).map_err(Veto::new);
        }
        if schemes.contains(&security::JWT) && !is_anonymous(attempt) {
            match session.bearer(attempt).await {
                Ok(bearer) => drop(request.headers_mut().insert(AUTHORIZATION, bearer)),
                // A public operation works without a token.
                Err(_) if operation.is_public() => {}
                Err(error) => return Err(error.into()),
            }
        }
        if schemes.contains(&security::COOKIE) {
            request.headers_mut().extend(session.cookie_header(operation)?.map(|cookie| (COOKIE, cookie)));
        }
        if is(operation, &LOGOUT) {
            session.mark_logged_out();
        }
        Ok(())
    }

    /// Signs the request without waiting, which is nearly always possible. Returns `None` if the call has to wait, or if it needs the
    /// session.
    fn sign_now(&self, request: &mut Request, operation: &'static Operation) -> Option<Result<(), Veto>> {
        let Shared { clock, signer, selector, .. } = &*self.shared;
        let signer = signer.as_ref().filter(|_| selector.uses_api_key(operation))?;
        let timestamp = signer.timestamps().try_next_synced(clock)?;
        Some(signer.sign(request, timestamp).map_err(Veto::new))
    }

    /// Decides whether new credentials are worth another attempt. An order is sent again only after the documented rejections that precede
    /// its execution (a rejected timestamp, code 1002), and only if no attempt so far may have been executed.
    async fn decide_retry(&self, error: &Error, attempt: Attempt) -> Retry {
        let Some(code) = error.code().map(ErrorCode::from) else { return Retry::No };
        // Under such a status or code the request may have been executed, whatever the message is. The same holds for the first of two
        // requests of which the second is a duplicate.
        let is_uncertain = matches!(code, ErrorCode::InternalError | ErrorCode::ServiceUnavailable | ErrorCode::DuplicateRequest)
            || error.status().is_some_and(|status| status.is_server_error());
        let is_repeatable = attempt.operation.repeatable.is_repeatable();
        if is_uncertain || !(is_repeatable || is_certainly_not_executed(error)) {
            return Retry::No;
        }
        let Shared { clock, signer, session, selector, .. } = &*self.shared;
        let session = session.tokens();
        let is_again = if signer.is_some() && selector.uses_api_key(attempt.operation) {
            error.message().is_some_and(is_out_of_tolerance) && clock.timestamp_rejected(attempt).await
        } else if accepts_token(attempt.operation) && !is_anonymous(attempt) {
            let is_again = match code {
                ErrorCode::TokenExpired => session.token_expired(attempt).await,
                ErrorCode::InvalidCredential => session.token_rejected(TokenRejection::Invalid, attempt, error),
                ErrorCode::TokenRevoked => session.token_rejected(TokenRejection::Revoked, attempt, error),
                _ => return Retry::No,
            };
            is_again || attempt.operation.is_public()
        } else {
            false
        };
        if is_again { Retry::Yes } else { Retry::No }
    }
}

impl Interceptor for Auth {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, attempt: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        match self.sign_now(request, attempt.operation) {
            Some(outcome) => Box::pin(ready(outcome)),
            None => Box::pin(self.prepare(request, attempt)),
        }
    }

    fn on_response_head(&self, head: ResponseHead<'_>, attempt: Attempt) {
        if is(attempt.operation, &REFRESH_TOKEN) {
            self.shared.session.tokens().refreshed_externally(head.headers, attempt);
        }
    }

    fn redact(&self, text: &mut String, attempt: Attempt) {
        let Shared { signer, session, .. } = &*self.shared;
        redact::by_pattern(text, attempt);
        if let Some(signer) = signer {
            signer.redact(text);
        }
        session.tokens().redact(text);
    }

    fn on_error<'a>(&'a self, error: &'a Error, attempt: Attempt) -> BoxFuture<'a, Retry> {
        Box::pin(self.decide_retry(error, attempt))
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("api_key", &self.shared.signer.is_some())
            .field("permissions", &self.shared.declared)
            .field("session", &self.shared.session)
            .field("clock", &self.shared.clock)
            .finish_non_exhaustive()
    }
}

fn is(operation: &Operation, other: &Operation) -> bool {
    operation.id == other.id
}

/// Whether the response contains only a rejection, and it is certain that no earlier attempt was executed.
fn is_certainly_not_executed(error: &Error) -> bool {
    !error.may_have_been_executed() && error.is_bare_refusal()
}

fn accepts_token(operation: &Operation) -> bool {
    operation.security.iter().any(|schemes| schemes.contains(&security::JWT))
}

/// Whether a public operation is sent without a token, because the server rejected the tokens of two attempts.
fn is_anonymous(attempt: Attempt) -> bool {
    attempt.operation.is_public() && attempt.number > 2
}

fn is_out_of_tolerance(message: &str) -> bool {
    message.as_bytes().windows(OUT_OF_TOLERANCE.len()).any(|window| window.eq_ignore_ascii_case(OUT_OF_TOLERANCE))
}
