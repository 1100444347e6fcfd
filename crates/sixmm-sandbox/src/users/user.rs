//! A user, as whoever starts the exchange wants one.

use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};

use crate::sandbox::StartError;

/// A user with money, for [`Builder::user`](crate::Builder::user).
///
/// The password never prints.
#[derive(Debug, Clone)]
pub struct User {
    pub(crate) name: String,
    pub(crate) password: SecretString,
    pub(crate) balance: Decimal,
    pub(crate) agent_id: Option<i64>,
    pub(crate) vip_level: i64,
}

impl User {
    /// A user who logs in with this name (3 to 32 characters) and the password `password`, and owns 100 000 USDT.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            password: "password".into(),
            balance: Decimal::ONE_HUNDRED * Decimal::ONE_THOUSAND,
            agent_id: None,
            vip_level: 0,
        }
    }

    /// Another password: 1 to 64 characters.
    #[must_use]
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = password.into();
        self
    }

    /// Another wallet balance, in USDT.
    #[must_use]
    pub fn balance(mut self, balance: impl Into<Decimal>) -> Self {
        self.balance = balance.into();
        self
    }

    /// The agent (partner) whom the user came through; none unless said.
    #[must_use]
    pub fn agent_id(mut self, agent_id: i64) -> Self {
        self.agent_id = Some(agent_id);
        self
    }

    /// The VIP level; 0 unless said. It changes no fee.
    #[must_use]
    pub fn vip_level(mut self, vip_level: i64) -> Self {
        self.vip_level = vip_level;
        self
    }
}

impl User {
    /// Whether the login could be sent at all: the vendor limits both.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let (name, password) = (self.name.chars().count(), self.password.expose_secret().chars().count());
        if !(3..=32).contains(&name) {
            return Err(StartError::new(format!("`{}` has {name} characters: a user name has 3 to 32", self.name)));
        }
        if !(1..=64).contains(&password) {
            return Err(StartError::new(format!("the password of `{}` has {password} characters: a password has 1 to 64", self.name)));
        }
        Ok(())
    }
}
