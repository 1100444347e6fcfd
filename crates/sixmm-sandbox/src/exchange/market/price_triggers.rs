//! Index of the waiting condition orders by trigger price, so that a price change does not have to be compared with each of them.

use std::collections::BTreeSet;

use super::super::enums::TriggerPriceType;
use crate::engine::Ticks;

/// The price change that triggers a condition order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::exchange) enum PriceTrigger {
    /// A price at or above the trigger price.
    Rise(TriggerPriceType, Ticks),
    /// A price at or below the trigger price.
    Fall(TriggerPriceType, Ticks),
    /// Any price change, because the order is a trailing stop that must follow each price.
    Any,
}

/// The waiting condition orders of a market, by id.
#[derive(Debug, Clone, Default)]
pub(in crate::exchange) struct PriceTriggers {
    rises: [BTreeSet<(Ticks, u64)>; TriggerPriceType::ALL.len()],
    falls: [BTreeSet<(Ticks, u64)>; TriggerPriceType::ALL.len()],
    any: BTreeSet<u64>,
}

impl PriceTriggers {
    pub(in crate::exchange) fn insert(&mut self, id: u64, trigger: PriceTrigger) {
        match trigger {
            PriceTrigger::Rise(of, price) => self.rises[of as usize].insert((price, id)),
            PriceTrigger::Fall(of, price) => self.falls[of as usize].insert((price, id)),
            PriceTrigger::Any => self.any.insert(id),
        };
    }

    pub(in crate::exchange) fn remove(&mut self, id: u64, trigger: PriceTrigger) {
        match trigger {
            PriceTrigger::Rise(of, price) => self.rises[of as usize].remove(&(price, id)),
            PriceTrigger::Fall(of, price) => self.falls[of as usize].remove(&(price, id)),
            PriceTrigger::Any => self.any.remove(&id),
        };
    }

    /// Ids, oldest first, of the condition orders whose trigger price has been reached, and of all trailing stops, which must observe each
    /// price. The closure `price` returns the current contract price or mark price.
    pub(in crate::exchange) fn reached(&self, price: impl Fn(TriggerPriceType) -> Ticks) -> Vec<u64> {
        let mut ids: Vec<u64> = self.any.iter().copied().collect();
        for &of in TriggerPriceType::ALL {
            let now = price(of);
            ids.extend(self.rises[of as usize].range(..=(now, u64::MAX)).map(|(_, id)| id));
            ids.extend(self.falls[of as usize].range((now, 0)..).map(|(_, id)| id));
        }
        ids.sort_unstable();
        ids
    }
}
