//! The operations, grouped as the documentation groups them. Methods that only forward a request are in `generated/groups.rs`.

use std::sync::Arc;

use crate::Error;
use crate::listen_key::ListenKeyGuard;
use crate::rules_cache::SymbolRules;

/// Declares a group: a borrowed view of the client.
macro_rules! group {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a> {
            pub(crate) client: &'a $crate::client_inner::ClientInner,
        }

        impl<'a> $name<'a> {
            pub(crate) fn new(client: &'a $crate::client_inner::ClientInner) -> Self {
                Self { client }
            }
        }
    };
}

pub(crate) use group;

group! {
    /// Contracts, prices and funding rates. No credentials are needed.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/market-data>
    Market
}

group! {
    /// Balance, movements of funds, statistics and the listen key. Needs the permission Read.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account>
    Account
}

group! {
    /// Positions, leverage and margin mode. Needs the permission Trade, even for reading.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/position>
    Positions
}

group! {
    /// The user's API keys. Needs a login, because an API key cannot manage keys.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/api-key-management>
    ApiKeys
}

impl Market<'_> {
    /// The trading rules of a contract: tick size, step size, minimums, maximums.
    ///
    /// One request loads the rules of all contracts. The rules are loaded again when they are older than [`ClientBuilder::rules_age`]. If
    /// loading fails, the old rules stay in use, and are loaded again after 30 seconds at the earliest. This method checks no order: with
    /// [`ClientBuilder::check_orders`], the client checks orders by the loaded rules.
    ///
    /// [`ClientBuilder::rules_age`]: crate::ClientBuilder::rules_age
    /// [`ClientBuilder::check_orders`]: crate::ClientBuilder::check_orders
    ///
    /// # Errors
    ///
    /// Returns an error if the rules cannot be loaded and none are cached, or the exchange does not list the contract
    /// ([`Error::is_invalid_request`]).
    pub async fn rules(&self, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        self.client.symbol_rules(symbol).await
    }
}

impl Account<'_> {
    /// Creates a listen key for the private stream, and renews it in a background task until the guard is closed or dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if the exchange creates no key.
    pub async fn start_listen_key(&self) -> Result<ListenKeyGuard, Error> {
        ListenKeyGuard::create(self.client).await
    }
}
