//! Reading of lists, as pages and as items.

mod incomplete_pages;
mod klines;
mod lists;
mod open_orders;
mod unreadable_rows;
