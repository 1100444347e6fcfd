//! The other way: serde_json and maps of decimals. And the messages of both ways.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Deserialize;

/// Decoded prices and quantities.
pub(crate) type Levels = Vec<(Decimal, Decimal)>;

#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(rename = "endVersion")]
    version: u64,
    bids: Levels,
    asks: Levels,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Default)]
pub(crate) struct PlainBook {
    pub(crate) bids: BTreeMap<Decimal, Decimal>,
    pub(crate) asks: BTreeMap<Decimal, Decimal>,
    version: u64,
}

impl PlainBook {
    pub(crate) fn apply(&mut self, text: &str) -> Option<(Decimal, Decimal)> {
        let message: Envelope<Plain<'_>> = serde_json::from_str(text).expect("JSON");
        let message = message.data;
        if message.kind == "snapshot" {
            self.bids.clear();
            self.asks.clear();
        }
        self.version = message.version;
        for (side, levels) in [(&mut self.bids, message.bids), (&mut self.asks, message.asks)] {
            for (price, quantity) in levels {
                if quantity.is_zero() {
                    side.remove(&price);
                } else {
                    side.insert(price, quantity);
                }
            }
        }
        Some((*self.bids.last_key_value()?.0, *self.asks.first_key_value()?.0))
    }
}

/// The text of a depth message with this number of levels on each side. `distance` returns the ticks from the middle to a level.
pub(crate) fn text(kind: &str, version: u64, levels: u32, distance: impl Fn(u32) -> u32, random: &mut fastrand::Rng) -> String {
    let mut side = |sign: i64| {
        let levels = (0..levels).map(|level| {
            let tick = 420_000 + sign * i64::from(distance(level));
            format!("[\"{}.{}\",\"{}.{:03}\"]", tick / 10, tick % 10, random.u32(0..30), random.u32(1..1000))
        });
        levels.collect::<Vec<_>>().join(",")
    };
    format!(
        "{{\"topic\":\"market.depth.BTCUSDT\",\"event\":\"data\",\"ts\":1772007815000,\"data\":{{\"type\":\"{kind}\",\"startVersion\":{version},\
         \"endVersion\":{version},\"bids\":[{}],\"asks\":[{}]}}}}",
        side(-1),
        side(1)
    )
}
