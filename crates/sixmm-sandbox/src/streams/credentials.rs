//! The credentials of the private channel: a listen key, or the access token of a session.

use secrecy::{ExposeSecret, SecretString};

use crate::UnixMillis;
use crate::state::LockedState;

/// The credential in the address of a connection. If the address has both, the listen key counts, which is the sandbox's choice.
pub(super) enum Credential {
    ListenKey(SecretString),
    Token(SecretString),
}

impl Credential {
    /// Reads the credential in a query. Returns `None` for a public connection.
    pub(super) fn from_query(query: &str) -> Option<Self> {
        let mut token = None;
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "listenKey" => return Some(Self::ListenKey(value.into_owned().into())),
                "token" => token = Some(Self::Token(value.into_owned().into())),
                _ => {}
            }
        }
        token
    }

    /// The id of the user that the credential belongs to, or why the credential is not valid. The text contains no secret.
    pub(super) fn user(&self, state: &LockedState, now: UnixMillis) -> Result<String, &'static str> {
        match self {
            Self::ListenKey(key) => {
                state.listen_keys.owner(key.expose_secret(), now).map(str::to_owned).ok_or("listenKey is unknown or has expired")
            }
            Self::Token(token) => {
                let bearer = state.auth.sessions.bearer(token.expose_secret(), now);
                bearer.map(|bearer| bearer.user.as_ref().to_owned()).map_err(|_| "token is invalid or has expired")
            }
        }
    }

    pub(super) fn listen_key(&self) -> Option<&str> {
        match self {
            Self::ListenKey(key) => Some(key.expose_secret()),
            Self::Token(_) => None,
        }
    }
}
