//! Lists as pages and as streams of items.
//!
//! | made by | for a server that | ends when |
//! | --- | --- | --- |
//! | [`by_number`] | takes a page's number | a page is empty, or the same as the one before |
//! | [`by_number_with_gaps`] | takes a page's number, and sends rows that cannot be read | the same, but a page of unreadable rows is not empty |
//! | [`by_cursor`] | takes the last row that one has | a page is empty, or brings nothing new |
//! | [`by_window`] | takes a span of time, and has rows at even distances | the span is read |
//!
//! Each gives [`Pages`], and those give [`Items`], which can be collected; a list that fails half-way is a [`PartialList`]. Nothing is fetched before it is asked for, and then one request at a time. A failed request
//! is an item of the stream, not its end: asking again repeats the request that failed.
//!
//! What the servers leave open is assumed nowhere: a short page is not the last one (the server's maximum may be smaller than what was
//! asked for), and its `total` is not asked.

mod cursor;
mod number;
mod pages;
mod window;

pub use cursor::by_cursor;
pub use number::{FetchedPage, by_number, by_number_with_gaps};
pub use pages::{Items, Pages, PartialList};
pub use window::by_window;
