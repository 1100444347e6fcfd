//! Renewing a token: once for all who wait, and to the end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sixmm_api::operations::REFRESH_TOKEN;
use sixmm_api::{Attempt, BoxFuture, Client, Error, Interceptor, Refusal, Secret, requests};
use venue_core::reqwest::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue};
use venue_core::{Moment, reqwest::Request};

use super::Session;
use super::error::{SessionError, Why};
use super::state::{State, Token};
use crate::conceal;

/// How the renewals so far have ended.
pub(super) struct Past {
    count: u64,
    outcome: Result<(), SessionError>,
}

impl Default for Past {
    fn default() -> Self {
        Self { count: 0, outcome: Ok(()) }
    }
}

impl Session {
    /// Sees to it that the token is good: that of the login that was there when a call was first sent, if it was sent already. It waits for the
    /// server's clock within `clock_limit`.
    pub(super) async fn good_token(&self, sent_from: Option<Moment>, clock_limit: Duration) -> Result<(), SessionError> {
        // A token's time is told by the server's clock. If it cannot be read, this machine's must do.
        let _ = self.shared.clock.ready(clock_limit).await;
        let (token_began, login_began) = {
            let at = self.at();
            let mut known = self.known();
            let active = known.state.usable(at)?;
            if sent_from.is_some_and(|sent_from| active.login_began > sent_from) {
                return Err(SessionError::new(Why::AnotherLogin));
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
            return Err(SessionError::new(Why::AnotherLogin));
        }
        // While the token is good, a renewal that failed is not the caller's problem.
        if active.is_good(at) { Ok(()) } else { outcome }
    }

    /// Renews the token that began then, if nobody else does or did. The future may be dropped: the renewal goes on, because the
    /// exchange may have taken back the old cookie already.
    pub(super) async fn renew_token(&self, token_began: Moment) -> Result<(), SessionError> {
        let before = self.known().past.count;
        let turn = Arc::clone(&self.shared.renewal).lock_owned().await;
        {
            let known = self.known();
            if known.past.count != before {
                return known.past.outcome.clone();
            }
            if known.state.active()?.token_began != token_began {
                return Ok(());
            }
        }
        let session = self.clone();
        let renewal = tokio::spawn(async move {
            let outcome = session.renew_now(token_began).await;
            session.known().past.note(&outcome);
            drop(turn);
            outcome
        });
        renewal.await.unwrap_or_else(|_| Err(SessionError::new(Why::Interrupted)))
    }

    async fn renew_now(&self, token_began: Moment) -> Result<(), SessionError> {
        let (cookie, secrets) = {
            let at = self.at();
            let known = self.known();
            let active = known.state.active()?;
            (active.cookies.header(&REFRESH_TOKEN, at.server), active.secrets().cloned().collect::<Vec<_>>())
        };
        let outcome = match cookie {
            Some(cookie) => self
                .ask(Credentials { bearer: None, cookie: Some(cookie), secrets })
                .await
                .map_err(|error| SessionError::from_api(Why::NotRenewed, error)),
            None => Err(SessionError::new(Why::NoCookie)),
        };
        let at = self.at();
        let mut known = self.known();
        match outcome {
            Ok((token, headers)) => {
                let State::Active(active) = &mut known.state else { return Ok(()) };
                if active.token_began == token_began {
                    active.renewed(token, &headers, at);
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

    async fn ask(&self, credentials: Credentials) -> Result<(Token, HeaderMap), Error> {
        let client = self.client_with(credentials);
        let response = client.send(requests::RefreshToken::new()).await?;
        let headers = response.headers().clone();
        let session = response.into_data()?;
        Ok((Token { secret: session.access_token, expires: session.access_expire }, headers))
    }

    /// A client with fixed credentials: what renews must not wait for itself.
    pub(super) fn client_with(&self, credentials: Credentials) -> Client {
        let plain = self.shared.plain.core();
        let credentials: Arc<dyn Interceptor> = Arc::new(credentials);
        Client::from(plain.with_interceptors([plain.interceptors(), &self.shared.others, &[credentials]].concat()))
    }
}

impl Past {
    fn note(&mut self, outcome: &Result<(), SessionError>) {
        self.count += 1;
        self.outcome.clone_from(outcome);
    }
}

/// Credentials that are what they are: nothing is renewed on the way.
#[derive(Default)]
pub(super) struct Credentials {
    bearer: Option<HeaderValue>,
    cookie: Option<HeaderValue>,
    /// What the server may repeat.
    secrets: Vec<Secret>,
}

impl Credentials {
    pub(super) fn new(bearer: Option<HeaderValue>, cookie: Option<HeaderValue>) -> Self {
        Self { bearer, cookie, ..Self::default() }
    }

    /// The request tells these to the server, which may repeat them.
    pub(super) fn telling<'a>(self, secrets: impl IntoIterator<Item = &'a Secret>) -> Self {
        Self { secrets: secrets.into_iter().cloned().collect(), ..self }
    }
}

impl Interceptor for Credentials {
    fn before<'a>(&'a self, request: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Refusal>> {
        let headers = request.headers_mut();
        headers.extend(self.bearer.clone().map(|bearer| (AUTHORIZATION, bearer)));
        headers.extend(self.cookie.clone().map(|cookie| (COOKIE, cookie)));
        Box::pin(std::future::ready(Ok(())))
    }

    fn conceal(&self, text: &mut String, _: Attempt) {
        conceal::secrets(text, &self.secrets);
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials([redacted])")
    }
}
