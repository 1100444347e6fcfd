//! Accounts: a wallet, a holding in each contract, and the record of both.

mod holding;
mod ledger;
mod margin;
mod queries;
mod record;
mod statistics;

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

pub(super) use self::holding::{Holding, closable};
pub(super) use self::margin::rounded_up;
pub(super) use self::record::Record;
use super::config::SymbolRules;

/// A user's account, or one of the house: the market's own participants, who need no margin and keep no record.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) user_id: String,
    pub(super) name: String,
    pub(super) is_house: bool,
    pub(super) wallet: Decimal,
    /// One for each contract, in their order.
    pub(super) holdings: Vec<Holding>,
    /// What each `clientOrderId` that was ever used stands for.
    pub(super) client_order_ids: FxHashMap<String, ClientOrder>,
    pub(super) record: Record,
    pub(super) favorite_symbols: Vec<String>,
}

/// What a `clientOrderId` was used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientOrder {
    /// Something that has made no normal order yet: a condition order, or an order of a strategy.
    Reserved,
    /// A normal order, by its id.
    Placed(u64),
}

impl Account {
    pub(super) fn new<'a>(user_id: &str, name: &str, is_house: bool, markets: impl Iterator<Item = &'a SymbolRules>) -> Self {
        Self {
            user_id: user_id.to_owned(),
            name: name.to_owned(),
            is_house,
            wallet: Decimal::ZERO,
            holdings: markets.map(Holding::new).collect(),
            client_order_ids: FxHashMap::default(),
            record: Record::default(),
            favorite_symbols: Vec::new(),
        }
    }
}
