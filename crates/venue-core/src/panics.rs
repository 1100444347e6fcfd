//! Contains the panics of the program's own code, such as an [`Interceptor`](crate::Interceptor), so that no outcome of a call is lost.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::BoxFuture;

/// The code panicked. The panic hook has printed the message and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Runs code of the program.
///
/// # Errors
///
/// If the code panics. A program that is built with `panic = "abort"` ends instead.
pub fn contain_panic<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    // State that the code left half-changed is the program's own: no lock of this crate is held while the code runs.
    catch_unwind(AssertUnwindSafe(run)).map_err(|_| Panicked)
}

/// Completes with the output of a future of the program, or with an error if polling the future panics.
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
