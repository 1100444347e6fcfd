//! Keys for the private stream: valid for 60 minutes, and as long again with each renewal.
//!
//! <https://docs.6mm.com/developer-api/websocket/private-user-channel>

use std::collections::HashMap;

use crate::UnixMillis;
use crate::auth::seeded::Seeded;
use crate::refusal::Refusal;

const LIFE_MS: i64 = 60 * 60 * 1000;

/// The keys of all users.
pub(crate) struct ListenKeys {
    seeded: Seeded,
    by_user: HashMap<String, (String, UnixMillis)>,
}

impl ListenKeys {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seeded: Seeded::new(seed, "listen keys"), by_user: HashMap::new() }
    }

    /// The user's key that is still valid, renewed, or else a new one; and when it expires. Which of the two the vendor does is not
    /// documented.
    pub(crate) fn create(&mut self, user: &str, now: UnixMillis) -> (String, UnixMillis) {
        let expires_at = now.plus(LIFE_MS);
        let key = match self.by_user.get(user) {
            Some((key, end)) if now < *end => key.clone(),
            _ => self.seeded.hex(),
        };
        self.by_user.insert(user.to_owned(), (key.clone(), expires_at));
        (key, expires_at)
    }

    /// Another 60 minutes for a valid key.
    pub(crate) fn renew(&mut self, user: &str, key: &str, now: UnixMillis) -> Result<UnixMillis, Refusal> {
        let (_, end) = self.by_user.get_mut(user).filter(|(known, end)| known == key && now < *end).ok_or_else(no_such_key)?;
        *end = now.plus(LIFE_MS);
        Ok(*end)
    }

    /// Ends a valid key.
    pub(crate) fn close(&mut self, user: &str, key: &str, now: UnixMillis) -> Result<(), Refusal> {
        self.by_user.get(user).filter(|(known, end)| known == key && now < *end).ok_or_else(no_such_key)?;
        self.by_user.remove(user);
        Ok(())
    }
}

fn no_such_key() -> Refusal {
    Refusal::invalid_parameter("Invalid parameter value: listenKey must be a key of yours that has not expired")
}
