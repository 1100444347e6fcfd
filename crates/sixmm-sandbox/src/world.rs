//! The state of one exchange, which all of its connections share.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::auth::{ApiKey, Auth, NewKey, Permissions};
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::faults::Faults;
use crate::http::Record;
use crate::spec::Inferences;
use crate::users::{ListenKeys, Users};

/// An exchange with its clock, its fault rules and its request log.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) inferences: Inferences,
    state: Mutex<State>,
    record: Mutex<Record>,
    requests: AtomicU64,
}

/// The state that requests read and change. One lock protects it, so requests are executed one after the other.
pub(crate) struct State {
    pub(crate) exchange: Exchange,
    pub(crate) auth: Auth,
    pub(crate) users: Users,
    pub(crate) listen_keys: ListenKeys,
}

impl World {
    pub(crate) fn new(clock: Clock, faults: Faults, inferences: Inferences, state: State, record: Record) -> Self {
        Self { clock, faults, inferences, state: Mutex::new(state), record: Mutex::new(record), requests: AtomicU64::new(0) }
    }

    /// The number of the next request.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Locks the state. A poisoned lock is ignored, because a panic in one request is answered with code 5001 and must not affect later
    /// requests.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Advances a manual clock, then brings the exchange up to the current time.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        self.state().exchange.advance(now);
    }

    /// The id of the user with this name.
    pub(crate) fn user_id(&self, name: &str) -> Result<String, UserError> {
        self.state().users.named(name).map(|person| person.id.clone()).ok_or_else(|| UserError(format!("no user has the name `{name}`")))
    }

    pub(crate) fn issue_ticket(&self, user: &str) -> Result<SecretString, UserError> {
        let id = self.user_id(user)?;
        Ok(self.state().auth.sessions.issue_ticket(&id))
    }

    pub(crate) fn issue_embed_token(&self, user: &str) -> Result<SecretString, UserError> {
        let id = self.user_id(user)?;
        let now = self.clock.now();
        Ok(self.state().auth.sessions.issue_embed_token(&id, now))
    }

    /// Adds a key pair for a user. Without `pair`, a new one is generated.
    pub(crate) fn add_api_key(&self, user: &str, permissions: Permissions, pair: Option<ApiKey>) -> Result<ApiKey, UserError> {
        let id = self.user_id(user)?;
        let now = self.clock.now();
        let new = NewKey { label: "sandbox".to_owned(), permissions, ip_whitelist: Vec::new() };
        let keys = &mut self.state().auth.api_keys;
        let added = match pair {
            Some(pair) => keys.insert(&id, new, pair, now),
            None => keys.create(&id, new, now),
        };
        added.map_err(|refusal| UserError(format!("cannot add an API key for `{user}`: {}", refusal.message)))
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
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
