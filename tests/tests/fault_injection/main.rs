//! Fault injection: the client of `sixmm-ext` trades on the local exchange of `sixmm-sandbox` under random faults of every kind.
//!
//! Under all faults, no order is placed twice, no order is lost, every report of the client is correct, and no order that was reported
//! cancelled is open afterwards. In half of the runs, some faults hit only cancellations. The reports are compared with the state of the
//! exchange and with its record of requests. Each seed determines one run: an exchange, a client, fault rules and order writes. In every
//! third run the client logs in, with tokens that expire. In all other runs it signs with an API key.
//!
//! | file | contents |
//! | --- | --- |
//! | `faults` | the fault rules of a run |
//! | `harness` | the exchange and the client, in virtual time |
//! | `writes` | random order writes, and the reports of their outcomes |
//! | `ground_truth` | the state of the exchange |
//! | `verifier` | compares the reports with the state of the exchange |
//! | `cancellations` | the checks and counts of cancellations |
//! | `verifier_tests` | proves that the verifier finds each kind of mistake |
//! | `stats` | statistics over all runs |
//!
//! `SIXMM_FAULT_INJECTION_RUNS` is the number of runs, 250 by default. `SIXMM_FAULT_INJECTION_SEED` is the seed of the first run, 0 by
//! default. A failure contains its seed. The faults and the writes depend only on the seed. The pauses between retries do not.

mod cancellations;
mod faults;
mod ground_truth;
mod harness;
mod stats;
mod verifier;
mod verifier_tests;
mod writes;

use std::collections::BTreeMap;
use std::time::Duration;

use harness::Harness;
use oorandom::Rand64;
use sixmm_ext::Decimal;
use stats::Stats;
use venue_test_support::virtual_time;
use verifier::Verifier;
use writes::ReportedOutcome;

/// The default number of runs.
const RUNS: u64 = 250;

#[test]
fn under_all_faults_no_order_is_duplicated_lost_or_reported_wrongly() {
    let seeds = number("SIXMM_FAULT_INJECTION_SEED", 0)..;
    let runs = number("SIXMM_FAULT_INJECTION_RUNS", RUNS);
    let mut stats = Stats::default();
    for (seed, _) in seeds.zip(0..runs) {
        virtual_time::run(run(seed, &mut stats));
    }
    println!("{stats}");
    stats.check(runs);
}

#[test]
fn without_faults_no_outcome_is_unknown() {
    // Every fifth client does no lookup after a write, and so does not see the effect of a cancel-all, which is asynchronous.
    for seed in (0..25).filter(|seed| seed % 5 != 0) {
        virtual_time::run(async {
            let mut stats = Stats::default();
            let harness = Harness::new(seed).await;
            let mut random = Rand64::new(seed.into());
            trade(&harness, &mut random, &mut stats).await;
            assert_eq!(stats.unknown, 0, "seed {seed}: {stats}");
            assert_eq!(stats.mistakes, Vec::<String>::new());
        });
    }
}

/// One run with faults.
async fn run(seed: u64, stats: &mut Stats) {
    let harness = Harness::new(seed).await;
    let mut random = Rand64::new(seed.into());
    for rule in faults::rules(seed, &mut random) {
        harness.sandbox.faults().add(rule).expect("a valid rule");
    }
    trade(&harness, &mut random, stats).await;
}

/// Sends random order writes one after the other and checks each report. Then the faults end, and the client resolves unknown outcomes.
async fn trade(harness: &Harness, random: &mut Rand64, stats: &mut Stats) {
    let mut verifier = Verifier::new(harness);
    let mut open = Vec::new();
    let mut known = writes::KnownOrders::default();
    for write in 0..5 + usize::try_from(random.rand_range(0..6)).expect("a small number") {
        if random.rand_range(0..3) == 0 {
            let delay = *faults::pick(&[0, 30, 300, 1_000, 3_000], random);
            let quantity = Decimal::new(1 + i64::from(random.rand_range(0..1_000) as u32), 3);
            harness.fill_after(Duration::from_millis(delay), quantity);
        }
        harness.begin(write);
        verifier.begin_write();
        for report in writes::random_write(harness, random, &mut known).await {
            stats.count(&report);
            verifier.check_first(write, &report);
            open.push((write, report));
        }
        writes::read(harness, random, &known, &mut verifier).await;
    }
    stats.lookups += harness.lookups();
    harness.end_faults().await;
    for (write, report) in open {
        let was_unknown = matches!(report.outcome, ReportedOutcome::Unknown(_));
        verifier.check_final(write, &resolved(report, stats).await, was_unknown);
    }
    verifier.finish(stats);
    let mut hits: BTreeMap<String, u64> = BTreeMap::new();
    harness.sandbox.faults().hits().iter().for_each(|hit| *hits.entry(faults::kind(&hit.fault)).or_default() += 1);
    stats.add(hits, harness);
}

async fn resolved(report: writes::Report, stats: &mut Stats) -> writes::Report {
    match report.outcome {
        ReportedOutcome::Unknown(ask_again) => {
            let mut outcome = ask_again.await;
            // Without time for polling, each call of `ask_again` is one lookup. If the lookup finds open orders, the client cancels them
            // again, and the next lookup sees the effect.
            if let (ReportedOutcome::Unknown(again), writes::Subject::CancelAll(_)) = (&mut outcome, &report.subject) {
                outcome = again.await;
            }
            stats.resolved += u64::from(!matches!(outcome, ReportedOutcome::Unknown(_)));
            writes::Report { outcome, ..report }
        }
        outcome => writes::Report { outcome, ..report },
    }
}

fn number(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text:?}")))
}
