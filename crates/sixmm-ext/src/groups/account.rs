//! The user and the account.

use sixmm_api::types::{BalancePeriod, TrendRange};

use super::group;
use crate::Error;
use crate::call::{
    AccountChangeLogs, Asset, AssetOverviewSummary, AssetOverviewTrend, BalanceHistory, FavoriteSymbols, SaveFavoriteSymbols,
    TradeOverview, User, VolumeStats,
};
use crate::listen_key::ListenKeyGuard;

group! {
    /// Balance, movements of funds, statistics, the listen key. Needs the permission Read.
    ///
    /// Documentation: <https://docs.6mm.com/developer-api/rest-api/user-and-account>
    Account
}

impl Account<'_> {
    /// Who the credentials belong to.
    pub fn user(&self) -> User {
        User::new(self.client)
    }

    /// The balance.
    pub fn asset(&self) -> Asset {
        Asset::new(self.client)
    }

    /// Movements of funds.
    pub fn change_logs(&self) -> AccountChangeLogs {
        AccountChangeLogs::new(self.client)
    }

    /// Volume of the last 30 days, and the fees that follow from it.
    pub fn volume_stats(&self) -> VolumeStats {
        VolumeStats::new(self.client)
    }

    /// The balance over time.
    pub fn balance_history(&self, period: BalancePeriod) -> BalanceHistory {
        BalanceHistory::new(self.client, period)
    }

    /// What was earned by trading.
    pub fn trade_overview(&self, range: TrendRange) -> TradeOverview {
        TradeOverview::new(self.client, range)
    }

    /// The account in a few numbers.
    pub fn overview_summary(&self) -> AssetOverviewSummary {
        AssetOverviewSummary::new(self.client)
    }

    /// The account's worth over time.
    pub fn overview_trend(&self, range: TrendRange) -> AssetOverviewTrend {
        AssetOverviewTrend::new(self.client, range)
    }

    /// The contracts on the user's list.
    pub fn favorite_symbols(&self) -> FavoriteSymbols {
        FavoriteSymbols::new(self.client)
    }

    /// Replaces the user's list of contracts.
    pub fn save_favorite_symbols<S: Into<String>>(&self, symbols: impl IntoIterator<Item = S>) -> SaveFavoriteSymbols {
        let symbols: Vec<String> = symbols.into_iter().map(Into::into).collect();
        SaveFavoriteSymbols::new(self.client, symbols)
    }

    /// Creates a listen key for the private stream, and renews it in a background task until the guard is closed or dropped.
    ///
    /// # Errors
    ///
    /// If the exchange creates no key.
    pub async fn start_listen_key(&self) -> Result<ListenKeyGuard, Error> {
        ListenKeyGuard::create(self.client).await
    }
}
