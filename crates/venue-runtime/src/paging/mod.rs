//! Paging: lists as pages and as streams of items.
//!
//! | function | the server is asked for | the list ends with |
//! | --- | --- | --- |
//! | [`by_number`] | the number of a page | an empty page, or a page that is repeated twice |
//! | [`by_number_with_gaps`] | the number of a page; pages can contain unreadable rows | the same, but a page of unreadable rows is not empty |
//! | [`by_cursor`] | the rows after a given row | an empty page, or a page without new rows |
//! | [`by_window`] | the rows of a time span, which are at even distances | the end of the span |
//!
//! Each function returns [`Pages`], which convert to [`Items`]. Collecting the items of a list that fails half-way returns a
//! [`PartialList`].
//!
//! A page is fetched only when the caller asks for it, one request at a time. A failed request is an item of the stream and does not end
//! the stream: the next call repeats the request.
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
