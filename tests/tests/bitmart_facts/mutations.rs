//! The comparison reports a change of a single fact. Each case edits the specification at one place.

use std::fmt::Write as _;

use crate::facts::Facts;
use crate::{compare_source, source};

/// An edit of the specification: the first `from` after the text `after` becomes `to`.
struct Mutation {
    after: &'static str,
    from: &'static str,
    to: &'static str,
}

const fn mutation(after: &'static str, from: &'static str, to: &'static str) -> Mutation {
    Mutation { after, from, to }
}

const MUTATIONS: [Mutation; 25] = [
    mutation("servers:\n", "https://demo-api-cloud-v2.bitmart.com", "https://demo-api-cloud.bitmart.com"),
    mutation("x-venue-lifecycle:\n", "2026-08-26", "2026-08-27"),
    mutation("  futures_private:\n", "?protocol=1.1", "?protocol=1.2"),
    mutation("    ErrorCode:\n", "- 71005\n", "- 71006\n"),
    mutation("paths:\n", "  /contract/private/trades:\n", "  /contract/private/trade:\n"),
    mutation("operationId: futures_order\n", "      servers:\n        - url: https://api-cloud-v2.bitmart.com\n", ""),
    mutation("operationId: withdraw\n", "          timestamp: []\n", ""),
    mutation("operationId: withdraw\n", "x-venue-permission: withdraw", "x-venue-permission: spot-trade"),
    mutation("operationId: wallet\n", "seconds: 2", "seconds: 3"),
    mutation("operationId: submit_order\n", "scope: user", "scope: key"),
    mutation("operationId: order\n", "#query-order-by-id-v4-signed", "#query-order-by-id"),
    mutation("operationId: cancel_order_v1\n", "x-venue-successor: cancel_order\n", "x-venue-successor: cancel_orders\n"),
    mutation("operationId: cancel_order_v1\n", "      x-venue-removed: true\n", ""),
    mutation("operationId: system_time\n", "server_time: 1527777538000", "server_time: 1527777538001"),
    mutation("operationId: deposit_withdraw_history\n", "maximum: 1000", "maximum: 100"),
    mutation("    CancelAllFuturesOrdersRequest:\n", "      required: [symbol]\n", ""),
    mutation("    FuturesTransferList:\n", "      required: [records]\n", ""),
    mutation("    TransferFuturesRequest:\n", "          format: decimal\n", ""),
    mutation("    TransferFuturesRequest:\n", "0.01 to 10000000000", "0.01 to 1000000"),
    mutation("    FuturesTransferResult:\n", "          format: decimal\n", ""),
    mutation("    AddressVerification:\n", "enum: [0, 1]", "enum: [0, 2]"),
    mutation("    CancelFuturesOrderRequest:\n", "[A-Za-z0-9]", "[A-Za-z]"),
    mutation("    SubmitFuturesOrderRequest:\n", "default: limit", "default: market"),
    mutation("    FuturesTransaction:\n", "x-venue-unit: ms", "x-venue-unit: s"),
    mutation("    CancelOrderRequest:\n", "- oneOf:", "- anyOf:"),
];

#[test]
fn a_change_of_a_fact_is_reported() {
    let (facts, source) = (Facts::read(), source());
    let mut report = String::new();
    for mutation in &MUTATIONS {
        let Mutation { after, from, to } = mutation;
        let (before, rest) = source.split_once(after).unwrap_or_else(|| panic!("`{after}` is not in the specification"));
        assert!(rest.contains(from), "`{from}` is not after `{after}`");
        let comparison = compare_source(&facts, format!("{before}{after}{}", rest.replacen(from, to, 1)));
        assert!(!comparison.differences.is_empty(), "no difference after `{after}`: `{from}` → `{to}`");
        writeln!(report, "{}: {from:?} → {to:?}", after.trim().trim_end_matches(':')).expect("writing to a string succeeds");
        for difference in &comparison.differences {
            writeln!(report, "  {difference}").expect("writing to a string succeeds");
        }
    }
    insta::assert_snapshot!("differences", report);
}
