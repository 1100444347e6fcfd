//! What is known of a session, and what follows from it. Nothing here waits or asks.

use std::time::Duration;

use sixmm_api::operations::REFRESH_TOKEN;
use sixmm_api::{Secret, UnixMillis, UnixSeconds};
use venue_core::Ordinal;
use venue_core::reqwest::header::{HeaderMap, HeaderValue};

use super::cookies::Cookies;
use super::error::{SessionError, Why};

/// A token is renewed when it has less than this left, or less than half of its life.
const RENEW_BEFORE: Duration = Duration::from_secs(60);

/// After a renewal that failed while the token is still good, the next one is tried no earlier.
const RETRY_AFTER: Duration = Duration::from_secs(10);

/// Both clocks, when a question is asked.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) monotonic: Duration,
    pub(super) server: UnixMillis,
}

pub(super) enum State {
    Active(Active),
    Ended(SessionError),
}

/// What a session can be called with now.
pub(crate) enum Held {
    /// And why.
    Nothing(SessionError),
    Token,
    TokenAndCookie,
}

/// A token and what renews it.
pub(super) struct Active {
    pub(super) token: Token,
    pub(super) cookies: Cookies,
    /// When this token took the place of another one.
    pub(super) token_began: Ordinal,
    /// When this login took the place of another one.
    pub(super) login_began: Ordinal,
    renewal: Renewal,
}

/// As it came.
pub(super) struct Token {
    pub(super) secret: Secret,
    pub(super) expires: UnixSeconds,
}

enum Renewal {
    /// By these times of the server's clock. `None`: only when the server says so.
    By(Option<Times>),
    /// One failed: not before this time of the monotonic clock.
    NoSooner(Times, Duration),
    /// The exchange refuses to.
    Refused(Times, SessionError),
    /// The server says that the token has expired.
    Overdue,
}

#[derive(Clone, Copy)]
struct Times {
    due: UnixMillis,
    expires: UnixMillis,
}

impl State {
    pub(super) fn begin(&mut self, token: Token, cookies: Cookies, at: At) {
        let now = Ordinal::next();
        let renewal = Renewal::of(&token, at);
        *self = Self::Active(Active { token, cookies, token_began: now, login_began: now, renewal });
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

    /// The token, good or to be renewed. Ends a session whose token has expired and cannot be.
    pub(super) fn usable(&mut self, at: At) -> Result<&mut Active, SessionError> {
        if let Self::Active(active) = self
            && let Some(error) = active.is_over(at)
        {
            *self = Self::Ended(error);
        }
        self.active_mut()
    }

    pub(super) fn held(&mut self, at: At) -> Held {
        match self.usable(at) {
            Ok(active) if active.cookies.is_empty(at.server) => Held::Token,
            Ok(_) => Held::TokenAndCookie,
            Err(error) => Held::Nothing(error),
        }
    }

    /// Keeps the session while the token is good. Afterwards it is over, if the exchange itself refused.
    pub(super) fn renewal_failed(&mut self, token_began: Ordinal, error: &SessionError, at: At) {
        let Self::Active(active) = self else { return };
        if active.token_began != token_began {
            return;
        }
        match active.renewal.times() {
            Some(times) if at.server < times.expires => {
                let retry_at = at.monotonic.saturating_add(RETRY_AFTER);
                active.renewal = if error.is_final() { Renewal::Refused(times, error.clone()) } else { Renewal::NoSooner(times, retry_at) };
            }
            _ if error.is_final() => *self = Self::Ended(error.once_expired()),
            _ => {}
        }
    }
}

impl Active {
    pub(super) fn is_due(&self, at: At) -> bool {
        match &self.renewal {
            Renewal::By(None) => false,
            Renewal::By(Some(times)) => at.server >= times.expires || (at.server >= times.due && self.cookies.can_refresh(at.server)),
            Renewal::NoSooner(times, retry_at) => at.server >= times.expires || at.monotonic >= *retry_at,
            Renewal::Refused(times, _) => at.server >= times.expires,
            Renewal::Overdue => true,
        }
    }

    /// Whether the token can be used, as far as is known.
    pub(super) fn is_good(&self, at: At) -> bool {
        match self.renewal.times() {
            Some(times) => at.server < times.expires,
            None => !matches!(self.renewal, Renewal::Overdue),
        }
    }

    /// Why there is nothing more to be done with it.
    fn is_over(&self, at: At) -> Option<SessionError> {
        match &self.renewal {
            _ if self.is_good(at) => None,
            Renewal::Refused(_, error) => Some(error.once_expired()),
            _ if !self.cookies.can_refresh(at.server) => Some(SessionError::new(Why::NoCookie)),
            _ => None,
        }
    }

    pub(super) fn renewed(&mut self, token: Token, headers: &HeaderMap, at: At) {
        self.renewal = Renewal::of(&token, at);
        self.token = token;
        self.cookies.update(headers, &REFRESH_TOKEN, at.server);
        self.token_began = Ordinal::next();
    }

    /// The server said that it has expired, or somebody else renewed it.
    pub(super) fn distrust(&mut self) {
        self.renewal = Renewal::Overdue;
    }

    /// The `Authorization` header.
    pub(super) fn bearer(&self) -> Result<HeaderValue, SessionError> {
        bearer(&self.token.secret)
    }

    /// What must not be printed.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.token.secret).chain(self.cookies.values())
    }
}

impl Renewal {
    fn of(token: &Token, at: At) -> Self {
        let Some(expires) = token.expires.to_millis() else { return Self::By(None) };
        let life = expires.as_millis().saturating_sub(at.server.as_millis());
        // A token that has expired when it comes tells of a clock that is wrong: the server is left to judge.
        let Some(life) = u64::try_from(life).ok().filter(|life| *life > 0).map(Duration::from_millis) else { return Self::By(None) };
        let margin = RENEW_BEFORE.min(life / 2);
        let due = expires.as_millis().saturating_sub(i64::try_from(margin.as_millis()).unwrap_or(i64::MAX));
        Self::By(Some(Times { due: UnixMillis::new(due), expires }))
    }

    fn times(&self) -> Option<Times> {
        match self {
            Self::By(times) => *times,
            Self::NoSooner(times, _) | Self::Refused(times, _) => Some(*times),
            Self::Overdue => None,
        }
    }
}

pub(super) fn bearer(token: &Secret) -> Result<HeaderValue, SessionError> {
    let header = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()));
    let mut header = header.map_err(|_| SessionError::new(Why::TokenUnusable))?;
    header.set_sensitive(true);
    Ok(header)
}
