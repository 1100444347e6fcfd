//! Everything that one exchange is made of, shared by its connections.

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

/// An exchange with its people, its clock and its faults.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) inferences: Inferences,
    state: Mutex<State>,
    record: Mutex<Record>,
    requests: AtomicU64,
}

/// What a request reads and changes, under one lock: requests take effect one after the other.
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

    /// A panic in a request is answered with code 5001 and must not take the exchange with it: the next request goes on.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves a manual clock forward, and brings the exchange up to the time.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        self.state().exchange.advance(now);
    }

    /// The id of the user with this name.
    pub(crate) fn user_id(&self, name: &str) -> Result<String, UserError> {
        self.state().users.named(name).map(|person| person.id.clone()).ok_or_else(|| UserError(format!("no user is called `{name}`")))
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

    /// A key pair for a user: a new one, unless there is one already.
    pub(crate) fn add_api_key(&self, user: &str, permissions: Permissions, pair: Option<ApiKey>) -> Result<ApiKey, UserError> {
        let id = self.user_id(user)?;
        let now = self.clock.now();
        let new = NewKey { label: "sandbox".to_owned(), permissions, ip_whitelist: Vec::new() };
        let keys = &mut self.state().auth.api_keys;
        let added = match pair {
            Some(pair) => keys.insert(&id, new, pair, now),
            None => keys.create(&id, new, now),
        };
        added.map_err(|refusal| UserError(format!("`{user}` gets no API key: {}", refusal.message)))
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No user has the name that was given, or the user cannot have what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError(String);

impl fmt::Display for UserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UserError {}
