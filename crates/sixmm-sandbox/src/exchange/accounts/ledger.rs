//! Changes of wallet balances. No other code changes a wallet.

use rust_decimal::Decimal;

use super::super::enums::ChangeType;
use super::super::reject::{Reason, Reject};
use super::super::view::{AccountChangeLog, Reference};
use super::super::{ASSET, Exchange};
use super::Account;

/// Largest amount of one transfer. A larger transfer is rejected, because amounts of money might not stay exact.
const MAX_TRANSFER: Decimal = rust_decimal::dec!(1_000_000_000_000);
/// Maximum decimal places of a transfer.
const MAX_TRANSFER_PLACES: u32 = 8;

impl Exchange {
    /// Opens an account and credits the initial balance as a transfer.
    ///
    /// # Errors
    ///
    /// Returns an error if the id is already used, or the balance is negative, above 10¹², or has more than 8 decimal places.
    pub fn add_user(&mut self, id: &str, name: &str, balance: Decimal) -> Result<(), Reject> {
        check_transfer(balance)?;
        if self.users.contains_key(id) {
            return Err(Reject::new(Reason::DuplicateRequest, format_args!("user {id} exists")));
        }
        let account = self.accounts.len();
        self.accounts.push(Account::new(id, name, false, self.markets.iter().map(|market| &market.rules)));
        self.users.insert(id.to_owned(), account);
        if !balance.is_zero() {
            self.change_wallet(account, balance, ChangeType::TransferIn, None);
        }
        Ok(())
    }

    /// Transfers money into an account.
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist, the amount is negative, above 10¹², or has more than 8 decimal places, or the wallet
    /// would exceed the [money limit](Exchange#modelled-behaviour).
    pub fn deposit(&mut self, user: &str, amount: Decimal) -> Result<(), Reject> {
        check_transfer(amount)?;
        let account = self.account(user)?;
        if self.accounts[account].wallet + amount > self.max_money {
            return Err(Reject::out_of_range(format_args!("a wallet holds at most {} {ASSET}", self.max_money)));
        }
        self.change_wallet(account, amount, ChangeType::TransferIn, None);
        Ok(())
    }

    /// Transfers money out of an account.
    ///
    /// # Errors
    ///
    /// Returns an error if the user does not exist, the amount is negative, above 10¹², or has more than 8 decimal places, or the amount is
    /// larger than the available balance. The available balance is the wallet balance without frozen and used margin, reduced by the
    /// unrealized loss of cross positions.
    pub fn withdraw(&mut self, user: &str, amount: Decimal) -> Result<(), Reject> {
        check_transfer(amount)?;
        let account = self.account(user)?;
        let available = self.accounts[account].available(&self.markets, &self.orders);
        if amount > available {
            return Err(Reject::new(Reason::InsufficientBalance, format_args!("{available} {ASSET} can be withdrawn")));
        }
        self.change_wallet(account, -amount, ChangeType::TransferOut, None);
        Ok(())
    }

    /// Changes a wallet balance and records the change. All fees, profits, funding payments and transfers use this function.
    pub(in crate::exchange) fn change_wallet(
        &mut self,
        account: usize,
        amount: Decimal,
        change_type: ChangeType,
        reference_id: Option<Reference>,
    ) {
        let of = &mut self.accounts[account];
        let before = of.wallet;
        of.wallet += amount;
        if of.is_internal {
            return;
        }
        let after = of.wallet;
        let frozen = self.accounts[account].frozen(&self.markets, &self.orders);
        let history = &mut self.accounts[account].history;
        history.record_change(change_type, amount, after, self.now);
        history.changes.push(AccountChangeLog {
            asset_type: ASSET,
            amount,
            wallet_balance_before: before,
            wallet_balance_after: after,
            frozen_balance_before: frozen,
            frozen_balance_after: frozen,
            change_type,
            reference_id,
            created_at: self.now,
        });
        self.feed_account(account);
    }
}

fn check_transfer(amount: Decimal) -> Result<(), Reject> {
    if !(Decimal::ZERO..=MAX_TRANSFER).contains(&amount) || amount.normalize().scale() > MAX_TRANSFER_PLACES {
        let limit = format!("an amount must be from 0 to {MAX_TRANSFER}, with at most {MAX_TRANSFER_PLACES} decimal places");
        return Err(Reject::out_of_range(limit));
    }
    Ok(())
}
