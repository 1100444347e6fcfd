//! A time server that hangs is waited for within the clock's patience, and the caller's limit.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use venue_core::{BoxFuture, ManualTime, TimeSource, UnixMillis};
use venue_runtime::{ServerClock, TimeServer, TimeServerError};

const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// Answers so many questions at once, and then never.
struct HangingServer {
    answers: AtomicUsize,
}

impl TimeServer for HangingServer {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        let is_left = self.answers.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        if is_left { Box::pin(std::future::ready(Ok(START))) } else { Box::pin(std::future::pending()) }
    }
}

/// Moves the time whenever the future waits.
fn drive<T>(time: &ManualTime, future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        assert!(time.advance_to_next_wake(), "it waits for ever");
    }
}

/// Synchronises with a server that answers so many questions and then hangs; how that ends, and after how many seconds.
fn hanging(answers: usize, limit: Duration) -> (Result<(), String>, f64) {
    let time = ManualTime::new(START);
    let clock = ServerClock::new(Arc::new(time.clone()));
    let server = HangingServer { answers: AtomicUsize::new(answers) };
    let outcome = drive(&time, clock.sync_within(&server, limit)).map_err(|error| error.to_string());
    assert_eq!(clock.is_synced(), outcome.is_ok());
    (outcome, time.monotonic().as_secs_f64())
}

#[test]
fn a_sample_that_hangs_is_cut_off_when_the_patience_or_the_limit_is_over() {
    let failed = || Err(String::from("the server's clock could not be read, in one attempt; is the exchange reachable?"));
    assert_eq!(hanging(0, Duration::MAX), (failed(), 5.0));
    assert_eq!(hanging(0, Duration::from_millis(250)), (failed(), 0.25));
    assert_eq!(hanging(0, Duration::from_secs(60)), (failed(), 5.0));
}

#[test]
fn a_synchronisation_that_is_cut_off_succeeds_if_one_sample_did() {
    assert_eq!(hanging(1, Duration::from_millis(250)), (Ok(()), 0.25));
    assert_eq!(hanging(4, Duration::MAX), (Ok(()), 5.0));
    assert_eq!(hanging(5, Duration::MAX), (Ok(()), 0.0));
}

#[test]
fn the_wait_for_the_synchronisation_of_another_call_is_limited_by_the_own_timeout() {
    let time = ManualTime::new(START);
    let clock = ServerClock::new(Arc::new(time.clone()));
    let server = HangingServer { answers: AtomicUsize::new(0) };
    let mut first = std::pin::pin!(clock.sync(&server));
    assert!(first.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())).is_pending());
    let error = drive(&time, clock.sync_within(&server, Duration::from_secs(1))).expect_err("not in time");
    assert_eq!(error.to_string(), "the server's clock was not read in time; is the exchange reachable?");
    assert_eq!(time.monotonic(), Duration::from_secs(1));
    drive(&time, first).expect_err("the first one goes on");
    assert_eq!(time.monotonic(), Duration::from_secs(5));
}
