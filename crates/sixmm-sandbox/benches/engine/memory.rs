//! Resident memory per resting order.

use std::collections::BTreeMap;
use std::fs;

use rust_decimal::Decimal;
use sixmm_sandbox::engine::Book;
use sixmm_sandbox::exchange::{Config, Exchange, OrderSide, PlaceOrder, SymbolRules};

use crate::baseline_book::{BaselineBook, Engine};
use crate::commands::Orders;
use crate::rounds;

/// Large enough that the memory of the process itself is negligible.
const BOOK: u64 = 1_000_000;
const EXCHANGE: u64 = 200_000;

/// Compares the resident memory before and after. Only Linux is supported, because other systems need a library to read it.
pub(crate) fn measure() {
    if resident().is_none() {
        return println!("memory is only measured on Linux");
    }
    // All values live until the end, because memory that one of them releases would be reused by the next.
    let (ours, _book) = bytes_per_order(BOOK, || filled(Book::new()));
    let (plain, _plain) = bytes_per_order(BOOK, || filled(BaselineBook::default()));
    let (exchange_bytes, _exchange) = bytes_per_order(EXCHANGE, exchange);
    println!(
        "memory per resting order: {ours:.0} bytes in the book, {plain:.0} in the straightforward book, {exchange_bytes:.0} in the exchange"
    );
    let in_the_book = BTreeMap::from([("ours", ours), ("plain", plain)]);
    rounds::save(
        "memory",
        &BTreeMap::from([("order_in_book", in_the_book), ("order_in_exchange", BTreeMap::from([("ours", exchange_bytes)]))]),
    );
}

fn bytes_per_order<T>(count: u64, make: impl FnOnce() -> T) -> (f64, T) {
    let before = resident().unwrap_or_default();
    let last_id = make();
    let grown = resident().unwrap_or_default().saturating_sub(before);
    #[expect(clippy::cast_precision_loss, reason = "some hundred megabytes")]
    (grown as f64 / count as f64, last_id)
}

/// Resident memory of the process in bytes.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024)
}

fn filled<E: Engine>(mut book: E) -> E {
    let mut orders = Orders::new();
    for _ in 0..BOOK {
        book.place(orders.resting());
    }
    book
}

/// An exchange whose orders have all optional fields.
fn exchange() -> Exchange {
    let limit = usize::try_from(EXCHANGE).unwrap_or(usize::MAX);
    let rules = SymbolRules { max_open_orders: limit, ..SymbolRules::usdt("BTC", Decimal::from(85_000)) };
    let mut exchange = Exchange::new(Config::new().symbols(vec![rules])).expect("the configuration is valid");
    exchange.add_user("alice", "alice", Decimal::from(1_000_000_000)).expect("the name is new");
    for nth in 0..EXCHANGE {
        let price = Decimal::from(80_000 + nth % 1_600);
        let mut order = PlaceOrder::limit("BTCUSDT", OrderSide::Buy, price, Decimal::new(1, 3));
        order.client_order_id = Some(format!("bench-{nth}"));
        exchange.place_order("alice", order).expect("the order is valid");
    }
    exchange
}
