//! What both books carry out, made once from a seed.

use oorandom::Rand64;
use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};

use crate::plain::{Engine, Plain};

/// Commands of a run.
pub(crate) const COMMANDS: usize = 100_000;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    /// A limit order: it takes what it can, and the rest stands.
    Place(BookOrder),
    /// An order that stands is cancelled.
    Cancel(u64),
}

/// Random orders with ids of their own. Prices gather around the middle.
pub(crate) struct Orders {
    random: Rand64,
    made: u64,
}

impl Orders {
    pub(crate) fn new() -> Self {
        Self { random: Rand64::new(6), made: 0 }
    }

    /// An order that stands, unless one was made that takes.
    pub(crate) fn standing(&mut self) -> BookOrder {
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let distance = 1 + self.below(40) * self.below(40);
        self.order(side, if side == Side::Buy { 100_000 - distance } else { 100_000 + distance })
    }

    /// An order that stands, or in one of five cases takes from the best few prices.
    fn any(&mut self) -> BookOrder {
        if self.below(5) > 0 {
            return self.standing();
        }
        let side = if self.below(2) == 0 { Side::Buy } else { Side::Sell };
        let reach = 1 + self.below(40) * self.below(40) / 20;
        self.order(side, if side == Side::Buy { 100_000 + reach } else { 100_000 - reach })
    }

    fn order(&mut self, side: Side, price: u64) -> BookOrder {
        self.made += 1;
        BookOrder { id: self.made, owner: 1, side, price: Ticks(price), remaining: Lots(1 + self.below(99)) }
    }

    fn below(&mut self, end: u64) -> u64 {
        self.random.rand_range(0..end)
    }
}

/// A book of `standing` orders, and commands that leave about as many: half of them place an order, the others cancel one that stands.
pub(crate) fn world(standing: usize) -> (Book, Plain, Vec<Command>) {
    let mut orders = Orders::new();
    let (mut book, mut plain) = (Book::new(), Plain::default());
    let mut ids: Vec<u64> = Vec::new();
    while book.len() < standing {
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
            // Those that were filled meanwhile are gone.
            if book.cancel(id).is_some() {
                commands.push(Command::Cancel(id));
            }
        }
    }
    (start, plain, commands)
}
