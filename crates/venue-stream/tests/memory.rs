//! The memory of a subscriber that never reads.

#[path = "support/network.rs"]
mod network;
#[path = "support/mod.rs"]
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::StreamExt;
use venue_core::UnixMillis;
use venue_stream::{Buffering, Event, Settings, StreamConnection, TopicSettings};
use venue_test_support::virtual_time::{self, VirtualTime};

use network::{Library, MemoryNetwork};
use support::Lines;

/// The number of messages: 10,000 in each second of a minute.
const MESSAGES: usize = 600_000;
const LIMIT: usize = 8 << 20;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

#[expect(unsafe_code, reason = "an allocator that counts, and passes everything on")]
// SAFETY: every call is passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn the_memory_of_subscribers_that_never_read_is_limited() {
    virtual_time::run(async {
        let (network, mut server) = MemoryNetwork::new(Library::TokioWebsockets);
        let connection = StreamConnection::builder(Lines::default(), "ws://exchange.invalid/ws")
            .settings(Settings::new())
            .time(Arc::new(VirtualTime::starting_at(UnixMillis::new(1_000))))
            .connect_with(Arc::new(network))
            .build()
            .expect("valid settings");
        let policies = [Buffering::Conflate, Buffering::bounded(4_096), Buffering::lossless(4_096)];
        let settings = TopicSettings::new();
        let mut subscriptions = policies.map(|buffering| connection.subscribe("a", settings, buffering));
        let (mut peer, _) = server.accept().await;
        peer.accept("sub").await;
        tokio::task::yield_now().await;
        let idle = ALLOCATED.load(Ordering::Relaxed);
        let mut highest = idle;

        let padding = "x".repeat(200);
        for number in 0..MESSAGES {
            peer.send(&format!("a {number} {padding}")).await;
            highest = highest.max(ALLOCATED.load(Ordering::Relaxed));
        }
        let barrier = connection.subscribe("barrier", settings, Buffering::Conflate);
        peer.accept("sub").await;
        drop(barrier);

        let used = highest - idle;
        println!("at most {used} bytes above the idle connection");
        assert!(used <= LIMIT, "{used} bytes");
        connection.close();
        let counts: Vec<(usize, u64)> = {
            let mut counts = Vec::new();
            for subscription in &mut subscriptions {
                let (mut read, mut lagged) = (0, 0);
                while let Some(event) = subscription.next().await {
                    read += usize::from(event.is_datum());
                    if let Event::Lagged { skipped } = event {
                        lagged += skipped;
                    }
                }
                counts.push((read, lagged));
            }
            counts
        };
        let skipped = u64::try_from(MESSAGES - 4_096).expect("a small number");
        assert_eq!(counts, [(1, 0), (4_096, skipped), (4_096, skipped)]);
    });
}
