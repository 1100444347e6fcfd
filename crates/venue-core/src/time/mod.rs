//! The clocks and the timer of a client, behind a trait, so that tests control the time.

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

/// A wall clock, a monotonic clock and a timer.
pub trait TimeSource: fmt::Debug + Send + Sync {
    /// The date and time of this machine. The wall clock may jump in either direction.
    fn wall(&self) -> UnixMillis;

    /// The time since a fixed moment. The monotonic clock never goes back, but it may pause while the machine is suspended.
    fn monotonic(&self) -> Duration;

    /// Returns a future that completes after this duration, measured by [`monotonic`](Self::monotonic). Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// Waits for `future` for at most `limit`, measured by [`TimeSource::monotonic`]. Returns `None` if the limit is exceeded.
///
/// The output of a future that is ready at the first poll is returned even if the limit is zero. [`Duration::MAX`] means no limit.
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

/// The clocks of the operating system and the timer of tokio.
///
/// [`sleep`](TimeSource::sleep) requires a tokio runtime with an enabled time driver. Without such a runtime, polling the future panics.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemTime;

impl TimeSource for SystemTime {
    fn wall(&self) -> UnixMillis {
        UnixMillis::from(std::time::SystemTime::now())
    }

    fn monotonic(&self) -> Duration {
        static START: LazyLock<Instant> = LazyLock::new(Instant::now);
        // `START` is initialised before the current time is read, because the first caller would otherwise measure a negative duration.
        let start = *START;
        start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}
