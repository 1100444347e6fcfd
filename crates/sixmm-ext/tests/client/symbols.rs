//! The trading rules of contracts: loading, caching and renewal.

use std::time::Duration;

use serde_json::{Value, json};
use sixmm_ext::{Decimal, NewOrder, RetryPolicy};

use crate::support::{Gate, Harness, MockResponse, PLACE, RecordedRequest, SYMBOLS};

const HOUR: Duration = Duration::from_secs(3600);

fn contract(symbol: &str, tick_size: &str) -> Value {
    json!({
        "symbol": symbol, "baseAsset": "BTC", "quoteAsset": "USDT", "minQuantity": "0.001", "minNotional": "5", "tickSize": tick_size,
        "stepSize": "0.001", "pricePrecision": 1, "maxLimitOrderQty": "100", "maxMarketOrderQty": "50", "maxOpenOrders": 200,
        "defaultLeverage": 10, "defaultMarginMode": 1, "leverageTiers": [{ "maxLeverage": 50 }, { "maxLeverage": "125" }],
    })
}

fn contracts(list: &[Value]) -> MockResponse {
    MockResponse::ok(&json!({ "list": list, "handlingFeeLevelConfig": [] }))
}

fn usual_contracts() -> MockResponse {
    contracts(&[contract("BTCUSDT", "0.1"), contract("ETHUSDT", "0.01")])
}

async fn tick_size(harness: &Harness, symbol: &str) -> Decimal {
    harness.client.market().rules(symbol).await.expect("rules").tick_size()
}

#[tokio::test]
async fn one_request_loads_the_rules_of_all_contracts() {
    let harness = Harness::new(|_| usual_contracts()).await;
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(tick_size(&harness, "ETHUSDT").await, Decimal::new(1, 2));
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 1);
}

#[tokio::test]
async fn concurrent_callers_share_one_request() {
    let gate = Gate::shut();
    let held = gate.clone();
    let harness = Harness::new(move |_| usual_contracts().held_by(&held)).await;
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let client = harness.client.clone();
            tokio::spawn(async move { client.market().rules("BTCUSDT").await.expect("rules") })
        })
        .collect();
    harness.server.until_seen(SYMBOLS, 1).await;
    gate.open();
    for caller in callers {
        caller.await.expect("no panic");
    }
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 1);
}

#[tokio::test]
async fn rules_are_loaded_again_only_after_their_maximum_age() {
    let script = |request: &RecordedRequest| contracts(&[contract("BTCUSDT", if request.earlier == 0 { "0.1" } else { "0.5" })]);
    let harness = Harness::with(script, |client| client.rules_age(HOUR)).await;
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
    harness.time.advance(HOUR - Duration::from_millis(1));
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 1);
    harness.time.advance(Duration::from_millis(1));
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(5, 1));
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 2);
}

#[tokio::test]
async fn old_rules_stay_in_use_when_they_cannot_be_renewed() {
    let script =
        |request: &RecordedRequest| if request.earlier == 1 { MockResponse::refusal(5002, "unavailable") } else { usual_contracts() };
    let harness = Harness::with(script, |client| client.retry(RetryPolicy::never())).await;
    tick_size(&harness, "BTCUSDT").await;
    harness.time.advance(HOUR);
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 2);
}

#[tokio::test]
async fn after_a_failed_renewal_callers_do_not_all_retry_at_once() {
    let script =
        |request: &RecordedRequest| if request.earlier > 0 { MockResponse::refusal(5002, "unavailable") } else { usual_contracts() };
    let harness = Harness::with(script, |client| client.retry(RetryPolicy::never())).await;
    tick_size(&harness, "BTCUSDT").await;
    harness.time.advance(HOUR);
    for _ in 0..50 {
        tick_size(&harness, "BTCUSDT").await;
    }
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 2, "once, while it fails");
    harness.time.advance(Duration::from_secs(60));
    tick_size(&harness, "BTCUSDT").await;
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 3, "and again a little later");
}

#[tokio::test]
async fn without_old_rules_the_caller_gets_the_error() {
    let script =
        |request: &RecordedRequest| if request.earlier == 0 { MockResponse::refusal(5002, "unavailable") } else { usual_contracts() };
    let harness = Harness::with(script, |client| client.retry(RetryPolicy::never())).await;
    let error = harness.client.market().rules("BTCUSDT").await.expect_err("unavailable");
    assert!(error.is_retryable(), "{error}");
    tick_size(&harness, "BTCUSDT").await;
}

#[tokio::test]
async fn the_error_for_an_unknown_contract_contains_its_name() {
    let harness = Harness::new(|_| usual_contracts()).await;
    let error = harness.client.market().rules("BTCUSD").await.expect_err("no such contract");
    assert!(error.is_invalid_request());
    insta::assert_snapshot!(error);
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 1);
}

#[tokio::test]
async fn unreadable_rules_of_one_contract_do_not_affect_the_other_contracts() {
    let harness = Harness::new(|_| contracts(&[contract("BTCUSDT", "0.1"), contract("ODDUSDT", "0"), contract("ETHUSDT", "0.01")])).await;
    assert_eq!(tick_size(&harness, "ETHUSDT").await, Decimal::new(1, 2));
    let error = harness.client.market().rules("ODDUSDT").await.expect_err("a tick size of zero");
    assert!(error.is_invalid_request(), "{error}");
}

/// The contract with a changed field.
fn contract_with(field: &str, value: Value) -> Value {
    let mut contract = contract("ETHUSDT", "0.01");
    contract[field] = value;
    contract
}

#[tokio::test]
async fn the_error_for_an_unreadable_contract_contains_its_name_and_the_other_contracts_are_loaded() {
    for (field, value) in [("stepSize", Value::Null), ("minQuantity", json!("")), ("pricePrecision", json!("1e0"))] {
        let harness = Harness::new(move |_| contracts(&[contract("BTCUSDT", "0.1"), contract_with(field, value.clone())])).await;
        assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
        let error = harness.client.market().rules("ETHUSDT").await.expect_err("no rules");
        assert!(error.is_invalid_request(), "{error}");
        assert!(error.to_string().contains(&format!("\"ETHUSDT\", whose rules cannot be read: data.list[1].{field}: ")), "{error}");
        assert_eq!(harness.server.seen_at(SYMBOLS).len(), 1);
    }
}

#[tokio::test]
async fn the_old_rules_of_a_contract_stay_in_use_when_the_new_rules_are_unreadable() {
    let script = |request: &RecordedRequest| {
        if request.earlier == 0 {
            usual_contracts()
        } else {
            contracts(&[contract("BTCUSDT", "0.5"), contract_with("stepSize", Value::Null)])
        }
    };
    let harness = Harness::with(script, |client| client.rules_age(HOUR)).await;
    tick_size(&harness, "BTCUSDT").await;
    harness.time.advance(HOUR);
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(5, 1));
    assert_eq!(tick_size(&harness, "ETHUSDT").await, Decimal::new(1, 2));
}

#[tokio::test]
async fn old_rules_stay_in_use_when_the_response_has_no_list() {
    let script = |request: &RecordedRequest| if request.earlier == 0 { usual_contracts() } else { MockResponse::ok(&json!({})) };
    let harness = Harness::with(script, |client| client.rules_age(HOUR)).await;
    tick_size(&harness, "BTCUSDT").await;
    harness.time.advance(HOUR);
    assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(harness.server.seen_at(SYMBOLS).len(), 2);
}

#[tokio::test]
async fn the_cached_rules_contain_every_rule_of_the_exchange() {
    let harness = Harness::new(|_| usual_contracts()).await;
    insta::assert_debug_snapshot!(harness.client.market().rules("BTCUSDT").await.expect("rules"));
}

#[tokio::test]
async fn an_order_that_breaks_the_loaded_rules_is_not_sent() {
    let harness = Harness::with(|_| usual_contracts(), |client| client.check_orders(true)).await;
    tick_size(&harness, "BTCUSDT").await;
    let outcome = harness.client.orders().place(NewOrder::buy("BTCUSDT", "0.00005").limit("85000.05")).send().await;
    assert!(outcome.rejected().expect("refused here").is_invalid_request());
    assert!(harness.server.seen_at(PLACE).is_empty());
}

/// Whether the client sends an order if this field of the contract's rules is changed.
async fn is_sent(field: &str, value: Value, order: NewOrder) -> bool {
    let mut changed = contract("BTCUSDT", "0.1");
    changed[field] = value;
    let script = move |request: &RecordedRequest| {
        if request.path == SYMBOLS { contracts(&[changed.clone()]) } else { MockResponse::ok(&json!({ "orderId": "1" })) }
    };
    let harness = Harness::with(script, |client| client.check_orders(true)).await;
    tick_size(&harness, "BTCUSDT").await;
    let outcome = harness.client.orders().place(order).send().await;
    assert_eq!(outcome.accepted().is_some(), !harness.server.seen_at(PLACE).is_empty(), "{outcome:?}");
    outcome.accepted().is_some()
}

#[tokio::test]
async fn a_maximum_quantity_of_zero_or_less_is_no_limit() {
    let (market, limit) = (|| NewOrder::buy("BTCUSDT", 2).market(), || NewOrder::buy("BTCUSDT", 2).limit(85_000));
    for zero in ["0", "0.000", "-1"] {
        assert!(is_sent("maxMarketOrderQty", json!(zero), market()).await, "{zero}");
        assert!(is_sent("maxLimitOrderQty", json!(zero), limit()).await, "{zero}");
    }
    assert!(!is_sent("maxMarketOrderQty", json!("1"), market()).await);
    assert!(!is_sent("maxLimitOrderQty", json!("1"), limit()).await);
    assert!(is_sent("minQuantity", json!("0"), market()).await && is_sent("minNotional", json!("-1"), limit()).await);
}

#[tokio::test]
async fn no_rule_rejects_a_reduce_only_order() {
    for (field, value) in [
        ("maxMarketOrderQty", "0.001"),
        ("maxLimitOrderQty", "0.001"),
        ("minQuantity", "10"),
        ("minNotional", "1000000"),
        ("stepSize", "0.7"),
        ("tickSize", "7"),
    ] {
        let reducing = |order: NewOrder| order.reduce_only();
        assert!(is_sent(field, json!(value), NewOrder::close_long("BTCUSDT").limit(85_000)).await, "{field}");
        assert!(is_sent(field, json!(value), reducing(NewOrder::sell("BTCUSDT", 2).market())).await, "{field}");
        assert!(is_sent(field, json!(value), reducing(NewOrder::sell("BTCUSDT", 2).limit(85_000))).await, "{field}");
    }
}

#[tokio::test]
async fn orders_are_checked_against_the_loaded_rules_only_if_the_check_is_switched_on() {
    for (checks, sent) in [(false, 1), (true, 0)] {
        let harness = Harness::with(
            |request: &RecordedRequest| if request.path == SYMBOLS { usual_contracts() } else { crate::support::asset() },
            |client| client.check_orders(checks),
        )
        .await;
        assert_eq!(tick_size(&harness, "BTCUSDT").await, Decimal::new(1, 1));
        // The tick size is 0.1.
        let order = NewOrder::buy("BTCUSDT", 1).limit(Decimal::new(8_500_005, 2));
        let _ = harness.drive(harness.client.orders().place(order).send()).await;
        assert_eq!(harness.server.seen_at(PLACE).len(), sent, "check_orders({checks})");
    }
}
