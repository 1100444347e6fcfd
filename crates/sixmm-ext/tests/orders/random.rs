//! Random sequences of writes and faults: no order is placed twice, and no outcome is reported wrongly.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sixmm_ext::RetryPolicy;

use crate::support::exchange::{Effect, LookupReply, PausedRuntime, Plan, Reply, Trading};
use crate::writes::{ReportedOutcome, Trial, Write, WriteRun, execute};

/// One write with its faults.
#[derive(Clone, Debug)]
struct Step {
    write: Write,
    trial: Trial,
    refused_connections: usize,
}

/// Rejections after which the client may send the write again: the exchange did not execute the write, and the code is retryable.
const RETRYABLE: [Reply; 2] = [Reply::Rejection(5003), Reply::TooMany];

fn attempt() -> impl Strategy<Value = (Effect, Reply)> {
    let certain = prop::sample::select(vec![
        (Effect::Now, Reply::Success),
        (Effect::Now, Reply::SuccessWithoutData),
        (Effect::Now, Reply::SuccessUnreadable),
        (Effect::None, Reply::Rejection(2002)),
        (Effect::None, Reply::Rejection(3001)),
        (Effect::None, Reply::Rejection(3005)),
        (Effect::None, Reply::Rejection(9999)),
        (Effect::None, Reply::RejectionWithStatus(403, 3006)),
    ]);
    let retryable = prop::sample::select(RETRYABLE.to_vec()).prop_map(|reply| (Effect::None, reply));
    let replies = prop::sample::select(vec![
        Reply::Silence,
        Reply::Closed,
        Reply::Torn,
        Reply::Html(404),
        Reply::Html(429),
        Reply::Html(502),
        Reply::Redirect,
        Reply::Rejection(5001),
        Reply::Rejection(5002),
        Reply::Rejection(3004),
        Reply::RejectionWithStatus(500, 1002),
        Reply::RejectionWithStatus(503, 5003),
    ]);
    let effects = prop_oneof![2 => Just(Effect::Now), 2 => Just(Effect::None), 1 => (0_usize..8).prop_map(Effect::After)];
    prop_oneof![1 => certain, 1 => retryable, 3 => (effects, replies)]
}

fn look() -> impl Strategy<Value = LookupReply> {
    prop::sample::select(vec![
        LookupReply::Current,
        LookupReply::Stale,
        LookupReply::Html,
        LookupReply::Closed,
        LookupReply::UnexpectedData,
        LookupReply::Rejection(2002),
        LookupReply::Rejection(3003),
        LookupReply::Rejection(5003),
    ])
}

fn step() -> impl Strategy<Value = Step> {
    let plan = (prop::collection::vec(attempt(), 1..5), prop::collection::vec(look(), 1..7))
        .prop_map(|(writes, lookups)| Plan { writes, lookups });
    let trial = (plan, 0_u32..500, 0_usize..3).prop_map(|(plan, draw, reconciles)| Trial { plan, draw, reconciles });
    let refused = prop_oneof![4 => Just(0_usize), 1 => 1_usize..6];
    (prop::sample::select(Write::ALL.to_vec()), trial, refused).prop_map(|(write, trial, refused_connections)| Step {
        write,
        trial,
        refused_connections,
    })
}

/// The number of attempts that the client makes for a write. The number is small, so that failing lookups do not take most of the time.
const ATTEMPTS: u32 = 2;

/// The number of requests that may arrive: those with a retryable rejection and one more, up to the number of attempts. The exchange
/// repeats the last entry of the plan.
fn max_arrivals(plan: &Plan) -> usize {
    let rejections = plan.writes.iter().take_while(|(_, reply)| RETRYABLE.contains(reply)).count();
    (rejections + 1).min(ATTEMPTS as usize)
}

fn check(step: &Step, done: &WriteRun) -> Result<(), TestCaseError> {
    // A cancellation is sent again, at most once per lookup. The exchange does not count lookups whose connection breaks, so the number is
    // calculated: four lookups for each order and each reconciliation, in three seconds.
    let lookups = 4 * done.reports.len() * (1 + step.trial.reconciles);
    let repeated = if step.write.is_repeated() { lookups } else { 0 };
    prop_assert!(done.sent <= max_arrivals(&step.trial.plan) + repeated, "{} requests arrived", done.sent);
    for report in &done.reports {
        prop_assert!(report.final_effects <= 1, "twice: {}", report.text);
        match report.outcome {
            ReportedOutcome::Accepted => prop_assert_eq!(report.effects, 1, "accepted without an effect: {}", report.text),
            ReportedOutcome::Rejected => prop_assert_eq!(report.final_effects, 0, "rejected with an effect: {}", report.text),
            ReportedOutcome::Unknown => {}
        }
    }
    Ok(())
}

#[test]
fn random_faults_never_place_an_order_twice_or_report_it_wrongly() {
    let paused = PausedRuntime::new();
    let trade = || Trading::with(|client| client.retry(RetryPolicy::new().max_attempts(ATTEMPTS)));
    // The exchange is replaced from time to time, because it remembers all requests.
    let trading = RefCell::new((0, paused.run(trade())));
    let steps = RefCell::new(0);
    let usual = Config::default();
    let config = Config { cases: usual.cases.max(1000), failure_persistence: None, max_shrink_iters: 200, ..usual };
    let cases = config.cases;
    let outcome = TestRunner::new(config).run(&prop::collection::vec(step(), 1..6), |sequence| {
        let (age, trading) = &mut *trading.borrow_mut();
        *age += 1;
        if *age % 20 == 0 {
            *trading = paused.run(trade());
        }
        paused.run(async {
            for step in &sequence {
                let client = if step.refused_connections > 0 { &trading.unpooled } else { &trading.harness.client };
                trading.refuse_connections(step.refused_connections);
                let done = execute(trading, client, step.write, step.trial.clone()).await;
                check(step, &done)?;
                *steps.borrow_mut() += 1;
            }
            Ok(())
        })
    });
    println!("random sequences: {cases} cases with {} order writes", steps.borrow());
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
