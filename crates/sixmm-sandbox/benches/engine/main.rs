//! Costs of an order in the matching engine and in the complete exchange without HTTP: `cargo bench -p sixmm-sandbox --bench engine`.
//!
//! **Book** (`book_1k`, `book_100k`). The engine's book compared with a straightforward book, which is a sorted map of queues. Both execute
//! the same 100,000 commands, generated from a fixed seed, on 1,000 and on 100,000 resting orders.
//!
//! **Exchange** (`place_and_cancel`, `place_and_fill`). The complete processing of an order: validation, margin, matching, fees, positions,
//! history. It is compared with the time to parse the same order from JSON (`json`), which is the minimum work of any server and
//! independent of the exchange, so it measures the speed of the machine.
//!
//! **Memory.** Resident memory per resting order, in a book of a million orders and in an exchange of 200,000.
//!
//! Times are nanoseconds per command, averaged over all commands. `cargo xtask bench` checks the ratios. Three runs on two busy cores of a
//! virtual machine: the book takes 0.45 to 0.57 of the straightforward book's time with 1,000 orders (25 to 52 ns) and 0.26 to 0.31 with
//! 100,000 (137 to 169 ns). The exchange takes 0.31 to 0.43 of the JSON time to place or cancel (0.4 to 0.6 µs), and 1.08 to 1.14 to place
//! and fill (1.4 µs). A resting order takes 68 bytes in the book (100 in the straightforward book) and 512 in the exchange.

mod baseline_book;
mod commands;
mod memory;
#[path = "../rounds/mod.rs"]
mod rounds;

use std::hint::black_box;
use std::time::Instant;

use rust_decimal::Decimal;
use serde_json::{Value, json};
use sixmm_sandbox::exchange::{Config, Exchange, OrderRef, OrderSide, PlaceOrder};

use baseline_book::Engine;
use commands::{COMMANDS, Command, book_and_commands};
use rounds::{Figures, ROUNDS, Rounds, nanoseconds};

/// Commands in one round of the exchange benchmark.
const ORDERS: u64 = 10_000;

const SYMBOL: &str = "BTCUSDT";

fn main() {
    memory::measure();
    let mut figures = Figures::new();
    for (name, resting) in [("book_1k", 1_000), ("book_100k", 100_000)] {
        let rounds = book(resting);
        print(name, &rounds, "plain");
        figures.insert(name, rounds.figures("plain"));
    }
    for (name, two) in [("place_and_cancel", place_and_cancel as fn(&mut Exchange, u64)), ("place_and_fill", place_and_fill)] {
        let rounds = exchange(two);
        print(name, &rounds, "json");
        figures.insert(name, rounds.figures("json"));
    }
    rounds::save("engine", &figures);
}

fn print(name: &str, rounds: &Rounds, other: &str) {
    println!("{name:<20}{:>8.0} ns a command   {other} {:.0} ns   ratio {:.2}", rounds.ours(), rounds.other(), rounds.ratio());
}

fn book(resting: usize) -> Rounds {
    let (book, plain, commands) = book_and_commands(resting);
    assert_eq!(run(book.clone(), &commands).1, run(plain.clone(), &commands).1, "both trade the same");
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        rounds.add(
            timed(book.clone(), COMMANDS as u64, |book| run(book, &commands)),
            timed(plain.clone(), COMMANDS as u64, |plain| run(plain, &commands)),
        );
    }
    rounds
}

fn run<E: Engine>(mut engine: E, commands: &[Command]) -> (E, u64) {
    let mut sum = 0;
    for command in commands {
        sum += match *command {
            Command::Place(order) => engine.place(order),
            Command::Cancel(id) => u64::from(engine.cancel(id)),
        };
    }
    (engine, sum)
}

/// Runs pairs of commands in an exchange with two users.
fn exchange(two: fn(&mut Exchange, u64)) -> Rounds {
    let order = json!({
        "symbol": SYMBOL, "type": "LIMIT", "side": "BUY", "price": "85000", "quantity": "0.001", "timeInForce": "GTC",
        "clientOrderId": "bench-1000000",
    });
    let body = order.to_string().into_bytes();
    let mut rounds = Rounds::default();
    for _ in 0..ROUNDS {
        let mut exchange = Exchange::new(Config::new()).expect("the configuration is valid");
        for user in ["alice", "bob"] {
            exchange.add_user(user, user, Decimal::from(1_000_000_000)).expect("the names differ");
        }
        let ours = timed(exchange, ORDERS, |mut exchange| {
            (0..ORDERS / 2).for_each(|nth| two(&mut exchange, nth));
            exchange
        });
        let json = timed((), ORDERS, |()| {
            for _ in 0..ORDERS {
                black_box(serde_json::from_slice::<Value>(black_box(&body)).expect("it is JSON"));
            }
        });
        rounds.add(ours, json);
    }
    rounds
}

fn place_and_cancel(exchange: &mut Exchange, _: u64) {
    let placed = exchange.place_order("alice", PlaceOrder::limit(SYMBOL, OrderSide::Buy, price(), quantity()));
    let id = placed.expect("the order is valid").order_id.to_string();
    let order = OrderRef { order_id: Some(&id), client_order_id: None };
    exchange.cancel_order("alice", SYMBOL, order).expect("the order is open");
}

fn place_and_fill(exchange: &mut Exchange, nth: u64) {
    let (maker, taker) = if nth.is_multiple_of(2) { ("alice", "bob") } else { ("bob", "alice") };
    let sell = PlaceOrder::limit(SYMBOL, OrderSide::Sell, price(), quantity());
    black_box(exchange.place_order(maker, sell).expect("the order is valid"));
    black_box(exchange.place_order(taker, PlaceOrder::market(SYMBOL, OrderSide::Buy, quantity())).expect("the order is valid"));
}

fn price() -> Decimal {
    Decimal::from(85_000)
}

fn quantity() -> Decimal {
    Decimal::new(1, 3)
}

/// Nanoseconds per command. The output is dropped after the time is measured.
fn timed<I, O>(input: I, commands: u64, run: impl FnOnce(I) -> O) -> f64 {
    let before = Instant::now();
    let output = run(black_box(input));
    let took = before.elapsed();
    black_box(output);
    #[expect(clippy::cast_precision_loss, reason = "a hundred thousand")]
    let commands = commands as f64;
    nanoseconds(took) / commands
}
