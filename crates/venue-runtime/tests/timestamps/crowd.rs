//! Thousands of calls at once, on several threads.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use venue_core::ManualTime;
use venue_runtime::{ServerClock, Timestamps};

use crate::{LEAD, START, Server, client, new_key, sync, world};

/// What all tasks note, so that time can be held still until nothing more happens.
#[derive(Default)]
struct Seen {
    greatest: AtomicI64,
}

impl Seen {
    fn note(&self, timestamp: i64) {
        self.greatest.fetch_max(timestamp, Ordering::SeqCst);
    }
}

async fn calls(timestamps: Timestamps, clock: Arc<ServerClock>, seen: Arc<Seen>, count: usize) -> Vec<i64> {
    let mut taken = Vec::with_capacity(count);
    for _ in 0..count {
        let timestamp = timestamps.next(&clock).await.as_millis();
        seen.note(timestamp);
        taken.push(timestamp);
    }
    assert!(taken.is_sorted_by(|earlier, later| earlier < later), "a later call got an earlier timestamp");
    taken
}

/// Advances the time whenever a task waits for it, until all tasks have ended. Between two advances the clock does not move, so no timestamp may be
/// more than the lead ahead of it.
async fn drive(time: &ManualTime, clocks: &[Arc<ServerClock>], seen: &Seen, tasks: &[JoinHandle<Vec<i64>>]) {
    while !tasks.iter().all(JoinHandle::is_finished) {
        tokio::task::yield_now().await;
        let limit = clocks.iter().map(|clock| clock.now().as_millis()).max().expect("a clock") + LEAD;
        assert!(seen.greatest.load(Ordering::SeqCst) <= limit, "beyond the lead");
        if time.sleepers() > 0 {
            time.advance(Duration::from_millis(7));
        }
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().expect("a runtime")
}

#[test]
fn ten_thousand_calls_of_two_clients_of_one_key() {
    let (time, clock) = world();
    let other_clock = Arc::new(ServerClock::new(Arc::new(time.clone())));
    let server = Server { time: time.clone(), ahead: 1234 };
    sync(&clock, &server);
    sync(&other_clock, &server);
    let (key, seen) = (new_key(), Arc::new(Seen::default()));
    let clients = [(client(&key), Arc::clone(&clock)), (client(&key), Arc::clone(&other_clock))];
    let taken = runtime().block_on(async {
        let tasks = (0..5000).map(|index| {
            let (timestamps, clock) = clients[index % 2].clone();
            tokio::spawn(calls(timestamps, clock, Arc::clone(&seen), 2))
        });
        let tasks = tasks.collect::<Vec<_>>();
        drive(&time, &[clock, other_clock], &seen, &tasks).await;
        let mut taken = Vec::new();
        for task in tasks {
            taken.extend(task.await.expect("no panic"));
        }
        taken
    });
    let (first, last) = (taken.iter().min().expect("many"), taken.iter().max().expect("many"));
    assert_eq!(taken.len(), 10_000);
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 10_000, "a timestamp twice");
    assert_eq!(*first, START + 1234);
    assert_eq!(last - first, 9_999, "a burst leaves no gap");
}

#[test]
fn tasks_that_are_dropped_neither_stall_others_nor_leave_duplicates() {
    let (time, clock) = world();
    let (timestamps, seen) = (client(&new_key()), Arc::new(Seen::default()));
    let (dropped, taken) = runtime().block_on(async {
        let tasks = (0..4000).map(|_| tokio::spawn(calls(timestamps.clone(), Arc::clone(&clock), Arc::clone(&seen), 1)));
        let tasks = tasks.collect::<Vec<_>>();
        for (index, task) in tasks.iter().enumerate() {
            if index % 3 != 0 {
                task.abort();
            }
            if index % 50 == 0 {
                time.advance(Duration::from_millis(3));
                tokio::task::yield_now().await;
            }
        }
        drive(&time, &[clock], &seen, &tasks).await;
        let (mut dropped, mut taken) = (0, Vec::new());
        for task in tasks {
            match task.await {
                Ok(timestamps) => taken.extend(timestamps),
                Err(_) => dropped += 1,
            }
        }
        (dropped, taken)
    });
    assert!(dropped > 500, "{dropped} were dropped in time");
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), 4000 - dropped, "a timestamp twice");
}

#[test]
fn threads_without_a_runtime_can_draw_from_the_lead() {
    let (time, clock) = world();
    let timestamps = client(&new_key());
    let mut taken = std::thread::scope(|scope| {
        let threads = (0..4).map(|_| scope.spawn(|| (0..25).filter_map(|_| crate::take(&timestamps, &clock)).collect::<Vec<_>>()));
        let threads = threads.collect::<Vec<_>>();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect::<Vec<_>>()
    });
    taken.sort_unstable();
    assert_eq!(taken, (0..100).collect::<Vec<_>>());
    assert_eq!(time.sleepers(), 0);
}
