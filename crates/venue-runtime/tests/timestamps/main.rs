//! Timestamps: one client at a time, then thousands of calls at once, then whatever may go wrong with the clocks.

mod crowd;
mod wrong_clocks;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use venue_core::{BoxFuture, ManualTime, UnixMillis};
use venue_runtime::{ServerClock, TimeServer, TimeServerError, TimestampLimits, Timestamps};

const START: i64 = 1_772_710_377_808;
const LEAD: i64 = 100;
const WINDOW: i64 = 10_000;
const LIMITS: TimestampLimits = TimestampLimits { max_lead: Duration::from_millis(100), tolerance: Duration::from_secs(10) };

/// A server whose clock is ahead of `time`'s wall clock by so many milliseconds.
struct Server {
    time: ManualTime,
    ahead: i64,
}

impl Server {
    fn read(&self) -> i64 {
        use venue_core::TimeSource as _;
        self.time.wall().as_millis() + self.ahead
    }
}

impl TimeServer for Server {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(async { Ok(UnixMillis::new(self.read())) })
    }
}

fn world() -> (ManualTime, Arc<ServerClock>) {
    let time = ManualTime::new(UnixMillis::new(START));
    (time.clone(), Arc::new(ServerClock::new(Arc::new(time))))
}

/// A key that no other test uses.
fn new_key() -> String {
    static KEYS: AtomicU32 = AtomicU32::new(0);
    format!("key {}", KEYS.fetch_add(1, Ordering::Relaxed))
}

fn client(key: &str) -> Timestamps {
    Timestamps::for_key("test", key, LIMITS)
}

type Next<'a> = Pin<Box<dyn Future<Output = UnixMillis> + 'a>>;

fn poll(next: &mut Next<'_>) -> Option<i64> {
    match next.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(timestamp) => Some(timestamp.as_millis()),
        Poll::Pending => None,
    }
}

/// A timestamp after `START`, if there is one without waiting.
fn take(timestamps: &Timestamps, clock: &ServerClock) -> Option<i64> {
    let mut next: Next<'_> = Box::pin(timestamps.next(clock));
    poll(&mut next).map(|timestamp| timestamp - START)
}

fn sync(clock: &ServerClock, server: &Server) {
    let synced = Box::pin(clock.sync(server)).as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(synced, Poll::Ready(Ok(()))));
}

#[test]
fn they_follow_the_clock_and_take_the_milliseconds_ahead_of_it() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    assert_eq!([take(&timestamps, &clock), take(&timestamps, &clock)], [Some(0), Some(1)]);
    time.advance(Duration::from_millis(1));
    assert_eq!(take(&timestamps, &clock), Some(2));
    time.advance(Duration::from_millis(50));
    assert_eq!(take(&timestamps, &clock), Some(51));
    time.advance(Duration::from_secs(86_400));
    assert_eq!(take(&timestamps, &clock), Some(86_400_051));
}

#[test]
fn a_burst_waits_once_the_lead_is_exhausted() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    for expected in 0..=LEAD {
        assert_eq!(take(&timestamps, &clock), Some(expected));
    }
    let mut waiting: Next<'_> = Box::pin(timestamps.next(&clock));
    let mut behind: Next<'_> = Box::pin(timestamps.next(&clock));
    assert_eq!([poll(&mut waiting), poll(&mut behind)], [None, None]);
    assert_eq!(time.sleepers(), 1, "the first in line sleeps for all");
    time.advance(Duration::from_millis(1));
    assert_eq!(poll(&mut behind), None, "no caller is overtaken");
    assert_eq!(poll(&mut waiting), Some(START + LEAD + 1));
    assert_eq!(poll(&mut behind), None, "the lead is exhausted again");
    time.advance(Duration::from_millis(1));
    assert_eq!(poll(&mut behind), Some(START + LEAD + 2));
}

#[test]
fn clients_of_one_key_share_and_others_do_not() {
    let (_, clock) = world();
    let (key, other) = (new_key(), new_key());
    let (one, two) = (client(&key), client(&key));
    assert_eq!([take(&one, &clock), take(&two, &clock), take(&one.clone(), &clock)], [Some(0), Some(1), Some(2)]);
    assert_eq!(take(&client(&other), &clock), Some(0));
    assert_eq!(take(&Timestamps::for_key("another exchange", &key, LIMITS), &clock), Some(0));
    assert_eq!(take(&Timestamps::detached(LIMITS), &clock), Some(0));
}

#[test]
fn a_new_client_continues_the_sequence_of_the_dropped_one() {
    let (_, clock) = world();
    let key = new_key();
    for expected in 0..5 {
        assert_eq!(take(&client(&key), &clock), Some(expected));
    }
}

#[test]
fn a_dropped_future_has_taken_nothing() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    while take(&timestamps, &clock).is_some() {}
    let mut waiting = (0..1000).map(|_| Box::pin(timestamps.next(&clock)) as Next<'_>).collect::<Vec<_>>();
    assert!(waiting.iter_mut().all(|next| poll(next).is_none()));
    let mut last = waiting.pop().expect("one of them");
    drop(waiting);
    time.advance(Duration::from_millis(1));
    assert_eq!(poll(&mut last), Some(START + LEAD + 1));
    time.advance(Duration::from_millis(1));
    assert_eq!(take(&timestamps, &clock), Some(LEAD + 2));
}

#[test]
fn a_tolerance_below_the_lead_counts_as_the_lead() {
    let (time, clock) = world();
    let limits = TimestampLimits { max_lead: Duration::from_millis(3), tolerance: Duration::ZERO };
    let timestamps = Timestamps::detached(limits);
    assert_eq!([(); 5].map(|()| take(&timestamps, &clock)), [Some(0), Some(1), Some(2), Some(3), None]);
    time.advance(Duration::from_millis(1));
    assert_eq!(take(&timestamps, &clock), Some(4));
}
