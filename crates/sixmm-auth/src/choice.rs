//! Which credentials go with which operation: the generated operation table decides.

use sixmm_api::operations::security;
use sixmm_api::{Operation, Permission, SecurityScheme, Veto};
use venue_runtime::{AvailableCredentials, MissingCredentials};

use crate::session::{Held, SessionError};

/// An API key needs all three: the header, and two parameters of the query.
const KEY: [SecurityScheme; 3] = [security::API_KEY, security::TIMESTAMP, security::SIGNATURE];

/// Prepared once, because it is asked for every attempt.
pub(crate) struct Choice {
    without_session: AvailableCredentials,
    with_token: AvailableCredentials,
    with_token_and_cookie: AvailableCredentials,
}

impl Choice {
    pub(crate) fn new(has_key: bool, declared: Option<&[Permission]>) -> Self {
        let access = |session: &[SecurityScheme]| {
            // The key comes first: it is preferred where both are accepted.
            let key = if has_key { KEY.as_slice() } else { &[] };
            let access = AvailableCredentials::new(&[key, session].concat())
                .remedy(security::API_KEY, "give the client's builder an API key")
                .remedy(security::JWT, "log in with `Session::login`")
                .remedy(security::COOKIE, "log in with `Session::login`");
            match declared {
                Some(declared) => access.permissions(security::API_KEY, declared),
                None => access,
            }
        };
        Self {
            without_session: access(&[]),
            with_token: access(&[security::JWT]),
            with_token_and_cookie: access(&[security::JWT, security::COOKIE]),
        }
    }

    /// Whether the API key goes with it, whatever the state of the session.
    pub(crate) fn is_by_key(&self, operation: &'static Operation) -> bool {
        self.without_session.select(operation).is_ok_and(|schemes| schemes.contains(&security::API_KEY))
    }

    /// The schemes that the operation is called with; empty for none.
    pub(crate) fn schemes(&self, operation: &'static Operation, held: &Held) -> Result<&'static [SecurityScheme], Veto> {
        if operation.is_public() {
            return Ok(optional(operation, held));
        }
        let access = match held {
            Held::Nothing(_) => &self.without_session,
            Held::Token => &self.with_token,
            Held::TokenAndCookie => &self.with_token_and_cookie,
        };
        access.select(operation).map_err(|error| self.explain(operation, held, error))
    }

    /// Why the session is over says more than that there is none, where it would have helped.
    fn explain(&self, operation: &'static Operation, held: &Held, error: MissingCredentials) -> Veto {
        match held {
            Held::Nothing(ended) if ended.has_begun() && self.with_token_and_cookie.select(operation).is_ok() => {
                SessionError::clone(ended).into()
            }
            _ => error.into(),
        }
    }
}

/// Some public operations answer more to somebody who is logged in.
fn optional(operation: &'static Operation, held: &Held) -> &'static [SecurityScheme] {
    let is_held = !matches!(held, Held::Nothing(_));
    let with_token = operation.security.iter().find(|schemes| **schemes == [security::JWT]);
    with_token.filter(|_| is_held).copied().unwrap_or_default()
}
