//! Paging: reading a list page by page, or as a stream of items.
//!
//! | function | the server is asked for | the list ends with |
//! | --- | --- | --- |
//! | [`by_number`] | a page by its number | an empty page, or a page that is repeated twice |
//! | [`by_number_with_gaps`] | a page by its number, which may contain unreadable rows | an empty page (without unreadable rows), or a page that is repeated twice |
//! | [`by_cursor`] | the rows after a given row | an empty page, or a page without new rows |
//! | [`by_window`] | the rows of a time range; their times have a minimum distance | the end of the range |
//!
//! Each function returns [`Pages`], which can be converted to [`Items`]. If a request fails while the items are collected, the error is a
//! [`PartialList`], which contains the items that were read before.
//!
//! A page is fetched only when the caller asks for the next page or item. The error of a failed request is an item of the stream and does
//! not end the stream: the next call repeats the request.
//!
//! The functions do not rely on undocumented behaviour of a server. A short page does not end a list, because the server's maximum page
//! size can be smaller than the requested size. The total count of a response is not used.

mod by_cursor;
mod by_number;
mod by_window;
mod pages;

pub use by_cursor::by_cursor;
pub use by_number::{FetchedPage, by_number, by_number_with_gaps};
pub use by_window::by_window;
pub use pages::{Items, Pages, PartialList};
