//! The builder of credentials.

use std::fmt;
use std::sync::Arc;

use sixmm_api::{Client, Interceptor, Permission};
use venue_runtime::{ApiKey, ClockSync, ServerClock, TokenSession};

use crate::Auth;
use crate::auth::Shared;
use crate::credential_selection::Selector;
use crate::session::Session;
use crate::signing::Signer;
use crate::time_server::ApiTime;
use crate::token_server::ApiTokens;

/// Builds credentials: see [`Auth::builder`].
#[must_use]
pub struct AuthBuilder {
    unauthenticated: Client,
    interceptors: Vec<Arc<dyn Interceptor>>,
    clock: Option<Arc<ServerClock>>,
    key: Option<ApiKey>,
    declared: Option<Vec<Permission>>,
}

impl AuthBuilder {
    pub(crate) fn new(unauthenticated: &Client) -> Self {
        Self { unauthenticated: unauthenticated.clone(), interceptors: Vec::new(), clock: None, key: None, declared: None }
    }

    /// Sets the key that signs the requests of every operation that accepts an API key.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Declares the permissions of the key, so that the client can check them. A call of an operation that needs an undeclared permission
    /// uses the session, or is rejected before sending. Without a declaration, only the exchange's server checks permissions. No permission
    /// includes another one, so declare each permission of the key: see [`permission`](crate::permission) and
    /// [`permissions_of`](crate::permissions_of).
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    pub fn permissions(mut self, permissions: &[Permission]) -> Self {
        self.declared = Some(permissions.to_vec());
        self
    }

    /// Sets the estimate of the server's clock, for example to share one estimate between several clients. By default, each `Auth` has its
    /// own estimate.
    pub fn clock(mut self, clock: Arc<ServerClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Adds an interceptor to each request with credentials. These are the requests of [`Auth::client`], and the logins, renewals and
    /// logouts of the session.
    ///
    /// For each attempt, the interceptors of the unauthenticated client run first, then these interceptors in the order in which they were
    /// added. The request is signed after that, so that the signature covers their changes.
    pub fn interceptor(mut self, interceptor: Arc<dyn Interceptor>) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Builds the credentials. Sends no request.
    #[must_use]
    pub fn build(self) -> Auth {
        let Self { unauthenticated, interceptors, clock, key, declared } = self;
        let clock = ClockSync::new(ApiTime(unauthenticated.clone()), clock.unwrap_or_else(|| Arc::new(ServerClock::system())));
        let tokens = TokenSession::new(ApiTokens, unauthenticated.core().clone(), interceptors.clone(), clock.clone());
        let session = Session::new(tokens);
        let selector = Selector::new(key.is_some(), declared.as_deref());
        let signer = key.as_ref().map(|key| Signer::new(key, unauthenticated.core().base_url()));
        Auth::new(Shared { unauthenticated, interceptors, clock, signer, session, selector, declared })
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("api_key", &self.key)
            .field("permissions", &self.declared)
            .field("clock", &self.clock)
            .field("interceptors", &self.interceptors)
            .finish_non_exhaustive()
    }
}
