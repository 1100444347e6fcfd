//! The order book of one contract: exact matching by price-time priority. The book knows neither accounts nor margin.
//!
//! Prices are whole ticks, quantities are whole lots. A taker calls [`Book::take`] until it is filled or the book has no order within its
//! limit, then [`Book::rest`] with the remaining quantity. Between two fills the caller settles the trade, and may cancel or reduce orders
//! in the book.
//!
//! ```
//! use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};
//!
//! let mut book = Book::new();
//! book.rest(BookOrder { id: 1, owner: 7, side: Side::Sell, price: Ticks(100), remaining: Lots(5) });
//! let fill = book.take(Side::Buy, Some(Ticks(101)), Lots(2)).expect("an order sells at 100");
//! assert_eq!((fill.maker_id, fill.price, fill.quantity, fill.maker_remaining), (1, Ticks(100), Lots(2), Lots(3)));
//! ```

mod book;
mod levels;
mod units;

pub use book::{Book, BookFill, BookOrder};
pub use units::{Lots, Side, Ticks};

#[cfg(test)]
mod tests;
