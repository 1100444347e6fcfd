//! Market data.

use std::sync::Arc;

use sixmm_api::types::{KlineInterval, LeaderboardPeriod};

use super::group;
use crate::call::{CurrentFundingRates, FundingRateConfig, FundingRateHistory, Klines, PnlLeaderboard, Symbols};
use crate::rules_cache::SymbolRules;
use crate::{Error, call};

group! {
    /// Contracts, prices, funding rates. No credentials are needed.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/market-data>
    Market
}

impl Market<'_> {
    /// All contracts, as the exchange describes them.
    pub fn symbols(&self) -> Symbols {
        Symbols::new(self.client)
    }

    /// The trading rules of a contract: tick size, step size, minimums, maximums.
    ///
    /// One request loads the rules of all contracts. They are loaded again when they are older than [`ClientBuilder::rules_age`]. If that fails,
    /// the old rules stay in use for 30 more seconds before they are loaded again. The method only reads:
    /// [`ClientBuilder::check_orders`] checks orders by the rules that are loaded.
    ///
    /// [`ClientBuilder::rules_age`]: crate::ClientBuilder::rules_age
    /// [`ClientBuilder::check_orders`]: crate::ClientBuilder::check_orders
    ///
    /// # Errors
    ///
    /// If the rules cannot be loaded and none are cached, or the exchange does not list the contract ([`Error::is_invalid_request`]).
    pub async fn rules(&self, symbol: &str) -> Result<Arc<SymbolRules>, Error> {
        self.client.symbol_rules(symbol).await
    }

    /// Candlesticks of a contract: [`send`](Klines::send) asks for at most 1000, [`items`](Klines::items) reads any span.
    pub fn klines(&self, symbol: impl Into<String>, interval: KlineInterval) -> Klines {
        Klines::new(self.client, symbol, interval)
    }

    /// Funding rate settings.
    pub fn funding_rate_config(&self) -> FundingRateConfig {
        FundingRateConfig::new(self.client)
    }

    /// Current funding rates.
    pub fn current_funding_rates(&self) -> CurrentFundingRates {
        CurrentFundingRates::new(self.client)
    }

    /// Past funding rates of a contract.
    pub fn funding_rate_history(&self, symbol: impl Into<String>) -> FundingRateHistory {
        FundingRateHistory::new(self.client, symbol)
    }

    /// Who earned most.
    pub fn pnl_leaderboard(&self, period: LeaderboardPeriod) -> PnlLeaderboard {
        PnlLeaderboard::new(self.client, period)
    }

    /// The server's clock, as the server tells it. What signatures go by is [`Client::clock`](crate::Client::clock).
    pub fn server_time(&self) -> call::ServerTime {
        call::ServerTime::new(self.client)
    }

    /// Version of the service.
    pub fn version(&self) -> call::Version {
        call::Version::new(self.client)
    }
}
