//! The time from a depth message to a readable best price, and of the update of one level: this crate beside serde and
//! `BTreeMap<Decimal, Decimal>`.
//!
//! **Messages** (`depth_snapshot_88`, `depth_update_88`, `depth_update_2`). The input is the text of a WebSocket message in memory, with the
//! envelope of a topic, prices of one decimal and quantities of three. The WebSocket library, the classification by topic and the copy out of
//! the read buffer are not included on either side. Our side decodes with
//! [`Scanner`](venue_book::Scanner) or (`depth_88_serde`) with the serde seeds of `Depth`, verifies the version, applies the levels to a book of
//! 500 levels on each side, checks that the book is not crossed, and reads the best bid and ask. The plain side decodes with serde_json into
//! lists of decimals, inserts them into two maps, and reads the best bid and ask. The plain side verifies nothing.
//!
//! **Levels** (`level`, `level_sparse`, `level_irregular`, `level_single`). A level that is decoded already is set in a book of 500 levels on each side. Most levels are near the
//! best price, and the levels of a message have no order. The plain side inserts a pair of decimals into a map of the same size. With
//! `level`, a message has 88 levels, so the figure is the cost of a level, and there is a level at each tick. With `level_sparse`, there is a
//! level at each third tick, and with `level_irregular` the distance of two levels is 1 to 5 ticks at random. With `level_single`, a message has one level, so the figure
//! contains the check of the version and the report of the change as well, which the plain side does not do.
//!
//! **Sockets** (`socket_88`, `socket_88_burst`). The input is the bytes of WebSocket frames in memory, with updates of 88 levels. Our side is a
//! connection of venue-stream with its WebSocket library, the classification, the buffer of the subscription, the task of the book, and a
//! reader that waits for changes and reads the best bid and ask with `last_known`. The plain side is one loop that reads with
//! tokio-tungstenite, and then does the same as above. With `socket_88`, each message arrives after the best price of the previous one was
//! read. With `socket_88_burst`, 50 messages arrive at once, and our reader reads the best price after each batch of messages.
//!
//! Times are nanoseconds per message or level. The fastest of 400 short rounds counts, because the machine may have other load.
//!
//! `cargo bench -p venue-book --bench book`

#[path = "../../tests/support/json.rs"]
mod json;
mod plain;
mod rounds;
mod socket;

use std::hint::black_box;
use std::sync::Arc;

use rust_decimal::Decimal;
use venue_book::state::State;
use venue_book::{BookSettings, Depth, DepthDecoder, VersionRule};
use venue_stream::{Event, Message, MonotonicTime};

use json::{Json, Scanning};
use plain::{Levels, PlainBook};
use rounds::{Figures, compare};

/// Messages in a round.
const MESSAGES: u32 = 50;
/// Levels of each side of the book.
const LEVELS: u32 = 500;

fn message(kind: &str, version: u64, levels: u32, distance: impl Fn(u32) -> u32, random: &mut fastrand::Rng) -> Event {
    let message = Message::new(plain::text(kind, version, levels, distance, random), MonotonicTime::default());
    if kind == "snapshot" { Event::Snapshot(message) } else { Event::Update(message) }
}

fn text(event: &Event) -> &str {
    match event {
        Event::Snapshot(message) | Event::Update(message) => message.text(),
        _ => "",
    }
}

/// A live book with 500 levels on each side.
fn state(decoder: impl DepthDecoder + 'static, snapshot: &Event) -> State {
    let settings = BookSettings::new().continuity(VersionRule::FirstFollowsPrevious).confirmations(0);
    let mut state = State::new(Arc::new(decoder), settings);
    state.step(MonotonicTime::default(), &Event::Subscribed, &mut Vec::new());
    state.step(MonotonicTime::default(), snapshot, &mut Vec::new());
    state
}

fn best(state: &State) -> (Decimal, Decimal) {
    let book = state.live().expect("live");
    (book.best_bid().expect("a bid").price, book.best_ask().expect("an ask").price)
}

fn main() {
    let mut figures = Figures::new();
    messages(&mut figures, "depth_snapshot_88", Scanning, "snapshot", 44);
    messages(&mut figures, "depth_update_88", Scanning, "update", 44);
    messages(&mut figures, "depth_88_serde", Json, "update", 44);
    messages(&mut figures, "depth_update_2", Scanning, "update", 1);
    levels(&mut figures, "level", 88, |level| level + 1);
    levels(&mut figures, "level_sparse", 88, |level| level * 3 + 1);
    let mut random = fastrand::Rng::with_seed(3);
    let mut distance = 0;
    let mut next_distance = || {
        distance += random.u32(1..=5);
        distance
    };
    let distances: Vec<u32> = (0..LEVELS).map(|_| next_distance()).collect();
    levels(&mut figures, "level_irregular", 88, |level| distances[level as usize]);
    levels(&mut figures, "level_single", 1, |level| level + 1);
    socket::measure(&mut figures);
    rounds::save("order_book", &figures);
}

fn messages(figures: &mut Figures, name: &'static str, decoder: impl DepthDecoder + 'static, kind: &str, levels: u32) {
    let mut random = fastrand::Rng::with_seed(7);
    let snapshot = message("snapshot", 1, LEVELS, |level| level + 1, &mut random);
    let (mut ours, mut plain, mut outputs) = (state(decoder, &snapshot), PlainBook::default(), Vec::new());
    plain.apply(text(&snapshot));
    let mut version = 1;
    let mut next = || {
        version += 1;
        let spread = 1 + random.u32(0..3);
        message(kind, version, levels, |level| level * spread + 1, &mut random)
    };
    let prepare = || (0..MESSAGES).map(|_| next()).collect::<Vec<_>>();
    let our_run = |messages: &Vec<Event>| {
        for event in messages {
            outputs.clear();
            ours.step(MonotonicTime::default(), black_box(event), &mut outputs);
            black_box(best(&ours));
        }
    };
    let plain_run = |messages: &Vec<Event>| {
        for event in messages {
            black_box(plain.apply(black_box(text(event))));
        }
    };
    compare(figures, name, MESSAGES, prepare, our_run, plain_run);
}

/// Sets decoded levels, with this number of levels in each message. `distance` returns the ticks from the middle to a level.
fn levels(figures: &mut Figures, name: &'static str, per_message: u32, distance: impl Fn(u32) -> u32) {
    let mut random = fastrand::Rng::with_seed(7);
    let snapshot = message("snapshot", 1, LEVELS, &distance, &mut random);
    let (mut ours, mut plain, mut outputs) = (state(Json, &snapshot), PlainBook::default(), Vec::new());
    plain.apply(text(&snapshot));
    let mut version = 1;
    let prepare = || {
        let messages = (0..MESSAGES).map(|_| {
            version += 1;
            let mut depth = Depth::new();
            (depth.first_version, depth.version, depth.is_snapshot) = (Some(version), Some(version), Some(false));
            for _ in 0..per_message {
                // Most changes are near the best price. The levels of a message have no order.
                let mut level = || random.u32(0..LEVELS);
                let distance = i64::from(distance(level().min(level()).min(level())));
                let price = |sign: i64| Decimal::new(420_000 + sign * distance, 1).to_string();
                let quantity = Decimal::new(random.i64(1..30_000), 3).to_string();
                let pushed = if random.bool() { depth.push_bid(&price(-1), &quantity) } else { depth.push_ask(&price(1), &quantity) };
                pushed.expect("a level");
            }
            let (bids, asks) = (depth.bids().collect(), depth.asks().collect());
            (depth, bids, asks)
        });
        messages.collect::<Vec<_>>()
    };
    let our_run = |messages: &Vec<(Depth, Levels, Levels)>| {
        for (depth, ..) in messages {
            outputs.clear();
            ours.step_depth(MonotonicTime::default(), black_box(depth), false, &mut outputs);
        }
        black_box(best(&ours));
    };
    let plain_run = |messages: &Vec<(Depth, Levels, Levels)>| {
        for (_, bids, asks) in messages {
            plain.bids.extend(black_box(bids).iter().copied());
            plain.asks.extend(black_box(asks).iter().copied());
        }
        black_box((plain.bids.last_key_value(), plain.asks.first_key_value()));
    };
    compare(figures, name, MESSAGES * per_message, prepare, our_run, plain_run);
}
