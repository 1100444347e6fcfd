//! Paging by cursor.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use super::Pages;
use super::pages::PageSource;

/// Reads a list by cursor. Each request asks for the rows after the last row of the previous page.
///
/// The closure `fetch` requests a page. It receives `None` for the first page, and the cursor of the last row of the previous page for
/// every other page. The closure `cursor` returns the cursor of a row. The closure `key` returns the id of a row, or `None` if the row has
/// no id.
///
/// The server may begin a page with the row of the cursor or after this row. Rows whose key is in the previous page are left out, and all
/// other rows are returned.
///
/// The list ends with an empty page, with a page without new rows, or with a page whose last cursor was already used. The last condition
/// prevents an endless list if the server returns to an earlier page. A short page does not end the list.
pub fn by_cursor<'a, T, C, K, E, F>(
    fetch: impl FnMut(Option<C>) -> F + Send + 'a,
    cursor: impl Fn(&T) -> C + Send + 'a,
    key: impl Fn(&T) -> Option<K> + Send + 'a,
) -> Pages<'a, T, E>
where
    T: Send + 'a,
    C: Eq + Hash + Clone + Send + 'a,
    K: Eq + Hash + Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<Vec<T>, E>> + Send + 'a,
{
    Pages::new(CursorPages { fetch, cursor, key, last: None, used: HashSet::new(), previous: HashSet::new(), is_finished: false })
}

struct CursorPages<C, K, Fetch, Cursor, Key> {
    fetch: Fetch,
    cursor: Cursor,
    key: Key,
    /// The cursor of the last row that was read.
    last: Option<C>,
    /// The last cursors of all pages so far.
    used: HashSet<C>,
    /// The keys of the previous page.
    previous: HashSet<K>,
    is_finished: bool,
}

impl<T, C, K, E, F, Fetch, Cursor, Key> PageSource<T, E> for CursorPages<C, K, Fetch, Cursor, Key>
where
    T: Send,
    C: Eq + Hash + Clone + Send,
    K: Eq + Hash + Send,
    E: Send,
    F: Future<Output = Result<Vec<T>, E>> + Send,
    Fetch: FnMut(Option<C>) -> F + Send,
    Cursor: Fn(&T) -> C + Send,
    Key: Fn(&T) -> Option<K> + Send,
{
    async fn next_page(&mut self) -> Option<Result<Vec<T>, E>> {
        if self.is_finished {
            return None;
        }
        match (self.fetch)(self.last.clone()).await {
            Ok(rows) => Some(Ok(self.accept(rows)?)),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<C: Eq + Hash + Clone, K: Eq + Hash, Fetch, Cursor, Key> CursorPages<C, K, Fetch, Cursor, Key> {
    /// Returns the new rows of a page. `None` if the page has no new row, which ends the list.
    fn accept<T>(&mut self, rows: Vec<T>) -> Option<Vec<T>>
    where
        Cursor: Fn(&T) -> C,
        Key: Fn(&T) -> Option<K>,
    {
        let last = rows.last().map(&self.cursor);
        // If the server ignores the cursor and the rows have no key, every page would seem to contain new rows. This check ends such a
        // list.
        let is_new_cursor = last.as_ref().is_some_and(|last| self.used.insert(last.clone()));
        let keys: Vec<Option<K>> = rows.iter().map(&self.key).collect();
        let is_new = |key: &Option<K>| key.as_ref().is_none_or(|key| !self.previous.contains(key));
        let rows: Vec<T> = rows.into_iter().zip(&keys).filter_map(|(row, key)| (is_new_cursor && is_new(key)).then_some(row)).collect();
        self.last = last;
        self.previous = keys.into_iter().flatten().collect();
        self.is_finished = rows.is_empty();
        (!self.is_finished).then_some(rows)
    }
}
