//! The people of the exchange: what they log in with, and what it keeps for them beside their money.

mod listen_keys;
mod user;

use std::collections::BTreeMap;
use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::UnixMillis;
use crate::refusal::Refusal;
pub(crate) use listen_keys::ListenKeys;
pub use user::User;

/// Someone with an account.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    password: SecretString,
    pub(crate) agent_id: Option<i64>,
    pub(crate) vip_level: i64,
    pub(crate) last_login: Option<(UnixMillis, IpAddr)>,
}

/// Everybody, by id.
#[derive(Default)]
pub(crate) struct Users {
    people: BTreeMap<String, Person>,
}

impl Users {
    pub(crate) fn add(&mut self, id: String, user: &User) {
        let User { name, password, agent_id, vip_level, .. } = user.clone();
        let person = Person { id: id.clone(), name, password, agent_id, vip_level, last_login: None };
        self.people.insert(id, person);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Person> {
        self.people.get(id)
    }

    pub(crate) fn named(&self, name: &str) -> Option<&Person> {
        self.people.values().find(|person| person.name == name)
    }

    /// Whom a name and a password belong to. Which of the two is wrong stays untold.
    pub(crate) fn log_in(&self, name: &str, password: &str) -> Result<String, Refusal> {
        match self.named(name) {
            Some(person) if person.password.expose_secret() == password => Ok(person.id.clone()),
            _ => Err(Refusal::invalid_credentials("Invalid username or password")),
        }
    }

    pub(crate) fn note_login(&mut self, id: &str, at: UnixMillis, from: IpAddr) {
        if let Some(person) = self.people.get_mut(id) {
            person.last_login = Some((at, from));
        }
    }
}
