//! By cursor.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use super::Pages;
use super::pages::Source;

/// A list by cursor: each request names the last row that one has.
///
/// `fetch` gets no cursor for the first page, then the cursor of the last row of the page before. `cursor` is what the server continues from;
/// `key` names a row (its id), and is `None` for a row that has no id.
///
/// It does not matter whether the server begins after the cursor or with it: rows whose key the page before contained are left out. Other rows of
/// a page never are. The list ends with an empty page, with one that brings nothing new, or with one whose last row has a cursor that was asked for
/// before, so that a server that leads in a circle is left. A short page is not the end.
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
    Pages::new(Cursored { fetch, cursor, key, last: None, asked: HashSet::new(), before: HashSet::new(), is_over: false })
}

struct Cursored<C, K, Fetch, Cursor, Key> {
    fetch: Fetch,
    cursor: Cursor,
    key: Key,
    /// Of the last row that was read.
    last: Option<C>,
    /// The cursors of all pages so far.
    asked: HashSet<C>,
    /// Of the rows of the page before.
    before: HashSet<K>,
    is_over: bool,
}

impl<T, C, K, E, F, Fetch, Cursor, Key> Source<T, E> for Cursored<C, K, Fetch, Cursor, Key>
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
        if self.is_over {
            return None;
        }
        match (self.fetch)(self.last.clone()).await {
            Ok(rows) => Some(Ok(self.accept(rows)?)),
            Err(error) => Some(Err(error)),
        }
    }
}

impl<C: Eq + Hash + Clone, K: Eq + Hash, Fetch, Cursor, Key> Cursored<C, K, Fetch, Cursor, Key> {
    /// The rows that are new; `None` if there are none, which is the end.
    fn accept<T>(&mut self, rows: Vec<T>) -> Option<Vec<T>>
    where
        Cursor: Fn(&T) -> C,
        Key: Fn(&T) -> Option<K>,
    {
        let last = rows.last().map(&self.cursor);
        // Rows without a key would be new for ever to a server that ignores the cursor.
        let goes_on = last.as_ref().is_some_and(|last| self.asked.insert(last.clone()));
        let page: Vec<Option<K>> = rows.iter().map(&self.key).collect();
        let is_new = |key: &Option<K>| key.as_ref().is_none_or(|key| !self.before.contains(key));
        let rows: Vec<T> = rows.into_iter().zip(&page).filter_map(|(row, key)| (goes_on && is_new(key)).then_some(row)).collect();
        self.last = last;
        self.before = page.into_iter().flatten().collect();
        self.is_over = rows.is_empty();
        (!self.is_over).then_some(rows)
    }
}
