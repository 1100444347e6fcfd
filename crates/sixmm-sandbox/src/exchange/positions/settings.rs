//! Leverage and margin mode of a contract.

use super::super::Exchange;
use super::super::reject::{Reason, Reject};
use super::super::terms::MarginMode;
use super::super::view::{LeverageSetting, PositionSettings};

impl Exchange {
    /// Switches between cross and isolated margin. Refused (2002) while a position or an order is open in the contract, unless nothing
    /// changes: the documentation does not say what happens then.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#set-margin-mode>
    ///
    /// # Errors
    ///
    /// If there is no such contract, or something is open in it.
    pub fn set_margin_mode(&mut self, user: &str, symbol: &str, mode: MarginMode) -> Result<(), Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let holding = &mut self.accounts[account].holdings[market];
        if holding.margin_mode != mode && (holding.positions().next().is_some() || !holding.open.is_empty()) {
            return Err(Reject::invalid(format_args!("marginMode: close the position and cancel the orders of {symbol} first")));
        }
        holding.margin_mode = mode;
        Ok(())
    }

    /// Sets the leverage of a contract. What positions use and orders freeze follows it; refused (3001) if the balance does not suffice for
    /// that.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#set-leverage>
    ///
    /// # Errors
    ///
    /// If there is no such contract, the leverage is not from 1 to the contract's largest, or the balance is too small.
    pub fn set_leverage(&mut self, user: &str, symbol: &str, leverage: i64) -> Result<LeverageSetting, Reject> {
        let account = self.account(user)?;
        let market = self.market(symbol)?;
        let most = self.markets[market].rules.max_leverage;
        if !(1..=most).contains(&leverage) {
            return Err(Reject::out_of_range(format_args!("leverage of {symbol} must be from 1 to {most}")));
        }
        let before = std::mem::replace(&mut self.accounts[account].holdings[market].leverage, leverage);
        let available = self.accounts[account].available(&self.markets, &self.orders);
        if leverage < before && available.is_sign_negative() {
            self.accounts[account].holdings[market].leverage = before;
            let message = format!("with leverage {leverage} the margin would exceed it by {}", -available);
            return Err(Reject::new(Reason::InsufficientBalance, message));
        }
        Ok(LeverageSetting { symbol: symbol.to_owned(), leverage, timestamp: self.now })
    }

    /// Leverage and margin mode of a contract.
    ///
    /// <https://docs.6mm.com/developer-api/rest-api/position#position-settings>
    ///
    /// # Errors
    ///
    /// If there is no such contract.
    pub fn position_settings(&self, user: &str, symbol: &str) -> Result<PositionSettings, Reject> {
        let holding = &self.accounts[self.account(user)?].holdings[self.market(symbol)?];
        Ok(PositionSettings { symbol: symbol.to_owned(), margin_mode: holding.margin_mode, leverage: holding.leverage })
    }
}
