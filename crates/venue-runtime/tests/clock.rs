//! The estimate of the server's clock.

use std::collections::VecDeque;
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use venue_core::{BoxFuture, ManualTime, TimeSource, UnixMillis};
use venue_runtime::clock::BoxError;
use venue_runtime::{ServerClock, SyncReason, TimeServer, TimeServerError};

const START: UnixMillis = UnixMillis::new(1_772_710_377_808);

/// A server whose clock runs at another rate, reached through delays that it takes from a list.
struct Server {
    time: ManualTime,
    /// By how many milliseconds it was ahead of `START` when the monotonic clock stood at zero.
    ahead: i64,
    drift_ppm: i64,
    delays: Mutex<VecDeque<Delay>>,
}

#[derive(Clone, Copy, Debug)]
enum Delay {
    /// Microseconds there, and back.
    Of(u64, u64),
    /// The answer does not come.
    Failing,
    /// The machine sleeps for that many milliseconds before the answer is there.
    Suspended(i64),
}

impl Server {
    fn new(time: &ManualTime, ahead: i64) -> Self {
        Self { time: time.clone(), ahead, drift_ppm: 0, delays: Mutex::default() }
    }

    fn expect(&self, delays: impl IntoIterator<Item = Delay>) {
        self.delays.lock().expect("not poisoned").extend(delays);
    }

    /// The true time, in microseconds after `START`.
    fn micros(&self) -> i64 {
        let monotonic = i64::try_from(self.time.monotonic().as_micros()).expect("a short test");
        self.ahead * 1000 + monotonic + monotonic * self.drift_ppm / 1_000_000
    }

    fn read(&self) -> UnixMillis {
        UnixMillis::new(START.as_millis() + self.micros().div_euclid(1000))
    }
}

impl TimeServer for Server {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        Box::pin(async {
            let delay = self.delays.lock().expect("not poisoned").pop_front().unwrap_or(Delay::Of(0, 0));
            match delay {
                Delay::Of(there, back) => {
                    self.time.advance(Duration::from_micros(there));
                    let read = self.read();
                    self.time.advance(Duration::from_micros(back));
                    Ok(read)
                }
                Delay::Failing => Err(BoxError::from("the line is dead").into()),
                Delay::Suspended(milliseconds) => {
                    let read = self.read();
                    self.time.step_wall(milliseconds);
                    Ok(read)
                }
            }
        })
    }
}

fn world(ahead: i64) -> (ManualTime, Server, ServerClock) {
    let time = ManualTime::new(START);
    (time.clone(), Server::new(&time, ahead), ServerClock::new(Arc::new(time)))
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// How far the estimate is ahead of `START`, in milliseconds.
fn ahead(clock: &ServerClock) -> i64 {
    clock.now().as_millis() - START.as_millis()
}

#[test]
fn before_the_first_synchronisation_it_is_the_wall_clock() {
    let (time, _, clock) = world(5000);
    time.step_wall(-10);
    assert_eq!((ahead(&clock), clock.offset_millis(), clock.uncertainty()), (-10, 0, None));
    assert_eq!(clock.needs_sync(), Some(SyncReason::NeverSynced));
}

#[test]
fn the_sample_with_the_shortest_round_trip_counts() {
    let (_, server, clock) = world(5000);
    server.expect([Delay::Of(90_000, 0), Delay::Of(3_000, 1_000), Delay::Failing, Delay::Of(0, 50_000), Delay::Of(20_000, 0)]);
    run(clock.sync(&server)).expect("four of five");
    // The second: 164 ms have passed since the beginning, and it is ahead by half of how uneven its way was.
    assert_eq!((ahead(&clock), clock.round_trip()), (5000 + 164 + 1, Some(Duration::from_millis(4))));
    assert_eq!(clock.needs_sync(), None);
}

#[test]
fn the_middle_of_the_round_trip_counts() {
    let (_, server, clock) = world(-7000);
    let clock = clock.samples(NonZeroU32::MIN);
    server.expect([Delay::Of(30_000, 10_000)]);
    run(clock.sync(&server)).expect("one of one");
    // The server read its clock at 30 ms, not at 20: the estimate is ahead by 10 ms, within half the round trip.
    assert_eq!(ahead(&clock), -7000 + 40 + 10);
    assert_eq!(clock.offset_millis(), -7000 + 10);
    assert!(clock.uncertainty().expect("synced") >= Duration::from_millis(20));
}

#[test]
fn failing_samples_do_not_matter_as_long_as_one_succeeds() {
    let (_, server, clock) = world(5000);
    server.expect([Delay::Failing, Delay::Failing, Delay::Failing, Delay::Failing, Delay::Of(0, 0)]);
    run(clock.sync(&server)).expect("one of five");
    assert_eq!(ahead(&clock), 5000);

    server.expect([Delay::Failing; 5]);
    let error = run(clock.sync(&server)).expect_err("none of five");
    assert_eq!(error.to_string(), "the server's clock could not be read, in 5 attempts; is the exchange reachable?");
    assert_eq!(std::error::Error::source(&error).map(ToString::to_string).as_deref(), Some("the line is dead"));
    assert_eq!(ahead(&clock), 5000);
}

#[test]
fn no_sample_is_begun_once_patience_is_over() {
    let (time, server, clock) = world(0);
    server.expect([Delay::Of(3_000_000, 0); 5]);
    run(clock.sync(&server)).expect("two of two");
    assert_eq!(time.monotonic(), Duration::from_secs(6));
}

#[test]
fn an_aged_estimate_is_renewed_and_a_much_better_old_sample_kept() {
    let (time, server, clock) = world(5000);
    run(clock.sync(&server)).expect("at once");
    time.advance(Duration::from_secs(599));
    assert_eq!(clock.needs_sync(), None);
    time.advance(Duration::from_secs(1));
    assert_eq!(clock.needs_sync(), Some(SyncReason::Aged));

    // 600 s at 100 ppm are 60 ms: as uncertain as a round trip of 120 ms.
    server.expect([Delay::Of(130_000, 0); 5]);
    run(clock.sync(&server)).expect("slowly");
    assert_eq!((clock.round_trip(), clock.needs_sync()), (Some(Duration::ZERO), None));
    server.expect([Delay::Of(110_000, 0); 5]);
    run(clock.sync(&server)).expect("less slowly");
    assert_eq!(clock.round_trip(), Some(Duration::from_millis(110)));
}

#[test]
fn an_old_sample_that_the_new_one_disproves_is_thrown_away() {
    let (_, mut server, clock) = world(5000);
    run(clock.sync(&server)).expect("at once");
    server.ahead = 9000;
    server.expect([Delay::Of(20_000, 20_000); 5]);
    run(clock.sync(&server)).expect("slowly");
    assert_eq!(clock.round_trip(), Some(Duration::from_millis(40)));
    assert_eq!(ahead(&clock), 9200);
}

#[test]
fn jumps_are_noticed_and_do_not_move_the_estimate() {
    for step in [3_600_000, -3_600_000, 251, -251] {
        let (time, server, clock) = world(5000);
        run(clock.sync(&server)).expect("at once");
        time.step_wall(step);
        assert_eq!((clock.needs_sync(), ahead(&clock)), (Some(SyncReason::Jumped), 5000), "{step}");
        run(clock.sync(&server)).expect("at once");
        assert_eq!((clock.needs_sync(), ahead(&clock)), (None, 5000), "{step}");
    }
    let (time, server, clock) = world(0);
    run(clock.sync(&server)).expect("at once");
    time.step_wall(250);
    assert_eq!(clock.needs_sync(), None, "within the tolerance");
}

#[test]
fn a_sample_during_which_the_machine_slept_does_not_count() {
    let (_, server, clock) = world(5000);
    server.expect([Delay::Suspended(60_000), Delay::Of(20_000, 20_000), Delay::Of(20_000, 20_000), Delay::Failing, Delay::Failing]);
    run(clock.sync(&server)).expect("two of five");
    assert_eq!(clock.round_trip(), Some(Duration::from_millis(40)));
}

#[test]
fn after_a_refusal_the_old_sample_is_not_believed() {
    let (_, server, clock) = world(5000);
    run(clock.sync(&server)).expect("at once");
    clock.mark_rejected();
    assert_eq!(clock.needs_sync(), Some(SyncReason::Rejected));
    server.expect([Delay::Of(20_000, 20_000); 5]);
    run(clock.sync(&server)).expect("slowly");
    assert_eq!((clock.round_trip(), clock.needs_sync()), (Some(Duration::from_millis(40)), None));
}

#[test]
fn nothing_but_the_estimate_is_printed() {
    let (_, server, clock) = world(5000);
    run(clock.sync(&server)).expect("at once");
    assert_eq!(format!("{clock:?}"), "ServerClock { offset_millis: 5000, uncertainty: Some(1ms), needs_sync: None, .. }");
}

/// Answers after ten milliseconds of manual time, and counts.
struct SlowServer {
    time: ManualTime,
    asked: AtomicUsize,
    fails: bool,
}

impl TimeServer for SlowServer {
    fn server_time(&self) -> BoxFuture<'_, Result<UnixMillis, TimeServerError>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            self.time.sleep(Duration::from_millis(10)).await;
            if self.fails { Err(BoxError::from("the line is dead").into()) } else { Ok(START) }
        })
    }
}

/// Lets a hundred tasks synchronise, the first of which may be dropped in the middle of it; gives the results, and how often it asked.
fn crowd(fails: bool, drop_first: bool) -> (Vec<bool>, usize) {
    let time = ManualTime::new(START);
    let clock = Arc::new(ServerClock::new(Arc::new(time.clone())));
    let server = Arc::new(SlowServer { time: time.clone(), asked: AtomicUsize::new(0), fails });
    run(async {
        let tasks = (0..100).map(|_| {
            let (clock, server) = (Arc::clone(&clock), Arc::clone(&server));
            tokio::spawn(async move { clock.sync(&*server).await.is_ok() })
        });
        let tasks = tasks.collect::<Vec<_>>();
        settle().await;
        time.advance(Duration::from_millis(25));
        settle().await;
        if drop_first {
            tasks[0].abort();
        }
        while !tasks.iter().all(tokio::task::JoinHandle::is_finished) {
            settle().await;
            time.advance_to_next_wake();
        }
        let mut results = Vec::new();
        for task in tasks {
            results.extend(task.await.ok());
        }
        (results, server.asked.load(Ordering::Relaxed))
    })
}

/// Lets every task of the current thread run until it waits.
async fn settle() {
    for _ in 0..4 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn waiting_calls_get_the_result_of_the_same_synchronisation() {
    assert_eq!(crowd(false, false), (vec![true; 100], 5));
    assert_eq!(crowd(true, false), (vec![false; 100], 5));
}

#[test]
fn if_the_one_that_synchronises_is_dropped_the_next_one_does_it() {
    // Two questions of the first, five of the second.
    let (results, asked) = crowd(false, true);
    assert_eq!(results, vec![true; 99]);
    assert_eq!(asked, 2 + 5);
}

#[derive(Clone, Debug)]
struct Sync {
    delays: Vec<Delay>,
    /// Milliseconds afterwards.
    pause: u64,
}

fn delay() -> impl Strategy<Value = Delay> {
    prop_oneof![
        8 => (0..200_000_u64, 0..200_000_u64).prop_map(|(there, back)| Delay::Of(there, back)),
        1 => Just(Delay::Failing),
    ]
}

fn syncs() -> impl Strategy<Value = Vec<Sync>> {
    let sync = (prop::collection::vec(delay(), 5), 0..2_000_000_u64).prop_map(|(delays, pause)| Sync { delays, pause });
    prop::collection::vec(sync, 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_estimate_is_within_its_uncertainty(ahead in -100_000_000..100_000_000_i64, drift_ppm in -100..=100_i64, syncs in syncs()) {
        let (time, mut server, clock) = world(ahead);
        server.drift_ppm = drift_ppm;
        for sync in syncs {
            server.expect(sync.delays.iter().copied());
            let begun = time.monotonic();
            let succeeded = run(clock.sync(&server)).is_ok();
            prop_assert_eq!(succeeded, sync.delays.iter().any(|delay| matches!(delay, Delay::Of(..))));
            check(&clock, &server)?;
            let shortest = sync.delays.iter().filter_map(|delay| match delay { Delay::Of(there, back) => Some(there + back), _ => None }).min();
            if let (true, Some(shortest)) = (succeeded, shortest) {
                // The error is at most that of this synchronisation's best sample: half its round trip, and the drift since it began.
                let most = Duration::from_micros(shortest / 2 + 2) + (time.monotonic() - begun) / 10_000 + Duration::from_millis(1);
                prop_assert!(clock.uncertainty().expect("synced") <= most);
            }
            for _ in 0..4 {
                let before = clock.now();
                time.advance(Duration::from_millis(sync.pause / 4));
                time.step_wall(if sync.pause % 2 == 0 { -100 } else { 100 });
                prop_assert!(clock.now() >= before, "it jumped back");
                check(&clock, &server)?;
            }
        }
    }
}

fn check(clock: &ServerClock, server: &Server) -> Result<(), TestCaseError> {
    let Some(uncertainty) = clock.uncertainty() else { return Ok(()) };
    let error = (clock.now().as_millis() - START.as_millis()) * 1000 - server.micros();
    // The estimate itself is cut to milliseconds, too.
    let bound = uncertainty + Duration::from_millis(1);
    prop_assert!(u128::from(error.unsigned_abs()) <= bound.as_micros(), "off by {error} µs, at most {bound:?}");
    Ok(())
}
