//! Property test of rules, plans and hits, with requests that arrive and end in random order.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Fault, Faults, Plan, Rule, RuleId, Stage};
use crate::UnixMillis;
use crate::clock::Clock;
use crate::spec::Operation;

const STAGES: [Stage; 8] =
    [Stage::Delay, Stage::Before, Stage::Clock, Stage::DelayAnswer, Stage::After, Stage::Data, Stage::Truncate, Stage::Slow];

#[derive(Debug, Clone)]
enum Step {
    /// A request arrives.
    Arrive,
    /// The oldest request in flight finishes. Some faults have no effect on it.
    Finish { without_effect: [bool; 8] },
    /// The client of the newest request in flight closes the connection.
    GiveUp,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let finish = any::<[bool; 8]>().prop_map(|without_effect| Step::Finish { without_effect });
    vec(prop_oneof![3 => Just(Step::Arrive), 3 => finish, 1 => Just(Step::GiveUp)], 1..40)
}

fn fault() -> impl Strategy<Value = Fault> {
    prop::sample::select(vec![
        Fault::Delay { millis: 1 },
        Fault::DropBefore,
        Fault::ErrorBefore { status: 500 },
        Fault::ClockSkew { millis: 1 },
        Fault::DelayAnswer { millis: 1 },
        Fault::DropAfter,
        Fault::HtmlAfter { status: 502 },
        Fault::ExtraFields,
        Fault::NullLists,
        Fault::TruncateBody,
        Fault::SlowBytes { millis: 1 },
    ])
}

fn rule() -> impl Strategy<Value = Rule> {
    let rule = (fault(), prop::option::of(1..5_u32), prop_oneof![2 => Just(1.0), 1 => Just(0.5)]);
    rule.prop_map(|(fault, count, probability)| Rule { count, probability, ..Rule::new(fault) })
}

/// Passes a request through all stages and drops the plan.
fn finish(mut plan: Plan, without_effect: [bool; 8]) {
    for (stage, without_effect) in STAGES.into_iter().zip(without_effect) {
        // A fault that replaces the response always has an effect.
        let always = matches!(stage, Stage::Before | Stage::After);
        plan.strike_if(stage, |_| always || !without_effect);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_rule_hits_as_often_as_it_says_and_each_hit_can_be_seen(rules in vec(rule(), 1..8), steps in steps(), seed: u64) {
        let faults = Faults::new(seed, usize::MAX);
        let clock = Clock::manual(UnixMillis::new(0));
        let counts: BTreeMap<RuleId, Option<u32>> =
            rules.into_iter().map(|rule| (faults.add(rule.clone()).expect("a valid rule"), rule.count)).collect();
        let mut on_the_way: Vec<Plan> = Vec::new();
        for (step, request) in steps.into_iter().zip(1..) {
            match step {
                Step::Arrive => on_the_way.push(faults.plan(Operation::PlaceOrder, request, &clock)),
                Step::Finish { without_effect } if !on_the_way.is_empty() => finish(on_the_way.remove(0), without_effect),
                Step::GiveUp => drop(on_the_way.pop()),
                Step::Finish { .. } => {}
            }
            // Each selection of a rule is either still available, in flight, or a hit.
            let left: BTreeMap<RuleId, Option<u32>> = faults.rules().into_iter().map(|(id, _, left)| (id, left)).collect();
            for (id, count) in &counts {
                let hits = faults.hits().iter().filter(|hit| hit.rule == *id).count();
                let drawn: usize = on_the_way.iter().map(|plan| plan.due(*id)).sum();
                match count {
                    None => prop_assert_eq!(left.get(id), Some(&None)),
                    Some(count) => {
                        let left = left.get(id).copied().flatten().unwrap_or(0);
                        prop_assert_eq!(hits + drawn + left as usize, *count as usize);
                    }
                }
            }
        }
        drop(on_the_way);
        let mut by_request: BTreeMap<u64, Vec<Stage>> = BTreeMap::new();
        for hit in faults.hits() {
            by_request.entry(hit.request).or_default().push(hit.fault.stage());
        }
        for stages in by_request.into_values() {
            prop_assert!(stages.is_sorted(), "hits are in the order of the stages: {:?}", stages);
            for (at, stage) in stages.iter().enumerate() {
                prop_assert!(!stages[..at].iter().any(|earlier| earlier.hides(*stage)), "one hides another: {:?}", stages);
            }
        }
    }
}
