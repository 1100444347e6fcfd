//! An exchange that runs: where it listens, and what only its owner may do.

mod builder;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

pub use builder::{Builder, StartError};

use crate::UnixMillis;
use crate::auth::{ApiKey, Permissions};
use crate::control::Control;
use crate::exchange::Exchange;
use crate::faults::Faults;
use crate::http::{Received, Server};
use crate::world::{UserError, World};

/// A running exchange. It stops when it is dropped.
///
/// Beside the wire it gives its owner what no client of an exchange has: the clock, the market, every order and every account.
pub struct Sandbox {
    world: Arc<World>,
    server: Server,
    control: Option<Control>,
    base_url: String,
}

impl Sandbox {
    /// An exchange that is yet to be described.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens: `http://127.0.0.1:` and a port.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The same as an address.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where the control interface listens, if there is one.
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Control::address)
    }

    /// The exchange's time.
    pub fn now(&self) -> UnixMillis {
        self.world.clock.now()
    }

    /// Moves a [manual clock](crate::Clock::manual) forward, and the exchange with it: conditions trigger, the market moves, tokens
    /// expire. It ends at [`UnixMillis::LATEST`]. A market that moves by itself makes up for a day at most, and requests wait for
    /// it, for 1.5 seconds at most: see [`Exchange::advance`]. A real
    /// clock moves by itself; then this only brings the exchange up to now.
    pub fn advance(&self, by: Duration) {
        self.world.advance(by);
    }

    /// Looks at the exchange itself, or changes it: accounts, orders, books, prices. No request is served meanwhile.
    pub fn exchange<T>(&self, look: impl FnOnce(&mut Exchange) -> T) -> T {
        look(&mut self.world.state().exchange)
    }

    /// Faults on demand.
    pub fn faults(&self) -> &Faults {
        &self.world.faults
    }

    /// The requests that arrived, in the order in which they were answered. What is no operation (404, 405) is not among them.
    pub fn received(&self) -> Vec<Received> {
        self.world.record().all()
    }

    /// The id of a user, such as the exchange calls it.
    ///
    /// # Errors
    ///
    /// If no user has this name.
    pub fn user_id(&self, name: &str) -> Result<String, UserError> {
        self.world.user_id(name)
    }

    /// A new API key for a user, without the detour over login and `create_api_key`.
    ///
    /// # Errors
    ///
    /// If no user has this name, or the user has 30 keys already.
    pub fn api_key(&self, user: &str, permissions: Permissions) -> Result<ApiKey, UserError> {
        self.world.add_api_key(user, permissions, None)
    }

    /// Lets a user sign with a key pair that exists already, such as one that a program reads from its environment. It may read and trade.
    ///
    /// # Errors
    ///
    /// If no user has this name, the user has 30 keys already, this exchange knows the key already, the key is not of visible ASCII
    /// characters, or key or secret is empty.
    pub fn import_api_key(&self, user: &str, api_key: &str, api_secret: &str) -> Result<ApiKey, UserError> {
        let pair = ApiKey { api_key: api_key.to_owned(), api_secret: api_secret.into() };
        self.world.add_api_key(user, Permissions::READ_AND_TRADE, Some(pair))
    }

    /// A ticket for `exchange_ticket`, as an agent would hand it to its user. Good once.
    ///
    /// # Errors
    ///
    /// If no user has this name.
    pub fn issue_ticket(&self, user: &str) -> Result<SecretString, UserError> {
        self.world.issue_ticket(user)
    }

    /// A token for `exchange_embed_token`, as an agent would put it into its page. Good for five minutes.
    ///
    /// # Errors
    ///
    /// If no user has this name.
    pub fn issue_embed_token(&self, user: &str) -> Result<SecretString, UserError> {
        self.world.issue_embed_token(user)
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
