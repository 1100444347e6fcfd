//! The state of one exchange, which all of its connections share.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::UnixMillis;
use crate::auth::{ApiKey, Auth, NewApiKey, Permissions};
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::faults::Faults;
use crate::request_log::RequestLog;
use crate::spec::Inferences;
use crate::streams::{Hub, StreamFaults};
use crate::users::{ListenKeys, Users};

/// Time between two pushes while the clock advances.
const STREAM_STEP_MS: i64 = 1_000;
/// The time at the end of an advance that is divided into steps.
const STREAM_CATCH_UP_MS: i64 = 60_000;

/// An exchange with its clock, its fault rules and its request log.
pub(crate) struct SandboxState {
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) stream_faults: Arc<StreamFaults>,
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
    pub(crate) streams: Hub,
}

impl LockedState {
    /// Advances the exchange in steps and pushes the changes of each step, as if time passed. Only the last minute is divided into steps, so
    /// the changes before it are pushed together.
    fn advance_with_streams(&mut self, to: UnixMillis) {
        let mut next = to.plus(-STREAM_CATCH_UP_MS).max(self.exchange.now());
        while next < to {
            self.exchange.advance(next);
            self.publish_streams();
            next = next.plus(STREAM_STEP_MS);
        }
    }
}

/// Exclusive access to the state. When the guard is dropped, the changes are pushed to the streams, so no code that changes the exchange can
/// forget the streams.
pub(crate) struct StateGuard<'a>(MutexGuard<'a, LockedState>);

impl Deref for StateGuard<'_> {
    type Target = LockedState;

    fn deref(&self) -> &LockedState {
        &self.0
    }
}

impl DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut LockedState {
        &mut self.0
    }
}

impl Drop for StateGuard<'_> {
    fn drop(&mut self) {
        // After a panic, the changes are pushed with those of the next request.
        if !std::thread::panicking() {
            self.0.publish_streams();
        }
    }
}

impl SandboxState {
    pub(crate) fn new(
        clock: Clock,
        (faults, stream_faults): (Faults, Arc<StreamFaults>),
        inferences: Inferences,
        state: LockedState,
        request_log: RequestLog,
    ) -> Self {
        let (state, request_log) = (Mutex::new(state), Mutex::new(request_log));
        Self { clock, faults, stream_faults, inferences, state, request_log, requests: AtomicU64::new(0) }
    }

    /// The number of the next request.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Locks the state. Ignores that the lock is poisoned, because a panic in one request must not make later requests fail. The response
    /// to the request that panicked has code 5001.
    pub(crate) fn lock(&self) -> StateGuard<'_> {
        StateGuard(self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Advances a manual clock, then brings the exchange up to the current time.
    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
        let now = self.clock.now();
        let mut state = self.lock();
        if state.streams.is_active() {
            state.advance_with_streams(now);
        }
        state.exchange.advance(now);
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
