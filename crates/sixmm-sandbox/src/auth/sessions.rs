//! Sessions of users: login, refresh with a cookie, logout. Also tickets and embed tokens, which agents (partners of the exchange) issue to
//! their users.
//!
//! Tokens and cookies are signed and contain their expiry, so they are not stored. Only their sessions are stored, until no token or cookie
//! of the session is valid any more. If a token or cookie is correctly signed and unexpired, but its session is not stored, the session was
//! revoked.
//!
//! <https://docs.6mm.com/developer-api/authentication>

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::jwt::{Claims, TokenSigner};
use crate::UnixMillis;
use crate::api_error::ApiError;
use crate::clock::millis;
use crate::deterministic_rng::DeterministicRng;

/// Name of the session cookie. The vendor does not document the name.
pub(crate) const SESSION_COOKIE: &str = "sixmm_session";

/// How long an embed token can be exchanged for a session. The vendor documents only that embed tokens are short-lived.
const EMBED_TOKEN_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// Maximum number of sessions of one user. A login beyond the maximum ends the oldest session.
const SESSIONS_PER_USER: usize = 1_000;

/// Maximum number of redeemed tickets that are stored. When a redeemed ticket is no longer stored, a second redemption is rejected as an
/// invalid ticket.
const REDEEMED_TICKETS: usize = 1_000;

/// Lifetimes of access tokens and sessions. The vendor documents neither.
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

/// Tokens and cookie that a login returns.
pub(crate) struct IssuedToken {
    pub(crate) access_token: SecretString,
    /// Unix seconds.
    pub(crate) access_expire: i64,
    /// Value of the session cookie.
    pub(crate) cookie: SecretString,
    /// `Max-Age` of the cookie, in seconds.
    pub(crate) cookie_max_age: u64,
}

struct Session {
    user: Arc<str>,
    /// How many times the cookie was replaced.
    refreshes: u64,
    expires_at: UnixMillis,
    /// When the session can be removed: the expiry of the session or of its last access token, whichever is later.
    removable_at: UnixMillis,
}

/// Claims of a session cookie.
#[derive(Debug, Serialize, Deserialize)]
struct CookieClaims {
    session: String,
    refreshes: u64,
    /// Unix milliseconds.
    expires_at: i64,
}

/// Claims of an embed token.
#[derive(Debug, Serialize, Deserialize)]
struct EmbedClaims {
    user: String,
    /// Unix milliseconds.
    expires_at: i64,
    /// Random text that makes two tokens of the same millisecond different.
    nonce: String,
}

/// The sessions of all users, and the issued tickets and embed tokens.
pub(crate) struct Sessions {
    rng: DeterministicRng,
    lifetimes: Lifetimes,
    /// Access tokens, cookies and embed tokens are signed with different keys, so that for example a cookie is never accepted as an access
    /// token.
    tokens: TokenSigner,
    cookies: TokenSigner,
    embed_tokens: TokenSigner,
    sessions: HashMap<String, Session>,
    /// The sessions of each user, oldest first.
    by_user: HashMap<String, VecDeque<String>>,
    /// Tickets that were not redeemed yet, with the user of each.
    tickets: HashMap<String, String>,
    redeemed_tickets: VecDeque<String>,
}

/// A user with the session that the access token belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Bearer {
    pub(crate) user: Arc<str>,
    pub(crate) session: String,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sessions").field("sessions", &self.sessions.len()).finish_non_exhaustive()
    }
}

impl Sessions {
    pub(crate) fn new(seed: u64, lifetimes: Lifetimes) -> Self {
        let mut rng = DeterministicRng::new(seed, "sessions");
        let mut key = || TokenSigner::new(&rng.bytes());
        let (tokens, cookies, embed_tokens) = (key(), key(), key());
        Self {
            rng,
            lifetimes,
            tokens,
            cookies,
            embed_tokens,
            sessions: HashMap::new(),
            by_user: HashMap::new(),
            tickets: HashMap::new(),
            redeemed_tickets: VecDeque::new(),
        }
    }

    /// Opens a session. A user may have several sessions.
    pub(crate) fn open(&mut self, user: &str, now: UnixMillis) -> IssuedToken {
        let Self { sessions, by_user, .. } = self;
        let opened = by_user.entry(user.to_owned()).or_default();
        while opened.front().is_some_and(|oldest| {
            let has_expired = sessions.get(oldest).is_none_or(|session| session.removable_at <= now);
            has_expired || opened.len() >= SESSIONS_PER_USER
        }) {
            opened.pop_front().and_then(|oldest| sessions.remove(&oldest));
        }
        let id = self.rng.hex();
        opened.push_back(id.clone());
        let expires_at = now.plus(millis(self.lifetimes.session));
        sessions.insert(id.clone(), Session { user: user.into(), refreshes: 0, expires_at, removable_at: expires_at });
        self.issue(user, &id, 0, expires_at, now)
    }

    /// Verifies an access token and returns its user and session.
    pub(crate) fn bearer(&self, token: &str, now: UnixMillis) -> Result<Bearer, ApiError> {
        let claims: Option<Claims> = self.tokens.verify(token);
        let Claims { sid, exp, .. } = claims.ok_or_else(|| ApiError::invalid_credentials("Invalid token"))?;
        if now.as_millis() >= exp.saturating_mul(1000) {
            return Err(ApiError::token_expired());
        }
        let session = self.sessions.get(&sid).ok_or_else(|| ApiError::token_revoked("Token revoked"))?;
        Ok(Bearer { user: session.user.clone(), session: sid })
    }

    /// Issues a new access token and a new cookie in exchange for a session cookie. The old cookie becomes invalid, which is the sandbox's
    /// choice: the vendor does not document whether a refresh replaces the cookie.
    pub(crate) fn refresh(&mut self, cookie: &str, now: UnixMillis) -> Result<IssuedToken, ApiError> {
        let id = self.session_for_cookie(cookie, now)?;
        let session = self.sessions.get_mut(&id).ok_or_else(|| ApiError::token_revoked("Token revoked"))?;
        session.refreshes += 1;
        let (user, refreshes, expires_at) = (session.user.clone(), session.refreshes, session.expires_at);
        Ok(self.issue(&user, &id, refreshes, expires_at, now))
    }

    /// Ends a session, so that its tokens and its cookie are rejected from now on. A logout needs an access token and the cookie of the
    /// same session, as the vendor documents.
    pub(crate) fn log_out(&mut self, bearer: &Bearer, cookie: &str, now: UnixMillis) -> Result<(), ApiError> {
        let id = self.session_for_cookie(cookie, now)?;
        if id != bearer.session {
            return Err(ApiError::invalid_credentials("Invalid cookie: it belongs to another session than the token"));
        }
        self.sessions.remove(&id);
        if let Some(opened) = self.by_user.get_mut(&*bearer.user) {
            opened.retain(|other| *other != id);
        }
        Ok(())
    }

    /// Issues a ticket as an agent would hand it to its user. A ticket can be redeemed once.
    pub(crate) fn issue_ticket(&mut self, user: &str) -> SecretString {
        let ticket = format!("tk_{}", self.rng.hex());
        self.tickets.insert(ticket.clone(), user.to_owned());
        ticket.into()
    }

    /// Issues an embed token, which an agent of the real exchange would embed into a web page. Within five minutes, the token can be
    /// exchanged for a session any number of times.
    pub(crate) fn issue_embed_token(&mut self, user: &str, now: UnixMillis) -> SecretString {
        let expires_at = now.plus(millis(EMBED_TOKEN_LIFETIME)).as_millis();
        let claims = EmbedClaims { user: user.to_owned(), expires_at, nonce: self.rng.hex() };
        format!("et_{}", self.embed_tokens.sign(&claims)).into()
    }

    /// Redeems a ticket and returns the user that it was issued for.
    pub(crate) fn redeem_ticket(&mut self, ticket: &str) -> Result<String, ApiError> {
        let Some((ticket, user)) = self.tickets.remove_entry(ticket) else {
            return Err(if self.redeemed_tickets.iter().any(|redeemed| redeemed == ticket) {
                ApiError::token_revoked("Ticket was exchanged before")
            } else {
                ApiError::invalid_credentials("Invalid ticket")
            });
        };
        if self.redeemed_tickets.len() == REDEEMED_TICKETS {
            self.redeemed_tickets.pop_front();
        }
        self.redeemed_tickets.push_back(ticket);
        Ok(user)
    }

    /// Verifies an embed token and returns the user that it was issued for.
    pub(crate) fn verify_embed_token(&self, token: &str, now: UnixMillis) -> Result<String, ApiError> {
        let claims = token.strip_prefix("et_").and_then(|token| self.embed_tokens.verify::<EmbedClaims>(token));
        let EmbedClaims { user, expires_at, .. } = claims.ok_or_else(|| ApiError::invalid_credentials("Invalid embed token"))?;
        if now.as_millis() >= expires_at { Err(ApiError::token_expired()) } else { Ok(user) }
    }

    /// Verifies a session cookie and returns the id of its session.
    fn session_for_cookie(&self, cookie: &str, now: UnixMillis) -> Result<String, ApiError> {
        let claims: Option<CookieClaims> = self.cookies.verify(cookie);
        let claims = claims.ok_or_else(|| ApiError::invalid_credentials("Invalid cookie"))?;
        if now.as_millis() >= claims.expires_at {
            return Err(ApiError::token_expired());
        }
        match self.sessions.get(&claims.session) {
            Some(session) if session.refreshes == claims.refreshes => Ok(claims.session),
            _ => Err(ApiError::token_revoked("Token revoked")),
        }
    }

    fn issue(&mut self, user: &str, session: &str, refreshes: u64, expires_at: UnixMillis, now: UnixMillis) -> IssuedToken {
        let iat = now.as_millis().div_euclid(1000);
        let exp = iat.saturating_add(i64::try_from(self.lifetimes.access_token.as_secs()).unwrap_or(i64::MAX));
        if let Some(session) = self.sessions.get_mut(session) {
            session.removable_at = session.removable_at.max(UnixMillis::new(exp.saturating_mul(1000)));
        }
        let claims = Claims { sub: user.to_owned(), sid: session.to_owned(), iat, exp, jti: self.rng.hex() };
        let cookie = CookieClaims { session: session.to_owned(), refreshes, expires_at: expires_at.as_millis() };
        IssuedToken {
            access_token: self.tokens.sign(&claims).into(),
            access_expire: exp,
            cookie: self.cookies.sign(&cookie).into(),
            cookie_max_age: self.lifetimes.session.as_secs(),
        }
    }
}

#[cfg(test)]
mod tests;
