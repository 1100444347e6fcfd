//! Pages and items of a list.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

/// A source of pages, such as a list on a server.
pub(super) trait PageSource<T, E>: Send {
    /// Fetches the next page. Returns `None` after the last page. After an error, the next call fetches the same page again.
    fn next_page(&mut self) -> impl Future<Output = Option<Result<Vec<T>, E>>> + Send;
}

/// A list as a stream of pages. No page is empty.
///
/// `Pages` implements [`Stream`]. The method [`next`](Self::next) can be used without a crate for streams.
#[must_use = "a page is fetched only when `next` is called"]
pub struct Pages<'a, T, E>(Pin<Box<dyn Stream<Item = Result<Vec<T>, E>> + Send + 'a>>);

impl<'a, T: 'a, E: 'a> Pages<'a, T, E> {
    pub(super) fn new(source: impl PageSource<T, E> + 'a) -> Self {
        let pages = stream::unfold(source, |mut source| async move {
            let page = source.next_page().await?;
            Some((page, source))
        });
        Self(Box::pin(pages.fuse()))
    }

    /// Fetches the next page. Returns `None` after the last page.
    pub async fn next(&mut self) -> Option<Result<Vec<T>, E>> {
        poll_fn(|context| self.0.as_mut().poll_next(context)).await
    }

    /// Adds errors after each page. After each page, the closure `next_error` is called until it returns `None`, and each error that it
    /// returns is an item of the stream.
    ///
    /// Use this method to report unreadable rows after the readable rows of the same page. The errors do not end the list.
    pub fn followed_by(self, next_error: impl FnMut() -> Option<E> + Send + 'a) -> Self {
        let pages = stream::unfold((self, next_error), |(mut pages, mut next_error)| async move {
            if let Some(error) = next_error() {
                return Some((Err(error), (pages, next_error)));
            }
            let item = pages.next().await;
            // The last page may contain only unreadable rows. The list then has no further page, but the errors of the last page must still
            // be returned.
            let item = item.or_else(|| next_error().map(Err))?;
            Some((item, (pages, next_error)))
        });
        Self(Box::pin(pages.fuse()))
    }

    /// Converts the pages to a stream of their items.
    pub fn items(self) -> Items<'a, T, E> {
        Items { pages: self, page: VecDeque::new() }
    }
}

impl<T, E> Stream for Pages<'_, T, E> {
    type Item = Result<Vec<T>, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T, E> fmt::Debug for Pages<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// A list as a stream of items. The next page is fetched after the last item of the current page.
///
/// `Items` implements [`Stream`]. The method [`next`](Self::next) can be used without a crate for streams.
#[must_use = "a page is fetched only when `next` is called"]
pub struct Items<'a, T, E> {
    pages: Pages<'a, T, E>,
    page: VecDeque<T>,
}

impl<T, E> Items<'_, T, E> {
    /// Returns the next item, and fetches the next page if necessary. Returns `None` after the last item.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Collects all remaining items in memory. For a long list, call [`next`](Self::next) instead.
    ///
    /// # Errors
    ///
    /// Returns the error of the first failed request, with the items that were read before.
    pub async fn into_vec(mut self) -> Result<Vec<T>, PartialList<T, E>> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            match item {
                Ok(item) => all.push(item),
                Err(error) => return Err(PartialList { items: all, error }),
            }
        }
        Ok(all)
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, E>>> {
        loop {
            if let Some(item) = self.page.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.0.as_mut().poll_next(context)) {
                Some(Ok(page)) => self.page = page.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

// The items of a page are never pinned.
impl<T, E> Unpin for Items<'_, T, E> {}

impl<T, E> Stream for Items<'_, T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<T, E> fmt::Debug for Items<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("fetched", &self.page.len()).finish_non_exhaustive()
    }
}

/// The error of a list whose request failed, with the items that were read before.
///
/// ```
/// use venue_runtime::paging::{PartialList, by_number};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let fetch = |page: u32, _size| async move {
///     match page {
///         1 | 2 => Ok(vec![2 * page, 2 * page + 1]),
///         _ => Err("no connection"),
///     }
/// };
/// let pages = by_number(2, fetch, |row| Some(*row));
/// let PartialList { items, error, .. } =
///     pages.items().into_vec().await.unwrap_err();
/// assert_eq!((items, error), (vec![2, 3, 4, 5], "no connection"));
/// # }).unwrap();
/// ```
#[non_exhaustive]
pub struct PartialList<T, E> {
    /// The items that were read before the failed request, in the order of the list. The list may have further items.
    pub items: Vec<T>,
    /// The error of the failed request.
    pub error: E,
}

/// `no connection; 4 items were read before that`
impl<T, E: fmt::Display> fmt::Display for PartialList<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.items.len() {
            1 => write!(f, "{}; 1 item was read before that", self.error),
            count => write!(f, "{}; {count} items were read before that", self.error),
        }
    }
}

impl<T, E: fmt::Debug> fmt::Debug for PartialList<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartialList").field("items", &self.items.len()).field("error", &self.error).finish()
    }
}

impl<T, E: StdError> StdError for PartialList<T, E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // `Display` contains the message of the error, so the source of the error comes next.
        self.error.source()
    }
}
