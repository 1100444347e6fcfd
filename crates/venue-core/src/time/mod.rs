//! Time, injected: what a test can hold still, code must not read by itself.

#[cfg(feature = "test-util")]
mod manual;

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::LazyLock;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::{BoxFuture, UnixMillis};

#[cfg(feature = "test-util")]
pub use manual::ManualTime;

/// Two clocks and a way to wait.
pub trait TimeSource: fmt::Debug + Send + Sync {
    /// What this machine believes the date to be. It may jump, in either direction.
    fn wall(&self) -> UnixMillis;

    /// The time since some fixed moment. It never goes back; it may stand still while the machine is suspended.
    fn monotonic(&self) -> Duration;

    /// Waits for that long, measured by [`monotonic`](Self::monotonic). Dropping the future cancels nothing but the waiting.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Waits for `future`, for at most `limit` measured by [`TimeSource::monotonic`]. Returns `None` if the limit passes first.
///
/// A future that is ready at once is returned even if the limit is zero. [`Duration::MAX`] is no limit.
pub async fn timeout<T>(time: &dyn TimeSource, limit: Duration, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut sleep: Option<BoxFuture<'static, ()>> = None;
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        if limit == Duration::MAX {
            return Poll::Pending;
        }
        sleep.get_or_insert_with(|| time.sleep(limit)).as_mut().poll(context).map(|()| None)
    })
    .await
}

/// The operating system's clocks, and tokio's timer.
///
/// Sleeping needs a tokio runtime whose time driver is enabled, and panics outside of one, as everything of `reqwest` does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTime;

impl TimeSource for SystemTime {
    fn wall(&self) -> UnixMillis {
        UnixMillis::from(std::time::SystemTime::now())
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // Taken before `now`, whose first caller would otherwise measure backwards.
        let start = *START;
        start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
