//! Public queries: contracts, funding rates, candlesticks, book, ticker and trades.

use super::Exchange;
use super::command::{PageRequest, TimeRange};
use super::enums::{KlineInterval, KlinePriceType};
use super::market::{Market, next_funding};
use super::reject::Reject;
use super::view::{Depth, FeeTier, FundingRate, FundingRateConfig, Kline, Page, PublicTrade, SymbolInfo, Ticker};

impl Exchange {
    /// Returns the contracts with their trading rules.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#symbol-configuration>
    pub fn symbols(&self) -> Vec<SymbolInfo> {
        self.markets.iter().map(Market::info).collect()
    }

    /// Returns the fee tiers. There is only one tier, which applies to all users and contains the fees of the first contract.
    pub fn fee_tiers(&self) -> Vec<FeeTier> {
        let tier = |market: &Market| FeeTier {
            level: 0,
            maker_fee_rate: market.rules.maker_fee_rate,
            taker_fee_rate: market.rules.taker_fee_rate,
        };
        self.markets.first().map(tier).into_iter().collect()
    }

    /// Returns the funding parameters of the contracts.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#funding-rate-configuration>
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist.
    pub fn funding_rate_configs(&self, symbol: Option<&str>) -> Result<Vec<FundingRateConfig>, Reject> {
        Ok(self.selected_markets(symbol)?.map(Market::funding_config).collect())
    }

    /// Returns for each contract the rate that its next funding would have at the current prices.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#current-funding-rate>
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist, or the page is out of range.
    pub fn current_funding_rates(&self, symbol: Option<&str>, page: PageRequest) -> Result<Page<FundingRate>, Reject> {
        page.paginate(self.selected_markets(symbol)?, |market| market.funding_rate(next_funding(self.now)))
    }

    /// Returns the rates of past fundings, newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#funding-rate-history>
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist, or the page is out of range.
    pub fn funding_rate_history(&self, symbol: &str, time: TimeRange, page: PageRequest) -> Result<Page<FundingRate>, Reject> {
        let history = self.markets[self.market(symbol)?].funding_history.iter().rev();
        page.paginate(history.filter(|rate| time.contains(rate.funding_time)), Clone::clone)
    }

    /// Returns candlesticks, oldest first. The interval of the last candlestick may still be running. At most `limit` candlesticks are
    /// returned: with a start time, the earliest that open at or after this time; without a start time, the latest. The prices of an
    /// interval without trades are the last close before it, and its volume is 0.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#klines>
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist, or the limit is not from 1 to 1000.
    pub fn klines(
        &self,
        symbol: &str,
        interval: KlineInterval,
        price_type: Option<KlinePriceType>,
        time: TimeRange,
        limit: Option<i64>,
    ) -> Result<Vec<Kline>, Reject> {
        self.markets[self.market(symbol)?].klines(interval, price_type, time, limit, self.now)
    }

    /// Returns the prices and the volume of a contract.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist.
    pub fn ticker(&self, symbol: &str) -> Result<Ticker, Reject> {
        Ok(self.markets[self.market(symbol)?].ticker(self.now))
    }

    /// Returns the order book of a contract, with at most `levels` prices on each side.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist.
    pub fn depth(&self, symbol: &str, levels: usize) -> Result<Depth, Reject> {
        Ok(self.markets[self.market(symbol)?].depth(levels))
    }

    /// Returns the last trades of a contract, newest first. At most 1000 trades are stored.
    ///
    /// # Errors
    ///
    /// Returns an error if the contract does not exist.
    pub fn public_trades(&self, symbol: &str, limit: usize) -> Result<Vec<PublicTrade>, Reject> {
        Ok(self.markets[self.market(symbol)?].public_trades(limit))
    }

    fn selected_markets(&self, symbol: Option<&str>) -> Result<impl Iterator<Item = &Market>, Reject> {
        let only = symbol.map(|symbol| self.market(symbol)).transpose()?;
        let selected = self.markets.iter().enumerate().filter(move |(market, _)| only.is_none_or(|only| only == *market));
        Ok(selected.map(|(_, market)| market))
    }
}
