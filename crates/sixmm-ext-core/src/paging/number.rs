//! By page number.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use super::Pages;
use super::pages::Source;

/// How many pages in a row may be the same as the one before. One may be: exactly a page of rows was added.
const MAX_REPETITIONS: u32 = 2;

/// How many pages in a row may bring nothing new before the list is taken to be read. Only a server that turns in circles, or a list that
/// grows faster than it is read, comes this far.
const MAX_STALE_PAGES: u32 = 10;

/// A list by page number, from page 1 on.
///
/// `fetch` gets the page's number and the size to ask for; `key` names a row (its id).
///
/// The list ends with an empty page, or with the second in a row that has the same keys as the one before (a server that ignores the number,
/// or repeats its last page). A short page is not the end.
///
/// If rows are added at the front while one reads, others move to the next page: those whose key was seen on an earlier page are left out, and a
/// page that has no others is passed over (the tenth in a row ends the list). If rows are removed while one reads, others move to the page that
/// was read already, and are missed: no client can prevent that.
///
/// Rows of one page are never left out, but for a page that is the same as the one before. A key that a page contains twice names no row: rows with
/// it are taken as they come from then on, and so are rows without a key. A list without any keys ends with an empty page only.
///
/// The keys stay in memory until the list is read.
pub fn by_number<'a, T, K, E, F>(
    size: u32,
    fetch: impl FnMut(u32, u32) -> F + Send + 'a,
    key: impl Fn(&T) -> Option<K> + Send + 'a,
) -> Pages<'a, T, E>
where
    T: Send + 'a,
    K: Eq + Hash + Clone + Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<Vec<T>, E>> + Send + 'a,
{
    Pages::new(Numbered {
        size,
        fetch,
        key,
        page: 1,
        seen: HashSet::new(),
        ambiguous: HashSet::new(),
        before: Vec::new(),
        repetitions: 0,
        stale: 0,
        is_over: false,
    })
}

struct Numbered<K, Fetch, Key> {
    size: u32,
    fetch: Fetch,
    key: Key,
    /// The one to fetch next.
    page: u32,
    /// The keys of all pages so far.
    seen: HashSet<K>,
    /// The keys that a page contained twice.
    ambiguous: HashSet<K>,
    /// The keys of the page before.
    before: Vec<Option<K>>,
    /// How many pages in a row were the same as the one before.
    repetitions: u32,
    /// How many pages in a row brought nothing new.
    stale: u32,
    is_over: bool,
}

impl<T, K, E, F, Fetch, Key> Source<T, E> for Numbered<K, Fetch, Key>
where
    T: Send,
    K: Eq + Hash + Clone + Send,
    E: Send,
    F: Future<Output = Result<Vec<T>, E>> + Send,
    Fetch: FnMut(u32, u32) -> F + Send,
    Key: Fn(&T) -> Option<K> + Send,
{
    async fn next_page(&mut self) -> Option<Result<Vec<T>, E>> {
        while !self.is_over {
            match (self.fetch)(self.page, self.size).await {
                Ok(rows) => match self.accept(rows) {
                    rows if rows.is_empty() => {}
                    rows => return Some(Ok(rows)),
                },
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }
}

impl<K: Eq + Hash + Clone, Fetch, Key> Numbered<K, Fetch, Key> {
    /// The rows that are new.
    fn accept<T>(&mut self, rows: Vec<T>) -> Vec<T>
    where
        Key: Fn(&T) -> Option<K>,
    {
        let keys: Vec<Option<K>> = rows.iter().map(&self.key).collect();
        let is_repetition = keys == self.before && keys.iter().all(Option::is_some);
        self.repetitions = if is_repetition { self.repetitions + 1 } else { 0 };
        let mut of_this_page = HashSet::with_capacity(keys.len());
        self.ambiguous.extend(keys.iter().flatten().filter(|key| !of_this_page.insert(*key)).cloned());
        let is_new = |key: &K| !self.seen.contains(key) || self.ambiguous.contains(key);
        let is_kept = |key: &Option<K>| !is_repetition && key.as_ref().is_none_or(is_new);
        let rows: Vec<T> = rows.into_iter().zip(&keys).filter_map(|(row, key)| is_kept(key).then_some(row)).collect();
        self.seen.extend(keys.iter().flatten().cloned());
        self.stale = if rows.is_empty() { self.stale + 1 } else { 0 };
        self.is_over = keys.is_empty() || self.repetitions >= MAX_REPETITIONS || self.stale >= MAX_STALE_PAGES;
        self.before = keys;
        self.page = self.page.saturating_add(1);
        rows
    }
}
