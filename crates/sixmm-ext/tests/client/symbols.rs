//! The trading rules of contracts, kept and renewed.

use std::time::Duration;

use serde_json::{Value, json};
use sixmm_ext::{Decimal, NewOrder, RetryPolicy};

use crate::support::{Answer, Gate, PLACE, SYMBOLS, Seen, World};

const HOUR: Duration = Duration::from_secs(3600);

fn contract(symbol: &str, tick_size: &str) -> Value {
    json!({
        "symbol": symbol, "baseAsset": "BTC", "quoteAsset": "USDT", "minQuantity": "0.001", "minNotional": "5", "tickSize": tick_size,
        "stepSize": "0.001", "pricePrecision": 1, "maxLimitOrderQty": "100", "maxMarketOrderQty": "50", "maxOpenOrders": 200,
        "defaultLeverage": 10, "defaultMarginMode": 1, "leverageTiers": [{ "maxLeverage": 50 }, { "maxLeverage": "125" }],
    })
}

fn contracts(list: &[Value]) -> Answer {
    Answer::ok(&json!({ "list": list, "handlingFeeLevelConfig": [] }))
}

fn usual() -> Answer {
    contracts(&[contract("BTCUSDT", "0.1"), contract("ETHUSDT", "0.01")])
}

async fn tick_size(world: &World, symbol: &str) -> Decimal {
    world.client.market().rules(symbol).await.expect("rules").tick_size()
}

#[tokio::test]
async fn all_contracts_rules_come_with_one_request() {
    let world = World::new(|_| usual()).await;
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(tick_size(&world, "ETHUSDT").await, Decimal::new(1, 2));
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 1);
}

#[tokio::test]
async fn concurrent_callers_share_one_request() {
    let gate = Gate::shut();
    let held = gate.clone();
    let world = World::new(move |_| usual().held_by(&held)).await;
    let callers: Vec<_> = (0..100)
        .map(|_| {
            let client = world.client.clone();
            tokio::spawn(async move { client.market().rules("BTCUSDT").await.expect("rules") })
        })
        .collect();
    world.server.until_seen(SYMBOLS, 1).await;
    gate.open();
    for caller in callers {
        caller.await.expect("no panic");
    }
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 1);
}

#[tokio::test]
async fn rules_are_asked_for_again_when_they_are_too_old_and_not_before() {
    let script = |seen: &Seen| contracts(&[contract("BTCUSDT", if seen.earlier == 0 { "0.1" } else { "0.5" })]);
    let world = World::with(script, |client| client.rules_age(HOUR)).await;
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
    world.time.advance(HOUR - Duration::from_millis(1));
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 1);
    world.time.advance(Duration::from_millis(1));
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(5, 1));
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 2);
}

#[tokio::test]
async fn old_rules_stay_in_use_when_they_cannot_be_renewed() {
    let script = |seen: &Seen| if seen.earlier == 1 { Answer::refusal(5002, "unavailable") } else { usual() };
    let world = World::with(script, |client| client.retry(RetryPolicy::never())).await;
    tick_size(&world, "BTCUSDT").await;
    world.time.advance(HOUR);
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 2);
}

#[tokio::test]
async fn a_renewal_that_failed_is_not_tried_by_every_caller_at_once() {
    let script = |seen: &Seen| if seen.earlier > 0 { Answer::refusal(5002, "unavailable") } else { usual() };
    let world = World::with(script, |client| client.retry(RetryPolicy::never())).await;
    tick_size(&world, "BTCUSDT").await;
    world.time.advance(HOUR);
    for _ in 0..50 {
        tick_size(&world, "BTCUSDT").await;
    }
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 2, "once, while it fails");
    world.time.advance(Duration::from_secs(60));
    tick_size(&world, "BTCUSDT").await;
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 3, "and again a little later");
}

#[tokio::test]
async fn without_old_rules_a_failure_is_the_callers() {
    let script = |seen: &Seen| if seen.earlier == 0 { Answer::refusal(5002, "unavailable") } else { usual() };
    let world = World::with(script, |client| client.retry(RetryPolicy::never())).await;
    let error = world.client.market().rules("BTCUSDT").await.expect_err("unavailable");
    assert!(error.is_retryable(), "{error}");
    tick_size(&world, "BTCUSDT").await;
}

#[tokio::test]
async fn an_unknown_contract_is_refused_by_name() {
    let world = World::new(|_| usual()).await;
    let error = world.client.market().rules("BTCUSD").await.expect_err("no such contract");
    assert!(error.is_invalid_request());
    insta::assert_snapshot!(error);
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 1);
}

#[tokio::test]
async fn unreadable_rules_of_one_contract_do_not_lose_the_others() {
    let world = World::new(|_| contracts(&[contract("BTCUSDT", "0.1"), contract("ODDUSDT", "0"), contract("ETHUSDT", "0.01")])).await;
    assert_eq!(tick_size(&world, "ETHUSDT").await, Decimal::new(1, 2));
    let error = world.client.market().rules("ODDUSDT").await.expect_err("a tick size of zero");
    assert!(error.is_invalid_request(), "{error}");
}

/// The contract with another value of a field.
fn with(field: &str, value: Value) -> Value {
    let mut contract = contract("ETHUSDT", "0.01");
    contract[field] = value;
    contract
}

#[tokio::test]
async fn a_contract_that_cannot_be_read_is_refused_by_name_and_does_not_lose_the_others() {
    for (field, value) in [("stepSize", Value::Null), ("minQuantity", json!("")), ("pricePrecision", json!("1e0"))] {
        let world = World::new(move |_| contracts(&[contract("BTCUSDT", "0.1"), with(field, value.clone())])).await;
        assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
        let error = world.client.market().rules("ETHUSDT").await.expect_err("no rules");
        assert!(error.is_invalid_request(), "{error}");
        assert!(error.to_string().contains(&format!("\"ETHUSDT\", whose rules cannot be read: data.list[1].{field}: ")), "{error}");
        assert_eq!(world.server.seen_at(SYMBOLS).len(), 1);
    }
}

#[tokio::test]
async fn the_old_rules_of_a_contract_stay_in_use_when_it_cannot_be_read_any_more() {
    let script =
        |seen: &Seen| if seen.earlier == 0 { usual() } else { contracts(&[contract("BTCUSDT", "0.5"), with("stepSize", Value::Null)]) };
    let world = World::with(script, |client| client.rules_age(HOUR)).await;
    tick_size(&world, "BTCUSDT").await;
    world.time.advance(HOUR);
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(5, 1));
    assert_eq!(tick_size(&world, "ETHUSDT").await, Decimal::new(1, 2));
}

#[tokio::test]
async fn old_rules_stay_in_use_when_the_answer_has_no_list() {
    let script = |seen: &Seen| if seen.earlier == 0 { usual() } else { Answer::ok(&json!({})) };
    let world = World::with(script, |client| client.rules_age(HOUR)).await;
    tick_size(&world, "BTCUSDT").await;
    world.time.advance(HOUR);
    assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
    assert_eq!(world.server.seen_at(SYMBOLS).len(), 2);
}

#[tokio::test]
async fn every_rule_of_the_exchange_is_kept() {
    let world = World::new(|_| usual()).await;
    insta::assert_debug_snapshot!(world.client.market().rules("BTCUSDT").await.expect("rules"));
}

#[tokio::test]
async fn an_order_that_breaks_the_loaded_rules_is_not_sent() {
    let world = World::with(|_| usual(), |client| client.check_orders(true)).await;
    tick_size(&world, "BTCUSDT").await;
    let outcome = world.client.orders().place(NewOrder::buy("BTCUSDT", "0.00005").limit("85000.05")).send().await;
    assert!(outcome.rejected().expect("refused here").is_invalid_request());
    assert!(world.server.seen_at(PLACE).is_empty());
}

/// Whether an order goes out under rules in which this field of the contract is changed.
async fn is_sent(field: &str, value: Value, order: NewOrder) -> bool {
    let mut changed = contract("BTCUSDT", "0.1");
    changed[field] = value;
    let script =
        move |seen: &Seen| if seen.path == SYMBOLS { contracts(&[changed.clone()]) } else { Answer::ok(&json!({ "orderId": "1" })) };
    let world = World::with(script, |client| client.check_orders(true)).await;
    tick_size(&world, "BTCUSDT").await;
    let outcome = world.client.orders().place(order).send().await;
    assert_eq!(outcome.accepted().is_some(), !world.server.seen_at(PLACE).is_empty(), "{outcome:?}");
    outcome.accepted().is_some()
}

#[tokio::test]
async fn a_largest_quantity_of_zero_or_less_is_no_limit() {
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
async fn no_rule_blocks_an_order_that_only_reduces() {
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
async fn orders_are_checked_by_the_loaded_rules_only_if_that_is_switched_on() {
    for (checks, sent) in [(false, 1), (true, 0)] {
        let world = World::with(
            |seen: &Seen| if seen.path == SYMBOLS { usual() } else { crate::support::asset() },
            |client| client.check_orders(checks),
        )
        .await;
        assert_eq!(tick_size(&world, "BTCUSDT").await, Decimal::new(1, 1));
        // The tick size is 0.1.
        let order = NewOrder::buy("BTCUSDT", 1).limit(Decimal::new(8_500_005, 2));
        let _ = world.drive(world.client.orders().place(order).send()).await;
        assert_eq!(world.server.seen_at(PLACE).len(), sent, "check_orders({checks})");
    }
}
