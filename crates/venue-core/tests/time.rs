//! Virtual time and system time.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use venue_core::{ManualTime, SystemTime, TimeSource, UnixMillis};

const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// A waker that records its name when it is woken.
struct RecordingWaker {
    name: &'static str,
    woken: Arc<Mutex<Vec<&'static str>>>,
}

impl Wake for RecordingWaker {
    fn wake(self: Arc<Self>) {
        self.woken.lock().expect("not poisoned").push(self.name);
    }
}

fn poll(sleep: &mut Pin<Box<dyn Future<Output = ()> + Send>>, waker: &Waker) -> Poll<()> {
    sleep.as_mut().poll(&mut Context::from_waker(waker))
}

#[test]
fn the_clocks_move_together_or_separately() {
    let time = ManualTime::new(START);
    let read = || (time.wall().as_millis() - START.as_millis(), time.monotonic().as_millis());
    time.advance(Duration::from_millis(10));
    assert_eq!(read(), (10, 10));
    time.step_wall(-60_000);
    assert_eq!(read(), (-59_990, 10));
    time.stall_wall(Duration::from_millis(5));
    assert_eq!(read(), (-59_990, 15));
    time.advance(Duration::from_micros(999));
    time.advance(Duration::from_micros(1));
    assert_eq!(read(), (-59_989, 16));
}

#[test]
fn sleeping_futures_are_woken_at_their_deadlines_in_order() {
    let time = ManualTime::new(START);
    let woken = Arc::new(Mutex::new(Vec::new()));
    let waker = |name| Waker::from(Arc::new(RecordingWaker { name, woken: Arc::clone(&woken) }));
    let mut sleeps = [("late", 30), ("first", 10), ("second", 10), ("dropped", 20)].map(|(name, milliseconds)| {
        let mut sleep = time.sleep(Duration::from_millis(milliseconds));
        assert_eq!(poll(&mut sleep, &waker(name)), Poll::Pending);
        sleep
    });
    drop(std::mem::replace(&mut sleeps[3], Box::pin(std::future::ready(()))));
    assert_eq!(time.sleepers(), 3);

    time.advance(Duration::from_micros(9_999));
    assert!(woken.lock().expect("not poisoned").is_empty());
    time.advance(Duration::from_micros(1));
    assert_eq!(*woken.lock().expect("not poisoned"), ["first", "second"]);
    assert_eq!(poll(&mut sleeps[1], Waker::noop()), Poll::Ready(()));
    assert!(time.advance_to_next_wake());
    assert_eq!(time.monotonic(), Duration::from_millis(30));
    assert_eq!(*woken.lock().expect("not poisoned"), ["first", "second", "late"]);
    assert!(!time.advance_to_next_wake());
}

#[test]
fn a_sleep_of_zero_length_is_ready_at_once() {
    let time = ManualTime::new(START);
    assert_eq!(poll(&mut time.sleep(Duration::ZERO), Waker::noop()), Poll::Ready(()));
}

#[test]
fn all_threads_share_the_monotonic_clock_of_the_system() {
    let earlier = SystemTime.monotonic();
    assert!(std::thread::spawn(|| SystemTime.monotonic()).join().expect("no panic") >= earlier);
    assert!(SystemTime.wall() > START);
}
