//! Paging against servers that use every freedom which an incomplete documentation leaves.

mod by_cursor;
mod by_number;
mod by_window;
mod pages;

use futures_util::FutureExt as _;
use venue_runtime::Pages;

/// Collects the items of a list whose requests complete at once and never fail.
fn all<T>(pages: Pages<'_, T, String>) -> Vec<T> {
    now(pages.items().into_vec()).expect("no failure")
}

/// The output of a future that is ready at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing to wait for")
}
