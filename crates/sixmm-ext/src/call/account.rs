//! The user and the account.

use sixmm_api::UnixMillis;
use sixmm_api::types::{
    AccountChangeLogPage, AssetOverviewSummary as Summary, AssetOverviewTrend as Trend, BalanceHistory as Balances, BalancePeriod,
    FavoriteSymbols as Favorites, TradeOverview as Overview, TrendRange, UserAsset, UserInfo, VolumeStats as Volumes,
};

use super::calls;

calls! {
    /// Who the credentials belong to. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#user-info>
    User: UserInfo / USER_INFO()[] => UserInfo {}

    /// The balance. Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account#user-assets>
    Asset: UserAsset / USER_ASSET()[] => UserAsset {}

    /// Movements of funds, a page. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#account-change-logs>
    AccountChangeLogs: AccountChangeLogs / ACCOUNT_CHANGE_LOGS()[] => AccountChangeLogPage {
        /// Of this asset alone, such as `USDT`.
        asset_type: String,
        /// Of this kind alone. The kinds are not documented: use those that the answers bring.
        change_type: String,
        /// From this time on, in Unix milliseconds.
        start_time: UnixMillis,
        /// Up to this time, in Unix milliseconds.
        end_time: UnixMillis,
        /// Which page; 1 is the first.
        page: i32,
        /// How many a page; without it, 20. The greatest number is not documented.
        page_size: i32,
    }

    /// Volume of the last 30 days, and the fees that follow from it. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#30-day-volume-statistics>
    VolumeStats: VolumeStats / VOLUME_STATS()[] => Volumes {}

    /// The balance over time. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#balance-history>
    BalanceHistory: BalanceHistory / BALANCE_HISTORY(period: BalancePeriod)[] => Balances {
        /// How many points; without it, 30.
        limit: i64,
    }

    /// What was earned by trading. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#trade-overview>
    TradeOverview: TradeOverview / TRADE_OVERVIEW(type_: TrendRange)[] => Overview {}

    /// The account in a few numbers. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#asset-overview-summary>
    AssetOverviewSummary: AssetOverviewSummary / ASSET_OVERVIEW_SUMMARY()[] => Summary {}

    /// The account's worth over time. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#asset-overview-trend>
    AssetOverviewTrend: AssetOverviewTrend / ASSET_OVERVIEW_TREND(type_: TrendRange)[] => Trend {}

    /// The contracts on the user's list. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#query>
    FavoriteSymbols: FavoriteSymbols / FAVORITE_SYMBOLS()[] => Favorites {}

    /// Replaces the user's list of contracts. Documentation:
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#save>
    SaveFavoriteSymbols: SaveFavoriteSymbols / SAVE_FAVORITE_SYMBOLS()[symbols: Vec<String>] => () {}
}
