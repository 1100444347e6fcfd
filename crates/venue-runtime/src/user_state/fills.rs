//! The known fills: each fill counts once by its key, and the fills of an order add up to its executed quantity.

use std::collections::{BTreeMap, HashSet, VecDeque};

use rust_decimal::Decimal;
use venue_core::UnixMillis;

use super::types::FillFacts;

/// The number of fills whose keys are remembered. The oldest are forgotten first.
const MAX_FILLS: usize = 1_000_000;
/// The number of orders whose executed quantity is remembered.
const MAX_ORDERS: usize = 40_000;
/// The number of announced fills that are remembered until REST reports them.
const MAX_ANNOUNCED: usize = 10_000;

/// The known fills.
#[derive(Debug, Default)]
pub(super) struct FillLedger {
    keys: HashSet<String>,
    order_of_keys: VecDeque<String>,
    filled: BTreeMap<String, Decimal>,
    /// The fills that messages announced: trade id and order id.
    announced: VecDeque<(String, String)>,
    /// The time of the newest fill of all complete readings.
    newest: Option<UnixMillis>,
}

impl FillLedger {
    /// Counts a fill. Returns `false` if the fill was counted before.
    pub(super) fn count(&mut self, fill: &FillFacts) -> bool {
        if !self.keys.insert(fill.key.clone()) {
            return false;
        }
        self.order_of_keys.push_back(fill.key.clone());
        if self.order_of_keys.len() > MAX_FILLS
            && let Some(oldest) = self.order_of_keys.pop_front()
        {
            self.keys.remove(&oldest);
        }
        let filled = self.filled.entry(fill.order_id.clone()).or_default();
        *filled = filled.saturating_add(fill.quantity.0);
        if self.filled.len() > MAX_ORDERS {
            // A forgotten sum only causes another reading of the order's fills.
            self.filled.pop_first();
        }
        true
    }

    /// Sets the executed quantity of an order from all of its fills.
    pub(super) fn set_filled(&mut self, order_id: &str, filled: Decimal) {
        self.filled.insert(order_id.to_owned(), filled);
    }

    /// The sum of the known fills of an order.
    pub(super) fn filled(&self, order_id: &str) -> Decimal {
        self.filled.get(order_id).copied().unwrap_or_default()
    }

    /// Forgets the sum of an order that is no longer tracked.
    pub(super) fn forget_order(&mut self, order_id: &str) {
        self.filled.remove(order_id);
    }

    /// A message announces a fill.
    pub(super) fn announce(&mut self, trade_id: &str, order_id: &str) {
        let is_known = |(trade, order): &(String, String)| trade == trade_id && order == order_id;
        if self.announced.iter().any(is_known) {
            return;
        }
        if self.announced.len() == MAX_ANNOUNCED {
            self.announced.pop_front();
        }
        self.announced.push_back((trade_id.to_owned(), order_id.to_owned()));
    }

    /// Whether a message announced the fill. Forgets the message.
    pub(super) fn take_announced(&mut self, fill: &FillFacts) -> bool {
        let index = self.announced.iter().position(|(trade, order)| *trade == fill.trade_id && *order == fill.order_id);
        index.and_then(|index| self.announced.remove(index)).is_some()
    }

    /// A complete reading contained a fill of this time.
    pub(super) fn note_complete(&mut self, newest: Option<UnixMillis>) {
        self.newest = self.newest.max(newest);
    }

    pub(super) fn newest(&self) -> Option<UnixMillis> {
        self.newest
    }
}
