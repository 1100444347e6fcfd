//! More calls than the quota allows, each given up after a second: how many are answered to their caller.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use venue_core::{Attempt, BoxFuture, Interceptor, ManualTime, Operation, TimeSource as _, Veto, VetoKind, reqwest::Request};
use venue_runtime::{CallOptions, Quota, QuotaGroup, Quotas};

use crate::support::{IDEMPOTENT, ONCE, SAFE, World};

const SECONDS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(1);

/// How the callers give up.
#[derive(Clone, Copy, Debug)]
enum Cancellation {
    /// They drop the call, which knows nothing of it.
    Drop,
    /// By the call's own timeout.
    Timeout,
}

/// What happened in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Second {
    admitted: usize,
    /// To a caller that still waited for the answer.
    answered: usize,
    /// Admitted, and dropped before the answer came.
    dropped_in_flight: usize,
    /// Dropped, or rejected, before it was admitted.
    unsent: usize,
}

#[derive(Clone, Debug)]
struct Ledger {
    time: ManualTime,
    seconds: Arc<Mutex<Vec<Second>>>,
}

impl Ledger {
    fn note(&self, change: impl FnOnce(&mut Second)) {
        let mut seconds = self.seconds.lock().expect("no panic");
        let index = usize::try_from(self.time.monotonic().as_secs()).expect("a short test");
        if seconds.len() <= index {
            seconds.resize(index + 1, Second::default());
        }
        change(&mut seconds[index]);
    }
}

/// The exchange, without a network: its answer comes after so long, and is a refusal.
#[derive(Debug)]
struct Exchange {
    ledger: Ledger,
    round_trip: Duration,
}

struct InFlight<'a> {
    ledger: &'a Ledger,
    is_over: bool,
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.ledger.note(|second| second.dropped_in_flight += 1);
        }
    }
}

impl Interceptor for Exchange {
    fn on_attempt<'a>(&'a self, _: &'a mut Request, _: Attempt) -> BoxFuture<'a, Result<(), Veto>> {
        Box::pin(async {
            self.ledger.note(|second| second.admitted += 1);
            let mut flight = InFlight { ledger: &self.ledger, is_over: false };
            self.ledger.time.sleep(self.round_trip).await;
            flight.is_over = true;
            Err(Veto::new("answered"))
        })
    }
}

/// So many arrivals a second, evenly, for 20 seconds.
async fn storm(
    operation: &'static Operation,
    quotas: Quotas,
    per_second: u32,
    round_trip: Duration,
    cancellation: Cancellation,
) -> Vec<Second> {
    let world = World::with(&[], |runtime| runtime.quotas(quotas)).await;
    let ledger = Ledger { time: world.time.clone(), seconds: Arc::default() };
    let world = Arc::new(world.intercepted(Exchange { ledger: ledger.clone(), round_trip }));
    let options = match cancellation {
        Cancellation::Drop => CallOptions::new(),
        Cancellation::Timeout => CallOptions::new().timeout(PATIENCE),
    };
    let mut callers = Vec::new();
    for number in 0..per_second * u32::try_from(SECONDS).expect("small") {
        let arrival = Duration::from_secs(1) * number / per_second;
        let (world, ledger, options) = (Arc::clone(&world), ledger.clone(), options);
        callers.push(tokio::spawn(async move {
            world.time.sleep(arrival).await;
            let call = std::pin::pin!(world.start(operation, &options));
            match futures_util::future::select(call, world.time.sleep(PATIENCE)).await {
                futures_util::future::Either::Left((outcome, _)) => {
                    let error = outcome.expect_err("refused");
                    match error.veto().map(Veto::kind) {
                        Some(VetoKind::Other) => ledger.note(|second| second.answered += 1),
                        Some(VetoKind::QuotaUnavailable { .. }) => ledger.note(|second| second.unsent += 1),
                        // The deadline passed in flight, which the exchange has counted.
                        _ => {}
                    }
                }
                futures_util::future::Either::Right(_) => {}
            }
        }));
    }
    while !callers.iter().all(tokio::task::JoinHandle::is_finished) {
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        world.time.advance_to_next_wake();
    }
    ledger.seconds.lock().expect("no panic").clone()
}

fn per_second(requests: u32) -> Quota {
    Quota::per_second(NonZeroU32::new(requests).expect("not zero"))
}

/// The least that were answered to their callers in any second after the first, and how many were dropped in flight over all.
async fn check(name: &str, operation: &'static Operation, quotas: impl Fn() -> Quotas, per_second: u32, allowed: usize) {
    // A caller that drops its call says so only when it is too late for some that were admitted just before.
    for (round_trip, least) in [(0, allowed * 9 / 10), (30, allowed * 9 / 10), (100, allowed * 3 / 4)] {
        let round_trip = Duration::from_millis(round_trip);
        for cancellation in [Cancellation::Drop, Cancellation::Timeout] {
            let seconds = storm(operation, quotas(), per_second, round_trip, cancellation).await;
            let worst = seconds[1..SECONDS].iter().map(|second| second.answered).min().expect("twenty");
            let in_flight: usize = seconds.iter().map(|second| second.dropped_in_flight).sum();
            let admitted: usize = seconds.iter().map(|second| second.admitted).sum();
            println!(
                "{name}, {cancellation:?}, round trip {round_trip:?}: {worst} a second at least, {in_flight} of {admitted} dropped in flight"
            );
            assert!(worst >= least, "{name}, {cancellation:?}, {round_trip:?}: {seconds:?}");
        }
    }
}

#[tokio::test]
async fn twice_as_many_orders_as_the_quota_allows_leave_nearly_all_of_it_to_callers_that_still_wait() {
    check("orders", &ONCE, || Quotas::unlimited().others(per_second(20)), 40, 20).await;
}

#[tokio::test]
async fn the_same_holds_for_reads_that_share_a_quota() {
    check("reads", &SAFE, || Quotas::unlimited().group(QuotaGroup("reads"), per_second(20).burst(NonZeroU32::MIN)), 40, 20).await;
}

#[tokio::test]
async fn the_same_holds_for_cancellations_and_their_reserve() {
    let quotas = || Quotas::unlimited().others(per_second(20)).reserve(QuotaGroup("cancels"), per_second(40));
    check("cancellations", &IDEMPOTENT, quotas, 120, 60).await;
}
