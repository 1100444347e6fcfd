//! Property test of fault rules, plans and logged hits, with requests that arrive and end in random order.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{Fault, FaultPlan, FaultRule, FaultRuleId, Faults, Stage};
use crate::UnixMillis;
use crate::clock::Clock;
use crate::spec::Operation;

const STAGES: [Stage; 8] =
    [Stage::Delay, Stage::Before, Stage::Clock, Stage::DelayResponse, Stage::After, Stage::Data, Stage::Truncate, Stage::Slow];

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
        Fault::DelayResponse { millis: 1 },
        Fault::DropAfter,
        Fault::HtmlAfter { status: 502 },
        Fault::ExtraFields,
        Fault::NullLists,
        Fault::TruncateBody,
        Fault::SlowBytes { millis: 1 },
    ])
}

fn rule() -> impl Strategy<Value = FaultRule> {
    let rule = (fault(), prop::option::of(1..5_u32), prop_oneof![2 => Just(1.0), 1 => Just(0.5)]);
    rule.prop_map(|(fault, count, probability)| FaultRule { count, probability, ..FaultRule::new(fault) })
}

/// Passes a request through all stages and drops the plan.
fn finish(mut plan: FaultPlan, without_effect: [bool; 8]) {
    for (stage, without_effect) in STAGES.into_iter().zip(without_effect) {
        // A fault that replaces the response always has an effect.
        let always = matches!(stage, Stage::Before | Stage::After);
        plan.apply_if(stage, |_| always || !without_effect);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_rule_hits_as_often_as_its_count_and_each_hit_is_visible(rules in vec(rule(), 1..8), steps in steps(), seed: u64) {
        let faults = Faults::new(seed, usize::MAX);
        let clock = Clock::manual(UnixMillis::new(0));
        let counts: BTreeMap<FaultRuleId, Option<u32>> =
            rules.into_iter().map(|rule| (faults.add(rule.clone()).expect("a valid rule"), rule.count)).collect();
        let mut in_flight: Vec<FaultPlan> = Vec::new();
        for (step, request) in steps.into_iter().zip(1..) {
            match step {
                Step::Arrive => in_flight.push(faults.plan(Operation::PlaceOrder, request, &clock)),
                Step::Finish { without_effect } if !in_flight.is_empty() => finish(in_flight.remove(0), without_effect),
                Step::GiveUp => drop(in_flight.pop()),
                Step::Finish { .. } => {}
            }
            // Each selection of a rule is either still available, in flight, or a hit.
            let left: BTreeMap<FaultRuleId, Option<u32>> = faults.rules().into_iter().map(|(id, _, left)| (id, left)).collect();
            for (id, count) in &counts {
                let hits = faults.hits().iter().filter(|hit| hit.rule == *id).count();
                let planned: usize = in_flight.iter().map(|plan| plan.pending(*id)).sum();
                match count {
                    None => prop_assert_eq!(left.get(id), Some(&None)),
                    Some(count) => {
                        let left = left.get(id).copied().flatten().unwrap_or(0);
                        prop_assert_eq!(hits + planned + left as usize, *count as usize);
                    }
                }
            }
        }
        drop(in_flight);
        let mut by_request: BTreeMap<u64, Vec<Stage>> = BTreeMap::new();
        for hit in faults.hits() {
            by_request.entry(hit.request).or_default().push(hit.fault.stage());
        }
        for stages in by_request.into_values() {
            prop_assert!(stages.is_sorted(), "hits are in the order of the stages: {:?}", stages);
            for (at, stage) in stages.iter().enumerate() {
                prop_assert!(!stages[..at].iter().any(|earlier| earlier.masks(*stage)), "one hides another: {:?}", stages);
            }
        }
    }
}
