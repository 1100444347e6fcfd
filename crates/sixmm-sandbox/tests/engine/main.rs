//! Memory per resting order.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use rust_decimal::Decimal;
use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};
use sixmm_sandbox::exchange::{Config, Exchange, OrderSide, PlaceOrder, SymbolRules};

struct Counting;

thread_local! {
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: usize, sign: isize) {
    BYTES.set(BYTES.get() + sign * isize::try_from(bytes).unwrap_or(isize::MAX));
}

#[expect(unsafe_code, reason = "an allocator that counts bytes and forwards all calls")]
// SAFETY: each call is forwarded unchanged to the system allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(layout.size(), -1);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Checks that `act` allocates at most `most` bytes per order that are still in use afterwards.
fn check<T>(what: &str, orders: u64, most: f64, act: impl FnOnce() -> T) {
    let before = BYTES.get();
    let allocated = act();
    #[expect(clippy::cast_precision_loss, reason = "an approximate figure is sufficient")]
    let each = (BYTES.get() - before) as f64 / orders as f64;
    drop(allocated);
    println!("{what}: {each:.1} bytes per order");
    assert!(each <= most, "{what}: {each:.1} bytes per order, but only {most} are allowed");
}

#[test]
fn an_order_in_the_book_takes_less_than_a_hundred_bytes() {
    // Not a power of two, at which the hash tables would be completely full. The worst case is just above a power of two.
    for orders in [100_000_u64, 132_000] {
        check(&format!("book of {orders}"), orders, 100.0, || {
            let mut book = Book::new();
            for id in 1..=orders {
                let price = Ticks(50_000 - id % 1_000);
                book.rest(BookOrder { id, owner: 1, side: Side::Buy, price, remaining: Lots(1) });
            }
            book
        });
    }
}

#[test]
fn an_open_order_of_a_user_takes_less_than_a_kilobyte() {
    let rules = SymbolRules { max_open_orders: usize::MAX, ..SymbolRules::usdt("BTC", Decimal::from(85_000)) };
    let mut exchange = Exchange::new(Config::new().symbols(vec![rules])).expect("the configuration is valid");
    exchange.add_user("alice", "alice", Decimal::from(1_000_000_000)).expect("the name is new");
    check("exchange", 50_000, 1_000.0, || {
        for nth in 0..50_000_i64 {
            let mut order = PlaceOrder::limit("BTCUSDT", OrderSide::Buy, 80_000 - nth % 1_000, Decimal::new(1, 3));
            order.client_order_id = Some(format!("my-order-{nth}"));
            exchange.place_order("alice", order).expect("the order is valid");
        }
    });
}
