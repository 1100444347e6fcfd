//! Response bodies that are truncated or slow.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

/// A truncated response body: its `Content-Length` is that of the complete body, but it yields only the first half of the bytes and then an
/// error. The error makes the server close the connection.
#[derive(Debug)]
pub(crate) struct TruncatedBody {
    half: Option<Bytes>,
    flushed: bool,
    content_length: u64,
}

impl TruncatedBody {
    pub(crate) fn new(body: &Bytes) -> Self {
        Self { half: Some(body.slice(..body.len() / 2)), flushed: false, content_length: body.len() as u64 }
    }
}

impl Body for TruncatedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.flushed {
            // When a body returns an error, the server discards the bytes that it has not written yet. Returning `Pending` once before the
            // error makes the server write the first half.
            self.flushed = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("truncated on demand"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.content_length)
    }
}

/// A body that is sent one byte at a time.
pub(crate) struct SlowBody {
    remaining: Bytes,
    pause: Duration,
    next: Pin<Box<Sleep>>,
}

impl SlowBody {
    pub(crate) fn new(body: Bytes, pause: Duration) -> Self {
        Self { remaining: body, pause, next: Box::pin(sleep(pause)) }
    }
}

impl Body for SlowBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.remaining.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.next.as_mut().poll(cx));
        self.next = Box::pin(sleep(self.pause));
        Poll::Ready(Some(Ok(Frame::data(self.remaining.split_to(1)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining.len() as u64)
    }
}

impl fmt::Debug for SlowBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slow").field("left", &self.remaining.len()).field("pause", &self.pause).finish_non_exhaustive()
    }
}
