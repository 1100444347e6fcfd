//! Which faults count as hits: as many as the rule allows, and only faults with a visible effect.

use serde_json::json;
use sixmm_sandbox::{Fault, FaultRule, Hit, Operation, Sandbox};

use crate::support::{START, builder, get, key, post, start};

#[tokio::test]
async fn a_rule_hits_its_operations_up_to_its_count_and_logs_them() {
    let sandbox = start().await;
    let rule = FaultRule::new(Fault::RateLimit { retry_after: None }).on([Operation::ServerTime]).times(2);
    let id = sandbox.faults().add(rule.clone()).expect("a valid rule");
    let mut statuses = Vec::new();
    for path in ["/v1/version", "/v1/time", "/v1/time", "/v1/time"] {
        statuses.push(get(path).send(&sandbox).await.status);
    }
    assert_eq!(statuses, [200, 429, 429, 200]);
    let hits = sandbox.faults().hits();
    let actual: Vec<_> = hits.iter().map(|Hit { request, operation, rule, .. }| (*request, *operation, *rule)).collect();
    assert_eq!(actual, [(2, Operation::ServerTime, id), (3, Operation::ServerTime, id)]);
    assert_eq!(sandbox.faults().rules(), [], "an exhausted rule is removed");
}

#[tokio::test]
async fn the_same_seed_hits_the_same_requests() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let sandbox = builder().seed(seed).start().await.expect("a port is free");
        sandbox.faults().add(FaultRule::new(Fault::ErrorBefore { status: 500 }).with_probability(0.5)).expect("a valid rule");
        for _ in 0..32 {
            get("/v1/version").send(&sandbox).await;
        }
        runs.push(sandbox.faults().hits().iter().map(|hit| hit.request).collect::<Vec<_>>());
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    assert!((4..28).contains(&runs[0].len()), "{} of 32", runs[0].len());
}

#[tokio::test]
async fn several_rules_hit_one_request_unless_the_first_drops_it() {
    let sandbox = start().await;
    for fault in [Fault::ClockSkew { millis: 5 }, Fault::ExtraFields] {
        sandbox.faults().add(FaultRule::new(fault).times(1)).expect("a valid rule");
    }
    let data = get("/v1/time").send(&sandbox).await.data();
    assert_eq!((&data["timestampMs"], data.get("sandboxExtra").is_some()), (&json!(START + 5), true));
    for fault in [Fault::DropBefore, Fault::ExtraFields] {
        sandbox.faults().add(FaultRule::new(fault).times(1)).expect("a valid rule");
    }
    assert_eq!(get("/v1/time").raw(sandbox.address()).await, b"");
    assert_eq!(sandbox.faults().hits().len(), 3, "a fault without an effect is not a hit and stays pending");
    assert_eq!(sandbox.faults().rules().len(), 1);
}

/// The kinds of the logged hits, in the spelling of the control interface.
fn kinds(sandbox: &Sandbox) -> Vec<String> {
    let kind = |hit: &Hit| serde_json::to_value(&hit.fault).expect("JSON")["kind"].as_str().expect("a text").to_owned();
    sandbox.faults().hits().iter().map(kind).collect()
}

#[tokio::test]
async fn a_fault_that_another_fault_hides_is_not_a_hit() {
    let html = || Fault::HtmlAfter { status: 502 };
    let slow = || Fault::SlowBytes { millis: 1 };
    for (faults, seen) in [
        (vec![Fault::ExtraFields, Fault::DropBefore], "dropBefore"),
        (vec![Fault::ClockSkew { millis: 1 }, Fault::DropBefore], "dropBefore"),
        (vec![Fault::DelayResponse { millis: 1 }, Fault::RateLimit { retry_after: None }], "rateLimit"),
        (vec![Fault::DropAfter, Fault::ErrorBefore { status: 500 }], "errorBefore"),
        (vec![Fault::ErrorBefore { status: 500 }, Fault::DropBefore], "errorBefore"),
        (vec![Fault::UnknownEnums, Fault::ExtraFields, Fault::DropAfter], "dropAfter"),
        (vec![Fault::TruncateBody, html()], "htmlAfter"),
        (vec![html(), Fault::DropAfter], "htmlAfter"),
        (vec![slow(), Fault::ErrorAfter { status: 500 }], "errorAfter"),
        (vec![slow(), Fault::TruncateBody], "truncateBody"),
    ] {
        let sandbox = start().await;
        let due = faults.len();
        for fault in faults {
            sandbox.faults().add(FaultRule::new(fault).times(1)).expect("a valid rule");
        }
        get("/v1/time").raw(sandbox.address()).await;
        assert_eq!(kinds(&sandbox), [seen]);
        assert_eq!(sandbox.faults().rules().len(), due - 1, "only {seen} is exhausted");
    }
}

#[tokio::test]
async fn faults_that_are_visible_together_hit_in_the_order_of_their_stages() {
    let sandbox = start().await;
    let answer_delay = Fault::DelayResponse { millis: 1 };
    let faults = [Fault::TruncateBody, Fault::ExtraFields, answer_delay, Fault::ClockSkew { millis: 5 }, Fault::Delay { millis: 1 }];
    for fault in faults {
        sandbox.faults().add(FaultRule::new(fault).times(1)).expect("a valid rule");
    }
    get("/v1/time").raw(sandbox.address()).await;
    assert_eq!(kinds(&sandbox), ["delay", "clockSkew", "delayResponse", "extraFields", "truncateBody"]);
    assert_eq!(sandbox.faults().rules(), []);
}

#[tokio::test]
async fn a_fault_without_effect_is_not_a_hit() {
    let sandbox = start().await;
    let key = key(&sandbox, "alice");
    // The version has no list, no enum and no such field, and does not read the clock. An error has no data.
    let missing = Fault::MissingFields { fields: vec!["price".to_owned()] };
    for fault in [Fault::NullLists, Fault::UnknownEnums, missing, Fault::ClockSkew { millis: 60_000 }] {
        sandbox.faults().add(FaultRule::new(fault).times(1)).expect("a valid rule");
    }
    assert_eq!(get("/v1/version").send(&sandbox).await.code(), 0);
    assert_eq!(get("/v1/private/user/info").send(&sandbox).await.code(), 1001);
    assert_eq!((kinds(&sandbox).len(), sandbox.faults().rules().len()), (0, 4));
    let order = json!({ "symbol": "BTCUSDT", "type": "LIMIT", "side": "BUY", "price": "80000", "quantity": "0.1" });
    post("/v1/private/order/place", order).signed(&key, START + 60_000).send(&sandbox).await.data();
    assert_eq!(kinds(&sandbox), ["clockSkew", "unknownEnums"]);
    get("/v1/private/order/current?symbol=BTCUSDT").signed(&key, START + 1).send(&sandbox).await.data();
    assert_eq!(kinds(&sandbox), ["clockSkew", "unknownEnums", "nullLists"]);
    assert_eq!(sandbox.faults().rules().len(), 1);
}

#[tokio::test]
async fn a_fault_selected_for_one_request_is_not_available_to_another() {
    let sandbox = start().await;
    sandbox.faults().add(FaultRule::new(Fault::Delay { millis: 200 }).times(1)).expect("a valid rule");
    sandbox.faults().add(FaultRule::new(Fault::DropAfter).times(1)).expect("a valid rule");
    let first = tokio::spawn({
        let address = sandbox.address();
        async move { get("/v1/time").raw(address).await }
    });
    while sandbox.faults().hits().is_empty() {
        tokio::task::yield_now().await;
    }
    // The first request has arrived and is dropped later.
    assert_eq!(get("/v1/time").send(&sandbox).await.status, 200);
    assert_eq!(sandbox.faults().rules(), [], "the rule is not available to another request");
    assert_eq!(first.await.expect("no panic"), b"");
    assert_eq!(kinds(&sandbox), ["delay", "dropAfter"]);
}

#[tokio::test]
async fn the_logs_of_hits_and_requests_have_the_same_maximum_length() {
    let sandbox = builder().keep_requests(2).start().await.expect("a port is free");
    sandbox.faults().add(FaultRule::new(Fault::RateLimit { retry_after: None })).expect("a valid rule");
    for _ in 0..5 {
        get("/v1/time").send(&sandbox).await;
    }
    assert_eq!(sandbox.faults().hits().iter().map(|hit| hit.request).collect::<Vec<_>>(), [4, 5]);
    assert_eq!(sandbox.requests().iter().map(|request| request.number).collect::<Vec<_>>(), [4, 5]);
}
