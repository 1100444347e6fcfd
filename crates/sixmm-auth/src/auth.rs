//! The credentials of a client: adds them to each attempt, and deals with their refusal.

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use sixmm_api::operations::{LOGOUT, REFRESH_TOKEN, security};
use sixmm_api::types::ErrorCode;
use sixmm_api::{Attempt, BoxFuture, Client, Error, Interceptor, Operation, Permission, ResponseHead, Retry, Veto};
use venue_core::reqwest::Request;
use venue_core::reqwest::header::{AUTHORIZATION, COOKIE};
use venue_runtime::{ServerClock, SyncError};

use crate::AuthBuilder;
use crate::choice::Choice;
use crate::clock::{ApiClock, clock_limit};
use crate::redact;
use crate::session::{Session, Why};
use crate::signing::Signer;

/// What the server says of a timestamp; the documentation names no code for it.
///
/// Documentation: <https://docs.6mm.com/developer-api/error-codes-and-troubleshooting>
const OUT_OF_TOLERANCE: &[u8] = b"timestamp outside of tolerance window";

/// The credentials of a client: an API key, a session, or both. Clones share everything.
///
/// With both, each operation gets the right one, by the operation table: the API key where it is accepted, the session's token elsewhere.
///
/// [`client`](Self::client) is the usual way to use it. It is an [`Interceptor`], too, for whoever puts a client together by hand; it must
/// then be the last one, because it signs what it sees.
#[derive(Clone)]
pub struct Auth {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) plain: Client,
    pub(crate) others: Vec<Arc<dyn Interceptor>>,
    pub(crate) clock: ApiClock,
    pub(crate) signer: Option<Signer>,
    pub(crate) session: Session,
    pub(crate) choice: Choice,
    pub(crate) declared: Option<Vec<Permission>>,
}

impl Auth {
    /// Starts with a client that has no credentials: it reads the server's clock, logs in, and lends its connections.
    pub fn builder(plain: &Client) -> AuthBuilder {
        AuthBuilder::new(plain)
    }

    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// The client that uses these credentials, on the connections of the plain one.
    ///
    /// Each attempt goes through the plain client's own interceptors first, and then through those of [`AuthBuilder::interceptor`], before
    /// it gets its credentials: what they add is signed.
    #[must_use]
    pub fn client(&self) -> Client {
        let Shared { plain, others, .. } = &*self.shared;
        let auth: Arc<dyn Interceptor> = Arc::new(self.clone());
        Client::from(plain.core().with_interceptors([plain.core().interceptors(), others, &[auth]].concat()))
    }

    /// The session: log in, log out.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.shared.session
    }

    /// What is known of the server's clock.
    #[must_use]
    pub fn clock(&self) -> &ServerClock {
        self.shared.clock.estimate()
    }

    /// Reads the server's clock now. It is done by itself when it is due; before a burst of orders one may want it to be over.
    ///
    /// # Errors
    ///
    /// If the server's time could not be read even once.
    pub async fn sync_clock(&self) -> Result<(), SyncError> {
        self.shared.clock.sync().await
    }

    async fn prepare(&self, request: &mut Request, attempt: Attempt) -> Result<(), Veto> {
        let Shared { clock, signer, session, choice, .. } = &*self.shared;
        let operation = attempt.operation;
        let schemes = choice.schemes(operation, &session.held())?;
        if let Some(signer) = signer.as_ref().filter(|_| schemes.contains(&security::API_KEY)) {
            let timestamp = signer.timestamp(clock, clock_limit(attempt)).await?;
            return signer.sign(request, timestamp).map_err(Veto::new);
        }
        if schemes.contains(&security::JWT) && !is_anonymous(attempt) {
            match session.bearer(attempt).await {
                Ok(bearer) => drop(request.headers_mut().insert(AUTHORIZATION, bearer)),
                // It can do without.
                Err(_) if operation.is_public() => {}
                Err(error) => return Err(error.into()),
            }
        }
        if schemes.contains(&security::COOKIE) {
            request.headers_mut().extend(session.cookie_header(operation)?.map(|cookie| (COOKIE, cookie)));
        }
        if is(operation, &LOGOUT) {
            session.forget();
        }
        Ok(())
    }

    /// Signs at once if there is nothing to wait for, which is nearly always. `None` if it takes more.
    fn sign_now(&self, request: &mut Request, operation: &'static Operation) -> Option<Result<(), Veto>> {
        let Shared { clock, signer, choice, .. } = &*self.shared;
        let signer = signer.as_ref().filter(|_| choice.is_by_key(operation))?;
        let timestamp = signer.timestamp_now(clock)?;
        Some(signer.sign(request, timestamp).map_err(Veto::new))
    }

    /// What a refusal says of the credentials, and whether new ones are worth another attempt. An order is sent again only after the documented
    /// refusals that come before the server acts, a refused timestamp and code 1002, if no attempt so far may have been executed.
    async fn decide_retry(&self, error: &Error, attempt: Attempt) -> Retry {
        let Some(code) = error.code().map(ErrorCode::from) else { return Retry::No };
        // Under such a status or code it may have been executed, whatever the words beside it are; and so may be the first of two requests of
        // which the second is a duplicate.
        let is_uncertain = matches!(code, ErrorCode::InternalError | ErrorCode::ServiceUnavailable | ErrorCode::DuplicateRequest)
            || error.status().is_some_and(|status| status.is_server_error());
        let is_repeatable = attempt.operation.repeatable.is_repeatable();
        if is_uncertain || !(is_repeatable || is_certainly_not_executed(error)) {
            return Retry::No;
        }
        let Shared { clock, signer, session, choice, .. } = &*self.shared;
        let is_again = if signer.is_some() && choice.is_by_key(attempt.operation) {
            error.message().is_some_and(is_out_of_tolerance) && clock.refused(attempt).await
        } else if takes_token(attempt.operation) && !is_anonymous(attempt) {
            let is_again = match code {
                ErrorCode::TokenExpired => session.token_expired(attempt).await,
                ErrorCode::InvalidCredential => session.token_rejected(Why::Invalid, attempt, error.request_id()),
                ErrorCode::TokenRevoked => session.token_rejected(Why::Revoked, attempt, error.request_id()),
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
            self.shared.session.renewed_by_hand(head.headers, attempt);
        }
    }

    fn redact(&self, text: &mut String, attempt: Attempt) {
        let Shared { signer, session, .. } = &*self.shared;
        redact::by_pattern(text, attempt);
        if let Some(signer) = signer {
            signer.redact(text);
        }
        session.redact(text);
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

fn is(operation: &'static Operation, one: &'static Operation) -> bool {
    std::ptr::eq(operation, one)
}

/// Whether the whole answer is a refusal, and no earlier attempt may have been executed.
fn is_certainly_not_executed(error: &Error) -> bool {
    !error.may_have_been_executed() && error.is_bare_refusal()
}

fn takes_token(operation: &Operation) -> bool {
    operation.security.iter().any(|schemes| schemes.contains(&security::JWT))
}

/// After two attempts with a token that the server refuses, a public operation goes out without one.
fn is_anonymous(attempt: Attempt) -> bool {
    attempt.operation.is_public() && attempt.number > 2
}

fn is_out_of_tolerance(message: &str) -> bool {
    message.as_bytes().windows(OUT_OF_TOLERANCE.len()).any(|words| words.eq_ignore_ascii_case(OUT_OF_TOLERANCE))
}
