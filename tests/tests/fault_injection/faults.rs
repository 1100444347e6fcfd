//! The fault rules of a run.

use oorandom::Rand64;
use sixmm_sandbox::{Fault, FaultRule, Operation};

/// The number of kinds of faults, by their names.
pub(crate) const KINDS: usize = 18;

/// The number of choices of [`fault`]. Rate limits with and without `Retry-After` are two choices of one kind, and faults that remove
/// fields from responses are two kinds of one choice.
const CHOICES: u64 = 18;

/// The operations that change orders.
pub(crate) const WRITES: [Operation; 10] = [
    Operation::PlaceOrder,
    Operation::BatchPlaceOrders,
    Operation::AmendOrder,
    Operation::BatchAmendOrders,
    Operation::CancelOrder,
    Operation::BatchCancelOrders,
    Operation::PlaceConditionOrder,
    Operation::CancelConditionOrder,
    Operation::CancelAllOrders,
    Operation::PlaceStrategyOrder,
];

/// The operations that cancel orders. The client may repeat these requests while a lookup shows the order as open.
pub(crate) const CANCELLATIONS: [Operation; 4] =
    [Operation::CancelOrder, Operation::BatchCancelOrders, Operation::CancelConditionOrder, Operation::CancelAllOrders];

/// The operations that the client uses to look up an order after a response was lost.
pub(crate) const LOOKUPS: [Operation; 4] =
    [Operation::Order, Operation::CurrentOrders, Operation::CurrentConditionOrders, Operation::ConditionOrderHistory];

/// Fields of responses that the client interprets.
const FIELDS: [&str; 14] = [
    "orderId",
    "clientOrderId",
    "conditionId",
    "strategyId",
    "status",
    "list",
    "total",
    "price",
    "quantity",
    "results",
    "successCount",
    "failedCount",
    "code",
    "symbol",
];

/// Two to six rules. The seed determines the kind of the first rule, so that every kind occurs over many runs. In half of the runs, one or
/// two rules that lose cancellations come first.
pub(crate) fn rules(seed: u64, random: &mut Rand64) -> Vec<FaultRule> {
    let first = seed % CHOICES;
    let others: Vec<u64> = (0..1 + random.rand_range(0..5)).map(|_| random.rand_range(0..CHOICES)).collect();
    let lost: Vec<FaultRule> = (0..random.rand_range(0..4).saturating_sub(1)).map(|_| lost_cancellation(random)).collect();
    lost.into_iter().chain(std::iter::once(first).chain(others).map(|kind| rule(kind, random))).collect()
}

/// Loses the requests of one kind of cancellation, or of all kinds, before they arrive or after they took effect.
fn lost_cancellation(random: &mut Rand64) -> FaultRule {
    let status = *pick(&[500, 502, 503, 504], random);
    let fault = match random.rand_range(0..12) {
        0..=2 => Fault::DropBefore,
        3 | 4 => Fault::HangBefore,
        5 => Fault::ErrorBefore { status },
        6 | 7 => Fault::HtmlBefore { status },
        8 => Fault::DropAfter,
        9 => Fault::HangAfter,
        10 => Fault::ErrorAfter { status },
        _ => Fault::HtmlAfter { status },
    };
    let rule = FaultRule::new(fault).with_probability(0.4 + random.rand_float() * 0.6);
    let rule = match random.rand_range(0..3) {
        0 => rule.on([*pick(&CANCELLATIONS, random)]),
        _ => rule.on(CANCELLATIONS),
    };
    match random.rand_range(0..4) {
        0 => rule,
        _ => rule.times(u32::try_from(1 + random.rand_range(0..3)).expect("a small number")),
    }
}

/// Whether the request does not reach the exchange, and the client cannot know this.
pub(crate) fn loses_request(fault: &Fault) -> bool {
    matches!(fault, Fault::DropBefore | Fault::HangBefore | Fault::ErrorBefore { .. } | Fault::HtmlBefore { .. })
}

/// Whether the response does not reach the client after the request took effect.
pub(crate) fn loses_response(fault: &Fault) -> bool {
    matches!(fault, Fault::DropAfter | Fault::HangAfter | Fault::ErrorAfter { .. } | Fault::HtmlAfter { .. } | Fault::TruncateBody)
}

/// The fault's name, as the control interface spells it.
pub(crate) fn kind(fault: &Fault) -> String {
    let json = serde_json::to_value(fault).expect("a fault is JSON");
    json["kind"].as_str().expect("its kind is a text").to_owned()
}

fn rule(kind: u64, random: &mut Rand64) -> FaultRule {
    let rule = FaultRule::new(fault(kind, random)).with_probability(0.2 + random.rand_float() * 0.8);
    let rule = match random.rand_range(0..4) {
        0 => rule,
        1 => rule.on(WRITES),
        2 => rule.on(LOOKUPS),
        _ => rule.on([*pick(&WRITES, random), *pick(&LOOKUPS, random), Operation::ServerTime, Operation::RefreshToken]),
    };
    match random.rand_range(0..3) {
        0 => rule,
        _ => rule.times(u32::try_from(1 + random.rand_range(0..8)).expect("a small number")),
    }
}

fn fault(kind: u64, random: &mut Rand64) -> Fault {
    let status = *pick(&[500, 502, 503, 504], random);
    let millis = *pick(&[50, 900, 4_000, 9_000, 20_000], random);
    match kind {
        0 => Fault::Delay { millis },
        1 => Fault::DelayResponse { millis },
        2 => Fault::DropBefore,
        3 => Fault::DropAfter,
        4 => Fault::RateLimit { retry_after: None },
        5 => Fault::RateLimit { retry_after: Some(*pick(&[0, 1, 5], random)) },
        6 => Fault::ErrorBefore { status },
        7 => Fault::ErrorAfter { status },
        8 => Fault::HtmlBefore { status },
        9 => Fault::HtmlAfter { status },
        10 => Fault::TruncateBody,
        11 => Fault::SlowBytes { millis: *pick(&[1, 10, 100], random) },
        12 => Fault::ClockSkew { millis: *pick(&[-60_000, -12_000, -5_000, 5_000, 12_000, 60_000], random) },
        13 => Fault::UnknownEnums,
        14 => Fault::ExtraFields,
        15 => Fault::HangBefore,
        16 => Fault::HangAfter,
        _ => match random.rand_range(0..3) {
            0 => Fault::NullLists,
            1 => Fault::MissingFields { fields: Vec::new() },
            _ => Fault::MissingFields { fields: (0..2).map(|_| (*pick(&FIELDS, random)).to_owned()).collect() },
        },
    }
}

/// A random element.
pub(crate) fn pick<'a, T>(from: &'a [T], random: &mut Rand64) -> &'a T {
    let index = random.rand_range(0..from.len() as u64);
    &from[usize::try_from(index).expect("an index")]
}
