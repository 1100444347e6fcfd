//! A running exchange, with access that only its owner has.

mod builder;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

pub(crate) use builder::FIRST_USER_ID;
pub use builder::{Builder, StartError};

use crate::UnixMillis;
use crate::auth::{ApiKey, Permissions};
use crate::control::Control;
use crate::exchange::Exchange;
use crate::faults::Faults;
use crate::http::Server;
use crate::http::accept::STREAMS_PATH;
use crate::request_log::LoggedRequest;
use crate::state::{SandboxState, UserError};
use crate::streams::{StreamConnection, StreamFaults, StreamSettings};

/// A running exchange. When this value is dropped, the exchange stops.
///
/// Clients use the exchange over HTTP. The owner of this value also has direct access to the clock, the market, all orders and all
/// accounts.
pub struct Sandbox {
    shared: Arc<SandboxState>,
    server: Server,
    control: Option<Control>,
    base_url: String,
}

impl Sandbox {
    /// Returns a builder with the default configuration.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Base URL: `http://127.0.0.1:` followed by the port.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// URL of the streams: `ws://127.0.0.1:` followed by the port and `/ws`. A listen key or token is added as the query, as documented.
    pub fn stream_url(&self) -> String {
        format!("ws://{}{STREAMS_PATH}", self.address())
    }

    /// The socket address of the base URL.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The address of the control interface, if it is enabled.
    pub fn control_address(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Control::address)
    }

    /// The exchange's time.
    pub fn now(&self) -> UnixMillis {
        self.shared.clock.now()
    }

    /// Advances a [manual clock](crate::Clock::manual) and simulates the exchange up to the new time: the market moves, condition orders
    /// trigger, and tokens expire. The clock stops at [`UnixMillis::LATEST`]. A moving market simulates at most the last 24 hours. Requests
    /// wait until the simulation is complete, which takes up to 1.5 seconds: see [`Exchange::advance`]. With the system clock, the exchange
    /// only advances to the current time.
    pub fn advance(&self, by: Duration) {
        self.shared.advance(by);
    }

    /// Gives the closure `look` exclusive access to the trading core (accounts, orders, books, prices). Requests wait until the closure
    /// returns.
    pub fn exchange<T>(&self, look: impl FnOnce(&mut Exchange) -> T) -> T {
        look(&mut self.shared.lock().exchange)
    }

    /// The fault rules and their hits.
    pub fn faults(&self) -> &Faults {
        &self.shared.faults
    }

    /// The fault rules of the streams and their hits.
    pub fn stream_faults(&self) -> &StreamFaults {
        &self.shared.stream_faults
    }

    /// Returns the settings of the streams.
    pub fn stream_settings(&self) -> StreamSettings {
        self.shared.lock().streams.settings
    }

    /// Changes the settings of the streams. Messages that are queued from now on have the new form.
    pub fn set_stream_settings(&self, settings: StreamSettings) {
        self.shared.lock().streams.settings = settings;
    }

    /// Returns the connections of the streams, sorted by their number.
    pub fn stream_connections(&self) -> Vec<StreamConnection> {
        self.shared.lock().streams.list()
    }

    /// Closes all connections of the streams with the code 1001.
    pub fn close_streams(&self) {
        self.shared.lock().streams.close_all();
    }

    /// Returns the logged requests, sorted by the time at which they were executed, rejected, or ended by a fault. Requests with an unknown
    /// path or method (404, 405) are not logged.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.request_log().all()
    }

    /// Returns the id that the exchange assigned to the user with this name.
    ///
    /// # Errors
    ///
    /// Returns an error if no user has this name.
    pub fn user_id(&self, name: &str) -> Result<String, UserError> {
        self.shared.user_id(name)
    }

    /// Creates an API key for a user. The user does not have to log in and call the operation `create_api_key`.
    ///
    /// # Errors
    ///
    /// Returns an error if no user has this name, or the user already has 30 keys.
    pub fn api_key(&self, user: &str, permissions: Permissions) -> Result<ApiKey, UserError> {
        self.shared.add_api_key(user, permissions, None)
    }

    /// Adds an existing API key and its secret for a user, for example from the environment variables of a program. The key has the
    /// permissions to read and to trade.
    ///
    /// # Errors
    ///
    /// Returns an error if no user has this name, the user already has 30 keys, the key already exists, the key contains characters other
    /// than visible ASCII, or the key or the secret is empty.
    pub fn import_api_key(&self, user: &str, api_key: &str, api_secret: &str) -> Result<ApiKey, UserError> {
        let pair = ApiKey { api_key: api_key.to_owned(), api_secret: api_secret.into() };
        self.shared.add_api_key(user, Permissions::READ_AND_TRADE, Some(pair))
    }

    /// Issues a ticket for the operation `exchange_ticket`. On the real exchange, an agent (partner) issues such a ticket to its user. A
    /// ticket can be redeemed once.
    ///
    /// # Errors
    ///
    /// Returns an error if no user has this name.
    pub fn issue_ticket(&self, user: &str) -> Result<SecretString, UserError> {
        self.shared.issue_ticket(user)
    }

    /// Issues an embed token for the operation `exchange_embed_token`. On the real exchange, an agent (partner) embeds such a token into
    /// its web page. The token is valid for five minutes.
    ///
    /// # Errors
    ///
    /// Returns an error if no user has this name.
    pub fn issue_embed_token(&self, user: &str) -> Result<SecretString, UserError> {
        self.shared.issue_embed_token(user)
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
