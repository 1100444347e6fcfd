//! The condition orders that wait in a market, by the price that they wait for: a price that moves looks at those alone that it reaches.

use std::collections::BTreeSet;

use super::super::terms::TriggerPriceType;
use crate::engine::Ticks;

/// What a condition order waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::exchange) enum Awaited {
    /// A price that is as high, or higher.
    Rise(TriggerPriceType, Ticks),
    /// A price that is as low, or lower.
    Fall(TriggerPriceType, Ticks),
    /// It follows the price, and has to see each.
    Any,
}

/// The condition orders of a market, by their ids.
#[derive(Debug, Clone, Default)]
pub(in crate::exchange) struct Waiting {
    rises: [BTreeSet<(Ticks, u64)>; TriggerPriceType::ALL.len()],
    falls: [BTreeSet<(Ticks, u64)>; TriggerPriceType::ALL.len()],
    any: BTreeSet<u64>,
}

impl Waiting {
    pub(in crate::exchange) fn insert(&mut self, id: u64, awaited: Awaited) {
        match awaited {
            Awaited::Rise(of, price) => self.rises[of as usize].insert((price, id)),
            Awaited::Fall(of, price) => self.falls[of as usize].insert((price, id)),
            Awaited::Any => self.any.insert(id),
        };
    }

    pub(in crate::exchange) fn remove(&mut self, id: u64, awaited: Awaited) {
        match awaited {
            Awaited::Rise(of, price) => self.rises[of as usize].remove(&(price, id)),
            Awaited::Fall(of, price) => self.falls[of as usize].remove(&(price, id)),
            Awaited::Any => self.any.remove(&id),
        };
    }

    /// Those that have to see the prices, the oldest first.
    pub(in crate::exchange) fn concerned(&self, price: impl Fn(TriggerPriceType) -> Ticks) -> Vec<u64> {
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
