//! Leverage and margin mode of a contract.

use super::super::Exchange;
use super::super::enums::MarginMode;
use super::super::reject::{Reason, Reject};
use super::super::view::{LeverageSetting, PositionSettings};

impl Exchange {
    /// Sets the margin mode of a contract to cross or isolated. The mode cannot be changed while the user has a position or an open normal
    /// order in the contract. The documentation does not mention this case, so the restriction is the sandbox's choice.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#set-margin-mode>
    ///
    /// # Errors
    ///
    /// Returns an error with code 2002 if the user or the contract does not exist, or if the mode would change while the user has a
    /// position or an open normal order in the contract.
    pub fn set_margin_mode(&mut self, user: &str, symbol: &str, mode: MarginMode) -> Result<(), Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let holding = &mut self.accounts[account].holdings[market];
        if holding.margin_mode != mode && (holding.positions().next().is_some() || !holding.open.is_empty()) {
            return Err(Reject::invalid(format_args!("marginMode: close the position and cancel the orders of {symbol} first")));
        }
        holding.margin_mode = mode;
        self.feed_account(account);
        Ok(())
    }

    /// Sets the user's leverage in a contract, which changes the margin of the user's positions and open orders in this contract.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#set-leverage>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist (2002), the leverage is not from 1 to the contract's maximum (2003), or
    /// the leverage decreases and the balance does not cover the larger margin (3001).
    pub fn set_leverage(&mut self, user: &str, symbol: &str, leverage: i64) -> Result<LeverageSetting, Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let max = self.markets[market].rules.max_leverage;
        if !(1..=max).contains(&leverage) {
            return Err(Reject::out_of_range(format_args!("leverage of {symbol} must be from 1 to {max}")));
        }
        let before = std::mem::replace(&mut self.accounts[account].holdings[market].leverage, leverage);
        let available = self.accounts[account].available(&self.markets, &self.orders);
        if leverage < before && available.is_sign_negative() {
            self.accounts[account].holdings[market].leverage = before;
            let message = format!("the margin for leverage {leverage} would exceed the balance by {}", -available);
            return Err(Reject::new(Reason::InsufficientBalance, message));
        }
        self.feed_account(account);
        Ok(LeverageSetting { symbol: symbol.to_owned(), leverage, timestamp: self.now })
    }

    /// Returns the user's margin mode and leverage in a contract.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#position-settings>
    ///
    /// # Errors
    ///
    /// Returns an error if the user or the contract does not exist.
    pub fn position_settings(&self, user: &str, symbol: &str) -> Result<PositionSettings, Reject> {
        let holding = &self.accounts[self.account(user)?].holdings[self.market(symbol)?];
        Ok(PositionSettings { symbol: symbol.to_owned(), margin_mode: holding.margin_mode, leverage: holding.leverage })
    }
}
