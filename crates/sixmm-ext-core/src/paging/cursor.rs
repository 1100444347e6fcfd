//! By cursor.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use super::Pages;
use super::pages::Source;

/// A list by cursor: each request names the last row that one has.
///
/// `fetch` gets no cursor for the first page, then the cursor of the last row of the page before; `cursor` names a row, and no two rows have
/// the same one (an id).
///
/// It does not matter whether the server begins after the cursor or with it: rows of the page before are left out. The list ends with an
/// empty page, or one that brings nothing new. A short page is not the end.
pub fn by_cursor<'a, T, C, E, F>(fetch: impl FnMut(Option<C>) -> F + Send + 'a, cursor: impl Fn(&T) -> C + Send + 'a) -> Pages<'a, T, E>
where
    T: Send + 'a,
    C: Eq + Hash + Clone + Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<Vec<T>, E>> + Send + 'a,
{
    Pages::new(Cursored { fetch, cursor, last: None, before: HashSet::new(), is_over: false })
}

struct Cursored<C, Fetch, Cursor> {
    fetch: Fetch,
    cursor: Cursor,
    /// Of the last row that was read.
    last: Option<C>,
    /// Of the rows of the page before.
    before: HashSet<C>,
    is_over: bool,
}

impl<T, C, E, F, Fetch, Cursor> Source<T, E> for Cursored<C, Fetch, Cursor>
where
    T: Send,
    C: Eq + Hash + Clone + Send,
    E: Send,
    F: Future<Output = Result<Vec<T>, E>> + Send,
    Fetch: FnMut(Option<C>) -> F + Send,
    Cursor: Fn(&T) -> C + Send,
{
    async fn next_page(&mut self) -> Option<Result<Vec<T>, E>> {
        if self.is_over {
            return None;
        }
        match (self.fetch)(self.last.clone()).await {
            Ok(rows) => Some(Ok(self.accept(rows)?)),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<C: Eq + Hash + Clone, Fetch, Cursor> Cursored<C, Fetch, Cursor> {
    /// The rows that are new; `None` if there are none, which is the end.
    fn accept<T>(&mut self, rows: Vec<T>) -> Option<Vec<T>>
    where
        Cursor: Fn(&T) -> C,
    {
        let cursors: Vec<C> = rows.iter().map(&self.cursor).collect();
        let before = std::mem::take(&mut self.before);
        let mut page = HashSet::with_capacity(cursors.len());
        let is_new = |row: &T| {
            let cursor = (self.cursor)(row);
            page.insert(cursor.clone()) && !before.contains(&cursor)
        };
        let rows: Vec<T> = rows.into_iter().filter(is_new).collect();
        self.last = cursors.into_iter().last();
        self.before = page;
        self.is_over = rows.is_empty();
        (!self.is_over).then_some(rows)
    }
}
