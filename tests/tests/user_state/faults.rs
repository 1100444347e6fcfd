//! The fault rules of a run.

use oorandom::Rand64;
use sixmm_sandbox::{Fault, FaultRule, MalformedForm, Operation, StreamFault, StreamFaultRule, StreamFrame};

use crate::harness::Harness;

const READS: [Operation; 5] = [Operation::CurrentOrders, Operation::Order, Operation::Trades, Operation::Positions, Operation::UserAsset];
const WRITES: [Operation; 2] = [Operation::PlaceOrder, Operation::CancelOrder];

/// One to four rules of the private stream, and up to three rules of REST. The seed determines the kind of the first rule, so that every
/// kind occurs over many runs.
pub(crate) fn add(harness: &Harness, random: &mut Rand64) {
    let first = harness.seed % 13;
    let others = random.rand_range(0..4);
    let kinds: Vec<u64> = std::iter::once(first).chain((0..others).map(|_| random.rand_range(0..13))).collect();
    for kind in kinds {
        harness.sandbox.stream_faults().add(stream_rule(kind, random)).expect("a valid rule");
    }
    if random.rand_range(0..3) == 0 {
        // Old rows arrive after newer rows.
        let delay = Fault::DelayResponse { millis: *pick(&[600, 2_000, 4_000], random) };
        let rule = FaultRule::new(delay).on([*pick(&READS, random)]).with_probability(0.5);
        harness.sandbox.faults().add(rule).expect("a valid rule");
    }
    for _ in 0..random.rand_range(0..4) {
        harness.sandbox.faults().add(rest_rule(random)).expect("a valid rule");
    }
}

fn stream_rule(kind: u64, random: &mut Rand64) -> StreamFaultRule {
    let millis = *pick(&[50, 700, 3_000], random);
    let fault = match kind {
        0 | 1 => StreamFault::Lose,
        2 => StreamFault::Drop,
        3 => StreamFault::HalfOpen,
        4 => StreamFault::Close { code: 1012 },
        5 => StreamFault::Stall,
        6 => StreamFault::Delay { millis },
        7 => StreamFault::Duplicate,
        8 => StreamFault::Reorder,
        9 => StreamFault::Truncate,
        10 => StreamFault::Malformed { form: *pick(&[MalformedForm::Json, MalformedForm::Binary, MalformedForm::Utf8], random) },
        11 => StreamFault::ExpireKey,
        _ => StreamFault::Lose,
    };
    let rule = StreamFaultRule::new(fault).on_frames([StreamFrame::User]).after(u32::try_from(random.rand_range(0..8)).expect("small"));
    match fault {
        StreamFault::Lose | StreamFault::Duplicate | StreamFault::Reorder | StreamFault::Delay { .. } => {
            rule.with_probability(0.3 + random.rand_float() * 0.7)
        }
        _ => rule.times(u32::try_from(1 + random.rand_range(0..3)).expect("small")),
    }
}

fn rest_rule(random: &mut Rand64) -> FaultRule {
    let status = *pick(&[500, 502, 503], random);
    let fault = match random.rand_range(0..12) {
        0 => Fault::DropBefore,
        1 => Fault::DropAfter,
        2 => Fault::ErrorBefore { status },
        3 => Fault::ErrorAfter { status },
        4 => Fault::HangAfter,
        5 => Fault::TruncateBody,
        6 => Fault::NullLists,
        7 => Fault::MissingFields { fields: Vec::new() },
        8 => Fault::UnknownEnums,
        9 => Fault::HangBefore,
        10 => Fault::DelayResponse { millis: *pick(&[50, 900, 4_000], random) },
        _ => Fault::RateLimit { retry_after: None },
    };
    let rule = FaultRule::new(fault).with_probability(0.3 + random.rand_float() * 0.7);
    let rule = if random.rand_range(0..2) == 0 { rule.on(READS) } else { rule.on(WRITES) };
    rule.times(u32::try_from(1 + random.rand_range(0..5)).expect("small"))
}

/// A random element.
pub(crate) fn pick<'a, T>(from: &'a [T], random: &mut Rand64) -> &'a T {
    &from[usize::try_from(random.rand_range(0..from.len() as u64)).expect("an index")]
}
