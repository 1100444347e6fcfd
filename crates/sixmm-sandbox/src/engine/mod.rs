//! The order book of one contract: price-time priority, exact, and nothing else. Who owns an order, and what a trade means for its owner,
//! is not known here.
//!
//! Prices are whole ticks, quantities whole lots. An order that takes calls [`Book::take`] until it is filled or nothing is left at its
//! price, then [`Book::rest`] with what remains. Between two fills the caller settles, and may cancel or reduce what stands in the book.
//!
//! ```
//! use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};
//!
//! let mut book = Book::new();
//! book.rest(BookOrder { id: 1, owner: 7, side: Side::Sell, price: Ticks(100), remaining: Lots(5) });
//! let fill = book.take(Side::Buy, Some(Ticks(101)), Lots(2)).expect("somebody sells at 100");
//! assert_eq!((fill.maker_id, fill.price, fill.quantity, fill.maker_remaining), (1, Ticks(100), Lots(2), Lots(3)));
//! ```

mod book;
mod levels;
mod units;

pub use book::{Book, BookFill, BookOrder};
pub use units::{Lots, Side, Ticks};

#[cfg(test)]
mod tests;
