//! What an order that stands takes of the machine's memory.

use std::collections::BTreeMap;
use std::fs;

use rust_decimal::Decimal;
use sixmm_sandbox::engine::Book;
use sixmm_sandbox::exchange::{Config, Exchange, OrderSide, PlaceOrder, SymbolRules};

use crate::commands::Orders;
use crate::plain::{Engine, Plain};
use crate::rounds;

/// So many that the process itself does not count.
const BOOK: u64 = 1_000_000;
const EXCHANGE: u64 = 200_000;

/// Counts what the process has resident before and after; on Linux alone, since elsewhere it takes a library to tell.
pub(crate) fn measure() {
    if resident().is_none() {
        return println!("memory is measured on Linux alone");
    }
    // All stay until the end: what one gives back would be a gift to the next.
    let (ours, _book) = of_each(BOOK, || filled(Book::new()));
    let (plain, _plain) = of_each(BOOK, || filled(Plain::default()));
    let (whole, _exchange) = of_each(EXCHANGE, exchange);
    println!("memory of an order that stands: {ours:.0} bytes in the book, {plain:.0} in the plain one, {whole:.0} in the whole exchange");
    let in_the_book = BTreeMap::from([("ours", ours), ("plain", plain)]);
    rounds::save("memory", &BTreeMap::from([("order_in_book", in_the_book), ("order_in_exchange", BTreeMap::from([("ours", whole)]))]));
}

fn of_each<T>(count: u64, make: impl FnOnce() -> T) -> (f64, T) {
    let before = resident().unwrap_or_default();
    let made = make();
    let grown = resident().unwrap_or_default().saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "some hundred megabytes")]
    (grown as f64 / count as f64, made)
}

/// Bytes of memory that the process has resident.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

fn filled<E: Engine>(mut book: E) -> E {
    let mut orders = Orders::new();
    for _ in 0..BOOK {
        book.place(orders.standing());
    }
    book
}

/// An exchange that knows all there is to know of each order.
fn exchange() -> Exchange {
    let limit = usize::try_from(EXCHANGE).unwrap_or(usize::MAX);
    let rules = SymbolRules { max_open_orders: limit, ..SymbolRules::usdt("BTC", Decimal::from(85_000)) };
    let mut exchange = Exchange::new(Config::new().symbols(vec![rules])).expect("the configuration is good");
    exchange.add_user("alice", "alice", Decimal::from(1_000_000_000)).expect("the name is new");
    for nth in 0..EXCHANGE {
        let price = Decimal::from(80_000 + nth % 1_600);
        let mut order = PlaceOrder::limit("BTCUSDT", OrderSide::Buy, price, Decimal::new(1, 3));
        order.client_order_id = Some(format!("bench-{nth}"));
        exchange.place_order("alice", order).expect("the order is good");
    }
    exchange
}
