//! What runs for every request allocates nothing.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use venue_runtime::{HmacKey, ServerClock, TimestampLimits, Timestamps};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator that counts, and passes everything on")]
// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn check(mut act: impl FnMut()) {
    act();
    let before = ALLOCATIONS.get();
    for _ in 0..100 {
        act();
    }
    assert_eq!(ALLOCATIONS.get() - before, 0);
}

#[test]
fn signing() {
    let key = HmacKey::new(b"9f1c2e7ab04d4c55a8e1d7f36b20c94e");
    let body = [b'x'; 1000];
    check(|| {
        black_box(key.sign(&[b"timestamp=1772710377808", &body]).as_str());
    });
}

#[test]
fn a_timestamp_without_waiting() {
    let clock = ServerClock::system();
    let timestamps = Timestamps::detached(TimestampLimits { max_lead: Duration::from_secs(1), tolerance: Duration::from_secs(10) });
    check(|| {
        assert_eq!(clock.needs_sync(), Some(venue_runtime::SyncReason::NeverSynced));
        let next = pin!(timestamps.next(&clock));
        assert!(matches!(next.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(_)));
    });
}
