//! Sessions: login, refresh by cookie, logout, and what agents hand to their users.
//!
//! <https://docs.6mm.com/developer-api/authentication>

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::jwt::{Claims, Tokens};
use super::seeded::Seeded;
use crate::UnixMillis;
use crate::clock::millis;
use crate::refusal::Refusal;

/// The cookie of a session. The vendor does not document its name.
pub(crate) const COOKIE: &str = "sixmm_session";

/// How long an embed token may be exchanged. "Short-lived" is all that the vendor says.
const EMBED_TOKEN_LIFE: Duration = Duration::from_secs(5 * 60);

/// How long tokens and sessions live. The vendor documents neither.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) access_token: Duration,
    pub(crate) session: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { access_token: Duration::from_secs(2 * 60 * 60), session: Duration::from_secs(7 * 24 * 60 * 60) }
    }
}

/// What a login answers.
pub(crate) struct NewToken {
    pub(crate) access_token: SecretString,
    /// Unix seconds.
    pub(crate) access_expire: i64,
    /// What the cookie holds.
    pub(crate) cookie: SecretString,
    /// Seconds that the browser keeps it.
    pub(crate) cookie_life: u64,
}

struct Session {
    user: String,
    /// A refresh replaces it.
    cookie: String,
    expires_at: UnixMillis,
    revoked: bool,
}

struct Ticket {
    user: String,
    spent: bool,
}

struct EmbedToken {
    user: String,
    expires_at: UnixMillis,
}

/// Every session of every user.
pub(crate) struct Sessions {
    seeded: Seeded,
    tokens: Tokens,
    lifetimes: Lifetimes,
    sessions: HashMap<String, Session>,
    /// Which session a cookie belongs to, replaced ones included.
    cookies: HashMap<String, String>,
    tickets: HashMap<String, Ticket>,
    embed_tokens: HashMap<String, EmbedToken>,
}

/// A user with a session.
#[derive(Debug, Clone)]
pub(crate) struct Bearer {
    pub(crate) user: String,
    pub(crate) session: String,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("sessions", &self.sessions.len()).finish_non_exhaustive()
    }
}

impl Sessions {
    pub(crate) fn new(seed: u64, lifetimes: Lifetimes) -> Self {
        let mut seeded = Seeded::new(seed, "sessions");
        let tokens = Tokens::new(&seeded.bytes());
        Self {
            seeded,
            tokens,
            lifetimes,
            sessions: HashMap::new(),
            cookies: HashMap::new(),
            tickets: HashMap::new(),
            embed_tokens: HashMap::new(),
        }
    }

    /// Opens a session. A user may have several.
    pub(crate) fn open(&mut self, user: &str, now: UnixMillis) -> NewToken {
        let id = self.seeded.hex();
        let expires_at = now.plus(millis(self.lifetimes.session));
        let cookie = self.new_cookie(&id);
        let session = Session { user: user.to_owned(), cookie: cookie.clone(), expires_at, revoked: false };
        self.sessions.insert(id.clone(), session);
        self.new_token(user, &id, cookie, now)
    }

    /// Who a token belongs to.
    pub(crate) fn bearer(&self, token: &str, now: UnixMillis) -> Result<Bearer, Refusal> {
        let Some(Claims { sid, exp, .. }) = self.tokens.read(token) else {
            return Err(Refusal::invalid_credentials("Invalid token"));
        };
        let Some(session) = self.sessions.get(&sid) else {
            return Err(Refusal::invalid_credentials("Invalid token"));
        };
        if session.revoked {
            return Err(Refusal::token_revoked("Token revoked"));
        }
        if now.as_millis() >= exp.saturating_mul(1000) {
            return Err(Refusal::token_expired());
        }
        Ok(Bearer { user: session.user.clone(), session: sid })
    }

    /// A new token for a cookie, and a new cookie: the old one is good no more. (Whether the vendor replaces it is not documented.)
    pub(crate) fn refresh(&mut self, cookie: &str, now: UnixMillis) -> Result<NewToken, Refusal> {
        let (id, session) = self.session_of(cookie, now)?;
        let user = session.user.clone();
        let cookie = self.new_cookie(&id);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.cookie.clone_from(&cookie);
        }
        Ok(self.new_token(&user, &id, cookie, now))
    }

    /// Ends a session: its tokens and its cookie are refused from now on. Takes both, as the vendor does.
    pub(crate) fn log_out(&mut self, bearer: &Bearer, cookie: &str, now: UnixMillis) -> Result<(), Refusal> {
        let (id, _) = self.session_of(cookie, now)?;
        if id != bearer.session {
            return Err(Refusal::invalid_credentials("Invalid cookie: it belongs to another session than the token"));
        }
        if let Some(session) = self.sessions.get_mut(&id) {
            session.revoked = true;
        }
        Ok(())
    }

    /// A ticket that an agent would hand to its user: good once.
    pub(crate) fn issue_ticket(&mut self, user: &str) -> SecretString {
        let ticket = format!("tk_{}", self.seeded.hex());
        self.tickets.insert(ticket.clone(), Ticket { user: user.to_owned(), spent: false });
        ticket.into()
    }

    /// A token that an agent would put into an embedded page: good for five minutes, as often as needed.
    pub(crate) fn issue_embed_token(&mut self, user: &str, now: UnixMillis) -> SecretString {
        let token = format!("et_{}", self.seeded.hex());
        let expires_at = now.plus(millis(EMBED_TOKEN_LIFE));
        self.embed_tokens.insert(token.clone(), EmbedToken { user: user.to_owned(), expires_at });
        token.into()
    }

    /// Who a ticket was issued for. It is spent afterwards.
    pub(crate) fn spend_ticket(&mut self, ticket: &str) -> Result<String, Refusal> {
        match self.tickets.get_mut(ticket) {
            None => Err(Refusal::invalid_credentials("Invalid ticket")),
            Some(Ticket { spent: true, .. }) => Err(Refusal::token_revoked("Ticket was exchanged before")),
            Some(ticket) => {
                ticket.spent = true;
                Ok(ticket.user.clone())
            }
        }
    }

    /// Who an embed token was issued for.
    pub(crate) fn embed_user(&self, token: &str, now: UnixMillis) -> Result<String, Refusal> {
        match self.embed_tokens.get(token) {
            None => Err(Refusal::invalid_credentials("Invalid embed token")),
            Some(token) if now >= token.expires_at => Err(Refusal::token_expired()),
            Some(token) => Ok(token.user.clone()),
        }
    }

    fn session_of(&self, cookie: &str, now: UnixMillis) -> Result<(String, &Session), Refusal> {
        let found = self.cookies.get(cookie).and_then(|id| Some((id, self.sessions.get(id)?)));
        let Some((id, session)) = found else {
            return Err(Refusal::invalid_credentials("Invalid cookie"));
        };
        if session.revoked || session.cookie != cookie {
            return Err(Refusal::token_revoked("Token revoked"));
        }
        if now >= session.expires_at {
            return Err(Refusal::token_expired());
        }
        Ok((id.clone(), session))
    }

    fn new_cookie(&mut self, session: &str) -> String {
        let cookie = self.seeded.hex();
        self.cookies.insert(cookie.clone(), session.to_owned());
        cookie
    }

    fn new_token(&mut self, user: &str, session: &str, cookie: String, now: UnixMillis) -> NewToken {
        let iat = now.as_millis().div_euclid(1000);
        let exp = iat.saturating_add(i64::try_from(self.lifetimes.access_token.as_secs()).unwrap_or(i64::MAX));
        let claims = Claims { sub: user.to_owned(), sid: session.to_owned(), iat, exp, jti: self.seeded.hex() };
        NewToken {
            access_token: self.tokens.sign(&claims).into(),
            access_expire: exp,
            cookie: cookie.into(),
            cookie_life: self.lifetimes.session.as_secs(),
        }
    }
}
