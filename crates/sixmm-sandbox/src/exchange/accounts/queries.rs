//! Queries for the balance, wallet changes and favorite contracts.

use super::super::command::{PageRequest, TimeRange};
use super::super::reject::Reject;
use super::super::view::{AccountChangeLog, AssetBalance, Page};
use super::super::{ASSET, Exchange};

impl Exchange {
    /// Returns the user's wallet balance, frozen margin and used margin.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#user-assets>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist.
    pub fn asset(&self, user: &str) -> Result<AssetBalance, Reject> {
        let account = &self.accounts[self.account(user)?];
        Ok(AssetBalance {
            user_id: account.user_id.clone(),
            asset_type: ASSET,
            wallet_balance: account.wallet,
            frozen_margin: account.frozen(&self.markets, &self.orders),
            used_margin: account.used(),
        })
    }

    /// Returns the user's wallet changes, newest first. Frozen and released margin is not included, because it does not change the wallet
    /// balance.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#account-change-logs>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist, or the page is out of range.
    pub fn account_change_logs(
        &self,
        user: &str,
        asset_type: Option<&str>,
        change_type: Option<&str>,
        time: TimeRange,
        page: PageRequest,
    ) -> Result<Page<AccountChangeLog>, Reject> {
        let changes = self.accounts[self.account(user)?].history.changes.iter().rev();
        let selected = changes.filter(|change| {
            asset_type.is_none_or(|asset| asset == change.asset_type)
                && change_type.is_none_or(|change_type| change_type == change.change_type.as_str())
                && time.contains(change.created_at)
        });
        page.paginate(selected, Clone::clone)
    }

    /// Replaces the user's list of favorite contracts.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#save>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or one of the contracts does not exist. The list is then unchanged.
    pub fn save_favorite_symbols(&mut self, user: &str, symbols: Vec<String>) -> Result<(), Reject> {
        let account = self.account(user)?;
        symbols.iter().try_for_each(|symbol| self.market(symbol).map(|_| ()))?;
        self.accounts[account].favorite_symbols = symbols;
        Ok(())
    }

    /// Returns the user's favorite contracts.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/user-and-account#query>
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist.
    pub fn favorite_symbols(&self, user: &str) -> Result<Vec<String>, Reject> {
        Ok(self.accounts[self.account(user)?].favorite_symbols.clone())
    }
}
