//! The builder of credentials.

use std::sync::Arc;

use bitmart_api::{Client, Interceptor, Permission};
use venue_runtime::{ApiKey, ClockSync, ServerClock, TimeQuery};

use crate::auth::Shared;
use crate::credential_selection::available;
use crate::signing::Signer;
use crate::time_server::server_time;
use crate::{Auth, BitMart};

/// Builds credentials: see [`Auth::builder`].
#[derive(Debug)]
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

    /// The API key. SIGNED operations need its memo.
    pub fn api_key(mut self, key: ApiKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Declares every permission of the key. An operation that needs another permission is rejected before sending. Without a declaration
    /// only the server checks permissions, and rejects the request with code 30012 or 30019.
    ///
    /// A new key has the permission [`READ_ONLY`](crate::permission::READ_ONLY) only. The others are selected on BitMart's web site. No
    /// permission includes another one, so declare `READ_ONLY` as well.
    ///
    /// Documentation: <https://developer-pro.bitmart.com/en/spot/#api-key-permission-settings>
    pub fn permissions(mut self, permissions: &[Permission]) -> Self {
        self.declared = Some(permissions.to_vec());
        self
    }

    /// Replaces the estimate of the server's clock, for example by one with other settings, or one that several clients share.
    pub fn clock(mut self, clock: Arc<ServerClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Adds an interceptor to every call of [`Auth::client`].
    ///
    /// For each attempt, the interceptors of the unauthenticated client run first, then these interceptors in the order in which they were
    /// added. The request is signed after that, so that the signature covers a body that they change.
    pub fn interceptor(mut self, interceptor: Arc<dyn Interceptor>) -> Self {
        self.interceptors.push(interceptor);
        self
    }

    /// Builds the credentials. Sends no request.
    #[must_use]
    pub fn build(self) -> Auth {
        let Self { unauthenticated, interceptors, clock, key, declared } = self;
        let clock = ClockSync::new(
            TimeQuery::new(unauthenticated.core(), BitMart, server_time),
            clock.unwrap_or_else(|| Arc::new(ServerClock::system())),
        );
        let credentials = available(key.as_ref(), declared.as_deref());
        let signer = key.as_ref().map(|key| Signer::new(key, unauthenticated.core().base_url()));
        Auth::new(Shared { unauthenticated, interceptors, clock, signer, credentials })
    }
}
