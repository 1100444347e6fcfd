//! The state of a session and its transitions. Nothing in this module waits or sends a request.

use std::time::Duration;

use venue_core::reqwest::header::HeaderValue;
use venue_core::{Ordinal, Secret, UnixMillis, UnixSeconds};

use super::cookies::Cookies;
use super::error::{ErrorKind, SessionError};
use super::token_server::IssuedToken;

/// A token is renewed when it has less than this left, or less than half of its life.
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// The time from a failed renewal to the next one while the token is still valid.
const BACK_OFF: Duration = Duration::from_secs(10);

/// The present time by both clocks.
#[derive(Clone, Copy)]
pub(super) struct Now {
    pub(super) monotonic: Duration,
    pub(super) server: UnixMillis,
}

pub(super) enum State {
    Active(Active),
    Ended(SessionError),
}

/// The credentials that a session provides now.
#[derive(Clone, Debug)]
pub enum AvailableSession {
    /// The session provides no credentials, for this reason.
    None(SessionError),
    /// The access token.
    Token,
    /// The access token, and a cookie for a renewal or a logout.
    TokenAndCookie,
}

/// A token and the cookies that renew it.
pub(super) struct Active {
    pub(super) token: Token,
    pub(super) cookies: Cookies,
    /// When this token replaced the previous one.
    pub(super) token_began: Ordinal,
    /// When this login replaced the previous one.
    pub(super) login_began: Ordinal,
    renewal: Renewal,
}

/// The access token.
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) expires: UnixSeconds,
}

enum Renewal {
    /// The token is renewed when a renewal is due by the server's clock. `None` if the token is renewed only after the server has rejected
    /// it.
    At(Option<Times>),
    /// A renewal failed, and the next one is not before this time of the monotonic clock.
    BackOff(Times, Duration),
    /// The exchange rejected the renewal.
    Rejected(Times, SessionError),
    /// The server rejected the token as expired.
    Overdue,
}

#[derive(Clone, Copy)]
struct Times {
    due: UnixMillis,
    expires: UnixMillis,
}

impl State {
    /// Starts a session with the token and the cookies of a login.
    pub(super) fn begin(&mut self, issued: IssuedToken, mut cookies: Cookies, now: Now) {
        let began = Ordinal::next();
        let token = issued.store_cookies(&mut cookies, now.server);
        let renewal = Renewal::of(&token, now);
        *self = Self::Active(Active { token, cookies, token_began: began, login_began: began, renewal });
    }

    pub(super) fn active(&self) -> Result<&Active, SessionError> {
        match self {
            Self::Active(active) => Ok(active),
            Self::Ended(error) => Err(error.clone()),
        }
    }

    pub(super) fn active_mut(&mut self) -> Result<&mut Active, SessionError> {
        match self {
            Self::Active(active) => Ok(active),
            Self::Ended(error) => Err(error.clone()),
        }
    }

    /// Returns the active session if its token is valid or can be renewed. Ends the session if its token has expired and cannot be renewed.
    pub(super) fn usable(&mut self, now: Now) -> Result<&mut Active, SessionError> {
        if let Self::Active(active) = self
            && let Some(error) = active.ended(now)
        {
            *self = Self::Ended(error);
        }
        self.active_mut()
    }

    pub(super) fn available(&mut self, now: Now) -> AvailableSession {
        match self.usable(now) {
            Ok(active) if active.cookies.is_empty(now.server) => AvailableSession::Token,
            Ok(_) => AvailableSession::TokenAndCookie,
            Err(error) => AvailableSession::None(error),
        }
    }

    /// Records a failed renewal. The session continues while its token is valid. When the token expires, the session ends if the exchange
    /// itself rejected the renewal.
    pub(super) fn renewal_failed(&mut self, token_began: Ordinal, error: &SessionError, now: Now) {
        let Self::Active(active) = self else { return };
        if active.token_began != token_began {
            return;
        }
        match active.renewal.times() {
            Some(times) if now.server < times.expires => {
                let retry_at = now.monotonic.saturating_add(BACK_OFF);
                active.renewal =
                    if error.is_permanent() { Renewal::Rejected(times, error.clone()) } else { Renewal::BackOff(times, retry_at) };
            }
            _ if error.is_permanent() => *self = Self::Ended(error.once_expired()),
            _ => {}
        }
    }
}

impl Active {
    pub(super) fn is_due(&self, now: Now) -> bool {
        match &self.renewal {
            Renewal::At(None) => false,
            Renewal::At(Some(times)) => now.server >= times.expires || (now.server >= times.due && self.cookies.can_refresh(now.server)),
            Renewal::BackOff(times, retry_at) => now.server >= times.expires || now.monotonic >= *retry_at,
            Renewal::Rejected(times, _) => now.server >= times.expires,
            Renewal::Overdue => true,
        }
    }

    /// Whether the token is valid, as far as the client knows.
    pub(super) fn is_valid(&self, now: Now) -> bool {
        match self.renewal.times() {
            Some(times) => now.server < times.expires,
            None => !matches!(self.renewal, Renewal::Overdue),
        }
    }

    /// Why the session has ended. `None` if its token is valid or can be renewed.
    fn ended(&self, now: Now) -> Option<SessionError> {
        match &self.renewal {
            _ if self.is_valid(now) => None,
            Renewal::Rejected(_, error) => Some(error.once_expired()),
            _ if !self.cookies.can_refresh(now.server) => Some(SessionError::new(ErrorKind::NoCookie)),
            _ => None,
        }
    }

    pub(super) fn renewed(&mut self, issued: IssuedToken, now: Now) {
        self.token = issued.store_cookies(&mut self.cookies, now.server);
        self.renewal = Renewal::of(&self.token, now);
        self.token_began = Ordinal::next();
    }

    /// Marks the token as due for renewal at its next use, because the server rejected the token as expired, or because a call outside of
    /// the session renewed it.
    pub(super) fn force_renewal(&mut self) {
        self.renewal = Renewal::Overdue;
    }

    /// The `Authorization` header.
    pub(super) fn bearer(&self) -> Result<HeaderValue, SessionError> {
        bearer(&self.token.secret)
    }

    /// The secrets that must not be printed.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.token.secret).chain(self.cookies.values())
    }
}

impl Renewal {
    fn of(token: &Token, now: Now) -> Self {
        let Some(expires) = token.expires.to_millis() else { return Self::At(None) };
        let life = expires.as_millis().saturating_sub(now.server.as_millis());
        // A token that has already expired when it arrives indicates a wrong clock, so only the server decides when it has expired.
        let Some(life) = u64::try_from(life).ok().filter(|life| *life > 0).map(Duration::from_millis) else { return Self::At(None) };
        let margin = RENEW_BEFORE.min(life / 2);
        let due = expires.as_millis().saturating_sub(i64::try_from(margin.as_millis()).unwrap_or(i64::MAX));
        Self::At(Some(Times { due: UnixMillis::new(due), expires }))
    }

    fn times(&self) -> Option<Times> {
        match self {
            Self::At(times) => *times,
            Self::BackOff(times, _) | Self::Rejected(times, _) => Some(*times),
            Self::Overdue => None,
        }
    }
}

pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, SessionError> {
    let header = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()));
    let mut header = header.map_err(|_| SessionError::new(ErrorKind::TokenUnusable))?;
    header.set_sensitive(true);
    Ok(header)
}
