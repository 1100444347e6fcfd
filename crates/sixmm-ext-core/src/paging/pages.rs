//! Pages, and the items in them.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt as _};

/// Where pages come from: asked for one after the other.
pub(super) trait Source<T, E>: Send {
    /// The next page; `None` after the last. After an error it is asked again for the same one.
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
    /// The first failed request's. What was read before it is lost.
    pub async fn into_vec(mut self) -> Result<Vec<T>, E> {
        let mut all = Vec::new();
        while let Some(item) = self.next().await {
            all.push(item?);
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
