//! Lists as pages, against servers that do whatever their documentation leaves open.

mod cursor;
mod number;
mod pages;
mod window;

use futures_util::FutureExt as _;
use venue_runtime::Pages;

/// All items of a list whose requests answer at once and never fail.
fn all<T>(pages: Pages<'_, T, String>) -> Vec<T> {
    now(pages.items().into_vec()).expect("no failure")
}

/// What a future gives that waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing to wait for")
}
