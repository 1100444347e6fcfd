//! Which credentials go with which operation: the generated operation table decides.

use sixmm_api::operations::security;
use sixmm_api::{Operation, Permission, Refusal, SecurityScheme};
use venue_runtime::{Access, Refused};

use crate::session::{Held, SessionError};

/// An API key needs all three: the header, and two parameters of the query.
const KEY: [SecurityScheme; 3] = [security::API_KEY, security::TIMESTAMP, security::SIGNATURE];

/// Prepared once, because it is asked for every attempt.
pub(crate) struct Choice {
    without_session: Access,
    with_token: Access,
    with_token_and_cookie: Access,
}

impl Choice {
    pub(crate) fn new(has_key: bool, declared: Option<&[Permission]>) -> Self {
        let access = |session: &[SecurityScheme]| {
            // The key comes first: it is preferred where both are accepted.
            let key = if has_key { KEY.as_slice() } else { &[] };
            let access = Access::new(&[key, session].concat())
                .with_remedy(security::API_KEY, "give the client's builder an API key")
                .with_remedy(security::JWT, "log in with `Session::login`")
                .with_remedy(security::COOKIE, "log in with `Session::login`");
            match declared {
                Some(declared) => access.with_permissions(security::API_KEY, declared),
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
        self.without_session.choose(operation).is_ok_and(|schemes| schemes.contains(&security::API_KEY))
    }

    /// The schemes that the operation is called with; empty for none.
    pub(crate) fn schemes(&self, operation: &'static Operation, held: &Held) -> Result<&'static [SecurityScheme], Refusal> {
        if operation.is_public() {
            return Ok(optional(operation, held));
        }
        let access = match held {
            Held::Nothing(_) => &self.without_session,
            Held::Token => &self.with_token,
            Held::TokenAndCookie => &self.with_token_and_cookie,
        };
        access.choose(operation).map_err(|refused| self.explain(operation, held, refused))
    }

    /// Why the session is over says more than that there is none, where it would have helped.
    fn explain(&self, operation: &'static Operation, held: &Held, refused: Refused) -> Refusal {
        match held {
            Held::Nothing(ended) if ended.has_begun() && self.with_token_and_cookie.choose(operation).is_ok() => {
                Refusal::new(SessionError::clone(ended))
            }
            _ => refused.into(),
        }
    }
}

/// Some public operations answer more to somebody who is logged in.
fn optional(operation: &'static Operation, held: &Held) -> &'static [SecurityScheme] {
    let is_held = !matches!(held, Held::Nothing(_));
    let with_token = operation.security.iter().find(|schemes| **schemes == [security::JWT]);
    with_token.filter(|_| is_held).copied().unwrap_or_default()
}
