//! Accounts: the wallet, the state in each contract, and the history.

mod history;
mod holding;
mod ledger;
mod margin;
mod queries;
mod statistics;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

pub(super) use self::history::AccountHistory;
pub(super) use self::holding::{Holding, closable};
use super::config::SymbolRules;

/// The account of a user, or an internal account of the market maker or the counterparty. The orders of internal accounts require no
/// margin, and their histories are not stored.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) user_id: String,
    pub(super) name: String,
    pub(super) is_internal: bool,
    pub(super) wallet: Decimal,
    /// One entry per contract, in the order of the contracts.
    pub(super) holdings: Vec<Holding>,
    /// Every `clientOrderId` that was ever used, with the order that uses it.
    pub(super) client_order_ids: FxHashMap<String, ClientOrder>,
    pub(super) history: AccountHistory,
    pub(super) favorite_symbols: Vec<String>,
}

/// The order that uses a `clientOrderId`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientOrder {
    /// The id is reserved for an order that is not a normal order yet: a condition order that has not triggered, or an order of a strategy
    /// that has not been placed.
    Reserved,
    /// A normal order, by its id.
    Placed(u64),
}

impl Account {
    pub(super) fn new<'a>(user_id: &str, name: &str, is_internal: bool, markets: impl Iterator<Item = &'a SymbolRules>) -> Self {
        Self {
            user_id: user_id.to_owned(),
            name: name.to_owned(),
            is_internal,
            wallet: Decimal::ZERO,
            holdings: markets.map(Holding::new).collect(),
            client_order_ids: FxHashMap::default(),
            history: AccountHistory::default(),
            favorite_symbols: Vec::new(),
        }
    }
}
