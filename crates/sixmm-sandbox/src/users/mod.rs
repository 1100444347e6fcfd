//! The users of the exchange: login names, passwords and profiles.

mod listen_keys;
mod user;

use std::collections::BTreeMap;
use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::UnixMillis;
use crate::api_error::ApiError;
pub(crate) use listen_keys::ListenKeys;
pub use user::User;

/// A user of the exchange with its profile.
pub(crate) struct UserRecord {
    pub(crate) id: String,
    pub(crate) name: String,
    password: SecretString,
    pub(crate) agent_id: Option<i64>,
    pub(crate) vip_level: i64,
    pub(crate) last_login: Option<(UnixMillis, IpAddr)>,
}

/// All users by id.
#[derive(Default)]
pub(crate) struct Users {
    records: BTreeMap<String, UserRecord>,
}

impl Users {
    pub(crate) fn add(&mut self, id: String, user: &User) {
        let User { name, password, agent_id, vip_level, .. } = user.clone();
        let user = UserRecord { id: id.clone(), name, password, agent_id, vip_level, last_login: None };
        self.records.insert(id, user);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&UserRecord> {
        self.records.get(id)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<&UserRecord> {
        self.records.values().find(|user| user.name == name)
    }

    /// Checks the name and the password of a login and returns the user's id. The error does not reveal whether the name or the password is
    /// wrong.
    pub(crate) fn log_in(&self, name: &str, password: &str) -> Result<String, ApiError> {
        match self.by_name(name) {
            Some(user) if user.password.expose_secret() == password => Ok(user.id.clone()),
            _ => Err(ApiError::invalid_credentials("Invalid username or password")),
        }
    }

    pub(crate) fn record_login(&mut self, id: &str, at: UnixMillis, from: IpAddr) {
        if let Some(user) = self.records.get_mut(id) {
            user.last_login = Some((at, from));
        }
    }
}
