//! The order book of one contract, which matches orders exactly by price-time priority. The book has no information about accounts or
//! margin.
//!
//! Prices are whole ticks and quantities are whole lots. To execute an order, the caller calls [`Book::take`] until the order is filled or
//! the book has no order within its limit, then calls [`Book::rest`] with the remaining quantity. After each fill the caller settles the
//! trade, and may cancel or reduce orders in the book.
//!
//! ```
//! use sixmm_sandbox::engine::{Book, BookOrder, Lots, Side, Ticks};
//!
//! let mut book = Book::new();
//! book.rest(BookOrder {
//!     id: 1,
//!     owner: 7,
//!     side: Side::Sell,
//!     price: Ticks(100),
//!     remaining: Lots(5),
//! });
//! let fill = book.take(Side::Buy, Some(Ticks(101)), Lots(2));
//! let fill = fill.expect("an order sells at 100");
//! assert_eq!((fill.maker_id, fill.price), (1, Ticks(100)));
//! assert_eq!((fill.quantity, fill.maker_remaining), (Lots(2), Lots(3)));
//! ```

mod book;
mod levels;
mod units;

pub use book::{Book, BookFill, BookOrder};
pub(crate) use units::MAX_UNITS;
pub use units::{Lots, Side, Ticks};

#[cfg(test)]
mod tests;
