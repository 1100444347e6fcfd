//! Renews the access token. One renewal serves all callers that wait for it, and completes even if these callers are dropped.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use venue_core::reqwest::Request;
use venue_core::reqwest::header::{AUTHORIZATION, COOKIE, HeaderValue};
use venue_core::{Attempt, BoxFuture, Client, Interceptor, Ordinal, Secret, Veto};

use super::TokenSession;
use super::error::{ErrorKind, SessionError};
use super::state::State;
use crate::redact;

/// The number of renewals so far, and the result of the last one.
pub(super) struct LastRenewal {
    count: u64,
    outcome: Result<(), SessionError>,
}

impl Default for LastRenewal {
    fn default() -> Self {
        Self { count: 0, outcome: Ok(()) }
    }
}

impl TokenSession {
    /// Ensures that the access token is valid, and renews it if needed. Waits for the server's clock for at most `clock_limit`.
    ///
    /// # Errors
    ///
    /// Returns an error if the token is not valid and cannot be renewed. Also returns an error if another login has replaced the session
    /// since `sent_from`, which is the start of the call.
    pub(super) async fn ensure_valid_token(&self, sent_from: Option<Ordinal>, clock_limit: Duration) -> Result<(), SessionError> {
        // A token expires by the server's clock. If the clock cannot be read, its present estimate is used.
        let _ = self.shared.clock.ensure_synced(clock_limit).await;
        let (token_began, login_began) = {
            let at = self.at();
            let mut known = self.known();
            let active = known.state.usable(at)?;
            if sent_from.is_some_and(|sent_from| active.login_began > sent_from) {
                return Err(SessionError::new(ErrorKind::AnotherLogin));
            }
            if !active.is_due(at) {
                return Ok(());
            }
            (active.token_began, active.login_began)
        };
        let outcome = self.renew_token(token_began).await;
        let at = self.at();
        let mut known = self.known();
        let active = known.state.usable(at)?;
        if active.login_began != login_began {
            return Err(SessionError::new(ErrorKind::AnotherLogin));
        }
        // A failed renewal does not matter while the token is valid.
        if active.is_valid(at) { Ok(()) } else { outcome }
    }

    /// Renews the token that began at `token_began`, unless another caller renews or has renewed it. The renewal continues if the future is
    /// dropped, because the exchange may already have revoked the old cookie.
    pub(super) async fn renew_token(&self, token_began: Ordinal) -> Result<(), SessionError> {
        let before = self.known().last_renewal.count;
        let lock = Arc::clone(&self.shared.renewal).lock_owned().await;
        {
            let known = self.known();
            if known.last_renewal.count != before {
                return known.last_renewal.outcome.clone();
            }
            if known.state.active()?.token_began != token_began {
                return Ok(());
            }
        }
        let session = self.clone();
        let renewal = tokio::spawn(async move {
            let outcome = session.renew_now(token_began).await;
            session.known().last_renewal.note(&outcome);
            drop(lock);
            outcome
        });
        renewal.await.unwrap_or_else(|_| Err(SessionError::new(ErrorKind::Interrupted)))
    }

    async fn renew_now(&self, token_began: Ordinal) -> Result<(), SessionError> {
        let (cookie, secrets) = {
            let at = self.at();
            let known = self.known();
            let active = known.state.active()?;
            (active.cookies.header(self.shared.tokens.refresh_operation(), at.server), active.secrets().cloned().collect::<Vec<_>>())
        };
        let outcome = match cookie {
            Some(cookie) => {
                let client = self.client_with(Credentials { bearer: None, cookie: Some(cookie), secrets });
                self.shared.tokens.refresh(client).await.map_err(|error| {
                    let is_rejected = self.shared.tokens.is_renewal_rejected(&error);
                    SessionError::from_call(if is_rejected { ErrorKind::RenewalRejected } else { ErrorKind::NotRenewed }, error)
                })
            }
            None => Err(SessionError::new(ErrorKind::NoCookie)),
        };
        let at = self.at();
        let mut known = self.known();
        match outcome {
            Ok(issued) => {
                let State::Active(active) = &mut known.state else { return Ok(()) };
                if active.token_began == token_began {
                    active.renewed(issued, at);
                    known.remember();
                }
                Ok(())
            }
            Err(error) => {
                known.state.renewal_failed(token_began, &error, at);
                Err(error)
            }
        }
    }

    /// A client with fixed credentials, because a renewal must not wait for itself.
    pub(super) fn client_with(&self, credentials: Credentials) -> Client {
        let unauthenticated = &self.shared.unauthenticated;
        let credentials: Arc<dyn Interceptor> = Arc::new(credentials);
        unauthenticated.with_interceptors([unauthenticated.interceptors(), &self.shared.interceptors, &[credentials]].concat())
    }
}

impl LastRenewal {
    fn note(&mut self, outcome: &Result<(), SessionError>) {
        self.count += 1;
        self.outcome.clone_from(outcome);
    }
}

/// Fixed credentials, which are not renewed.
#[derive(Default)]
pub(super) struct Credentials {
    bearer: Option<HeaderValue>,
    cookie: Option<HeaderValue>,
    /// The secrets that the server may repeat.
    secrets: Vec<Secret>,
}

impl Credentials {
    pub(super) fn new(bearer: Option<HeaderValue>, cookie: Option<HeaderValue>) -> Self {
        Self { bearer, cookie, ..Self::default() }
    }

    /// Redacts these secrets, which the request contains and the server may repeat.
    pub(super) fn redacting<'a>(self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self { secrets: secrets.into_iter().cloned().collect(), ..self }
    }
}

impl Interceptor for Credentials {
    fn on_attempt<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        let headers = request.headers_mut();
        headers.extend(self.bearer.clone().map(|bearer| (AUTHORIZATION, bearer)));
        headers.extend(self.cookie.clone().map(|cookie| (COOKIE, cookie)));
        Box::pin(std::future::ready(Ok(())))
    }

    fn redact(&self, text: &mut String, _: Attempt) {
        redact::secrets(text, &self.secrets);
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}
