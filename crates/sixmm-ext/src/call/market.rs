//! Market data and the server itself.

use sixmm_api::UnixMillis;
use sixmm_api::types::{
    KlineInterval, KlinePriceType, Klines as KlineList, Leaderboard, LeaderboardPeriod, ServerTime as Time, SymbolList, Undocumented,
};

use super::calls;

calls! {
    /// Version of the service. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/public-endpoints#service-version>
    Version: Version / VERSION()[] => Undocumented {}

    /// The server's clock. Documentation: <https://docs.6mm.com/developer-api/rest-api/public-endpoints#server-time>
    ServerTime: ServerTime / SERVER_TIME()[] => Time {}

    /// Contracts and their trading rules. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#symbol-configuration>
    Symbols: Symbols / SYMBOLS()[] => SymbolList {}

    /// Candlesticks, at most 1000 of them; [`items`](Self::items) reads any span. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#klines>
    Klines: Klines / KLINES(symbol: String, interval: KlineInterval)[] => KlineList {
        /// Which price they draw; without it, the trade price.
        price_type: KlinePriceType,
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// How many, 1000 at most; without it, 500.
        limit: i32,
    }

    /// Funding rate settings. Nothing is documented of what comes. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#funding-rate-configuration>
    FundingRateConfig: FundingRateConfig / FUNDING_RATE_CONFIG()[] => Undocumented {
        /// Of this contract alone.
        symbol: String,
    }

    /// Current funding rates, a page. Nothing is documented of what comes. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#current-funding-rate>
    CurrentFundingRates: CurrentFundingRates / CURRENT_FUNDING_RATES()[] => Undocumented {
        /// Of this contract alone.
        symbol: String,
        /// Which page; 1 is the first.
        page: i32,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i32,
    }

    /// Past funding rates of a contract, a page. Nothing is documented of what comes. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/market-data#funding-rate-history>
    FundingRateHistory: FundingRateHistory / FUNDING_RATE_HISTORY(symbol: String)[] => Undocumented {
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// Which page; 1 is the first.
        page: i32,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i32,
    }

    /// Who earned most. With a login it tells your own rank, too. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/public-endpoints#pnl-leaderboard>
    PnlLeaderboard: PnlLeaderboard / PNL_LEADERBOARD(period: LeaderboardPeriod)[] => Leaderboard {}
}
