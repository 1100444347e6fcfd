//! The time from a depth message to a readable best price, and of one level's update: this crate beside serde and
//! `BTreeMap<Decimal, Decimal>`.

mod rounds;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use rust_decimal::Decimal;
use serde::Deserialize;
use venue_book::state::State;
use venue_book::{BookSettings, Depth, DepthDecoder, VersionRule};
use venue_stream::{Event, Message, MonotonicTime};

use rounds::compare;

#[path = "../tests/support/json.rs"]
mod json;

use json::{Json, Scanning};

/// Messages of one kind in a round.
const MESSAGES: u64 = 50;

#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    #[serde(rename = "endVersion")]
    version: u64,
    bids: Vec<(Decimal, Decimal)>,
    asks: Vec<(Decimal, Decimal)>,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: T,
}

#[derive(Default)]
struct PlainBook {
    bids: BTreeMap<Decimal, Decimal>,
    asks: BTreeMap<Decimal, Decimal>,
    version: u64,
}

impl PlainBook {
    fn apply(&mut self, text: &str) -> Option<(Decimal, Decimal)> {
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

fn message(kind: &str, version: u64, levels: u32, spread: u32, random: &mut fastrand::Rng) -> Event {
    let mut side = |sign: i64| {
        let levels = (0..levels).map(|level| {
            let tick = 420_000 + sign * i64::from(level * spread + 1);
            format!("[\"{}.{}\",\"{}.{:03}\"]", tick / 10, tick % 10, random.u32(0..30), random.u32(1..1000))
        });
        levels.collect::<Vec<_>>().join(",")
    };
    let text = format!(
        "{{\"topic\":\"market.depth.BTCUSDT\",\"event\":\"data\",\"ts\":1772007815000,\"data\":{{\"type\":\"{kind}\",\"startVersion\":{version},\
         \"endVersion\":{version},\"bids\":[{}],\"asks\":[{}]}}}}",
        side(-1),
        side(1)
    );
    let message = Message::new(text, MonotonicTime::default());
    if kind == "snapshot" { Event::Snapshot(message) } else { Event::Update(message) }
}

fn text(event: &Event) -> &str {
    match event {
        Event::Snapshot(message) | Event::Update(message) => message.text(),
        _ => "",
    }
}

fn state() -> State {
    let settings = BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).confirmations(0);
    let mut state = State::new(Arc::new(Scanning), settings);
    state.step(MonotonicTime::default(), &Event::Subscribed, &mut Vec::new());
    state
}

fn step(state: &mut State, event: &Event, outputs: &mut Vec<venue_book::state::Output>) -> (Decimal, Decimal) {
    outputs.clear();
    state.step(MonotonicTime::from_start(Duration::from_secs(1)), event, outputs);
    let book = state.live().expect("live");
    (book.best_bid().expect("a bid").price, book.best_ask().expect("an ask").price)
}

fn main() {
    let mut random = fastrand::Rng::with_seed(7);
    let snapshot = message("snapshot", 1, 500, 1, &mut random);
    for (name, kind, levels) in [("depth_snapshot_88", "snapshot", 44), ("depth_update_88", "update", 44), ("depth_update_2", "update", 1)]
    {
        let (mut ours, mut plain) = (state(), PlainBook::default());
        let mut outputs = Vec::new();
        step(&mut ours, &snapshot, &mut outputs);
        plain.apply(text(&snapshot));
        let mut version = 1;
        compare(name, MESSAGES, ["ours", "plain", "serde_json", "scanner", "plain decode"], || {
            let messages: Vec<Event> = (0..MESSAGES)
                .map(|_| {
                    version += 1;
                    message(kind, version, levels, 1 + random.u32(0..3), &mut random)
                })
                .collect();
            let mut depth = Depth::new();
            let time = |run: &mut dyn FnMut(&Event)| {
                let start = std::time::Instant::now();
                messages.iter().for_each(run);
                start.elapsed()
            };
            [
                time(&mut |event| _ = black_box(step(&mut ours, black_box(event), &mut outputs))),
                time(&mut |event| _ = black_box(plain.apply(black_box(text(event))))),
                time(&mut |event| {
                    depth.clear();
                    Json.decode(text(event), &mut depth).expect("JSON");
                }),
                time(&mut |event| {
                    depth.clear();
                    Scanning.decode(text(event), &mut depth).expect("JSON");
                }),
                time(&mut |event| _ = black_box(serde_json::from_str::<Envelope<Plain<'_>>>(text(event)).expect("JSON"))),
            ]
        });
    }
}
