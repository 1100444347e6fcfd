//! Paging by page number.

use std::collections::HashSet;
use std::future::Future;
use std::hash::Hash;

use super::Pages;
use super::pages::PageSource;

/// The list ends after this number of consecutive repetitions of a page. A single repetition does not end the list, because it also happens
/// if exactly one page of rows was added at the front of the list between two requests.
const MAX_REPETITIONS: u32 = 2;

/// The list ends after this number of consecutive pages without a new row. So many pages without a new row occur only if the server repeats
/// earlier pages, or if the list grows faster than it is read.
const MAX_PAGES_WITHOUT_NEWS: u32 = 10;

/// Reads a list by page number, beginning with page 1.
///
/// The closure `fetch` requests a page. It receives the number and the size of the page. The closure `key` returns the id of a row, or
/// `None` if the row has no id.
///
/// The list ends with an empty page. It also ends if two consecutive pages each have the same keys as the page before, because the server
/// then ignores the page number or repeats its last page. A short page does not end the list.
///
/// If rows are added at the front of the list between two requests, rows that were already read move to the next page. Rows whose key was
/// in an earlier page are therefore left out, and a page without new rows is skipped. The tenth consecutive page without new rows ends the
/// list.
///
/// If rows are removed between two requests, rows that were not read yet move to a page that was already read. These rows are missed, which
/// a client cannot prevent.
///
/// A key that occurs twice in one page does not identify a row. Rows with such a key and rows without a key are always returned, unless the
/// whole page repeats the previous page. A list in which no row has a key ends only with an empty page.
///
/// The keys of all rows are kept in memory until the end of the list.
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

/// A fetched page: the rows that could be read, and the number of rows that could not.
#[derive(Debug)]
#[non_exhaustive]
pub struct FetchedPage<T, E> {
    /// The rows that could be read.
    pub rows: Vec<T>,
    /// The number of rows that the server sent and that could not be read.
    pub unreadable: usize,
    /// The reason why the page is incomplete. The stream returns the error after the rows.
    pub error: Option<E>,
}

impl<T, E> FetchedPage<T, E> {
    /// Creates a page from its readable rows, the number of its unreadable rows, and an error that is returned after the rows.
    #[must_use]
    pub fn new(rows: Vec<T>, unreadable: usize, error: Option<E>) -> Self {
        Self { rows, unreadable, error }
    }
}

/// Creates a page without unreadable rows.
impl<T, E> From<Vec<T>> for FetchedPage<T, E> {
    fn from(rows: Vec<T>) -> Self {
        Self::new(rows, 0, None)
    }
}

/// Reads a list whose pages can contain unreadable rows, by page number like [`by_number`].
///
/// The error of a page is returned after the rows of the page and does not end the list. A page whose rows are all unreadable is not an
/// empty page, so the list continues. Such a page counts as a page without new rows, and the tenth consecutive page without new rows ends
/// the list.
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
    Pages::new(NumberedPages {
        size,
        fetch,
        key,
        page: 1,
        seen: HashSet::new(),
        ambiguous: HashSet::new(),
        previous: (Vec::new(), 0),
        repetitions: 0,
        without_news: 0,
        error: None,
        is_finished: false,
    })
}

struct NumberedPages<K, E, Fetch, Key> {
    size: u32,
    fetch: Fetch,
    key: Key,
    /// The number of the next page.
    page: u32,
    /// The keys of all pages so far.
    seen: HashSet<K>,
    /// The keys that occurred twice in one page.
    ambiguous: HashSet<K>,
    /// The keys of the previous page, and the number of its unreadable rows.
    previous: (Vec<Option<K>>, usize),
    /// The number of consecutive repetitions of a page.
    repetitions: u32,
    /// The number of consecutive pages without a new row.
    without_news: u32,
    /// The error of the last page, until it is returned.
    error: Option<E>,
    is_finished: bool,
}

impl<T, K, E, F, Fetch, Key> PageSource<T, E> for NumberedPages<K, E, Fetch, Key>
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
            if self.is_finished {
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

impl<K: Eq + Hash + Clone, E, Fetch, Key> NumberedPages<K, E, Fetch, Key> {
    /// Returns the new rows of a page. `unreadable` is the number of the unreadable rows of the page.
    fn accept<T>(&mut self, rows: Vec<T>, unreadable: usize) -> Vec<T>
    where
        Key: Fn(&T) -> Option<K>,
    {
        let keys: Vec<Option<K>> = rows.iter().map(&self.key).collect();
        let (previous_keys, previous_unreadable) = &self.previous;
        // Unreadable rows have no keys, so two pages with only unreadable rows cannot be compared.
        let is_same = !keys.is_empty() && keys == *previous_keys && unreadable == *previous_unreadable;
        let is_repetition = is_same && keys.iter().all(Option::is_some);
        self.repetitions = if is_repetition { self.repetitions + 1 } else { 0 };
        let mut page_keys = HashSet::with_capacity(keys.len());
        self.ambiguous.extend(keys.iter().flatten().filter(|key| !page_keys.insert(*key)).cloned());
        let is_new = |key: &K| !self.seen.contains(key) || self.ambiguous.contains(key);
        let is_returned = |key: &Option<K>| !is_repetition && key.as_ref().is_none_or(is_new);
        let rows: Vec<T> = rows.into_iter().zip(&keys).filter_map(|(row, key)| is_returned(key).then_some(row)).collect();
        self.seen.extend(keys.iter().flatten().cloned());
        self.without_news = if rows.is_empty() { self.without_news + 1 } else { 0 };
        let is_empty = keys.is_empty() && unreadable == 0;
        self.is_finished = is_empty || self.repetitions >= MAX_REPETITIONS || self.without_news >= MAX_PAGES_WITHOUT_NEWS;
        self.previous = (keys, unreadable);
        self.page = self.page.saturating_add(1);
        rows
    }
}
