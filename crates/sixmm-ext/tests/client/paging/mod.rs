//! Every list, as pages and as items.

mod klines;
mod lists;
mod open_orders;
