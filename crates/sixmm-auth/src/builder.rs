//! Setting up credentials.

use std::fmt;
use std::sync::Arc;

use sixmm_api::{Client, Interceptor, Permission};
use venue_runtime::{ApiKey, ServerClock};

use crate::Auth;
use crate::auth::Shared;
use crate::choice::Choice;
use crate::clock::ApiClock;
use crate::session::Session;
use crate::signing::Signer;

/// Sets up credentials: see [`Auth::builder`].
#[must_use]
pub struct AuthBuilder {
    plain: Client,
    others: Vec<Arc<dyn Interceptor>>,
    clock: Option<Arc<ServerClock>>,
    key: Option<ApiKey>,
    declared: Option<Vec<Permission>>,
}

impl AuthBuilder {
    pub(crate) fn new(plain: &Client) -> Self {
        Self { plain: plain.clone(), others: Vec::new(), clock: None, key: None, declared: None }
    }

    /// Signs with this key wherever the exchange accepts one.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Declares all that the key is allowed to do: an operation that needs more goes by the session, or is refused before anything is
    /// sent. Without it, the server is left to judge. No permission contains another one: see [`permission`](crate::permission) and
    /// [`permissions_of`](crate::permissions_of).
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    pub fn permissions(mut self, permissions: &[Permission]) -> Self {
        self.declared = Some(permissions.to_vec());
        self
    }

    /// A clock of your own: with other settings, shared by several clients, or a test's.
    pub fn clock(mut self, clock: Arc<ServerClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Adds an interceptor to what goes out with credentials: every call of [`Auth::client`], and the session's logins, renewals and logouts.
    /// They prepare an attempt after the plain client's own, in the order in which they were added, and before the credentials come to it,
    /// so that what they add is signed.
    pub fn interceptor(mut self, interceptor: Arc<dyn Interceptor>) -> Self {
        self.others.push(interceptor);
        self
    }

    /// The credentials. Asks nobody.
    #[must_use]
    pub fn build(self) -> Auth {
        let Self { plain, others, clock, key, declared } = self;
        let clock = ApiClock::new(plain.clone(), clock.unwrap_or_else(|| Arc::new(ServerClock::system())));
        let session = Session::new(plain.clone(), others.clone(), clock.clone());
        let choice = Choice::new(key.is_some(), declared.as_deref());
        let signer = key.as_ref().map(|key| Signer::new(key, plain.core().base_url()));
        Auth::new(Shared { plain, others, clock, signer, session, choice, declared })
    }
}

impl fmt::Debug for AuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("api_key", &self.key)
            .field("permissions", &self.declared)
            .field("clock", &self.clock)
            .field("interceptors", &self.others)
            .finish_non_exhaustive()
    }
}
