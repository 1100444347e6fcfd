//! Pages, and the items in them.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

/// Where pages come from: asked for one after the other.
pub(super) trait Source<T, E>: Send {
    /// The next page; `None` after the last. After an error of a request it is asked again for the same one.
    fn next_page(&mut self) -> impl Future<Output = Option<Result<Vec<T>, E>>> + Send;
}

/// A list, page by page. No page is empty.
///
/// A [`Stream`]; [`next`](Self::next) needs no other crate.
#[must_use = "nothing is fetched before it is asked for"]
pub struct Pages<'a, T, E>(Pin<Box<dyn Stream<Item = Result<Vec<T>, E>> + Send + 'a>>);

impl<'a, T: 'a, E: 'a> Pages<'a, T, E> {
    pub(super) fn new(source: impl Source<T, E> + 'a) -> Self {
        let pages = stream::unfold(source, |mut source| async move {
            let page = source.next_page().await?;
            Some((page, source))
        });
        Self(Box::pin(pages.fuse()))
    }

    /// The next page; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<Vec<T>, E>> {
        poll_fn(|context| self.0.as_mut().poll_next(context)).await
    }

    /// The same pages, each followed by the errors that `noted` then returns, one after the other, until it returns none. For a page that was read in part: its rows are
    /// not lost, and neither is the fact that some are missing. The error is not the end of the list.
    pub fn followed_by(self, noted: impl FnMut() -> Option<E> + Send + 'a) -> Self {
        let pages = stream::unfold((self, noted), |(mut pages, mut noted)| async move {
            if let Some(error) = noted() {
                return Some((Err(error), (pages, noted)));
            }
            let item = pages.next().await;
            // A page without a row that can be read ends the list, and is not the end of the stream yet.
            let item = item.or_else(|| noted().map(Err))?;
            Some((item, (pages, noted)))
        });
        Self(Box::pin(pages.fuse()))
    }

    /// The items of all pages, one after the other.
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

/// A list, item by item: the next page is fetched when the one at hand is used up.
///
/// A [`Stream`]; [`next`](Self::next) needs no other crate.
#[must_use = "nothing is fetched before it is asked for"]
pub struct Items<'a, T, E> {
    pages: Pages<'a, T, E>,
    page: VecDeque<T>,
}

impl<T, E> Items<'_, T, E> {
    /// The next item; `None` after the last.
    pub async fn next(&mut self) -> Option<Result<T, E>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// All that are left. They stay in memory together: for a long list, take one after the other.
    ///
    /// # Errors
    ///
    /// The first failed request's, with the items that were read before it: see [`PartialList`].
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

// A page's items are never pinned.
impl<T, E> Unpin for Items<'_, T, E> {}

impl<T, E> Stream for Items<'_, T, E> {
    type Item = Result<T, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context)
    }
}

impl<T, E> fmt::Debug for Items<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("at_hand", &self.page.len()).finish_non_exhaustive()
    }
}

/// The part of a list that was read before a request failed, and why it failed.
///
/// ```
/// use venue_runtime::paging::{PartialList, by_number};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let fetch = |page: u32, _| async move { if page < 3 { Ok(vec![2 * page, 2 * page + 1]) } else { Err("no connection") } };
/// let list = by_number(2, fetch, |row| Some(*row)).items().into_vec().await;
/// let Err(PartialList { items, error, .. }) = list else { unreachable!("the third page fails") };
/// assert_eq!((items, error), (vec![2, 3, 4, 5], "no connection"));
/// # }).unwrap();
/// ```
#[non_exhaustive]
pub struct PartialList<T, E> {
    /// The items of the requests before the one that failed, in the list's order. More of them may exist.
    pub items: Vec<T>,
    /// Why the request failed.
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
        // `Display` contains the error itself.
        self.error.source()
    }
}
