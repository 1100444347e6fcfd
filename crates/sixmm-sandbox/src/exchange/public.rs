//! What everybody may ask.

use super::Exchange;
use super::command::{PageRequest, TimeRange};
use super::market::{Market, next_funding};
use super::reject::Reject;
use super::terms::{KlineInterval, KlinePriceType};
use super::view::{Depth, FeeTier, FundingRate, FundingRateConfig, Kline, Page, PublicTrade, SymbolInfo, Ticker};

impl Exchange {
    /// The contracts and their rules.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#symbol-configuration>
    pub fn symbols(&self) -> Vec<SymbolInfo> {
        self.markets.iter().map(Market::info).collect()
    }

    /// The tiers of fees: a single one, of the first contract. All users have it.
    pub fn fee_tiers(&self) -> Vec<FeeTier> {
        let tier = |market: &Market| FeeTier {
            level: 0,
            maker_fee_rate: market.rules.maker_fee_rate,
            taker_fee_rate: market.rules.taker_fee_rate,
        };
        self.markets.first().map(tier).into_iter().collect()
    }

    /// How the funding rates are set up.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#funding-rate-configuration>
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn funding_rate_configs(&self, symbol: Option<&str>) -> Result<Vec<FundingRateConfig>, Reject> {
        Ok(self.chosen(symbol)?.map(Market::funding_config).collect())
    }

    /// The rates of the next funding, as they stand.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#current-funding-rate>
    ///
    /// # Errors
    ///
    /// If there is no such contract, or the page is out of its range.
    pub fn current_funding_rates(&self, symbol: Option<&str>, page: PageRequest) -> Result<Page<FundingRate>, Reject> {
        page.of(self.chosen(symbol)?, |market| market.funding_rate(next_funding(self.now)))
    }

    /// The rates that were paid, the newest first.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#funding-rate-history>
    ///
    /// # Errors
    ///
    /// If there is no such contract, or the page is out of its range.
    pub fn funding_rate_history(&self, symbol: &str, time: TimeRange, page: PageRequest) -> Result<Page<FundingRate>, Reject> {
        let history = self.markets[self.market(symbol)?].funding_history.iter().rev();
        page.of(history.filter(|rate| time.contains(rate.funding_time)), Clone::clone)
    }

    /// Candlesticks, the oldest first; the last one may still be open. With a start, the first ones that open from there on; without one,
    /// the last ones. A stretch without a trade has the last price before it, and no volume.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#klines>
    ///
    /// # Errors
    ///
    /// If there is no such contract, or the limit is not from 1 to 1000.
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

    /// Prices and volume of a contract.
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn ticker(&self, symbol: &str) -> Result<Ticker, Reject> {
        Ok(self.markets[self.market(symbol)?].ticker(self.now))
    }

    /// The book of a contract, so many prices of each side.
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn depth(&self, symbol: &str, levels: usize) -> Result<Depth, Reject> {
        Ok(self.markets[self.market(symbol)?].depth(levels))
    }

    /// The last trades of a contract, the newest first; 1000 at most are kept.
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn public_trades(&self, symbol: &str, limit: usize) -> Result<Vec<PublicTrade>, Reject> {
        Ok(self.markets[self.market(symbol)?].public_trades(limit))
    }

    fn chosen(&self, symbol: Option<&str>) -> Result<impl Iterator<Item = &Market>, Reject> {
        let only = symbol.map(|symbol| self.market(symbol)).transpose()?;
        let chosen = self.markets.iter().enumerate().filter(move |(market, _)| only.is_none_or(|only| only == *market));
        Ok(chosen.map(|(_, market)| market))
    }
}
