//! Virtual time: tokio's paused clock, which advances by itself when all tasks of the runtime wait.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;
use venue_core::{BoxFuture, TimeSource, UnixMillis};

/// The interval at which [`Ticks`] reports the time.
const TICK: Duration = Duration::from_millis(20);

/// Runs a test on the current thread, in a runtime with virtual time.
///
/// # Panics
///
/// Panics if the operating system provides no event queue.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime").block_on(test)
}

/// The virtual time of the runtime as a [`TimeSource`].
#[derive(Debug)]
pub struct VirtualTime {
    start: UnixMillis,
    since: Instant,
}

impl VirtualTime {
    /// The wall clock shows this time now.
    #[must_use]
    pub fn starting_at(start: UnixMillis) -> Self {
        Self { start, since: Instant::now() }
    }
}

impl TimeSource for VirtualTime {
    fn wall(&self) -> UnixMillis {
        let passed = i64::try_from(self.monotonic().as_millis()).expect("a test is short");
        UnixMillis::new(self.start.as_millis() + passed)
    }

    fn monotonic(&self) -> Duration {
        self.since.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A task that advances another clock along with virtual time. The task ends when this value is dropped.
#[derive(Debug)]
pub struct Ticks(JoinHandle<()>);

impl Ticks {
    /// Calls the function every 20 ms, with the duration since the last call.
    #[must_use]
    pub fn every_20_ms(advance: impl Fn(Duration) + Send + 'static) -> Self {
        Self(tokio::spawn(async move {
            let mut last = Instant::now();
            loop {
                tokio::time::sleep(TICK).await;
                let now = Instant::now();
                advance(now - last);
                last = now;
            }
        }))
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.0.abort();
    }
}
