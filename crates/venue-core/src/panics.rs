//! Catches panics of code that the program supplies, such as an [`Interceptor`](crate::Interceptor), so that the caller still learns the
//! outcome of a call.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::BoxFuture;

/// The code panicked. The panic hook has printed the message and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Runs code that the program supplies, and catches its panic.
///
/// # Errors
///
/// Returns an error if the code panics. A program that is built with `panic = "abort"` ends instead.
pub fn contain_panic<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    // Unwind safety is asserted because no lock of this crate is held while the code runs, so a panic can only leave state of the program
    // itself half-changed.
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Panicked)
}

/// Completes with the output of a future that the program supplies, or with an error if polling the future panics.
pub(crate) struct ContainedFuture<'a, T>(pub(crate) BoxFuture<'a, T>);

impl<T> Future for ContainedFuture<'_, T> {
    type Output = Result<T, Panicked>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match contain_panic(|| self.0.as_mut().poll(context)) {
            Ok(poll) => poll.map(Ok),
            Err(panicked) => Poll::Ready(Err(panicked)),
        }
    }
}
