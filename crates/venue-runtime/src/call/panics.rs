//! Panics of the program's own code (an [`Observer`](crate::Observer), an [`Interceptor`](venue_core::Interceptor)) end where they happen.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use venue_core::BoxFuture;

/// It panicked. The panic hook has printed the message and the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Panic;

/// What this returns, unless it panics. Where panics abort, nothing can be contained.
pub(super) fn contain<T>(run: impl FnOnce() -> T) -> Result<T, Panic> {
    // Whatever it left half-done is the program's own: nothing of this crate is locked or changed while it runs.
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Panic)
}

/// The output of a future, unless it panics.
pub(super) struct Contained<'a, T>(pub(super) BoxFuture<'a, T>);

impl<T> Future for Contained<'_, T> {
    type Output = Result<T, Panic>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match contain(|| self.0.as_mut().poll(context)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}
