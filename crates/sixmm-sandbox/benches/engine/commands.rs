//! Commands for both books, generated from a fixed seed.

use oorandom::Rand64;
use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};

use crate::baseline_book::{BaselineBook, Engine};

/// Number of commands in one run.
pub(crate) const COMMANDS: usize = 100_000;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    /// A limit order, which trades as far as possible and rests with the remaining quantity.
    Place(BookOrder),
    /// Cancels a resting order.
    Cancel(u64),
}

/// Random orders with unique ids. Prices are concentrated around the middle.
pub(crate) struct Orders {
    random: Rand64,
    last_id: u64,
}

impl Orders {
    pub(crate) fn new() -> Self {
        Self { random: Rand64::new(6), last_id: 0 }
    }

    /// An order that rests in the book, provided that no generated order was a taker.
    pub(crate) fn resting(&mut self) -> BookOrder {
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let distance = 1 + self.below(40) * self.below(40);
        self.order(side, if side == Side::Buy { 100_000 - distance } else { 100_000 + distance })
    }

    /// An order that rests in the book, or, in one of five cases, trades with the best few prices.
    fn any(&mut self) -> BookOrder {
        if self.below(5) > 0 {
            return self.resting();
        }
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let reach = 1 + self.below(40) * self.below(40) / 20;
        self.order(side, if side == Side::Buy { 100_000 + reach } else { 100_000 - reach })
    }

    fn order(&mut self, side: Side, price: u64) -> BookOrder {
        self.last_id += 1;
        BookOrder { id: self.last_id, owner: 1, side, price: Ticks(price), remaining: Lots(1 + self.below(99)) }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.random.rand_range(0..end)
    }
}

/// A book of `resting` orders, and commands that keep about this number: half of them place an order, the others cancel a resting order.
pub(crate) fn book_and_commands(resting: usize) -> (Book, BaselineBook, Vec<Command>) {
    let mut orders = Orders::new();
    let (mut book, mut plain) = (Book::new(), BaselineBook::default());
    let mut ids: Vec<u64> = Vec::new();
    while book.len() < resting {
        let order = orders.any();
        Engine::place(&mut book, order);
        plain.place(order);
        ids.push(order.id);
    }
    let start = book.clone();
    let mut commands = Vec::with_capacity(COMMANDS);
    while commands.len() < COMMANDS {
        if commands.len() % 2 == 0 {
            let order = orders.any();
            Engine::place(&mut book, order);
            ids.push(order.id);
            commands.push(Command::Place(order));
        } else {
            let at = usize::try_from(orders.below(ids.len() as u64)).unwrap_or(0);
            let id = ids.swap_remove(at);
            // Orders that were filled meanwhile are no longer in the book.
            if book.cancel(id).is_some() {
                commands.push(Command::Cancel(id));
            }
        }
    }
    (start, plain, commands)
}
