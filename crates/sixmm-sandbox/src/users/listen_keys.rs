//! Listen keys, with which a client opens the private stream. A listen key is valid for 60 minutes after its creation
//! or last renewal.
//!
//! <https://docs.6mm.com/developer-api/websocket/private-user-channel>

use std::collections::HashMap;

use crate::UnixMillis;
use crate::api_error::ApiError;
use crate::deterministic_rng::DeterministicRng;

const LIFE_MS: i64 = 60 * 60 * 1000;

/// The listen keys of all users.
pub(crate) struct ListenKeys {
    rng: DeterministicRng,
    by_user: HashMap<String, (String, UnixMillis)>,
}

impl ListenKeys {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: DeterministicRng::new(seed, "listen keys"), by_user: HashMap::new() }
    }

    /// Returns a listen key of the user and the time at which it expires. If the user has a valid key, renews and returns this key.
    /// Otherwise creates a key. The vendor does not document whether an existing key is reused, so this is the sandbox's choice.
    pub(crate) fn create(&mut self, user: &str, now: UnixMillis) -> (String, UnixMillis) {
        let expires_at = now.plus(LIFE_MS);
        let key = match self.by_user.get(user) {
            Some((key, expires)) if now < *expires => key.clone(),
            _ => self.rng.hex(),
        };
        self.by_user.insert(user.to_owned(), (key.clone(), expires_at));
        (key, expires_at)
    }

    /// Renews a valid key for another 60 minutes.
    pub(crate) fn renew(&mut self, user: &str, key: &str, now: UnixMillis) -> Result<UnixMillis, ApiError> {
        let (_, expires) = self.by_user.get_mut(user).filter(|(known, expires)| known == key && now < *expires).ok_or_else(no_such_key)?;
        *expires = now.plus(LIFE_MS);
        Ok(*expires)
    }

    /// The user of a valid key.
    pub(crate) fn owner(&self, key: &str, now: UnixMillis) -> Option<&str> {
        let found = self.by_user.iter().find(|(_, (known, expires))| known == key && now < *expires);
        found.map(|(user, _)| user.as_str())
    }

    /// Ends the validity of a key, regardless of its user.
    pub(crate) fn expire(&mut self, key: &str) {
        self.by_user.retain(|_, (known, _)| known != key);
    }

    /// Closes a valid key.
    pub(crate) fn close(&mut self, user: &str, key: &str, now: UnixMillis) -> Result<(), ApiError> {
        self.by_user.get(user).filter(|(known, expires)| known == key && now < *expires).ok_or_else(no_such_key)?;
        self.by_user.remove(user);
        Ok(())
    }
}

fn no_such_key() -> ApiError {
    ApiError::invalid_parameter("Invalid parameter value: listenKey must be one of your keys that has not expired")
}
