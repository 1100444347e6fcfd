//! Random sequences of writes and faults: what must never happen, whatever happens.

use std::cell::RefCell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sixmm_ext::RetryPolicy;

use crate::support::exchange::{Effect, Look, Paused, Plan, Reply, Trading};
use crate::writes::{Done, Said, Try, Write, carry_out};

/// One write, and what happens to it.
#[derive(Clone, Debug)]
struct Step {
    write: Write,
    tried: Try,
    refused_connections: usize,
}

/// A refusal that is certain, after which the client may send it again.
const TURNED_AWAY: [Reply; 2] = [Reply::Refusal(5003), Reply::TooMany];

fn attempt() -> impl Strategy<Value = (Effect, Reply)> {
    let certain = prop::sample::select(vec![
        (Effect::Now, Reply::Success),
        (Effect::Now, Reply::SuccessWithoutData),
        (Effect::Now, Reply::SuccessUnreadable),
        (Effect::None, Reply::Refusal(2002)),
        (Effect::None, Reply::Refusal(3001)),
        (Effect::None, Reply::Refusal(3005)),
        (Effect::None, Reply::Refusal(9999)),
        (Effect::None, Reply::RefusalWith(403, 3006)),
    ]);
    let turned_away = prop::sample::select(TURNED_AWAY.to_vec()).prop_map(|reply| (Effect::None, reply));
    let replies = prop::sample::select(vec![
        Reply::Silence,
        Reply::Closed,
        Reply::Torn,
        Reply::Html(404),
        Reply::Html(429),
        Reply::Html(502),
        Reply::Redirect,
        Reply::Refusal(5001),
        Reply::Refusal(5002),
        Reply::Refusal(3004),
        Reply::RefusalWith(500, 1002),
        Reply::RefusalWith(503, 5003),
    ]);
    let effects = prop_oneof![2 => Just(Effect::Now), 2 => Just(Effect::None), 1 => (0_usize..8).prop_map(Effect::After)];
    prop_oneof![1 => certain, 1 => turned_away, 3 => (effects, replies)]
}

fn look() -> impl Strategy<Value = Look> {
    prop::sample::select(vec![
        Look::Truth,
        Look::Stale,
        Look::Html,
        Look::Closed,
        Look::Strange,
        Look::Refusal(2002),
        Look::Refusal(3003),
        Look::Refusal(5003),
    ])
}

fn step() -> impl Strategy<Value = Step> {
    let plan =
        (prop::collection::vec(attempt(), 1..5), prop::collection::vec(look(), 1..7)).prop_map(|(writes, looks)| Plan { writes, looks });
    let tried = (plan, 0_u32..500, 0_usize..3).prop_map(|(plan, draw, asks_again)| Try { plan, draw, asks_again });
    let refused = prop_oneof![4 => Just(0_usize), 1 => 1_usize..6];
    (prop::sample::select(Write::ALL.to_vec()), tried, refused).prop_map(|(write, tried, refused_connections)| Step {
        write,
        tried,
        refused_connections,
    })
}

/// How often the client tries a write at most. Few, so that failing questions do not take most of the time.
const ATTEMPTS: u32 = 2;

/// How many requests may arrive: those that were turned away, and one more, if there are that many attempts. The exchange repeats the last
/// entry of the plan.
fn may_arrive(plan: &Plan) -> usize {
    let turned_away = plan.writes.iter().take_while(|(_, reply)| TURNED_AWAY.contains(reply)).count();
    (turned_away + 1).min(ATTEMPTS as usize)
}

fn check(step: &Step, done: &Done) -> Result<(), TestCaseError> {
    // A cancellation is sent again, at most once per lookup. Lookups whose connection breaks are not seen here: there are four for an order
    // in three seconds, each time that it is reconciled.
    let lookups = 4 * done.told.len() * (1 + step.tried.asks_again);
    let repeated = if step.write.is_repeated() { lookups } else { 0 };
    prop_assert!(done.sent <= may_arrive(&step.tried.plan) + repeated, "{} requests arrived", done.sent);
    for told in &done.told {
        prop_assert!(told.in_the_end <= 1, "twice: {}", told.words);
        match told.said {
            Said::Accepted => prop_assert_eq!(told.took_effect, 1, "accepted, and did not take effect: {}", told.words),
            Said::Rejected => prop_assert_eq!(told.in_the_end, 0, "rejected, and took effect: {}", told.words),
            Said::Unknown => {}
        }
    }
    Ok(())
}

#[test]
fn random_faults_never_make_an_order_twice_and_nothing_that_is_said_is_wrong() {
    let paused = Paused::new();
    let trade = || Trading::with(|client| client.retry(RetryPolicy::new().max_attempts(ATTEMPTS)));
    // Now and then another one: an exchange remembers all requests.
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
                let client = if step.refused_connections > 0 { &trading.unpooled } else { &trading.world.client };
                trading.refuse_connections(step.refused_connections);
                let done = carry_out(trading, client, step.write, step.tried.clone()).await;
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
