//! A time in which nobody waits: it moves when everybody does, and a second of it costs nothing.

use std::time::Duration;

use sixmm_api::{BoxFuture, UnixMillis};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use venue_core::TimeSource;

/// How far what is carried along may be behind.
const TICK: Duration = Duration::from_millis(20);

/// Runs a test on this thread, in a runtime whose time moves when everybody waits.
///
/// # Panics
///
/// If no runtime can be set up on this machine.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime").block_on(test)
}

/// The runtime's time, as a client wants it.
#[derive(Debug)]
pub struct VirtualTime {
    start: UnixMillis,
    since: Instant,
}

impl VirtualTime {
    /// It is this time now.
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

/// Carries another clock along, for as long as it lives.
#[derive(Debug)]
pub struct Ticks(JoinHandle<()>);

impl Ticks {
    /// Says again and again how much time has passed since it said so last.
    #[must_use]
    pub fn telling(advance: impl Fn(Duration) + Send + 'static) -> Self {
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
