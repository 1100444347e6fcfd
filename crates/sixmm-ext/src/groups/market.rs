//! Market data.

use std::sync::Arc;

use sixmm_api::types::{KlineInterval, LeaderboardPeriod};

use super::group;
use crate::call::{CurrentFundingRates, FundingRateConfig, FundingRateHistory, Klines, PnlLeaderboard, Symbols};
use crate::symbols::SymbolRules;
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
    /// They are asked for once for all contracts, and again when they are older than [`ClientBuilder::rules_age`]; if that fails, the old
    /// ones stay in use, and it is tried again after 30 seconds. Once they are known, every order for the contract is checked by them before it is sent.
    ///
    /// [`ClientBuilder::rules_age`]: crate::ClientBuilder::rules_age
    ///
    /// # Errors
    ///
    /// If the exchange cannot be asked and nothing is known, or it does not list the contract ([`Error::is_invalid_request`]).
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
