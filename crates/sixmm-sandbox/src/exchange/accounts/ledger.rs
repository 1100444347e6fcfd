//! The one place where a wallet changes.

use rust_decimal::Decimal;

use super::super::reject::{Reason, Reject};
use super::super::terms::ChangeType;
use super::super::view::{AccountChangeLog, Reference};
use super::super::{ASSET, Exchange};
use super::Account;

/// Most that one transfer moves: beyond it money would not stay exact.
const TRANSFER_MOST: Decimal = rust_decimal::dec!(1_000_000_000_000);
/// Places of a transfer.
const TRANSFER_PLACES: u32 = 8;

impl Exchange {
    /// Opens an account. The balance comes in as a transfer.
    ///
    /// # Errors
    ///
    /// If the id is taken, or the balance is negative, above 10¹², or has more than 8 places.
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

    /// Brings money into an account.
    ///
    /// # Errors
    ///
    /// If there is no such user, if the amount is negative, above 10¹², or has more than 8 places, or if the wallet would pass the
    /// [limit of money](Exchange#what-is-modelled-and-how).
    pub fn deposit(&mut self, user: &str, amount: Decimal) -> Result<(), Reject> {
        check_transfer(amount)?;
        let account = self.account(user)?;
        if self.accounts[account].wallet + amount > self.most_money {
            return Err(Reject::out_of_range(format_args!("a wallet holds at most {} {ASSET}", self.most_money)));
        }
        self.change_wallet(account, amount, ChangeType::TransferIn, None);
        Ok(())
    }

    /// Takes money out of an account.
    ///
    /// # Errors
    ///
    /// As [`deposit`](Self::deposit), and if the amount is more than what is neither frozen nor used.
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

    /// Adds to a wallet, and writes it down. Nothing that an account earns or pays goes another way.
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
        if of.is_house {
            return;
        }
        let after = of.wallet;
        let frozen = self.accounts[account].frozen(&self.markets, &self.orders);
        let record = &mut self.accounts[account].record;
        record.note_change(change_type, amount, after, self.now);
        record.changes.push(AccountChangeLog {
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
    }
}

fn check_transfer(amount: Decimal) -> Result<(), Reject> {
    if !(Decimal::ZERO..=TRANSFER_MOST).contains(&amount) || amount.normalize().scale() > TRANSFER_PLACES {
        let limit = format!("an amount is from 0 to {TRANSFER_MOST}, with {TRANSFER_PLACES} places at most");
        return Err(Reject::out_of_range(limit));
    }
    Ok(())
}
