//! The state of one exchange, which all of its connections share.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::auth::{ApiKey, Auth, NewApiKey, Permissions};
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::faults::Faults;
use crate::request_log::RequestLog;
use crate::spec::Inferences;
use crate::users::{ListenKeys, Users};

/// An exchange with its clock, its fault rules and its request log.
pub(crate) struct SandboxState {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) inferences: Inferences,
    state: Mutex<LockedState>,
    request_log: Mutex<RequestLog>,
    requests: AtomicU64,
}

/// The state that requests read and change. A lock protects this state, so requests are executed one after the other.
pub(crate) struct LockedState {
    pub(crate) exchange: Exchange,
    pub(crate) auth: Auth,
    pub(crate) users: Users,
    pub(crate) listen_keys: ListenKeys,
}

impl SandboxState {
    pub(crate) fn new(clock: Clock, faults: Faults, inferences: Inferences, state: LockedState, request_log: RequestLog) -> Self {
        Self { clock, faults, inferences, state: Mutex::new(state), request_log: Mutex::new(request_log), requests: AtomicU64::new(0) }
    }

    /// The number of the next request.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Locks the state. Ignores that the lock is poisoned, because a panic in one request must not make later requests fail. The response
    /// to the request that panicked has code 5001.
    pub(crate) fn lock(&self) -> MutexGuard<'_, LockedState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Advances a manual clock, then brings the exchange up to the current time.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        self.lock().exchange.advance(now);
    }

    /// The id of the user with this name.
    pub(crate) fn user_id(&self, name: &str) -> Result<String, UserError> {
        self.lock().users.by_name(name).map(|record| record.id.clone()).ok_or_else(|| UserError(format!("no user has the name `{name}`")))
    }

    pub(crate) fn issue_ticket(&self, user: &str) -> Result<SecretString, UserError> {
        let id = self.user_id(user)?;
        Ok(self.lock().auth.sessions.issue_ticket(&id))
    }

    pub(crate) fn issue_embed_token(&self, user: &str) -> Result<SecretString, UserError> {
        let id = self.user_id(user)?;
        let now = self.clock.now();
        Ok(self.lock().auth.sessions.issue_embed_token(&id, now))
    }

    /// Adds an API key with its secret for a user. Without `pair`, both are generated.
    pub(crate) fn add_api_key(&self, user: &str, permissions: Permissions, pair: Option<ApiKey>) -> Result<ApiKey, UserError> {
        let id = self.user_id(user)?;
        let now = self.clock.now();
        let new = NewApiKey { label: "sandbox".to_owned(), permissions, ip_whitelist: Vec::new() };
        let keys = &mut self.lock().auth.api_keys;
        let added = match pair {
            Some(pair) => keys.insert(&id, new, pair, now),
            None => keys.create(&id, new, now),
        };
        added.map_err(|error| UserError(format!("cannot add an API key for `{user}`: {}", error.message)))
    }

    pub(crate) fn request_log(&self) -> MutexGuard<'_, RequestLog> {
        self.request_log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Error for an unknown user name, or for an API key that cannot be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError(String);

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UserError {}
