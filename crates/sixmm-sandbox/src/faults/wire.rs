//! Response bodies that are truncated or slow.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// The first half of a body with the `Content-Length` of the complete body, followed by an error, at which the server closes the
/// connection.
#[derive(Debug)]
pub(crate) struct Truncated {
    half: Option<Bytes>,
    flushed: bool,
    announced: u64,
}

impl Truncated {
    pub(crate) fn new(whole: &Bytes) -> Self {
        Self { half: Some(whole.slice(..whole.len() / 2)), flushed: false, announced: whole.len() as u64 }
    }
}

impl Body for Truncated {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.flushed {
            // On an error, the server discards what it has not written yet. Returning `Pending` once makes the server write the first half.
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("truncated on demand"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}

/// A body that is sent one byte at a time.
pub(crate) struct Slow {
    left: Bytes,
    pause: Duration,
    next: Pin<Box<Sleep>>,
}

impl Slow {
    pub(crate) fn new(whole: Bytes, pause: Duration) -> Self {
        Self { left: whole, pause, next: Box::pin(sleep(pause)) }
    }
}

impl Body for Slow {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.next.as_mut().poll(cx));
        self.next = Box::pin(sleep(self.pause));
        Poll::Ready(Some(Ok(Frame::data(self.left.split_to(1)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

impl fmt::Debug for Slow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slow").field("left", &self.left.len()).field("pause", &self.pause).finish_non_exhaustive()
    }
}
