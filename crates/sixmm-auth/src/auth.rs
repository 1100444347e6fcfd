//! The credentials of a client: adds them to each attempt, and corrects the timestamp or renews the token after the exchange has rejected
//! it.

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

/// The message, in lower case, with which the exchange's server rejects a timestamp. The rejection is recognised by this message, because
/// the documentation does not state its code.
///
/// Documentation: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
const OUT_OF_TOLERANCE: &[u8] = b"timestamp outside of tolerance window";

/// The credentials of a client: an API key, a session, or both. Clones share all state.
///
/// If a client has both, requests for operations that accept an API key are signed with the key. All other requests use the token of the
/// session.
///
/// [`client`](Self::client) returns a client with these credentials. `Auth` is also an [`Interceptor`] for a client that is built by hand.
/// `Auth` must be the last interceptor, because the signature covers the request as the earlier interceptors have left it.
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
    /// Returns a builder of credentials for the connections of `unauthenticated`, which is a client without credentials. `Auth` also uses
    /// this client to read the server's clock and to log in.
    pub fn builder(unauthenticated: &Client) -> AuthBuilder {
        AuthBuilder::new(unauthenticated)
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// Returns a client with these credentials, which shares the connections of the unauthenticated client.
    ///
    /// Before an attempt is signed, the interceptors of the unauthenticated client run, and then those of [`AuthBuilder::interceptor`]. The
    /// signature therefore covers their changes.
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

    /// Reads the server's clock now, for example before a burst of orders. Otherwise there is no need to call this method, because the
    /// clock is read automatically before the first call and then at regular intervals.
    ///
    /// # Errors
    ///
    /// Returns an error if every attempt to read the server's time failed.
    pub async fn sync_clock(&self) -> Result<(), SyncError> {
        self.shared.clock.sync().await
    }

    /// Checks whether the credentials for an operation are available and have the declared permissions. Sends no request.
    ///
    /// # Errors
    ///
    /// Returns the error with which a request for the operation would be rejected before sending.
    pub fn check_credentials(&self, operation: &'static Operation) -> Result<(), Veto> {
        let Shared { session, selector, .. } = &*self.shared;
        selector.select(operation, &session.tokens().available()).map(drop)
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

    /// Signs the request with the API key if a timestamp is available without waiting, which is nearly always the case. Returns `None` if
    /// the call has to wait for a timestamp, or if the operation does not use the API key.
    fn sign_now(&self, request: &mut Request, operation: &'static Operation) -> Option<Result<(), Veto>> {
        let Shared { clock, signer, selector, .. } = &*self.shared;
        let signer = signer.as_ref().filter(|_| selector.uses_api_key(operation))?;
        let timestamp = signer.timestamps().try_next_synced(clock)?;
        Some(signer.sign(request, timestamp).map_err(Veto::new))
    }

    /// Decides whether a call gets another attempt after the server has rejected its timestamp or its token. The next attempt then has a
    /// corrected timestamp or a new token.
    ///
    /// An operation that must not be executed twice, for example the placement of an order, gets another attempt only if it is certain that
    /// no earlier attempt was executed.
    async fn decide_retry(&self, error: &Error, attempt: Attempt) -> Retry {
        let Some(code) = error.code().map(ErrorCode::from) else { return Retry::No };
        // These codes and every 5xx status leave open whether the call was executed, so the message is not considered. `DuplicateRequest`
        // is one of these codes, because an earlier attempt of the same call may have been executed.
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

/// Whether it is certain that no attempt of the call was executed: no earlier attempt may have been executed, and the response contains a
/// rejection and no data.
fn is_certainly_not_executed(error: &Error) -> bool {
    !error.may_have_been_executed() && error.is_bare_refusal()
}

fn accepts_token(operation: &Operation) -> bool {
    operation.security.iter().any(|schemes| schemes.contains(&security::JWT))
}

/// Whether an attempt is sent without a token. This is the case for a public operation from the third attempt on, because the first two
/// attempts failed with a token.
fn is_anonymous(attempt: Attempt) -> bool {
    attempt.operation.is_public() && attempt.number > 2
}

fn is_out_of_tolerance(message: &str) -> bool {
    message.as_bytes().windows(OUT_OF_TOLERANCE.len()).any(|window| window.eq_ignore_ascii_case(OUT_OF_TOLERANCE))
}
