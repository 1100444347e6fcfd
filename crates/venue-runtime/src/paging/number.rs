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
    let mut fetch = fetch;
    let fetch = move |page, size| {
        let rows = fetch(page, size);
        async move { rows.await.map(FetchedPage::from) }
    };
    by_number_with_gaps(size, fetch, key)
}

/// A page of a list, as it was fetched: its rows, and what is known of those that are missing.
#[derive(Debug)]
#[non_exhaustive]
pub struct FetchedPage<T, E> {
    /// The rows that were read.
    pub rows: Vec<T>,
    /// How many rows the server sent that could not be read.
    pub unreadable: usize,
    /// Why the page is incomplete: an item of the stream, after the rows.
    pub error: Option<E>,
}

impl<T, E> FetchedPage<T, E> {
    /// A page with these rows, without so many others that could not be read, and followed by this error.
    #[must_use]
    pub fn new(rows: Vec<T>, unreadable: usize, error: Option<E>) -> Self {
        Self { rows, unreadable, error }
    }
}

/// A complete page.
impl<T, E> From<Vec<T>> for FetchedPage<T, E> {
    fn from(rows: Vec<T>) -> Self {
        Self::new(rows, 0, None)
    }
}

/// [`by_number`] for pages with rows that could not be read.
///
/// A page's error follows its rows, before the next page is fetched, and does not end the list. A page whose rows are all unreadable is not an
/// empty page, so the list continues after it. Such a page has nothing that is new: the tenth in a row ends the list.
pub fn by_number_with_gaps<'a, T, K, E, F>(
    size: u32,
    fetch: impl FnMut(u32, u32) -> F + Send + 'a,
    key: impl Fn(&T) -> Option<K> + Send + 'a,
) -> Pages<'a, T, E>
where
    T: Send + 'a,
    K: Eq + Hash + Clone + Send + 'a,
    E: Send + 'a,
    F: Future<Output = Result<FetchedPage<T, E>, E>> + Send + 'a,
{
    Pages::new(Numbered {
        size,
        fetch,
        key,
        page: 1,
        seen: HashSet::new(),
        ambiguous: HashSet::new(),
        before: (Vec::new(), 0),
        repetitions: 0,
        stale: 0,
        error: None,
        is_over: false,
    })
}

struct Numbered<K, E, Fetch, Key> {
    size: u32,
    fetch: Fetch,
    key: Key,
    /// The one to fetch next.
    page: u32,
    /// The keys of all pages so far.
    seen: HashSet<K>,
    /// The keys that a page contained twice.
    ambiguous: HashSet<K>,
    /// The keys of the page before, and how many of its rows were unreadable.
    before: (Vec<Option<K>>, usize),
    /// How many pages in a row were the same as the one before.
    repetitions: u32,
    /// How many pages in a row brought nothing new.
    stale: u32,
    /// Why the page that was fetched last is incomplete, until it is reported.
    error: Option<E>,
    is_over: bool,
}

impl<T, K, E, F, Fetch, Key> Source<T, E> for Numbered<K, E, Fetch, Key>
where
    T: Send,
    K: Eq + Hash + Clone + Send,
    E: Send,
    F: Future<Output = Result<FetchedPage<T, E>, E>> + Send,
    Fetch: FnMut(u32, u32) -> F + Send,
    Key: Fn(&T) -> Option<K> + Send,
{
    async fn next_page(&mut self) -> Option<Result<Vec<T>, E>> {
        loop {
            if let Some(error) = self.error.take() {
                return Some(Err(error));
            }
            if self.is_over {
                return None;
            }
            match (self.fetch)(self.page, self.size).await {
                Ok(FetchedPage { rows, unreadable, error }) => {
                    self.error = error;
                    let rows = self.accept(rows, unreadable);
                    if !rows.is_empty() {
                        return Some(Ok(rows));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl<K: Eq + Hash + Clone, E, Fetch, Key> Numbered<K, E, Fetch, Key> {
    /// The rows that are new, of a page that has so many unreadable ones beside them.
    fn accept<T>(&mut self, rows: Vec<T>, unreadable: usize) -> Vec<T>
    where
        Key: Fn(&T) -> Option<K>,
    {
        let keys: Vec<Option<K>> = rows.iter().map(&self.key).collect();
        let (keys_before, unreadable_before) = &self.before;
        // Unreadable rows have no keys: a page of nothing else cannot be compared.
        let is_same = !keys.is_empty() && keys == *keys_before && unreadable == *unreadable_before;
        let is_repetition = is_same && keys.iter().all(Option::is_some);
        self.repetitions = if is_repetition { self.repetitions + 1 } else { 0 };
        let mut of_this_page = HashSet::with_capacity(keys.len());
        self.ambiguous.extend(keys.iter().flatten().filter(|key| !of_this_page.insert(*key)).cloned());
        let is_new = |key: &K| !self.seen.contains(key) || self.ambiguous.contains(key);
        let is_kept = |key: &Option<K>| !is_repetition && key.as_ref().is_none_or(is_new);
        let rows: Vec<T> = rows.into_iter().zip(&keys).filter_map(|(row, key)| is_kept(key).then_some(row)).collect();
        self.seen.extend(keys.iter().flatten().cloned());
        self.stale = if rows.is_empty() { self.stale + 1 } else { 0 };
        let is_empty = keys.is_empty() && unreadable == 0;
        self.is_over = is_empty || self.repetitions >= MAX_REPETITIONS || self.stale >= MAX_STALE_PAGES;
        self.before = (keys, unreadable);
        self.page = self.page.saturating_add(1);
        rows
    }
}
