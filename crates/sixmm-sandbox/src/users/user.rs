//! The configuration of a user.

use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};

/// A user with a password and a balance, which [`Builder::user`](crate::Builder::user) adds to an exchange.
///
/// `Debug` does not print the password.
#[derive(Debug, Clone)]
pub struct User {
    pub(crate) name: String,
    pub(crate) password: SecretString,
    pub(crate) balance: Decimal,
    pub(crate) agent_id: Option<i64>,
    pub(crate) vip_level: i64,
}

impl User {
    /// A user with this login name (3 to 32 characters), the password `password` and a balance of 100 000 USDT.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            password: "password".into(),
            balance: Decimal::ONE_HUNDRED * Decimal::ONE_THOUSAND,
            agent_id: None,
            vip_level: 0,
        }
    }

    /// Sets the password (1 to 64 characters).
    #[must_use]
    pub fn password(mut self, password: impl Into<SecretString>) -> Self {
        self.password = password.into();
        self
    }

    /// Sets the wallet balance in USDT.
    #[must_use]
    pub fn balance(mut self, balance: impl Into<Decimal>) -> Self {
        self.balance = balance.into();
        self
    }

    /// Sets the agent (partner) who referred the user. The default is none.
    #[must_use]
    pub fn agent_id(mut self, agent_id: i64) -> Self {
        self.agent_id = Some(agent_id);
        self
    }

    /// Sets the VIP level, which does not affect fees. The default is 0.
    #[must_use]
    pub fn vip_level(mut self, vip_level: i64) -> Self {
        self.vip_level = vip_level;
        self
    }
}

impl User {
    /// Checks the login name and password against the vendor's limits.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (name, password) = (self.name.chars().count(), self.password.expose_secret().chars().count());
        if !(3..=32).contains(&name) {
            return Err(format!("`{}` has {name} characters: a user name must have 3 to 32", self.name));
        }
        if !(1..=64).contains(&password) {
            return Err(format!("the password of `{}` has {password} characters: a password must have 1 to 64", self.name));
        }
        Ok(())
    }
}
